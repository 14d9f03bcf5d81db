import re

import pytest

from portal.people.forms import AccountForm
from portal.people.registers import HouseholdMemberViewSet, OrganizationMemberViewSet, PersonViewSet
from portal.testing.factories import HouseholdFactory, OrganizationFactory, UserFactory
from tests.portal.proof.browsers import step_up_now

from .doors import PASSWORD, delivered, sign_in, who

pytestmark = pytest.mark.django_db

OTHER = "cinque tigli in fila"


@pytest.fixture
def anna():
    return UserFactory(email="anna@abitare.example", password=PASSWORD)


@pytest.fixture
def phone(client, anna):
    sign_in(client, anna.email)
    return client


@pytest.fixture
def sure_phone(phone):
    """Whoever holds it has just proved once more who they are."""
    step_up_now(phone)
    return phone


@pytest.fixture
def library_computer(client, anna):
    computer = type(client)()
    sign_in(computer, anna.email)
    return computer


def test_whoever_leaves_the_household_is_signed_out_at_once(phone, library_computer, anna):
    household = HouseholdFactory()
    household.add(anna, by=None)
    assert who(phone) == who(library_computer) == anna.pk
    household.remove(anna, by=None)
    assert who(phone) is who(library_computer) is None


def test_those_who_stay_remain_signed_in(phone, anna):
    household = HouseholdFactory()
    ex = UserFactory()
    household.add(anna, by=None)
    household.add(ex, by=None)
    household.remove(ex, by=anna)
    assert who(phone) == anna.pk


def test_a_new_password_keeps_this_session_and_closes_the_others(sure_phone, library_computer, anna):
    access = anna.access_epoch
    answer = sure_phone.post("/account/password/change/", {"password1": OTHER, "password2": OTHER})
    assert answer["Location"] == "/account/accesso/"
    assert who(sure_phone) == anna.pk
    assert who(library_computer) is None
    anna.refresh_from_db()
    assert anna.check_password(OTHER)
    assert anna.access_epoch > access  # open sockets close
    assert delivered()[-1].to == [anna.email]


@pytest.mark.parametrize("address", ["/account/password/change/", "/account/password/set/"])
def test_a_password_is_changed_by_whoever_has_just_proved_who_they_are(phone, anna, address):
    """Not by whoever holds the unlocked phone, not even where there is none yet."""
    answer = phone.post(address, {"password1": OTHER, "password2": OTHER})
    assert answer["Location"].startswith("/account/conferma/?next=")
    anna.refresh_from_db()
    assert anna.check_password(PASSWORD)


@pytest.mark.parametrize(
    "wrong",
    [
        {"password1": OTHER, "password2": OTHER + "!"},
        {"password1": "short", "password2": "short"},
        {"password1": "1234567890", "password2": "1234567890"},
    ],
)
def test_a_password_changes_only_to_a_good_one(sure_phone, anna, wrong):
    assert sure_phone.post("/account/password/change/", wrong).status_code == 200
    anna.refresh_from_db()
    assert anna.check_password(PASSWORD)


def test_a_forgotten_password_is_chosen_anew_by_a_link(client, phone, anna):
    stranger = type(client)()
    stranger.post("/account/password/reset/", {"login": anna.email})
    link = next(word for word in delivered()[-1].body.split() if word.startswith("http"))
    form = stranger.get(link, follow=True)
    address = form.redirect_chain[-1][0]
    assert "set-password" in address  # the key is no longer in the address
    stranger.post(address, {"password1": OTHER, "password2": OTHER})
    anna.refresh_from_db()
    assert anna.check_password(OTHER)
    assert who(phone) is None
    assert stranger.get(link, follow=True).context["token_fail"]


def test_the_link_dies_when_the_address_changes(client, anna):
    client.post("/account/password/reset/", {"login": anna.email})
    link = next(word for word in delivered()[-1].body.split() if word.startswith("http"))
    anna.change_email("anna.new@abitare.example", by=None)
    assert client.get(link, follow=True).context["token_fail"]


def test_the_link_dies_when_the_sessions_are_ended(client, anna):
    client.post("/account/password/reset/", {"login": anna.email})
    link = next(word for word in delivered()[-1].body.split() if word.startswith("http"))
    anna.sign_out_everywhere(by=None)
    assert client.get(link, follow=True).context["token_fail"]


def test_the_message_is_in_the_persons_language_and_says_nothing_in_its_subject(client):
    UserFactory(email="hala@abitare.example", display_name="Hala Mansour", language="en")
    client.post("/ar/account/password/reset/", {"login": "hala@abitare.example"})
    assert delivered()[-1].subject == "Choose a new password"
    assert "/en/account/password/reset/key/" in delivered()[-1].body


def test_a_new_address_signs_out_and_the_old_one_opens_nothing(phone, anna):
    anna.change_email("anna.new@abitare.example", by=None)
    assert who(phone) is None
    sign_in(phone, "anna@abitare.example")
    assert who(phone) is None
    sign_in(phone, "Anna.New@abitare.example")
    assert who(phone) == anna.pk


def test_a_closed_account_is_signed_out_at_once_and_comes_back_when_opened(phone, anna):
    anna.close_account(by=None)
    assert who(phone) is None
    anna.open_account(by=None)
    sign_in(phone, anna.email)
    assert who(phone) == anna.pk


def test_somebody_without_a_password_chooses_one(client, anna):
    anna.set_unusable_password()
    anna.save()
    client.force_login(anna)
    step_up_now(client)
    client.post("/account/password/set/", {"password1": OTHER, "password2": OTHER})
    assert who(client) == anna.pk
    anna.refresh_from_db()
    assert anna.check_password(OTHER)


# -- my account ----------------------------------------------------------------------------------------------


def test_the_account_page_leads_to_the_address_and_saves_name_and_language(phone, anna):
    assert "/account/recapiti/" in phone.get("/account/").content.decode()
    assert anna.email in phone.get("/account/recapiti/").content.decode()
    answer = phone.post("/account/", {"display_name": "Anna R.", "language": "ar", "email": "x@evil.example"})
    assert answer["Location"] == "/ar/account/"
    anna.refresh_from_db()
    assert (anna.display_name, anna.language, anna.email) == ("Anna R.", "ar", "anna@abitare.example")


@pytest.mark.parametrize(
    "wrong", [{"display_name": "", "language": "it"}, {"display_name": "A", "language": "xx"}]
)
def test_the_account_page_says_what_is_wrong_and_keeps_what_was_there(phone, anna, wrong):
    answer = phone.post("/account/", wrong)
    assert answer.status_code == 200
    assert answer.context["form"].errors
    anna.refresh_from_db()
    assert anna.display_name
    # The head of the page still carries the name that counts.
    assert answer.wsgi_request.user.pk == anna.pk


def test_a_visitor_is_asked_to_sign_in_in_the_language_of_the_page(client):
    assert client.get("/ar/account/")["Location"] == "/ar/account/login/?next=/ar/account/"


def test_the_address_alone_decides_the_language_of_a_page(phone, anna):
    anna.language = "ar"
    anna.save()
    assert 'lang="en"' in phone.get("/en/account/").content.decode()
    assert 'lang="it"' in phone.get("/account/", headers={"Accept-Language": "ar"}).content.decode()


# -- two things at once: what a form saves brings back nothing that ended since it was read ------------------


def fields_of(person, **changed):
    return {
        "display_name": person.display_name,
        "language": "it",
        "email": person.email,
        "phone": "",
        "is_active": "on",
        **changed,
    }


def own_name(person, by):
    return AccountForm({"display_name": "Anna R.", "language": "it"}, instance=person)


def name_in_the_register(person, by):
    form_class = PersonViewSet().get_form_class()
    return form_class(fields_of(person, display_name="Anna R."), instance=person, for_user=by)


@pytest.mark.parametrize("form_of", [own_name, name_in_the_register])
def test_saving_a_name_undoes_no_sign_out_no_password_and_no_closing(phone, anna, form_of):
    read_before = type(anna).objects.get(pk=anna.pk)
    form = form_of(read_before, UserFactory(roles=["portal.administrator"]))
    assert form.is_valid(), form.errors
    anna.set_password(OTHER)
    anna.save()
    anna.close_account(by=None)

    form.save()

    anna.refresh_from_db()
    assert anna.display_name == "Anna R."
    assert not anna.is_active
    assert anna.check_password(OTHER)
    assert who(phone) is None
    anna.open_account(by=None)
    assert who(phone) is None


def test_saving_a_membership_does_not_bring_it_back(anna):
    household = HouseholdFactory()
    read_before = household.add(anna, by=None)
    form = HouseholdMemberViewSet().get_form_class()({}, instance=read_before, for_user=UserFactory())
    assert form.is_valid(), form.errors
    household.remove(anna, by=None)

    form.save()

    assert not household.members.current().exists()


def test_whoever_becomes_coordinator_reconnects_with_the_rights_of_one(anna):
    member = OrganizationFactory().add(anna, by=None)

    def epoch_after_saving():
        form_class = OrganizationMemberViewSet().get_form_class()
        form = form_class({"is_coordinator": "on"}, instance=member, for_user=UserFactory())
        assert form.is_valid()
        form.save()
        return type(anna).objects.get(pk=anna.pk).access_epoch

    before = type(anna).objects.get(pk=anna.pk).access_epoch
    assert epoch_after_saving() == before + 1
    assert epoch_after_saving() == before + 1  # nothing has changed


def test_the_pages_for_a_password_lead_back_to_my_account(sure_phone, anna):
    for address in ("/account/password/change/", "/account/password/set/"):
        page = sure_phone.get(address).content.decode()
        way = page.split('class="breadcrumbs"')[1].split("</nav>")[0]
        assert re.findall(r'href="([^"]+)"', way) == ["/account/", "/account/accesso/"]
        anna.set_unusable_password()
        anna.save(update_fields=["password"])
        sure_phone.force_login(anna)
        step_up_now(sure_phone)
