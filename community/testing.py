"""Invented neighbours and what they share, for tests, here and in a site's own suite."""

from __future__ import annotations

import uuid
from datetime import time, timedelta

from django.utils import timezone

from community.mutual_aid.time_bank.accounts import group_credit
from community.mutual_aid.time_bank.models import HoursAccount
from portal.testing.factories import BuildingFactory, tenant_of

from .mutual_aid.gatherings.models import Gathering
from .mutual_aid.neighbourhood import Audience
from .mutual_aid.shifts.models import Shift, ShiftPlan
from .mutual_aid.shifts.weekdays import ALL


def shift_plan(*, building=None, tasks=(("helps", 2),), **told) -> ShiftPlan:
    """A plan for those of a building, every day from nine to ten, laid out for four weeks."""
    building = building or BuildingFactory()
    plan = ShiftPlan.objects.create(
        **{
            "client_id": uuid.uuid4(),
            "name": "Lavanderia",
            "work": "laundry",
            "audience": Audience.BUILDING,
            "building": building,
            "municipality": building.municipality,
            "organizer": tenant_of(building),
            "weekdays": ALL,
            "starts_at": time(9),
            "minutes": 60,
            "first_day": timezone.localdate(),
            **told,
        }
    )
    for position, (name, places) in enumerate(tasks, start=1):
        plan.roles.create(name=name, places=places, position=position)
    plan.lay_out()
    return plan


def shift_in(days: int = 3, **told) -> Shift:
    """The shift of such a plan in so many days."""
    return shift_plan(**told).shifts.get(day=timezone.localdate() + timedelta(days=days))


def gathering_in(days: int = 5, *, building=None, items=(), **told) -> Gathering:
    """A supper in so many days for those of a building, organized by one of them."""
    building = building or BuildingFactory()
    start = timezone.now() + timedelta(days=days)
    gathering = Gathering.objects.create(
        **{
            "client_id": uuid.uuid4(),
            "name": "Cena in cortile",
            "occasion": "meal",
            "audience": Audience.BUILDING,
            "building": building,
            "municipality": building.municipality,
            "place": "Cortile",
            "organizer": tenant_of(building),
            "starts_at": start,
            "ends_at": start + timedelta(hours=2),
            **told,
        }
    )
    for position, (name, wanted) in enumerate(items, start=1):
        gathering.items.create(name=name, wanted=wanted, position=position)
    return gathering


def credited(*people, minutes: int) -> None:
    """Each of them has given so many minutes (steps of 30, at most 720) in a shared activity."""
    group_credit(people, minutes, key=f"shared:{uuid.uuid4()}", about=HoursAccount.bank())
