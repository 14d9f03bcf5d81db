"""The registers in the Wagtail admin, by whoever keeps them."""

import pytest

from portal.events import history_of
from portal.people.models import HouseholdMember
from portal.testing.factories import (
    BuildingFactory,
    DwellingFactory,
    HouseholdFactory,
    MunicipalityFactory,
    OrganizationFactory,
    TenancyFactory,
    UserFactory,
    tenant_of,
)
from tests.portal.proof.browsers import step_up_now

from .doors import delivered, says_why, texted, who

pytestmark = pytest.mark.django_db

HOMES = ["municipalities", "buildings", "stairwells", "common-areas", "dwellings", "tenancies"]
ACTIVE = {"language": "it", "phone": "", "is_active": "on"}
PEOPLE = ["households", "household-members", "organizations", "organization-members"]


@pytest.fixture
def elena(client):
    person = UserFactory(roles=["portal.caseworker"])
    client.force_login(person)
    step_up_now(client)
    return person


@pytest.fixture
def marta(client):
    person = UserFactory(roles=["portal.administrator"])
    client.force_login(person)
    step_up_now(client)
    return person


@pytest.mark.parametrize("register", [*HOMES, *PEOPLE])
def test_a_caseworker_reads_and_adds_in_every_register(client, elena, register):
    tenant_of(BuildingFactory())
    OrganizationFactory().add(UserFactory(), by=None)
    assert client.get(f"/admin/{register}/").status_code == 200
    assert client.get(f"/admin/{register}/?q=a").status_code == 200
    assert client.get(f"/admin/{register}/new/").status_code == 200


def test_a_caseworker_enters_people_and_an_administrator_changes_their_accounts(client, elena):
    assert client.get("/admin/people/").status_code == 200
    assert client.get("/admin/people/new/").status_code == 200
    somebody = UserFactory()
    assert client.get(f"/admin/people/edit/{somebody.pk}/").status_code == 302


@pytest.mark.parametrize("register", ["people", *HOMES, *PEOPLE])
def test_an_administrator_keeps_every_register(client, marta, register):
    assert client.get(f"/admin/{register}/").status_code == 200
    assert client.get(f"/admin/{register}/new/").status_code == 200


def test_a_dwelling_is_added(client, elena):
    building = BuildingFactory()
    fields = {
        "building": building.pk,
        "stairwell": "",
        "number": "12",
        "floor": "2",
        "rooms": "3",
        "square_metres": "60",
    }
    assert client.post("/admin/dwellings/new/", fields).status_code == 302
    assert building.dwellings.get().number == "12"


def test_a_tenancy_is_added_and_ended(client, elena):
    dwelling, household = DwellingFactory(), HouseholdFactory()
    fields = {
        "dwelling": dwelling.pk,
        "household": household.pk,
        "kind": "service_agreement",
        "starts_on": "2026-01-01",
        "ends_on": "2027-07-01",
        "left_on": "",
    }
    assert client.post("/admin/tenancies/new/", fields).status_code == 302
    tenancy = household.tenancies.get()
    client.post(f"/admin/tenancies/edit/{tenancy.pk}/", {**fields, "left_on": "2026-11-01"})
    tenancy.refresh_from_db()
    assert str(tenancy.left_on) == "2026-11-01"


@pytest.mark.parametrize(
    "wrong",
    [
        {"ends_on": "2025-01-01"},
        {"left_on": "2025-01-01"},
        {"kind": "squat"},
        {"starts_on": "soon"},
    ],
)
def test_a_tenancy_that_cannot_be_is_refused_with_a_word(client, elena, wrong):
    fields = {
        "dwelling": DwellingFactory().pk,
        "household": HouseholdFactory().pk,
        "kind": "service_agreement",
        "starts_on": "2026-01-01",
        "ends_on": "2027-07-01",
        "left_on": "",
    }
    answer = client.post("/admin/tenancies/new/", {**fields, **wrong})
    assert answer.status_code == 200
    assert answer.context["form"].errors


def test_a_second_household_in_a_dwelling_is_refused(client, elena):
    tenancy = TenancyFactory()
    fields = {
        "dwelling": tenancy.dwelling.pk,
        "household": HouseholdFactory().pk,
        "kind": "service_agreement",
        "starts_on": "2026-01-01",
        "ends_on": "2027-07-01",
        "left_on": "",
    }
    answer = client.post("/admin/tenancies/new/", fields)
    assert answer.status_code == 200
    assert answer.context["form"].errors


def test_a_municipality_with_homes_is_not_deleted(client, marta):
    municipality = MunicipalityFactory()
    BuildingFactory(municipality=municipality)
    client.post(f"/admin/municipalities/delete/{municipality.pk}/")
    assert type(municipality).objects.filter(pk=municipality.pk).exists()


# -- memberships -------------------------------------------------------------------------------------------------


def test_somebody_joins_a_household_by_the_caseworkers_hand(client, elena):
    household, person = HouseholdFactory(), UserFactory()
    fields = {"household": household.pk, "person": person.pk, "is_adult": "on"}
    assert client.post("/admin/household-members/new/", fields).status_code == 302
    assert household.members.current().get().person == person
    assert [(e.kind, e.actor) for e in history_of(household)] == [("portal.household.joined", elena)]


def test_and_leaves_it_signed_out_at_once(client, elena):
    household, person = HouseholdFactory(), UserFactory()
    member = household.add(person, by=elena)
    their_phone = type(client)()
    their_phone.force_login(type(person).objects.get(pk=person.pk))
    assert who(their_phone) == person.pk
    client.post(f"/admin/household-members/edit/{member.pk}/", {"is_adult": "on", "ends": "on"})
    member.refresh_from_db()
    assert member.until is not None
    assert who(their_phone) is None
    assert [e.kind for e in history_of(household)] == ["portal.household.joined", "portal.household.left"]


def test_a_membership_never_moves_to_somebody_else(client, elena):
    household, person = HouseholdFactory(), UserFactory()
    member = household.add(person, by=elena)
    other = {"household": HouseholdFactory().pk, "person": UserFactory().pk, "is_adult": "on"}
    client.post(f"/admin/household-members/edit/{member.pk}/", other)
    member.refresh_from_db()
    assert (member.household, member.person) == (household, person)


def test_nobody_lives_in_two_households(client, elena):
    person = UserFactory()
    HouseholdFactory().add(person, by=elena)
    fields = {"household": HouseholdFactory().pk, "person": person.pk, "is_adult": "on"}
    answer = client.post("/admin/household-members/new/", fields)
    assert answer.status_code == 200
    assert "person" in answer.context["form"].errors
    assert HouseholdMember.objects.count() == 1


def test_a_volunteer_joins_and_leaves_an_organization(client, elena):
    organization, person = OrganizationFactory(), UserFactory()
    fields = {"organization": organization.pk, "person": person.pk, "is_coordinator": "on"}
    client.post("/admin/organization-members/new/", fields)
    member = organization.members.get()
    assert member.is_coordinator
    again = client.post("/admin/organization-members/new/", fields)
    assert "person" in again.context["form"].errors
    client.post(f"/admin/organization-members/edit/{member.pk}/", {"ends": "on"})
    assert not organization.members.current().exists()


@pytest.mark.parametrize("register", ["people", *PEOPLE])
def test_people_and_their_groups_are_not_deleted_here(client, register):
    client.force_login(UserFactory(is_superuser=True))
    step_up_now(client)
    household, organization = HouseholdFactory(), OrganizationFactory()
    objects = {
        "people": UserFactory(),
        "households": household,
        "household-members": household.add(UserFactory(), by=None),
        "organizations": organization,
        "organization-members": organization.add(UserFactory(), by=None),
    }
    kept = objects[register]
    assert client.post(f"/admin/{register}/delete/{kept.pk}/").status_code == 404
    assert type(kept).objects.filter(pk=kept.pk).exists()
    # What is offered on the pages works.
    assert client.get(f"/admin/{register}/edit/{kept.pk}/").status_code == 200
    assert client.get(f"/admin/{register}/history/{kept.pk}/").status_code == 200


# -- people ------------------------------------------------------------------------------------------------------


def test_an_address_that_somebody_has_is_refused_whatever_its_case(client, marta):
    UserFactory(email="anna@abitare.example")
    fields = {
        "display_name": "Altra",
        "language": "it",
        "email": "ANNA@abitare.example",
        "phone": "",
        "is_active": "on",
    }
    answer = client.post("/admin/people/new/", fields)
    assert "email" in answer.context["form"].errors


def test_two_people_may_have_neither_address_nor_phone(client, marta, django_user_model):
    for name in ("Uno", "Due"):
        fields = {**ACTIVE, "display_name": name, "email": ""}
        assert client.post("/admin/people/new/", fields).status_code == 302
    assert django_user_model.objects.filter(email=None, phone=None).count() == 2


def test_closing_an_account_in_the_register_signs_out_and_is_recorded(client, marta):
    person = UserFactory()
    their_phone = type(client)()
    their_phone.force_login(person)
    fields = {"display_name": person.display_name, "language": "it", "email": person.email, "phone": ""}
    says_why(client, person)
    client.post(f"/admin/people/edit/{person.pk}/", fields)
    person.refresh_from_db()
    assert not person.is_active
    assert who(their_phone) is None
    assert [(e.kind, e.actor) for e in history_of(person, confidential=True)] == [
        ("portal.person.closed", marta)
    ]


def test_a_new_address_in_the_register_signs_out_and_is_recorded(client, marta):
    person = UserFactory()
    their_phone = type(client)()
    their_phone.force_login(person)
    fields = {
        "display_name": "New Name",
        "language": "it",
        "email": "New@abitare.example",
        "phone": "",
        "is_active": "on",
    }
    says_why(client, person)
    client.post(f"/admin/people/edit/{person.pk}/", fields)
    person.refresh_from_db()
    assert (person.display_name, person.email) == ("New Name", "new@abitare.example")
    assert who(their_phone) is None
    assert [e.kind for e in history_of(person, confidential=True)] == ["portal.person.email_changed"]


def test_saving_without_a_change_changes_nothing(client, marta):
    person = UserFactory()
    their_phone = type(client)()
    their_phone.force_login(person)
    fields = {
        "display_name": person.display_name,
        "language": "it",
        "email": person.email,
        "phone": "",
        "is_active": "on",
    }
    says_why(client, person)
    client.post(f"/admin/people/edit/{person.pk}/", fields)
    assert who(their_phone) == person.pk
    assert not history_of(person, confidential=True).exists()


@pytest.mark.parametrize("written", ["02 0000 0111", "+39 02 0000 0111", "٠٢٠٠٠٠٠١١١"])
def test_numbers_are_kept_in_one_form_however_they_are_written(client, marta, django_user_model, written):
    fields = {**ACTIVE, "display_name": "Nuova", "email": "", "phone": written, "contact_phone": written}
    assert client.post("/admin/people/new/", fields).status_code == 302
    person = django_user_model.objects.get(display_name="Nuova")
    assert (person.phone, person.contact_phone) == ("+390200000111", "+390200000111")


def test_a_number_that_somebody_signs_in_with_is_refused_and_one_to_call_may_be_shared(client, marta):
    UserFactory(phone="+390200000111", contact_phone="+390200000222")
    fields = {**ACTIVE, "display_name": "Nuova", "email": "", "phone": "02 0000 0111"}
    assert "phone" in client.post("/admin/people/new/", fields).context["form"].errors
    shared = {**fields, "phone": "", "contact_phone": "02 0000 0222"}
    assert client.post("/admin/people/new/", shared).status_code == 302
    wrong = {**fields, "phone": "12", "contact_phone": "x"}
    assert set(client.post("/admin/people/new/", wrong).context["form"].errors) == {"phone", "contact_phone"}


def test_a_new_number_in_the_register_signs_out_is_recorded_and_the_old_one_told(client, marta):
    person = UserFactory(phone="+390200000111", roles=["portal.editor"])
    their_phone = type(client)()
    their_phone.force_login(person)
    says_why(client, person)
    fields = {**ACTIVE, "display_name": person.display_name, "email": person.email, "phone": "02 0000 0222"}
    client.post(f"/admin/people/edit/{person.pk}/", fields)
    person.refresh_from_db()
    assert person.phone == "+390200000222"
    assert who(their_phone) is None
    assert [message.to for message in texted()] == ["+390200000111"]
    assert "portal.person.phone_changed" in [e.kind for e in history_of(person, confidential=True)]


def test_the_old_address_of_somebody_with_a_role_is_told_that_staff_changed_it(client, marta):
    person = UserFactory(email="old@abitare.example", roles=["portal.editor"])
    says_why(client, person)
    fields = {**ACTIVE, "display_name": person.display_name, "email": "new@abitare.example"}
    client.post(f"/admin/people/edit/{person.pk}/", fields)
    assert [message.to for message in delivered()] == [["old@abitare.example"]]


def test_namesakes_are_told_apart_by_their_household_and_a_part_of_their_address(client, elena):
    for place in ("Famiglia Haddad", "Famiglia Rossi"):
        person = UserFactory(
            display_name="Samira Haddad", email=f"samira.{place[9:].lower()}@abitare.example"
        )
        HouseholdFactory(name=place).add(person, by=None)
    page = client.get("/admin/person_chooser/results/?q=samira").content.decode()
    assert "Famiglia Rossi" in page
    assert "s•••@abitare.example" in page
    assert "samira.rossi" not in page


def test_somebody_is_chosen_by_name(client, elena):
    UserFactory(display_name="Samira Haddad")
    UserFactory(display_name="Marco Bellini")
    answer = client.get("/admin/person_chooser/results/?q=samira")
    assert "Samira Haddad" in answer.content.decode()
    assert "Marco Bellini" not in answer.content.decode()


def test_a_household_is_chosen_by_name(client, elena):
    HouseholdFactory(name="Famiglia Haddad")
    HouseholdFactory(name="Famiglia Bellini")
    answer = client.get("/admin/household_chooser/results/?q=haddad")
    assert "Haddad" in answer.content.decode()
    assert "Bellini" not in answer.content.decode()


def test_forms_do_not_list_everybody(client, elena):
    UserFactory(display_name="Samira Haddad")
    HouseholdFactory(name="Famiglia Bellini")
    for register in ("household-members", "organization-members", "tenancies"):
        page = client.get(f"/admin/{register}/new/").content.decode()
        assert "Samira Haddad" not in page
        assert "Famiglia Bellini" not in page


def test_wagtail_calls_its_editors_by_their_name(client):
    person = UserFactory(username="0123456789abcdef", display_name="Chiara Fontana", roles=["portal.editor"])
    client.force_login(person)
    page = client.get("/admin/").content.decode()
    assert "Chiara Fontana" in page
    assert person.username not in page


def test_registers_show_in_the_menu_of_those_who_keep_them(client, elena):
    page = client.get("/admin/").content.decode()
    assert "/admin/buildings/" in page
    assert "/admin/households/" in page
    client.force_login(UserFactory(roles=["portal.editor"]))
    page = client.get("/admin/").content.decode()
    assert "/admin/buildings/" not in page
    assert "/admin/households/" not in page
