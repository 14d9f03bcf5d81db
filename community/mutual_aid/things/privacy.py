"""What things and loans know about a person, how long, and how they forget."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from portal.extensions import Exempt, Impediment, PersonalData

from .models import RepairNote, Thing, ThingKeeper
from .reservations import Reservation, WaitingPlace
from .words import COMING, OPEN, LoanState

KEPT = timedelta(days=365)


def export_things(user) -> Iterator[dict]:
    for thing in Thing.objects.filter(owner=user):
        yield {
            "name": thing.name,
            "category": thing.category,
            "condition": thing.condition,
            "about": thing.about,
            "terms": thing.terms,
            "state": thing.state,
            "added_at": thing.added_at,
        }


def erase_things(user) -> int:
    """What was theirs goes with them; what somebody else has at the moment, or counts on, outlives them."""
    mine = Thing.objects.filter(owner=user)
    touched = mine.count()
    for thing in mine.filter(reservations__state__in=OPEN).distinct():
        thing.outlive_owner()
    mine.delete()
    return touched


def export_keeping(user) -> Iterator[dict]:
    for keeper in ThingKeeper.objects.filter(person=user).select_related("thing"):
        yield {"thing": keeper.thing.name, "since": keeper.since}


def erase_keeping(user) -> int:
    return ThingKeeper.objects.filter(person=user).delete()[0]


def export_loans(user) -> Iterator[dict]:
    for loan in Reservation.objects.filter(person=user).select_related("thing"):
        yield {
            "thing": loan.thing.name,
            "first_day": loan.first_day,
            "last_day": loan.last_day,
            "state": loan.state,
            "asked_at": loan.asked_at,
            "picked_up_at": loan.picked_up_at,
            "ended_at": loan.ended_at,
            "note": loan.note,
        }


def out(user) -> Iterator[Impediment]:
    """What stands against erasing somebody: a thing of others that they still have."""
    for loan in Reservation.objects.filter(person=user).out().select_related("thing"):
        yield Impediment(
            staff=gettext("They still have “%s”: it has to come back first.") % loan.thing,
            person=gettext("You still have “%s”. Bring it back first.") % loan.thing,
        )


def erase_loans(user) -> int:
    """What is to come is called off, and its days are free; of what was, the days stay and nobody is named."""
    mine = Reservation.objects.filter(person=user)
    for loan in mine.filter(state__in=COMING):
        loan.cancel(by=None)
    return mine.exclude(state=LoanState.PICKED_UP).update(person=None, note="")


def expire_loans(before: datetime) -> int:
    return (
        Reservation.objects.exclude(state__in=OPEN)
        .filter(ended_at__lt=before)
        .delete()[1]
        .get(Reservation._meta.label, 0)
    )


def export_places(user) -> Iterator[dict]:
    for place in WaitingPlace.objects.filter(person=user).select_related("thing"):
        yield {"thing": place.thing.name, "since": place.since, "offer_until": place.offer_until}


def erase_places(user) -> int:
    return sum(1 for place in WaitingPlace.objects.filter(person=user) if place.leave() is None)


def export_notes(user) -> Iterator[dict]:
    notes = RepairNote.objects.filter(Q(by=user) | Q(repaired_by=user)).select_related("thing")
    for note in notes:
        mine = note.by_id == user.pk
        yield {
            "thing": note.thing.name,
            "made_at": note.made_at,
            "text": note.text if mine else "",
            "by_me": mine,
        }


def erase_notes(user) -> int:
    touched = RepairNote.objects.filter(by=user).update(by=None, text="")
    return touched + RepairNote.objects.filter(repaired_by=user).update(repaired_by=None)


_LABELS = {
    "name": _("What it is"),
    "category": _("Kind"),
    "condition": _("Condition"),
    "about": _("Good to know"),
    "terms": _("What you ask of whoever borrows it"),
    "added_at": _("Added on"),
    "thing": _("Thing"),
    "since": _("Since"),
    "first_day": _("From"),
    "last_day": _("Until"),
    "asked_at": _("Asked on"),
    "picked_up_at": _("Picked up on"),
    "ended_at": _("Ended on"),
    "offer_until": _("Kept until"),
    "made_at": _("Noted on"),
    "by_me": _("Written by you"),
}


def _labels(*keys: str) -> dict:
    return {key: _LABELS[key] for key in keys}


PERSONAL_DATA = (
    PersonalData(
        key="community.Thing",
        export=export_things,
        labels=_labels("name", "category", "condition", "about", "terms", "added_at"),
        erase=erase_things,
        retention=None,
        reason=_("As long as you lend it."),
    ),
    PersonalData(
        key="community.ThingKeeper",
        export=export_keeping,
        labels=_labels("thing", "since"),
        erase=erase_keeping,
        retention=None,
        reason=_("As long as you keep it."),
    ),
    PersonalData(
        key="community.Reservation",
        export=export_loans,
        labels=_labels("thing", "first_day", "last_day", "asked_at", "picked_up_at", "ended_at"),
        erase=erase_loans,
        against=out,
        stays=_("That a thing was lent on some days, and not to whom."),
        retention=KEPT,
        expire=expire_loans,
        reason=_("A year: who had a thing, as long as somebody may ask about damage."),
    ),
    PersonalData(
        key="community.WaitingPlace",
        export=export_places,
        labels=_labels("thing", "since", "offer_until"),
        erase=erase_places,
        retention=None,
        reason=_("As long as you wait for it."),
    ),
    PersonalData(
        key="community.RepairNote",
        export=export_notes,
        labels=_labels("thing", "made_at", "by_me"),
        erase=erase_notes,
        stays=_("That a thing was repaired, and not who said so."),
        retention=None,
        reason=_("As long as the thing is lent: what has been repaired of it."),
    ),
    Exempt(
        key="community.ReservedDay",
        reason="A cell of a reservation or of a place on a waiting list, and goes with it; it says a day and no more.",
    ),
)
