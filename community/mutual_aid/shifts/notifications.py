"""Who is told of what happens to a shift. The line names the shift and its day: never who comes and who does not."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from django.conf import settings
from django.contrib.auth import get_user_model
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from community.mutual_aid.menus import belongs
from community.mutual_aid.presence import witnesses
from community.safety.barriers import deaf_to
from portal.extensions import NotificationKind
from portal.ui.days import short_day

from .models import ShiftPlace, SwapOffer


def _in_it(event) -> Iterable:
    """Whoever has a place in the shift."""
    return _people(event.target.places.taken())


def _regulars(event) -> Iterable:
    """Who comes to these shifts and has no place in this one: they know the work, and are asked first."""
    there = event.target.places.taken().values("person")
    regulars = ShiftPlace.objects.regulars(event.target.plan).exclude(person__in=there)
    return [person for person in _people(regulars) if person.has_perm("community.join_shift", event.target)]


def _runners(event) -> Iterable:
    plan = event.target.plan
    found = [plan.organizer] if plan.organizer_id else []
    if plan.host_id:
        coordinators = plan.host.members.filter(until=None, is_coordinator=True)
        found += [member.person for member in coordinators.select_related("person")]
    return found


def _former(event) -> Iterable:
    return get_user_model().objects.filter(pk=event.data["former"])


def _looked_for(event) -> Iterable:
    """Whoever looks for a stand-in and was offered a swap."""
    offer = SwapOffer.objects.filter(pk=event.data["offer"]).select_related("wanted__person").first()
    return [offer.wanted.person] if offer else ()


def _offered(event) -> Iterable:
    offer = SwapOffer.objects.filter(pk=event.data["offer"]).select_related("given__person").first()
    return [offer.given.person] if offer else ()


def _witnesses(event) -> Iterable:
    plan = event.target.plan
    if not plan.credits_hours and plan.host_id is None:
        return ()  # it brings nothing
    return witnesses(
        event.target.places.all(),
        runners=_runners(event),
        organizer_id=plan.organizer_id,
        host=plan.host,
        municipality_id=plan.municipality_id,
        actor=event.actor,
    )


def _named(event) -> Iterable:
    return get_user_model().objects.filter(pk=event.data["person"])


def _asked(event) -> Iterable:
    """Not whoever has muted the one who asks."""
    return _named(event).exclude(pk__in=deaf_to(event.actor)) if event.actor else ()


def _people(places) -> list:
    return list(get_user_model().objects.filter(pk__in=places.values("person"), is_active=True))


def _address(event) -> str:
    with override(settings.LANGUAGE_CODE):
        return event.target.get_absolute_url()


def _notification(
    fact: str, title: str | Promise, *recipients: Callable, icon: str, urgent: bool = False
) -> NotificationKind:
    def whom(event) -> list:
        if event.target is None:
            return []
        people = {person.pk: person for ask in recipients for person in ask(event) if person}
        return [
            person
            for pk, person in people.items()
            if pk != event.actor_id and person.has_perm("community.view_shift", event.target)
        ]

    def words(event) -> str:
        return str(title) % {"shift": event.target.plan.name, "day": short_day(event.target.day)}

    return NotificationKind(
        key=f"community.shift.{fact}",
        recipients=whom,
        title=words,
        url=_address,
        icon=icon,
        urgent=urgent,
        group="community.shifts",
        label=_("Shifts that you take part in or run"),
        concerns=belongs,
        order=53,
    )


NOTIFICATIONS = (
    _notification(
        "short", _("%(shift)s, %(day)s: somebody is still missing"), _regulars, _runners, icon="megaphone"
    ),
    _notification("withdrawn", _("%(shift)s, %(day)s: a place has become free"), _runners, icon="user-minus"),
    _notification(
        "withdrawn_late",
        _("%(shift)s, %(day)s: somebody cannot come after all. Can you?"),
        _regulars,
        _runners,
        _in_it,
        icon="triangle-alert",
        urgent=True,
    ),
    _notification(
        "attested",
        _("%(shift)s, %(day)s: confirm who was there"),
        _witnesses,
        icon="user-check",
    ),
    _notification(
        "added", _("%(shift)s, %(day)s: it is noted that you were there"), _named, icon="user-check"
    ),
    _notification("missed", _("%(shift)s, %(day)s: it is noted that you were not there"), _named, icon="x"),
    _notification(
        "swap_wanted", _("%(shift)s, %(day)s: somebody looks for a stand-in"), _regulars, icon="repeat"
    ),
    _notification(
        "taken_over", _("%(shift)s, %(day)s: a stand-in has been found"), _former, _runners, icon="user-check"
    ),
    _notification(
        "swap_offered", _("%(shift)s, %(day)s: you are offered a swap"), _looked_for, icon="repeat"
    ),
    _notification("swapped", _("%(shift)s, %(day)s: the swap is agreed"), _former, _in_it, icon="repeat"),
    _notification("swap_declined", _("%(shift)s, %(day)s: the swap was not accepted"), _offered, icon="x"),
    _notification(
        "asked", _("%(shift)s, %(day)s: you are asked whether you can come"), _asked, icon="megaphone"
    ),
    _notification("moved", _("%(shift)s, %(day)s: the time has changed"), _in_it, icon="clock", urgent=True),
    _notification(
        "called_off", _("%(shift)s, %(day)s: it does not take place"), _in_it, icon="calendar-x", urgent=True
    ),
)
