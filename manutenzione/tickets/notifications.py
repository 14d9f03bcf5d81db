"""Who is told of a fact, and in which words."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from django.conf import settings
from django.contrib.auth import get_user_model
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from portal.extensions import NotificationKind, everybody

from .roles import OPERATOR, operator, worker
from .words import Urgency


def _operators(event) -> Iterable:
    return get_user_model().objects.with_role(OPERATOR).knowing_roles()


def _operators_in_danger(event) -> Iterable:
    """Whoever is called to a danger hears that nobody needs to come any more, whether or not somebody has it."""
    return _operators(event) if event.target.urgency == Urgency.DANGER else ()


def _reporter(event) -> Iterable:
    """Whoever reported it, and whoever sent it for them: the right to see it, asked below, ends with the grant."""
    ticket = event.target
    first = ticket.changes.filter(verb="report").exclude(on_behalf_of=None).select_related("by").first()
    return [ticket.reporter, first.by] if first else [ticket.reporter]


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
    about: str = "reports",
) -> NotificationKind:
    """`title` names the number and the category only: what people wrote stays on the ticket's page.

    `in_danger` replaces it where somebody was in danger. `about` is the line under which people choose how they hear of
    it (`_SUBJECTS`). Who may not see the ticket (any more) is not told of it.
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
        group=f"manutenzione.{about}",
        label=_SUBJECTS[about][0],
        concerns=_SUBJECTS[about][1],
        order=_SUBJECTS[about][2],
    )


# By key: what it is called where people choose how they hear of it, to whom it is offered, and after what.
_SUBJECTS = {
    "reports": (_("Reports that you follow"), everybody, 40),
    "work": (_("Work that is given to you"), worker, 41),
    "new_reports": (_("New reports"), operator, 42),
}


def _address(event) -> str:
    with override(settings.LANGUAGE_CODE):
        return event.target.get_absolute_url()


NOTIFICATIONS = (
    _notification(
        "reported",
        _("New report %(number)s (%(category)s)"),
        _operators,
        icon="send",
        about="new_reports",
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
        about="work",
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
        "cancelled",
        _("Report %(number)s (%(category)s) was taken back"),
        _assignee,
        _operators_in_danger,
        icon="undo-2",
        about="work",
    ),
)
