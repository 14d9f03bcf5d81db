"""The demo's sixteen people: each has a button, and behind each button is a page that serves them."""

import re

import pytest
from django.contrib.auth import get_user_model
from django.db import transaction

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
