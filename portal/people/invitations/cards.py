"""What letters and households tell on the staff's day."""

from __future__ import annotations

from django.db.models import Count, Q
from django.http import HttpRequest
from django.utils import timezone

from portal.people.models import User

from .querysets import NewcomerState, newcomers, state_of


def counts(user: User) -> dict[str, int]:
    """How many of those whom `user` may let in have come how far."""
    now = timezone.now()
    waits = Q(is_in=False)
    return newcomers(user).aggregate(
        **{
            NewcomerState.TO_PRINT: Count("pk", filter=waits & Q(letter_id=None)),
            NewcomerState.WAITING: Count("pk", filter=waits & Q(expires_at__gt=now)),
            NewcomerState.EXPIRED: Count("pk", filter=waits & Q(expires_at__lte=now)),
            NewcomerState.IN: Count("pk", filter=Q(is_in=True)),
        }
    )


def newcomers_card(request: HttpRequest) -> dict | None:
    """For those who register households: who waits to come in, those first who need a new letter."""
    if not request.user.has_perm("portal.register_household"):
        return None
    waiting = newcomers(request.user).filter(is_in=False).order_by("expires_at", "display_name", "pk")[:5]
    people = [(person, state_of(person)) for person in waiting]
    found = counts(request.user)
    return {"people": people, "total": sum(found.values()) - found[NewcomerState.IN]}
