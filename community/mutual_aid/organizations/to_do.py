"""What there is to do for an organization's mutual aid, as its coordinator finds it on one page.

What is long in one block hides nothing in another.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, Subquery, Window
from django.db.models.functions import RowNumber
from django.utils import timezone

from community.mutual_aid.exchanges.models import Exchange
from community.mutual_aid.exchanges.words import State
from community.mutual_aid.shifts.models import Shift, ShiftPlace
from community.mutual_aid.things.models import Thing
from community.mutual_aid.things.reservations import Reservation
from community.mutual_aid.things.words import ThingState
from community.mutual_aid.time_bank.pot import PotRequest
from community.safety.areas import areas_of

MOST = 6  # lines of a block: the rest is where the block leads


def to_do(organization: Any, user: Any) -> dict[str, Any]:
    """By block. What the organization does not answer for is not among it."""
    areas = areas_of(organization)
    return {
        "answers": bool(areas),
        **_members(organization, user),
        **_shifts(organization),
        **_exchanges(areas, user),
        "asking": list(
            PotRequest.objects.to_decide_by(user)
            .filter(municipality__in=areas)
            .select_related("person", "municipality")[:MOST]
        ),
        "things": list(_things(organization, areas)[:MOST]),
    }


def _members(organization: Any, user: Any) -> dict[str, Any]:
    """Those who are not checked yet: whoever nobody vouches for, then whom the agency has not checked. Without the
    reader: nobody vouches for themselves."""
    members = list(
        organization.members.filter(until=None)
        .select_related("person")
        .order_by(
            F("vouched_at").asc(nulls_first=True),
            F("checked_at").asc(nulls_first=True),
            "person__display_name",
        )
    )
    others = (member for member in members if member.person_id != user.pk)
    pending = [member for member in others if not (member.vouched_at and member.checked_at)]
    return {"members": len(members), "pending": pending[:MOST], "pending_count": len(pending)}


def _shifts(organization: Any) -> dict[str, Any]:
    """Those of this week and the next that lack somebody, and those of which nobody has said who was there."""
    now, today = timezone.now(), timezone.localdate()
    sunday_after = today + timedelta(days=13 - today.weekday())
    short = Q(taken__lt=F("wanted")) | Q(swaps__gt=0)
    unsaid = Exists(ShiftPlace.objects.held().filter(shift=OuterRef("pk")))
    shifts = Shift.objects.filter(plan__host=organization, cancelled_at=None).with_plans()
    to_fill = list(
        shifts.filter(starts_at__gt=now, day__lte=sunday_after)
        .with_counts()
        .filter(short)
        .order_by("starts_at", "pk")
    )
    for shift in to_fill:
        shift.free = max(0, shift.wanted - shift.taken)
    return {
        "to_fill": to_fill[:MOST],
        "to_fill_count": len(to_fill),
        "to_note": list(shifts.filter(unsaid, ends_at__lt=now).order_by("-starts_at", "pk")[:MOST]),
    }


def _exchanges(areas: frozenset[int], user: Any) -> dict[str, Any]:
    of_its_state = Window(RowNumber(), partition_by="state", order_by=["state_since", "pk"])
    waiting = list(
        Exchange.objects.waiting_for_steward(user)
        .filter(municipality__in=areas)
        .annotate(place_in_line=of_its_state)
        .filter(place_in_line__lte=MOST)
        .with_people()
        .order_by("state_since", "pk")
    )
    return {
        "approvals": [one for one in waiting if one.state == State.TO_APPROVE],
        "disputes": [one for one in waiting if one.state == State.DISPUTED],
    }


def _things(organization: Any, areas: frozenset[int]):
    """Its own and those of where it answers: not brought back in time (`due` is when they should have been), to be
    repaired, missing, and last what was lost for good."""
    late = Reservation.objects.overdue().filter(thing=OuterRef("pk")).order_by()
    wrong = Q(state__in=[ThingState.IN_REPAIR, ThingState.MISSING, ThingState.WRITTEN_OFF])
    return (
        Thing.objects.filter(Q(owned_by=organization) | Q(municipality__in=areas), hidden_at=None)
        .annotate(due=Subquery(late.values("last_day")[:1]))
        .filter(wrong | Q(due__isnull=False))
        .order_by(F("due").asc(nulls_last=True), "state", "name", "pk")
    )
