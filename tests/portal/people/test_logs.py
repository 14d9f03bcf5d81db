"""What is written down about signing in names nobody and opens nothing."""

import logging

import pytest

from portal.testing.factories import UserFactory

from .doors import PASSWORD, ask_for_code, delivered, sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def written(caplog):
    """All that any logger says, down to the smallest; the database's own words are no log of an installation."""
    caplog.set_level(logging.DEBUG)
    caplog.set_level(logging.INFO, logger="django.db.backends")
    return lambda: caplog.text


def test_neither_password_nor_code_nor_link_nor_address_is_logged(client, written):
    person = UserFactory(email="samira@abitare.example", password=PASSWORD)
    sign_in(client, person.email, "a wrong password of mine")
    sign_in(client, "stranger@elsewhere.example", "another wrong one")
    code = ask_for_code(client, person.email)
    client.post("/account/login/code/confirm/", {"code": "0000-0000"})
    client.post("/account/login/code/confirm/", {"code": code})
    client.post("/account/logout/")
    client.post("/account/password/reset/", {"login": person.email})
    link = next(word for word in delivered()[-1].body.split() if word.startswith("http"))
    client.get(link, follow=True)
    sign_in(client, person.email)

    for secret in (PASSWORD, "wrong password", "another wrong one", code, link.rsplit("/", 2)[1]):
        assert secret not in written()
    for address in (person.email, "stranger@elsewhere.example"):
        assert address not in written()


def test_a_strange_host_is_refused_and_told_nothing(client, settings):
    settings.DEBUG = False
    person = UserFactory(email="samira@abitare.example")
    answer = client.post(
        "/account/password/reset/", {"login": person.email}, headers={"host": "evil.example"}
    )
    assert answer.status_code == 400
    assert "evil.example" not in answer.content.decode()
    assert "Traceback" not in answer.content.decode()
    assert delivered() == []


def test_a_forwarded_host_does_not_choose_where_a_link_leads(client):
    person = UserFactory(email="samira@abitare.example")
    client.post(
        "/account/password/reset/", {"login": person.email}, headers={"X-Forwarded-Host": "evil.example"}
    )
    assert "evil.example" not in delivered()[-1].body
