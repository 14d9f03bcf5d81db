"""What a caseworker cannot enter in the registers of homes, in words before the database has to say it."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from portal.housing.models import Building, Tenancy
from portal.testing.factories import (
    BuildingFactory,
    CommonAreaFactory,
    DwellingFactory,
    HouseholdFactory,
    StairwellFactory,
    TenancyFactory,
    UserFactory,
    tenant_of,
)

pytestmark = pytest.mark.django_db

MARCH, JUNE = date(2025, 3, 1), date(2025, 6, 1)


@pytest.fixture(autouse=True)
def elena(client):
    person = UserFactory(roles=["portal.caseworker"])
    client.force_login(person)
    return person


def errors(client, path: str, fields: dict) -> list[str]:
    """The fields that the register refuses; none when it has saved."""
    answer = client.post(
        f"/admin/{path}/", {name: "" if value is None else value for name, value in fields.items()}
    )
    return [] if answer.status_code == 302 else sorted(answer.context["form"].errors)


def tenancy(dwelling=None, household=None, starts_on=MARCH, left_on=None) -> dict:
    return {
        "dwelling": (dwelling or DwellingFactory()).pk,
        "household": (household or HouseholdFactory()).pk,
        "kind": "service_agreement",
        "starts_on": starts_on,
        "ends_on": starts_on + timedelta(days=548),
        "left_on": left_on,
    }


# -- who lives where, and when ------------------------------------------------------------------------------------


def test_two_households_never_lived_in_one_dwelling_at_a_time(client):
    gone = TenancyFactory(starts_on=MARCH, left_on=JUNE)

    overlapping = tenancy(gone.dwelling, starts_on=date(2025, 5, 1), left_on=date(2025, 7, 1))

    assert errors(client, "tenancies/new", overlapping) == ["dwelling"]


def test_nor_one_household_in_two_dwellings(client):
    gone = TenancyFactory(starts_on=MARCH, left_on=JUNE)

    overlapping = tenancy(household=gone.household, starts_on=date(2025, 1, 1), left_on=date(2025, 4, 1))

    assert errors(client, "tenancies/new", overlapping) == ["household"]


@pytest.mark.parametrize(
    ("starts_on", "left_on"), [(JUNE, None), (JUNE, date(2025, 9, 1)), (date(2024, 1, 1), MARCH)]
)
def test_the_next_moves_in_on_the_day_the_last_moves_out(client, starts_on, left_on):
    gone = TenancyFactory(starts_on=MARCH, left_on=JUNE)

    assert errors(client, "tenancies/new", tenancy(gone.dwelling, gone.household, starts_on, left_on)) == []


def test_in_a_shared_dwelling_households_live_side_by_side(client):
    house = DwellingFactory(is_shared=True)

    for _ in range(3):
        assert errors(client, "tenancies/new", tenancy(house)) == []

    assert house.tenancies.count() == 3


def test_a_tenancy_is_changed_without_being_in_its_own_way(client):
    known = TenancyFactory(starts_on=MARCH)

    changed = tenancy(known.dwelling, known.household, starts_on=MARCH + timedelta(days=1))

    assert errors(client, f"tenancies/edit/{known.pk}", changed) == []


def test_nobody_has_left_tomorrow(client):
    """Whoever has left has no access any more: entered too early it would shut people out of their home's pages."""
    tomorrow = timezone.localdate() + timedelta(days=1)

    assert errors(client, "tenancies/new", tenancy(left_on=tomorrow)) == ["left_on"]
    assert errors(client, "tenancies/new", tenancy(left_on=timezone.localdate())) == []


def test_nobody_is_at_home_before_the_agreement_starts():
    tenant = tenant_of(BuildingFactory())
    Tenancy.objects.update(starts_on=timezone.localdate() + timedelta(days=1))
    assert not Building.objects.home_of(tenant)
    assert not Tenancy.objects.lived_by(tenant)

    Tenancy.objects.update(starts_on=timezone.localdate())
    assert Building.objects.home_of(tenant)


@pytest.mark.parametrize("shared", [True, False])
def test_whether_a_dwelling_is_shared_changes_only_while_it_is_empty(client, shared):
    dwelling = DwellingFactory(is_shared=shared)
    lived_in = TenancyFactory(dwelling=dwelling)
    fields = {"number": dwelling.number, "floor": 0, "rooms": 2, "is_shared": "" if shared else "on"}
    assert errors(client, f"dwellings/edit/{dwelling.pk}", fields) == ["is_shared"]

    lived_in.left_on = timezone.localdate()
    lived_in.save()
    assert errors(client, f"dwellings/edit/{dwelling.pk}", fields) == []


# -- what belongs to a building -----------------------------------------------------------------------------------


def area_in(building, stairwell) -> dict:
    return {"building": building.pk, "stairwell": stairwell.pk, "kind": "stairs", "name": "Scale"}


def dwelling_in(building, stairwell) -> dict:
    return {"building": building.pk, "stairwell": stairwell.pk, "number": "1", "floor": 0, "rooms": 2}


@pytest.mark.parametrize(("register", "place"), [("common-areas", area_in), ("dwellings", dwelling_in)])
def test_a_place_is_not_in_a_stairwell_of_another_building(client, register, place):
    stairwell = StairwellFactory()

    assert errors(client, f"{register}/new", place(BuildingFactory(), stairwell)) == ["stairwell"]
    assert errors(client, f"{register}/new", place(stairwell.building, stairwell)) == []


@pytest.mark.parametrize(
    ("register", "make"),
    [("common-areas", CommonAreaFactory), ("dwellings", DwellingFactory), ("stairwells", StairwellFactory)],
)
def test_a_place_never_moves_to_another_building(client, register, make):
    """Its label hangs on the wall, and reports and tenancies lead back to it."""
    thing = make()
    here = thing.building_id
    fields = {
        "building": BuildingFactory().pk,
        "kind": "stairs",
        "name": "Altro",
        "number": "7",
        "floor": 0,
        "rooms": 1,
    }

    assert errors(client, f"{register}/edit/{thing.pk}", fields) == []

    thing.refresh_from_db()
    assert thing.building_id == here


@pytest.mark.parametrize(
    ("register", "make", "name"),
    [
        ("common-areas", CommonAreaFactory, "name"),
        ("dwellings", DwellingFactory, "number"),
        ("stairwells", StairwellFactory, "name"),
    ],
)
def test_a_name_stands_once_in_a_building_and_is_free_in_the_next(client, register, make, name):
    known = make()
    fields = {"kind": "stairs", "floor": 0, "rooms": 1, name: getattr(known, name)}

    assert errors(client, f"{register}/new", {**fields, "building": known.building_id}) != []
    assert errors(client, f"{register}/new", {**fields, "building": BuildingFactory().pk}) == []
