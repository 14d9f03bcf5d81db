from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from portal.housing.models import Building, Tenancy
from portal.testing.factories import (
    BuildingFactory,
    DwellingFactory,
    HouseholdFactory,
    TenancyFactory,
    UserFactory,
    tenant_of,
)

pytestmark = pytest.mark.django_db


def test_a_tenant_is_at_home_where_the_household_lives_now():
    building, elsewhere = BuildingFactory(), BuildingFactory()
    tenant = tenant_of(building)

    assert list(Building.objects.home_of(tenant)) == [building]
    assert elsewhere not in Building.objects.home_of(tenant)


def test_who_has_left_the_household_is_at_home_there_no_longer():
    tenant = tenant_of(BuildingFactory())
    household = tenant.household_memberships.get().household

    household.remove(tenant, by=None)

    assert not Building.objects.home_of(tenant)


def test_who_has_moved_out_is_at_home_there_no_longer():
    tenant = tenant_of(BuildingFactory())
    Tenancy.objects.update(left_on=timezone.localdate())

    assert not Building.objects.home_of(tenant)


def test_somebody_who_lives_nowhere_here_has_no_home():
    BuildingFactory()

    assert not Building.objects.home_of(UserFactory())


def test_two_households_cannot_live_in_one_dwelling():
    dwelling = DwellingFactory()
    TenancyFactory(dwelling=dwelling)

    with pytest.raises(IntegrityError), transaction.atomic():
        TenancyFactory(dwelling=dwelling)


def test_a_reception_house_holds_several_households():
    house = DwellingFactory(is_shared=True)

    TenancyFactory(dwelling=house)
    TenancyFactory(dwelling=house)

    assert house.tenancies.count() == 2


def test_a_household_lives_in_one_place():
    household = HouseholdFactory()
    TenancyFactory(household=household)

    with pytest.raises(IntegrityError), transaction.atomic():
        TenancyFactory(household=household)


def test_a_dwelling_is_free_again_once_the_household_has_left():
    dwelling = DwellingFactory()
    TenancyFactory(dwelling=dwelling, left_on=timezone.localdate())

    assert TenancyFactory(dwelling=dwelling).pk


@pytest.mark.parametrize("field", ["ends_on", "left_on"])
def test_a_tenancy_cannot_end_before_it_starts(field):
    today = timezone.localdate()
    with pytest.raises(IntegrityError), transaction.atomic():
        TenancyFactory(starts_on=today, **{"ends_on": today, field: today - timedelta(days=1)})
