"""Who is told what of a loan. A title names the thing, and never who has it."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from django.conf import settings
from django.contrib.auth import get_user_model
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from community.safety.areas import who_answers_for
from portal.extensions import NotificationKind, everybody

from .models import Thing


def _thing(event) -> Thing | None:
    return event.target if isinstance(event.target, Thing) else getattr(event.target, "thing", None)


def _borrower(event) -> Iterable:
    return [event.target.person]


def _keepers(event) -> Iterable:
    return _thing(event).keepers


def _those_to_come(event) -> Iterable:
    """Who has reserved it for later."""
    return [loan.person for loan in _thing(event).reservations.coming().select_related("person")]


def _whoever_waited(event) -> Iterable:
    return get_user_model().objects.filter(pk=event.data["person"])


def _whoever_has_it(event) -> Iterable:
    return [loan.person for loan in _thing(event).reservations.out().select_related("person")]


def _coordinators(event) -> Iterable:
    return who_answers_for(_thing(event).municipality_id)


def _address(event) -> str:
    with override(settings.LANGUAGE_CODE):
        return _thing(event).get_absolute_url()


def _address_or_loans(event) -> str:
    """Their own loans, where the thing is nothing that whoever had reserved it sees any more."""
    person = event.target.person
    if person is None or person.has_perm("community.view_thing", _thing(event)):
        return _address(event)
    with override(settings.LANGUAGE_CODE):
        return reverse("community:thing_loans")


def _is_of(person, event, is_over: bool) -> bool:
    return is_over and event.target.person_id == person.pk


# By key: what it is called where people choose how they hear of it.
_SUBJECTS = {"loans": _("Things that you borrow"), "kept": _("Things that you lend or keep")}


def _notification(
    fact: str,
    title: Promise,
    *recipients: Callable,
    icon: str,
    about: str = "loans",
    urgent: bool = False,
    is_over: bool = False,
) -> NotificationKind:
    """Who may not see the thing (any more) is not told, nor who did it. `is_over`: a loan has ended, and whose it was
    is told in any case: they counted on it."""

    def whom(event) -> list:
        thing = _thing(event)
        if thing is None:
            return []
        people = {person.pk: person for ask in recipients for person in ask(event) if person}
        return [
            person
            for pk, person in people.items()
            if pk != event.actor_id
            and (_is_of(person, event, is_over) or person.has_perm("community.view_thing", thing))
        ]

    return NotificationKind(
        key=f"community.{fact}",
        recipients=whom,
        title=lambda event: str(title) % {"thing": _thing(event)},
        url=_address_or_loans if is_over else _address,
        icon=icon,
        urgent=urgent,
        group=f"community.{about}",
        label=_SUBJECTS[about],
        concerns=everybody,
    )


NOTIFICATIONS = (
    _notification(
        "reservation.requested",
        _("Somebody would like to borrow “%(thing)s”: say yes or no"),
        _keepers,
        icon="hand",
        about="kept",
    ),
    _notification(
        "reservation.reserved",
        _("“%(thing)s” was reserved: see when"),
        _keepers,
        icon="calendar-check",
        about="kept",
    ),
    _notification("reservation.accepted", _("“%(thing)s”: yes, you can have it"), _borrower, icon="check"),
    _notification(
        "reservation.declined", _("“%(thing)s”: it is not possible on these days"), _borrower, icon="x"
    ),
    _notification(
        "reservation.cancelled",
        _("“%(thing)s”: a reservation was cancelled"),
        _borrower,
        _keepers,
        icon="calendar-x",
        is_over=True,
    ),
    _notification(
        "reservation.kept",
        _("“%(thing)s”: its owner is gone, and you may keep it"),
        _borrower,
        icon="package",
        is_over=True,
    ),
    _notification(
        "reservation.lapsed",
        _("“%(thing)s”: your reservation has ended, nobody picked it up"),
        _borrower,
        icon="hourglass",
    ),
    _notification(
        "reservation.picked_up",
        _("“%(thing)s” was picked up"),
        _keepers,
        _borrower,
        icon="package-open",
        about="kept",
    ),
    _notification(
        "reservation.renewed",
        _("“%(thing)s” is kept a little longer"),
        _keepers,
        icon="calendar-plus",
        about="kept",
    ),
    _notification(
        "reservation.returned",
        _("“%(thing)s” was given back"),
        _keepers,
        _borrower,
        icon="package-check",
        about="kept",
    ),
    _notification(
        "reservation.lost",
        _("“%(thing)s” is lost, says whoever had it"),
        _keepers,
        icon="search-x",
        about="kept",
    ),
    _notification(
        "reservation.due_soon", _("“%(thing)s”: bring it back by tomorrow"), _borrower, icon="clock"
    ),
    _notification("reservation.due", _("“%(thing)s”: bring it back today"), _borrower, icon="clock"),
    _notification(
        "reservation.overdue",
        _("“%(thing)s” is late: it should be back already"),
        _borrower,
        _keepers,
        icon="clock-alert",
    ),
    _notification(
        "thing.damaged",
        _("“%(thing)s” has to be repaired"),
        _keepers,
        _those_to_come,
        icon="hammer",
        about="kept",
    ),
    _notification(
        "thing.missing",
        _("“%(thing)s” is missing"),
        _keepers,
        _coordinators,
        icon="search-x",
        about="kept",
    ),
    _notification(
        "thing.written_off",
        _("“%(thing)s” was written off: see why"),
        _keepers,
        icon="package-x",
        about="kept",
    ),
    _notification(
        "thing.unkept",
        _("“%(thing)s”: nobody keeps it any more. Whoever answers for mutual aid looks after it"),
        _coordinators,
        _whoever_has_it,
        icon="user-x",
        about="kept",
    ),
    _notification(
        "thing.handed_on",
        _("“%(thing)s”: its owner is gone. It comes back to the organization that answers for mutual aid"),
        _keepers,
        _whoever_has_it,
        icon="building-2",
        about="kept",
    ),
    _notification(
        "waitingplace.offered",
        _("“%(thing)s” is free: it is kept for you until tomorrow"),
        _borrower,
        icon="bell-ring",
    ),
    _notification(
        "waitingplace.ran_out",
        _("“%(thing)s” is not kept for you any more"),
        _whoever_waited,
        icon="hourglass",
    ),
)
