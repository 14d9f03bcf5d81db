import json

import pytest
from wagtail.models import ModelLogEntry

from portal.extensions import PersonalData, find
from portal.people.models import Household, User
from portal.testing.factories import HouseholdFactory, OrganizationFactory, TenancyFactory, UserFactory
from tests.portal.proof.browsers import step_up_now

from .doors import PASSWORD, sign_in, who

pytestmark = pytest.mark.django_db

KEYS = [
    "portal.User",
    "portal.RoleGrant",
    "portal.Household",
    "portal.HouseholdMember",
    "portal.OrganizationMember",
]


@pytest.fixture
def samira():
    person = UserFactory(
        display_name="Samira Haddad",
        email="samira@abitare.example",
        phone="+390200000101",
        password=PASSWORD,
        roles=["portal.caseworker"],
    )
    HouseholdFactory(name="Famiglia Haddad").add(person, by=None)
    OrganizationFactory(name="Vicini di Casa").add(person, by=None, is_coordinator=True)
    return person


def entry(key):
    return find(PersonalData, key)


@pytest.mark.parametrize("key", KEYS)
def test_an_export_is_plain_and_only_the_persons_own(samira, key):
    HouseholdFactory(name="Famiglia Bellini").add(UserFactory(display_name="Marco Bellini"), by=None)
    rows = list(entry(key).export(samira))
    assert len(rows) == 1
    assert "Bellini" not in json.dumps(rows)


def test_an_export_says_who_one_is_and_where_one_belongs(samira):
    told = json.dumps([row for key in KEYS for row in entry(key).export(samira)])
    for fact in (
        "Samira Haddad",
        "samira@abitare.example",
        "+390200000101",
        "portal.caseworker",
        "Haddad",
        "Vicini",
    ):
        assert fact in told


def test_after_erasing_nothing_tells_who_it_was_and_nobody_comes_in(client, samira):
    sign_in(client, samira.email)
    for key in sorted(KEYS):
        assert entry(key).erase(samira) == 1
    samira = type(samira).objects.get(pk=samira.pk)
    told = json.dumps([row for key in KEYS for row in entry(key).export(samira)])
    assert not any(word in told for word in ("Samira", "Haddad", "samira", "+39"))
    assert who(client) is None
    assert not samira.is_active
    assert not samira.has_usable_password()
    assert not samira.groups.exists()


def test_erasing_twice_is_erasing_once(samira):
    for _round in range(2):
        for key in sorted(KEYS):
            entry(key).erase(samira)
    assert type(samira).objects.get(pk=samira.pk).display_name == "—"


def test_a_household_keeps_its_name_as_long_as_somebody_lives_there(samira):
    household = samira.household_memberships.get().household
    household.add(UserFactory(), by=None)
    entry("portal.Household").erase(samira)
    household.refresh_from_db()
    assert household.name == "Famiglia Haddad"


def test_the_log_of_the_registers_forgets_the_names_too(client):
    """Wagtail keeps what each changed row was called."""
    client.force_login(UserFactory(roles=["portal.administrator"]))
    step_up_now(client)
    client.post("/admin/people/new/", {"display_name": "Hala Mansour", "language": "it", "is_active": "on"})
    client.post("/admin/households/new/", {"name": "Famiglia Mansour"})
    hala = User.objects.get(display_name="Hala Mansour")
    household = Household.objects.get(name="Famiglia Mansour")
    client.post("/admin/household-members/new/", {"household": household.pk, "person": hala.pk})
    organization = OrganizationFactory(name="Vicini")
    client.post("/admin/organization-members/new/", {"organization": organization.pk, "person": hala.pk})
    TenancyFactory(household=household)
    logged = ModelLogEntry.objects.filter(label__contains="Mansour")
    assert logged.count() == 4
    ModelLogEntry.objects.log_action(household.tenancies.get(), "wagtail.edit")
    before = ModelLogEntry.objects.count()

    for key in sorted(KEYS):
        entry(key).erase(hala)

    assert list(logged) == []
    assert ModelLogEntry.objects.count() == before


@pytest.mark.parametrize("backwards", [False, True])
def test_in_whatever_order_they_are_asked_the_names_go(backwards):
    hala = UserFactory(display_name="Hala Mansour")
    member = OrganizationFactory(name="Vicini").add(hala, by=None)
    for row in (hala, member):
        ModelLogEntry.objects.log_action(row, "wagtail.edit")

    for key in sorted(KEYS, reverse=backwards):
        entry(key).erase(hala)

    assert not ModelLogEntry.objects.filter(label__contains="Mansour").exists()
