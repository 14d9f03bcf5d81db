"""Who hears of what: the facts of a ticket, the notifications and the live topics that follow from them."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from django.apps import apps
from django.conf import settings
from django.contrib.auth import get_user_model
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from portal.extensions import EventKind, LiveTopic, NotificationKind

from .querysets import homes_of
from .roles import OPERATOR, reader
from .words import Urgency
from .workflow import fact

KINDS = (
    EventKind(key="manutenzione.ticket.reported", sentence=_("%(actor)s reported the fault"), icon="send"),
    EventKind(
        key="manutenzione.ticket.triaged",
        sentence=_("%(actor)s took it on and set how urgent it is"),
        icon="clipboard-check",
    ),
    EventKind(
        key="manutenzione.ticket.corrected",
        sentence=_("%(actor)s put category and urgency right"),
        icon="pencil",
    ),
    EventKind(
        key="manutenzione.ticket.assigned",
        sentence=_("%(actor)s gave it to somebody to repair"),
        icon="user-check",
    ),
    EventKind(key="manutenzione.ticket.held", sentence=_("%(actor)s put it on hold"), icon="hourglass"),
    EventKind(key="manutenzione.ticket.resumed", sentence=_("%(actor)s went on with it"), icon="play"),
    EventKind(
        key="manutenzione.ticket.resolved",
        sentence=_("%(actor)s says that it is repaired"),
        icon="circle-check",
    ),
    EventKind(
        key="manutenzione.ticket.confirmed", sentence=_("%(actor)s confirmed the repair"), icon="thumbs-up"
    ),
    EventKind(key="manutenzione.ticket.reopened", sentence=_("%(actor)s opened it again"), icon="rotate-ccw"),
    EventKind(key="manutenzione.ticket.rejected", sentence=_("%(actor)s did not accept it"), icon="ban"),
    EventKind(
        key="manutenzione.ticket.reconsidered",
        sentence=_("%(actor)s accepted it after all"),
        icon="rotate-ccw",
    ),
    EventKind(
        key="manutenzione.ticket.cancelled", sentence=_("%(actor)s took the report back"), icon="undo-2"
    ),
)


def _operators(event) -> Iterable:
    return get_user_model().objects.with_role(OPERATOR)


def _reporter(event) -> Iterable:
    return [event.target.reporter]


def _assignee(event) -> Iterable:
    return [event.target.assignee]


def _person_given_to(event) -> Iterable:
    """Whom the fact names: meanwhile it may have been given to somebody else."""
    return get_user_model().objects.filter(pk=event.data["person"])


def _notification(
    fact: str,
    title: str | Promise,
    *recipients: Callable,
    icon: str,
    urgent: bool = False,
    in_danger: str | Promise = "",
) -> NotificationKind:
    """`title` names the number and the category only: what people wrote stays on the ticket's page.

    `in_danger` replaces it where somebody was in danger. Who may not see the ticket (any more) is not told of it.
    """

    def whom(event) -> list:
        if event.target is None:
            return []
        people = {person.pk: person for ask in recipients for person in ask(event) if person}
        return [
            person
            for pk, person in people.items()
            if pk != event.actor_id and person.has_perm("manutenzione.view_ticket", event.target)
        ]

    def words(event) -> str:
        ticket = event.target
        told = in_danger if in_danger and ticket.urgency == Urgency.DANGER else title
        return str(told) % {"number": ticket.number, "category": ticket.get_category_display()}

    return NotificationKind(
        key=f"manutenzione.ticket.{fact}",
        recipients=whom,
        title=words,
        url=_address,
        icon=icon,
        urgent=urgent,
    )


def _address(event) -> str:
    with override(settings.LANGUAGE_CODE):
        return event.target.get_absolute_url()


NOTIFICATIONS = (
    _notification(
        "reported",
        _("New report %(number)s (%(category)s)"),
        _operators,
        icon="send",
        urgent=True,  # it may be a danger: its e-mail waits behind no other
        in_danger=_("Danger! New report %(number)s (%(category)s)"),
    ),
    _notification(
        "triaged",
        _("Report %(number)s (%(category)s): we have taken it on"),
        _reporter,
        icon="clipboard-check",
    ),
    _notification(
        "corrected",
        _("Report %(number)s (%(category)s): we have looked at it again"),
        _reporter,
        _assignee,
        icon="pencil",
    ),
    _notification(
        "assigned",
        _("Report %(number)s (%(category)s) was given to you"),
        _person_given_to,
        icon="user-check",
    ),
    _notification(
        "held",
        _("Report %(number)s (%(category)s) has to wait: see why"),
        _reporter,
        _assignee,
        icon="hourglass",
    ),
    _notification(
        "resumed",
        _("Report %(number)s (%(category)s): the work goes on"),
        _reporter,
        _assignee,
        icon="play",
    ),
    _notification(
        "resolved",
        _("Report %(number)s (%(category)s) is repaired: please confirm"),
        _reporter,
        icon="circle-check",
    ),
    _notification(
        "confirmed",
        _("Report %(number)s (%(category)s): the repair is confirmed"),
        _assignee,
        _reporter,  # where the portal did it, after a silence
        icon="thumbs-up",
    ),
    _notification(
        "reopened",
        _("Report %(number)s (%(category)s) was opened again"),
        _operators,
        _assignee,
        _reporter,
        icon="rotate-ccw",
        urgent=True,
    ),
    _notification(
        "rejected",
        _("Report %(number)s (%(category)s) was not accepted: see why"),
        _reporter,
        _assignee,
        icon="ban",
    ),
    _notification(
        "reconsidered",
        _("Report %(number)s (%(category)s): we see to it after all"),
        _reporter,
        _assignee,
        icon="rotate-ccw",
    ),
    _notification(
        "cancelled", _("Report %(number)s (%(category)s) was taken back"), _assignee, icon="undo-2"
    ),
)


def _is_number(identifier: str) -> bool:
    # isdigit() alone would let "²" through, which is no key; and no key of ours has twenty figures.
    return identifier.isascii() and identifier.isdigit() and len(identifier) < 19


def _may_watch_ticket(user, identifier: str) -> bool:
    tickets = apps.get_model("manutenzione", "Ticket").objects
    return _is_number(identifier) and tickets.visible_to(user).filter(pk=identifier).exists()


def _may_watch_board(user, identifier: str) -> bool:
    buildings = apps.get_model("portal", "Building").objects if reader(user) else homes_of(user)
    return _is_number(identifier) and buildings.filter(pk=identifier).exists()


def _may_watch_work_list(user, identifier: str) -> bool:
    return identifier == "all" and user.has_perm("manutenzione.view_work_list")


def _whose(event) -> set[int]:
    """On whose own lists it stands or stood: who reported it, has it, is named by an assignment, or had it before."""
    ticket = event.target
    if ticket is None:
        return set()
    given = ticket.changes.filter(verb="assign", event_id__lte=event.pk).order_by("-event_id")
    had = given.values_list("assignee_id", flat=True)[: 2 if event.kind == fact("assign") else 1]
    return {ticket.reporter_id, ticket.assignee_id, *had} - {None}


def _may_watch_own(user, identifier: str) -> bool:
    return user.is_authenticated and identifier == str(user.pk)


TOPICS = (
    LiveTopic(
        key="manutenzione.ticket",
        kinds=("manutenzione.ticket.*",),
        identifiers=lambda event: [event.object_id],
        allows=_may_watch_ticket,
    ),
    LiveTopic(
        key="manutenzione.board",
        kinds=("manutenzione.ticket.*",),
        identifiers=lambda event: [event.data["building"]],
        allows=_may_watch_board,
    ),
    LiveTopic(
        key="manutenzione.mine",
        kinds=("manutenzione.ticket.*",),
        identifiers=_whose,
        allows=_may_watch_own,
    ),
    LiveTopic(
        key="manutenzione.triage",
        kinds=("manutenzione.ticket.*",),
        identifiers=lambda event: ["all"],
        allows=_may_watch_work_list,
    ),
)
