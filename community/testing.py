"""Invented people and things of community for tests, here and in a site's own suite."""

from __future__ import annotations

import uuid
from datetime import timedelta

from django.apps import apps
from django.utils import timezone

from portal.testing.factories import OrganizationFactory, UserFactory

from .mutual_aid.neighbourhood import Audience
from .mutual_aid.things.models import Thing
from .mutual_aid.things.reservations import Reservation, days_between
from .mutual_aid.things.words import OPEN, Category, Condition, LoanState
from .safety.models import Steward


def coordinator_of(municipality, **fields):
    """Somebody who coordinates the organization that answers for mutual aid there; it is made where there is none."""
    steward = Steward.objects.filter(municipality=municipality).first()
    if steward is None:
        organization = OrganizationFactory()
        organization.areas.add(municipality)
        steward = Steward.objects.create(municipality=municipality, organization=organization)
    person = UserFactory(**fields)
    steward.organization.add(person, by=None, is_coordinator=True)
    return person


def minor_of(adult, **fields):
    """A minor of an adult's household, who signs in."""
    household = adult.household_memberships.get(until=None).household
    person = UserFactory(**fields)
    household.members.create(person=person, is_adult=False)
    return person


def thing_of(keeper, *, building=None, audience=Audience.BUILDING, **fields) -> Thing:
    """Something that a tenant lends to those of their building, or of the one given."""
    building = building or apps.get_model("portal", "Building").objects.home_of(keeper).get()
    thing = Thing.objects.create(
        **{
            "client_id": uuid.uuid4(),
            "name": "Trapano",
            "category": Category.TOOLS,
            "condition": Condition.GOOD,
            "owner": keeper,
            "audience": audience,
            "building": building if audience == Audience.BUILDING else None,
            "municipality": building.municipality,
            **fields,
        }
    )
    thing.kept.create(person=keeper)
    return thing


def loan_of(thing: Thing, person, *, first: int = 0, last: int = 1, state=LoanState.RESERVED, **fields):
    """A loan with its cells; `first` and `last` are days from today."""
    today = timezone.localdate()
    loan = Reservation.objects.create(
        client_id=uuid.uuid4(),
        thing=thing,
        person=person,
        first_day=today + timedelta(days=first),
        last_day=today + timedelta(days=last),
        state=state,
        **fields,
    )
    if state in OPEN:
        loan.take_days(days_between(loan.first_day, loan.last_day))
    return loan
