"""Whose role asks for a second factor does nothing with the portal until it has been proved."""

import pytest
from django.core.management import call_command

from portal.access.second_factor import PROVED_BY
from portal.extensions import Role, declared
from portal.people.demo_door import personas
from portal.people.models import User
from portal.testing.factories import UserFactory
from tests.portal.people.doors import PASSWORD, ask_for_code, sign_in, who

from .browsers import app_of, forget, shown_by, sign_in_long_ago

pytestmark = pytest.mark.django_db

MUST = {
    "portal.administrator",
    "community.mediator",
    "community.mediation_coordinator",
    "risparmio.treasurer",
    "risparmio.approver",
}
SET_UP = "/account/accesso/"


@pytest.fixture
def treasurer():
    return UserFactory(roles=["risparmio.treasurer"], password=PASSWORD)


def test_who_must_have_a_second_factor():
    assert {role.key for role in declared(Role) if role.needs_second_factor} == MUST


@pytest.mark.parametrize("role", sorted(MUST))
def test_without_a_factor_every_page_leads_to_setting_one_up(client, role):
    sign_in_long_ago(client, UserFactory(roles=[role]))
    for path in ("/", "/casa/", "/account/", "/notifiche/", "/persone/ruoli/", "/cerca/", "/notifiche/999/"):
        assert client.get(path)["Location"] == SET_UP
        assert client.post(path)["Location"] == SET_UP
    assert client.get("/ar/casa/")["Location"] == "/ar" + SET_UP
    assert client.get("/admin/")["Location"] == SET_UP
    assert client.get(SET_UP).status_code == 200
    assert client.get("/ar" + SET_UP).status_code == 200
    assert client.get("/healthz").status_code != 302


def test_a_part_of_a_page_is_not_swapped_the_whole_page_leaves(client, treasurer):
    sign_in_long_ago(client, treasurer)
    answer = client.get("/notifiche/conto/", headers={"HX-Request": "true"})
    assert answer.status_code == 204
    assert answer["HX-Redirect"] == SET_UP
    assert not answer.content


def test_with_a_factor_that_this_session_has_not_seen_one_is_asked_for_it(client, treasurer):
    secret = app_of(treasurer)
    sign_in_long_ago(client, treasurer)
    answer = client.get("/notifiche/?page=2")
    assert answer["Location"] == "/account/conferma/?next=%2Fnotifiche%2F%3Fpage%3D2"
    client.post("/account/conferma/", {"way": "factor", "code": shown_by(secret)})
    assert client.get("/notifiche/").status_code == 200


def test_signing_out_is_always_possible(client, treasurer):
    sign_in_long_ago(client, treasurer)
    assert client.get("/account/logout/").status_code == 200
    client.post("/account/logout/")
    assert who(client) is None


def test_others_are_not_held_back(client):
    sign_in_long_ago(client, UserFactory(roles=["portal.caseworker"]))
    assert client.get("/casa/").status_code == 200


def test_who_gets_such_a_role_is_held_back_from_the_next_click_on(client):
    person = UserFactory()
    sign_in_long_ago(client, person)
    assert client.get("/casa/").status_code == 200
    before = person.access_epoch
    person.give_role("risparmio.treasurer", by=None)
    assert client.get("/casa/")["Location"] == SET_UP
    assert person.access_epoch > before  # open sockets close
    person.take_role("risparmio.treasurer", by=None)
    assert client.get("/casa/").status_code == 200


def test_what_another_has_proved_on_the_same_device_does_not_count(client, treasurer):
    sign_in_long_ago(client, treasurer)
    session = client.session
    session[PROVED_BY] = UserFactory().pk
    session.save()
    assert client.get("/casa/")["Location"] == SET_UP


def test_a_personas_button_counts_as_both(client):
    assert {"mediator", "treasurer", "approver", "admin"} <= {persona.key for persona in personas()}
    treasurer = UserFactory(username="demo.treasurer", roles=["risparmio.treasurer"])
    client.post("/demo/sign-in/", {"persona": "treasurer"})
    assert client.get("/casa/").status_code == 200
    assert client.session[PROVED_BY] == treasurer.pk


@pytest.mark.parametrize("by", ["password", "code"])
def test_the_first_administrator_comes_in_and_sets_one_up(client, by):
    call_command("admin", email="prima@abitare.example", name="Prima", no_password=True)
    prima = User.objects.get(email="prima@abitare.example")
    if by == "password":
        prima.set_password(PASSWORD)
        prima.save()
        sign_in(client, prima.email)
    else:
        client.post("/account/login/code/confirm/", {"code": ask_for_code(client, prima.email)})
    assert client.get("/admin/")["Location"] == SET_UP
    page = client.get(SET_UP + "app/")
    if by == "password":  # a password alone is no fresh proof
        assert page["Location"].startswith("/account/conferma/")
        client.post("/account/conferma/", {"way": "password", "password": PASSWORD})
        page = client.get(SET_UP + "app/")
    secret = page.context["secret"].replace(" ", "")
    assert client.post(SET_UP + "app/", {"code": shown_by(secret)})["Location"] == SET_UP + "codici/"
    assert client.get("/persone/ruoli/").status_code == 200
    # And from then on nobody else comes in by the first step alone.
    forget(client)
    other = type(client)()
    sign_in(other, prima.email)
    assert who(other) is None


def test_the_table_of_roles_says_who_must(client):
    client.force_login(UserFactory(roles=["portal.administrator"]))
    page = client.get("/en/persone/ruoli/").content.decode()
    row = page[page.index('<th scope="row">Must sign in with a second step') :]
    assert row[: row.index("</tr>")].count("yes") == len(MUST)
