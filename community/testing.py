"""Invented people and things of community for tests, here and in a site's own suite."""

from __future__ import annotations

from portal.testing.factories import OrganizationFactory, UserFactory

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
