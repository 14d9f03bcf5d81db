"""Whoever has a second factor signs in by it, after a password or a code and never instead of it by them."""

import json

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from cryptography.fernet import InvalidToken

from portal.access.second_factor import PROVED_BY
from portal.access.step_up import STEP_UP_UNTIL
from portal.proof import changes
from portal.proof.adapter import FactorAdapter
from portal.testing.factories import UserFactory
from tests.portal.people.doors import PASSWORD, ask_for_code, sign_in, who

from .browsers import app_of, is_fresh, paper_codes_of, shown_by

pytestmark = pytest.mark.django_db

STEP = "/account/login/conferma/"
GARBAGE = [
    "",
    "null",
    "{",
    "[]",
    "7",
    '"x"',
    "{}",
    '{"id": 1}',
    json.dumps({"id": "x", "rawId": "x", "type": "public-key", "response": {}}),
    json.dumps(
        {"id": "AA", "rawId": "AA", "type": "public-key", "response": {"userHandle": "MQ", "signature": 3}}
    ),
    json.dumps(
        {
            "id": "AAAA",
            "rawId": "AAAA",
            "type": "public-key",
            "response": {
                "clientDataJSON": "e30",
                "authenticatorData": "AAAA",
                "signature": "AAAA",
                "userHandle": "AAAA",
                "attestationObject": "oA",
            },
            "clientExtensionResults": {},
        }
    ),
    "[" * 5000,
    "x" * 30_000,
]
NAMES = [str(number) for number in range(len(GARBAGE))]


@pytest.fixture
def anna():
    return UserFactory(email="anna@abitare.example", password=PASSWORD)


@pytest.fixture
def app(anna):
    return app_of(anna)


def test_a_password_alone_opens_nothing(client, anna, app):
    assert sign_in(client, anna.email)["Location"] == STEP
    assert who(client) is None
    assert client.get("/account/")["Location"].startswith("/account/login/")
    page = client.get(STEP)
    assert page.status_code == 200
    assert "no-store" in page["Cache-Control"]


def test_a_code_by_mail_alone_opens_nothing(client, anna, app):
    code = ask_for_code(client, anna.email)
    assert client.post("/account/login/code/confirm/", {"code": code})["Location"] == STEP
    assert who(client) is None


def test_the_number_of_the_app_lets_in_and_proves_afresh_who_it_is(client, anna, app):
    sign_in(client, anna.email)
    assert client.post(STEP, {"code": shown_by(app)})["Location"] == "/casa/"
    assert who(client) == anna.pk
    client.get("/account/")
    assert client.session[PROVED_BY] == anna.pk
    assert is_fresh(client)


def test_where_one_wanted_to_go_survives_the_second_step(client, anna, app):
    client.post("/account/login/", {"login": anna.email, "password": PASSWORD, "next": "/account/accesso/"})
    assert client.post(STEP, {"code": shown_by(app)})["Location"] == "/account/accesso/"


def test_a_number_counts_once_even_for_somebody_who_reads_it_over_the_shoulder(client, anna, app):
    number = shown_by(app)
    sign_in(client, anna.email)
    client.post(STEP, {"code": number})
    other = type(client)()
    sign_in(other, anna.email)
    assert other.post(STEP, {"code": number}).status_code == 200
    assert who(other) is None


def test_a_wrong_number_sends_nobody_to_a_message_that_was_never_sent(client, anna, app):
    sign_in(client, anna.email)
    right = shown_by(app)
    answer = client.post("/en" + STEP, {"code": f"{(int(right) + 500_000) % 10**6:06}"})
    page = answer.content.decode()
    assert "Look at your app again, or take the next code on your list." in page
    assert "Look at the message again" not in page


@pytest.mark.parametrize("periods", [-1, 0, 1])
def test_a_clock_may_be_half_a_minute_wrong(client, anna, app, periods):
    sign_in(client, anna.email)
    client.post(STEP, {"code": shown_by(app, periods)})
    assert who(client) == anna.pk


@pytest.mark.parametrize("periods", [-3, 3])
def test_but_not_more(client, anna, app, periods):
    sign_in(client, anna.email)
    client.post(STEP, {"code": shown_by(app, periods)})
    assert who(client) is None


def test_an_older_number_does_not_come_after_a_newer_one(client, anna, app):
    sign_in(client, anna.email)
    older = shown_by(app, -1)
    client.post(STEP, {"code": shown_by(app)})
    other = type(client)()
    sign_in(other, anna.email)
    other.post(STEP, {"code": older})
    assert who(other) is None


def test_a_code_on_paper_lets_in_once(client, anna, app):
    code = paper_codes_of(anna)[3]
    sign_in(client, anna.email)
    client.post(STEP, {"code": f"{code[:4]}-{code[4:]}"})
    assert who(client) == anna.pk
    other = type(client)()
    sign_in(other, anna.email)
    other.post(STEP, {"code": code})
    assert who(other) is None
    assert len(paper_codes_of(anna)) == 9


def test_numbers_are_tried_ten_times_by_a_client(client, anna, app):
    sign_in(client, anna.email)
    for _try in range(10):
        client.post(STEP, {"code": "000000"})
    answer = client.post(STEP, {"code": shown_by(app)})
    assert answer.status_code == 200
    assert who(client) is None


def test_many_clients_together_do_not_get_on_for_ever(client, anna, app, settings):
    settings.PORTAL_TRUSTED_PROXIES = 1
    for number in range(5):
        other = type(client)(headers={"X-Forwarded-For": f"203.0.113.{number}"})
        sign_in(other, anna.email)
        for _try in range(8):
            other.post(STEP, {"code": "000000"})
    last = type(client)(headers={"X-Forwarded-For": "203.0.113.200"})
    sign_in(last, anna.email)
    last.post(STEP, {"code": shown_by(app)})
    assert who(last) is None


@pytest.mark.parametrize("given", GARBAGE, ids=NAMES)
def test_what_is_no_answer_of_a_passkey_is_refused_at_the_second_step(client, anna, app, given):
    sign_in(client, anna.email)
    client.get(STEP)
    assert client.post(STEP, {"credential": given}).status_code == 200
    assert who(client) is None


@pytest.mark.parametrize("given", GARBAGE, ids=NAMES)
def test_what_is_no_answer_of_a_passkey_is_refused_at_the_door(client, anna, given):
    asked = client.get("/account/login/passkey/", headers={"X-Requested-With": "XMLHttpRequest"})
    assert asked.json()["request_options"]["publicKey"]["userVerification"] == "required"
    answer = client.post("/account/login/passkey/", {"credential": given}, follow=True)
    assert answer.redirect_chain[-1][0] == "/account/login/"
    assert who(client) is None


def test_the_second_step_does_not_exist_without_the_first(client, anna, app):
    assert client.get(STEP)["Location"] == "/account/login/"
    assert client.post(STEP, {"code": shown_by(app)})["Location"] == "/account/login/"
    assert who(client) is None


def test_whoever_comes_back_to_the_door_begins_again(client, anna, app):
    sign_in(client, anna.email)
    assert client.get("/account/login/").status_code == 200
    assert client.post(STEP, {"code": shown_by(app)})["Location"] == "/account/login/"


def test_a_password_alone_is_no_fresh_proof_and_a_code_is(client, anna):
    sign_in(client, anna.email)
    client.get("/account/")
    assert STEP_UP_UNTIL not in client.session
    other = type(client)()
    code = ask_for_code(other, anna.email)
    other.post("/account/login/code/confirm/", {"code": code})
    other.get("/account/")
    assert is_fresh(other)


def test_a_sign_in_is_fresh_for_an_hour_from_then_on_not_from_a_later_look(client, anna):
    code = ask_for_code(client, anna.email)
    client.post("/account/login/code/confirm/", {"code": code})
    with time_machine.travel(client.session["account_authentication_methods"][-1]["at"] + 3700, tick=False):
        client.get("/account/")
        assert not is_fresh(client)


# -- what is kept --------------------------------------------------------------------------------------------


def test_neither_the_secret_of_an_app_nor_a_code_stands_in_the_database(anna, app):
    kept = json.dumps(list(Authenticator.objects.values_list("data", flat=True)))
    assert app not in kept
    assert not [code for code in paper_codes_of(anna) if code in kept]


def test_an_older_secret_of_the_installation_still_reads(anna, app, settings):
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another secret, for tests only"  # noqa: S105
    row = Authenticator.objects.get(user=anna, type="totp")
    assert FactorAdapter().decrypt(row.data["secret"]) == app
    settings.SECRET_KEY_FALLBACKS = []
    with pytest.raises(InvalidToken):
        FactorAdapter().decrypt(row.data["secret"])


def test_passkeys_belong_to_the_portals_host_whatever_a_request_names(settings):
    settings.WAGTAILADMIN_BASE_URL = "https://casa.abitare.example:8443"
    assert FactorAdapter().get_public_key_credential_rp_entity()["id"] == "casa.abitare.example"


def test_only_one_app_at_a_time(anna, app):
    with pytest.raises(changes.HasOne):
        changes.add_app(anna, secret=app, period=0)
