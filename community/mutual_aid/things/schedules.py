"""What comes round by itself."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta

from portal.extensions import Schedule

from .models import Thing
from .reservations import Reservation, WaitingPlace
from .workflow import NotPossible


def remind() -> None:
    """Whoever has something that is due or late; once a day at most, whenever it runs."""
    for loan in Reservation.objects.to_remind():
        loan.remind()


def lapse() -> None:
    """What nobody answered or picked up frees its days."""
    for loan in Reservation.objects.over():
        with suppress(NotPossible):  # somebody did a moment ago
            loan.lapse()


def pass_on() -> None:
    """What was kept for somebody who did not answer is offered to the next."""
    for place in WaitingPlace.objects.run_out():
        place.run_out()


def withdraw() -> None:
    """What nobody keeps any more is not lent until somebody does."""
    for thing in Thing.objects.unkept():
        with suppress(NotPossible):  # somebody paused it a moment ago
            thing.withdraw()


SCHEDULES = (
    Schedule(key="community.things.remind", run=remind, every=timedelta(hours=1)),
    Schedule(key="community.things.lapse", run=lapse, every=timedelta(hours=1)),
    Schedule(key="community.things.pass_on", run=pass_on, every=timedelta(minutes=10)),
    Schedule(key="community.things.withdraw", run=withdraw, every=timedelta(minutes=10)),
)
