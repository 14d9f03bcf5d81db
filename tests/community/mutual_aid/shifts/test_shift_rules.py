"""Who may see and do what with shifts."""

import pytest
from django.contrib.auth.models import AnonymousUser

from community.mutual_aid.neighbourhood import Audience
from community.mutual_aid.shifts.models import Shift, ShiftPlan
from community.testing import shift_in
from portal.testing.factories import OrganizationFactory, UserFactory, tenant_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def host():
    return OrganizationFactory()


@pytest.fixture
def shift(host):
    shift = shift_in(3, host=host)
    host.areas.add(shift.plan.municipality)
    return shift


def member(organization, **fields):
    person = UserFactory()
    organization.add(person, by=None, **fields)
    return person


@pytest.fixture
def people(shift, host):
    return {
        "organizer": shift.plan.organizer,
        "tenant": tenant_of(shift.plan.building),
        "another building": tenant_of(shift_in(3).plan.building),
        "coordinator": member(host, is_coordinator=True),
        "member": member(host),
        "another coordinator": member(OrganizationFactory(), is_coordinator=True),
        "caseworker": UserFactory(roles=["portal.caseworker"]),
        "editor": UserFactory(roles=["portal.editor"]),
        "visitor": AnonymousUser(),
    }


def those_with(permission, about, people):
    return {name for name, person in people.items() if person.has_perm(permission, about)}


def test_what_is_meant_for_a_building_is_seen_there_and_by_who_runs_it(shift, people):
    seen = {"organizer", "tenant", "coordinator", "caseworker"}

    assert those_with("community.view_shift", shift, people) == seen
    assert those_with("community.view_shiftplan", shift.plan, people) == seen


def test_who_runs_it(shift, people):
    assert those_with("community.run_shifts", shift, people) == {"organizer", "coordinator", "caseworker"}


def test_who_joins_it(shift, people):
    assert those_with("community.join_shift", shift, people) == {"organizer", "tenant"}


def test_names_are_for_those_who_are_in_it_and_who_run_it(shift, people):
    shift.sign_up(shift.plan.roles.first(), by=people["tenant"])
    people["second tenant"] = tenant_of(shift.plan.building)

    assert those_with("community.see_who_is_in_shift", shift, people) == {
        "organizer",
        "tenant",
        "coordinator",
        "caseworker",
    }


def test_who_plans_shifts(people):
    planners = {name for name, person in people.items() if person.has_perm("community.plan_shifts")}

    assert planners == {"coordinator", "another coordinator", "caseworker"}


@pytest.mark.parametrize("audience", Audience)
def test_questions_and_rules_agree(shift, host, people, audience):
    ShiftPlan.objects.filter(pk=shift.plan.pk).update(audience=audience, organization=host)
    shift = Shift.objects.get(pk=shift.pk)
    for name, person in people.items():
        assert Shift.objects.visible_to(person).filter(pk=shift.pk).exists() == person.has_perm(
            "community.view_shift", shift
        ), name
        assert ShiftPlan.objects.visible_to(person).filter(pk=shift.plan.pk).exists() == person.has_perm(
            "community.view_shiftplan", shift.plan
        ), name
        assert ShiftPlan.objects.run_by(person).filter(pk=shift.plan.pk).exists() == person.has_perm(
            "community.run_shifts", shift.plan
        ), name


def test_who_has_a_place_sees_it_even_after_moving_out(shift, people):
    tenant = people["tenant"]
    shift.sign_up(shift.plan.roles.first(), by=tenant)
    tenant.household_memberships.get().household.remove(tenant, by=None)
    tenant = type(tenant).objects.get(pk=tenant.pk)

    assert tenant.has_perm("community.view_shift", shift)
    assert Shift.objects.visible_to(tenant).filter(pk=shift.pk).exists()
    assert not tenant.has_perm("community.join_shift", shift)
