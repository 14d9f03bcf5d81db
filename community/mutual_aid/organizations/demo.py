"""The demo's association at work: shifts that were held. Invented, like all of the demo."""

from __future__ import annotations

import random
from datetime import datetime, time, timedelta
from uuid import UUID

from django.apps import apps
from django.utils import timezone

from community.mutual_aid.neighbourhood import Audience
from community.mutual_aid.shifts.models import Shift, ShiftPlace, ShiftPlan
from community.mutual_aid.shifts.weekdays import mask_of
from community.mutual_aid.shifts.words import PlaceState
from portal.extensions import DemoData

WEEKS = 30


def load() -> None:
    """A plan that is over, and that did not count in the time bank: on Thursdays they went to see who lives alone."""
    organization = apps.get_model("portal", "Organization").objects.get(name="Associazione Vicini di Casa")
    dice = random.Random(2020)  # noqa: S311 — the same demo every time
    today = timezone.localdate()
    last = today - timedelta(days=today.weekday() + 4)
    plan = ShiftPlan.objects.create(
        client_id=UUID(int=90, version=4),
        name="Giro degli anziani soli",
        work="company",
        text="Due chiacchiere e la spesa a chi d'estate resta solo.",
        audience=Audience.AREA,
        municipality=apps.get_model("portal", "Municipality").objects.get(name="Pero"),
        host=organization,
        organizer=organization.members.get(is_coordinator=True, until=None).person,
        weekdays=mask_of((3,)),
        starts_at=time(17),
        minutes=120,
        first_day=last - timedelta(weeks=WEEKS),
        last_day=last,
        credits_hours=False,
    )
    role = plan.roles.create(name="Va a trovare", places=5, position=1)
    members = [member.person for member in organization.members.filter(until=None).select_related("person")]
    for week in range(WEEKS):
        day = last - timedelta(weeks=week)
        start = timezone.make_aware(datetime.combine(day, plan.starts_at))
        shift = Shift.objects.create(
            plan=plan, day=day, starts_at=start, ends_at=start + timedelta(minutes=plan.minutes)
        )
        ShiftPlace.objects.bulk_create(
            ShiftPlace(
                shift=shift,
                role=role,
                number=number,
                person=person,
                state=PlaceState.ATTENDED,
                is_vouched=True,
            )
            for number, person in enumerate(dice.sample(members, dice.randint(2, 5)), start=1)
        )


DATA = (DemoData(key="community.organizations", load=load, order=95),)
