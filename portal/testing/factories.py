"""Invented people and homes for tests. A plugin's tests start here: `tenant = tenant_of(BuildingFactory())`."""

from __future__ import annotations

import uuid
from datetime import time, timedelta

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from portal.desk.models import Desk, OpeningHours
from portal.extensions.delegations import delegation_scopes
from portal.housing.models import Building, CommonArea, Dwelling, Municipality, Stairwell, Tenancy
from portal.people.delegations.models import Delegation
from portal.people.models import Household, Organization, User


class UserFactory(DjangoModelFactory):
    class Meta:
        model = User
        skip_postgeneration_save = True

    username = factory.Sequence("person-{}".format)
    display_name = factory.Sequence("Persona {}".format)
    email = factory.LazyAttribute(lambda person: f"{person.username}@abitare.example")
    language = "it"

    @factory.post_generation
    def roles(person, create, keys, **kwargs):
        """`UserFactory(roles=["portal.caseworker"])` gives the roles."""
        for key in keys or ():
            person.give_role(key, by=None)

    @factory.post_generation
    def password(person, create, raw, **kwargs):
        if raw:
            person.set_password(raw)
            person.save(update_fields=["password"])


class HouseholdFactory(DjangoModelFactory):
    class Meta:
        model = Household

    name = factory.Sequence("Famiglia {}".format)


class OrganizationFactory(DjangoModelFactory):
    class Meta:
        model = Organization

    name = factory.Sequence("Associazione {}".format)
    kind = Organization.Kind.ASSOCIATION


class DeskFactory(DjangoModelFactory):
    """`DeskFactory(phone="02 0000 0101", open_on=[0, 2])`: open in the morning of Monday and Wednesday."""

    class Meta:
        model = Desk
        skip_postgeneration_save = True

    name = factory.Sequence("Sportello {}".format)

    @factory.post_generation
    def open_on(desk, create, weekdays, opens=time(9), closes=time(12, 30)):
        for weekday in weekdays or ():
            OpeningHours.objects.create(desk=desk, weekday=weekday, opens=opens, closes=closes)


def volunteer_of(organization: Organization, **fields) -> User:
    """Somebody whom the organization has vouched for and the agency has checked: they may give sensitive help."""
    person = fields.pop("person", None) or UserFactory(**fields)
    now = timezone.now()
    organization.members.create(person=person, vouched_at=now, checked_at=now)
    return person


class DelegationFactory(DjangoModelFactory):
    """`DelegationFactory(principal=rosa, delegate=teresa, scope="manutenzione.reports")`: granted, and holds."""

    class Meta:
        model = Delegation

    client_id = factory.LazyFunction(uuid.uuid4)
    principal = factory.SubFactory(UserFactory)
    delegate = factory.SubFactory(UserFactory)
    scope = factory.LazyFunction(lambda: delegation_scopes()[0].key)
    valid_from = factory.LazyFunction(lambda: timezone.now() - timedelta(days=1))
    valid_until = factory.LazyFunction(lambda: timezone.now() + timedelta(days=30))
    accepted_at = factory.LazyAttribute(lambda grant: grant.valid_from)


class MunicipalityFactory(DjangoModelFactory):
    class Meta:
        model = Municipality
        django_get_or_create = ("name",)

    name = "Pero"


class BuildingFactory(DjangoModelFactory):
    class Meta:
        model = Building

    municipality = factory.SubFactory(MunicipalityFactory)
    name = factory.Sequence("Casa {}".format)
    address = factory.Sequence("via dei Tigli {}".format)
    gas_emergency_phone = "800 000 101"


class StairwellFactory(DjangoModelFactory):
    class Meta:
        model = Stairwell

    building = factory.SubFactory(BuildingFactory)
    name = factory.Sequence("Scala {}".format)


class CommonAreaFactory(DjangoModelFactory):
    class Meta:
        model = CommonArea

    building = factory.SubFactory(BuildingFactory)
    kind = CommonArea.Kind.STAIRS
    name = factory.Sequence("Scale, piano {}".format)


class DwellingFactory(DjangoModelFactory):
    class Meta:
        model = Dwelling

    building = factory.SubFactory(BuildingFactory)
    number = factory.Sequence(str)


class TenancyFactory(DjangoModelFactory):
    class Meta:
        model = Tenancy

    dwelling = factory.SubFactory(DwellingFactory)
    household = factory.SubFactory(HouseholdFactory)
    kind = Tenancy.Kind.SERVICE_AGREEMENT
    starts_on = factory.LazyFunction(lambda: timezone.localdate() - timedelta(days=90))
    ends_on = factory.LazyAttribute(lambda tenancy: tenancy.starts_on + timedelta(days=548))


def tenant_of(building: Building, **fields) -> User:
    """Somebody who lives in the building now, alone in a household of their own."""
    person = UserFactory(**fields)
    tenancy = TenancyFactory(dwelling__building=building)
    tenancy.household.members.create(person=person)
    return person


def adult_of(household: Household | None = None, **fields) -> User:
    """An adult of a household: of the one given, or of a new one."""
    person = UserFactory(**fields)
    (household or HouseholdFactory()).members.create(person=person)
    return person
