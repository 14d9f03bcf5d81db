"""What the time bank knows about a person, how it hands it over and how it forgets it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.db.models import Exists, OuterRef

from portal.extensions import years
from portal.ledger import LedgerPosting, statement

from .models import HoursAccount
from .pot import PotRequest
from .words import BOOKINGS, Asked

KEPT = years(10)
REQUESTS_KEPT = years(1)


def export_hours(user) -> Iterator[dict]:
    """Each line of the person's statement; the amounts in minutes."""
    for account in HoursAccount.objects.filter(person=user).select_related("ledger"):
        for line in statement(account.ledger).lines:
            entry = line.posting.entry
            yield {
                "on": entry.at,
                "what": entry.kind,
                "minutes": line.posting.amount,
                "balance": line.balance,
                "taken_back": entry.reverses_id is not None,
            }


def said_booking(value: str, row: dict, person) -> str:
    return str(BOOKINGS.get(value, value))


def erase_hours(user) -> int:
    """The account stays and loses the person: the journal knows a drawn code only."""
    return HoursAccount.objects.filter(person=user).update(person=None)


def expire_hours(before: datetime) -> int:
    """Nobody's accounts on which nothing was booked since. What was booked stays in the journal, under a code."""
    later = LedgerPosting.objects.filter(account=OuterRef("ledger"), entry__at__gte=before)
    nobodys = HoursAccount.objects.filter(kind="person", person=None)
    deleted, _by_model = nobodys.filter(~Exists(later)).delete()
    return deleted


def export_requests(user) -> Iterator[dict]:
    for asked in PotRequest.objects.filter(person=user):
        yield {
            "asked_at": asked.asked_at,
            "minutes": asked.minutes,
            "state": str(asked.get_state_display()),
            "decided_at": asked.decided_at,
        }


def erase_requests(user) -> int:
    deleted, _by_model = PotRequest.objects.filter(person=user).delete()
    return deleted + PotRequest.objects.filter(decided_by=user).update(decided_by=None)


def expire_requests(before: datetime) -> int:
    answered = PotRequest.objects.exclude(state=Asked.WAITING)
    deleted, _by_model = answered.filter(decided_at__lt=before).delete()
    return deleted
