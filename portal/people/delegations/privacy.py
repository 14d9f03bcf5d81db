"""What delegations know about a person, how long, and how they forget it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.extensions import years

from .models import ANSWER_WITHIN, DelegateCode, Delegation

RETENTION = years(2)


def export_delegations(person: Any) -> Iterator[dict[str, Any]]:
    for grant in Delegation.objects.of(person).order_by("pk"):
        is_given = grant.principal_id == person.pk
        yield {
            "side": _("somebody may act for you") if is_given else _("you may act for somebody"),
            # Who was asked and said neither yes nor no stays unnamed to whoever asked.
            "other": (grant.shown_delegate if is_given else str(grant.principal)),
            "scope": str(grant.declaration.label) if grant.declaration else grant.scope,
            "from": grant.valid_from.isoformat(),
            "until": grant.valid_until.isoformat(),
            "accepted_on": grant.accepted_at.isoformat() if grant.accepted_at else None,
            "paper_of": grant.paper_date.isoformat() if grant.paper_date else None,
            "ended_on": _ended_on(grant, person),
        }


def _ended_on(grant: Delegation, person: Any) -> str | None:
    hidden = grant.accepted_at is None and grant.principal_id == person.pk != grant.ended_by_id
    return grant.ended_at.isoformat() if grant.ended_at and not hidden else None


@transaction.atomic
def erase_delegations(person: Any) -> int:
    """All end at once. That there was one stays until its time is over, between two rows of which one has no name."""
    ended = person.end_delegations(by=None)
    # An offer holds the address or number by which somebody was asked: theirs too where it was not theirs yet.
    asked = Q(principal=person) | Q(delegate=person)
    if person.email:
        asked |= Q(asked_as__iexact=person.email)
    if person.phone:
        asked |= Q(asked_as=person.phone)
    return ended + Delegation.objects.filter(asked).exclude(asked_as="").update(asked_as="")


@transaction.atomic
def expire_delegations(before: datetime) -> int:
    return Delegation.objects.filter(ended_at__lt=before).delete()[0]


def forget_addresses() -> None:
    """A schedule: by what somebody was asked, once the time to answer is over."""
    old = Delegation.objects.filter(ended_at__isnull=False, offered_at__lte=timezone.now() - ANSWER_WITHIN)
    old.exclude(asked_as="").update(asked_as="")


def export_codes(person: Any) -> Iterator[dict[str, Any]]:
    for code in DelegateCode.objects.filter(person=person):
        yield {"code": code.shown, "holds_until": code.expires_at.isoformat()}


def erase_codes(person: Any) -> int:
    return DelegateCode.objects.filter(person=person).delete()[0]


def expire_codes(before: datetime) -> int:
    return DelegateCode.objects.filter(expires_at__lt=before).delete()[0]
