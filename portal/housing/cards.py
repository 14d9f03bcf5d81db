"""What the registers of homes tell on the dashboard."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.db.models import Exists, OuterRef
from django.http import HttpRequest
from django.utils import timezone

from portal.people.models import HouseholdMember

from .models import Building, Tenancy

ENDING_SOON = timedelta(days=90)


def my_home(request: HttpRequest) -> dict | None:
    """Where the person lives, under which agreement, and how far along the way they are."""
    tenancy = (
        Tenancy.objects.lived_by(request.user).select_related("dwelling__building__municipality").first()
    )
    if tenancy is None:
        return None
    return {"tenancy": tenancy, "building": tenancy.dwelling.building, "today": timezone.localdate()}


def my_household(request: HttpRequest) -> dict | None:
    """For whoever belongs to a household that lives nowhere with us: with whom, and what comes next."""
    now = Tenancy.objects.filter(
        household=OuterRef("household"), left_on=None, starts_on__lte=timezone.localdate()
    )
    # Whoever has a home is shown `my_home`: asked in the same query, because nearly all have one.
    mine = HouseholdMember.objects.filter(~Exists(now), person=request.user, until=None)
    member = mine.select_related("household").first()
    if member is None:
        return None
    places = member.household.tenancies.select_related("dwelling__building__municipality")
    tenancies = list(places.order_by("starts_on"))
    coming = next((tenancy for tenancy in tenancies if tenancy.left_on is None), None)
    others = member.household.members.current().exclude(pk=member.pk).select_related("person")
    return {
        "household": member.household,
        "others": [other.person for other in others.order_by("person__display_name", "pk")],
        "coming": coming,
        "have_left": bool(tenancies) and coming is None,
    }


def useful_numbers(request: HttpRequest) -> dict | None:
    """Whom to call in danger, with the numbers of the person's own building."""
    building = Building.objects.home_of(request.user).first()
    return {"building": building, "emergency_number": settings.PORTAL_EMERGENCY_NUMBER} if building else None


def ending_soon(request: HttpRequest) -> dict | None:
    """For caseworkers: households whose agreement ends within 90 days, the nearest first."""
    if not request.user.has_perm("portal.change_tenancy"):
        return None
    today = timezone.localdate()
    ending = (
        Tenancy.objects.filter(left_on=None, ends_on__lte=today + ENDING_SOON)
        .select_related("household", "dwelling__building")
        .order_by("ends_on")
    )
    return {"ending": ending[:6], "total": ending.count(), "today": today}
