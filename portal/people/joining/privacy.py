"""What is kept of whoever asked to join, and for how long."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from portal.extensions import years
from portal.people.models import User

from .models import UNCONFIRMED_LIFE, JoinRequest

RETENTION = years(2)  # [rule], DOMAIN.md §4: a request without admission


def _of(person: User) -> Q:
    """What somebody asked who is in now, and what was asked under the address that is theirs."""
    own = Q(person=person)
    if person.email:
        own |= Q(email__iexact=person.email)
    if person.phone:
        own |= Q(phone=person.phone, email=None)
    return own


def export_requests(person: User) -> Iterator[dict[str, Any]]:
    for asked in JoinRequest.objects.filter(_of(person)).select_related("organization"):
        yield {
            "asked_on": asked.created_at.isoformat(),
            "name": asked.name,
            "email": asked.email,
            "phone": asked.phone,
            "wish": str(asked.get_wish_display()),
            "organization": asked.organization.name if asked.organization else "",
            "language": asked.language,
            "version": asked.notice_version,
            "state": str(asked.get_state_display()),
            "organization_vouched": asked.vouched,
            "decided_on": asked.decided_at.isoformat() if asked.decided_at else None,
        }


@transaction.atomic
def erase_requests(person: User) -> int:
    """One's own go; of others', nobody is told any more who vouched or decided, nor the number that is one's own."""
    gone = JoinRequest.objects.filter(_of(person)).delete()[1].get(JoinRequest._meta.label, 0)
    if person.phone:
        # Asked with another address: perhaps by them, perhaps by somebody who shares their phone.
        gone += JoinRequest.objects.filter(phone=person.phone).update(phone=None)
    gone += JoinRequest.objects.filter(vouched_by=person).update(vouched_by=None)
    return gone + JoinRequest.objects.filter(decided_by=person).update(decided_by=None)


def expire_requests(before: datetime) -> int:
    """Two years after the decision; and what nobody has decided for as long."""
    over = Q(decided_at__lt=before) | Q(decided_at=None, confirmed_at__lt=before)
    return JoinRequest.objects.filter(over).delete()[1].get(JoinRequest._meta.label, 0)


def forget_unconfirmed() -> None:
    """Whatever was typed and never confirmed may be anybody's address: it is kept for some days only."""
    JoinRequest.objects.never_confirmed(timezone.now() - UNCONFIRMED_LIFE).delete()
