"""The demo's sixteen people: each has a button, and behind each button is a page that serves them."""

import re

import pytest
from django.contrib.auth import get_user_model
from django.db import transaction

from portal.access.acting import ACTING
from portal.people.asked import ASKED_AS, ASKED_COUNTED, ASKED_NUMBER
from tests.access.people import ANYONE

from .doors import who


@pytest.fixture(autouse=True)
def _taken_back(demo_db):
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def buttons(client):
    page = client.get("/account/login/").content.decode()
    return re.findall(r'<button[^>]* name="persona" value="(\w+)"', page)


def test_the_sign_in_page_has_one_button_for_each_persona(client):
    assert sorted(buttons(client)) == sorted(ANYONE)


@pytest.mark.parametrize("persona", sorted(ANYONE))
def test_every_personas_button_signs_in_and_leads_to_a_page(client, persona):
    assert persona in buttons(client)

    answer = client.post("/demo/sign-in/", {"persona": persona})

    assert answer.status_code == 302
    assert who(client) == get_user_model().objects.get(username=f"demo.{persona}").pk
    assert client.get(answer["Location"]).status_code == 200


def test_a_button_begins_anew_whatever_the_one_before_was_about_to_do(client):
    """At the demo's stand one asks for a code, leaves, and the next presses a button."""
    client.post("/account/login/code/", {"login": "tenant2@abitare.example"})
    assert {ASKED_AS, ASKED_NUMBER, ASKED_COUNTED, "account_login"} <= set(client.session.keys())
    client.post("/demo/sign-in/", {"persona": "caseworker"})
    left = {ASKED_AS, ASKED_NUMBER, ASKED_COUNTED, "account_login", "account_authentication_methods"}
    assert not left & set(client.session.keys())
    assert "tenant2@abitare.example" not in str(dict(client.session.items()))
    # What was proved is theirs.
    assert client.get("/persone/ruoli/").status_code == 404
    assert client.get("/casa/oggi/").status_code == 200


def test_whoever_presses_their_own_button_again_acts_for_nobody(client):
    client.post("/demo/sign-in/", {"persona": "neighbour"})
    grant = get_user_model().objects.get(username="demo.neighbour").delegations_held.first()
    client.post(f"/account/deleghe/{grant.pk}/start/")
    assert client.session[ACTING] == grant.pk
    client.post("/demo/sign-in/", {"persona": "neighbour"})
    assert ACTING not in client.session
