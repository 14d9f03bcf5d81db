"""Whether somebody is known here is nobody's business: the same pages, as many hashes, as many queries."""

import re
import time
from datetime import timedelta
from unittest.mock import patch

import pytest
from django.contrib.auth import hashers
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from portal.people.papers.models import SignInSheet
from portal.people.phones import normalised, readable
from portal.testing.factories import UserFactory
from portal.ui.words import unbroken
from tests.harness.medians import differ_by
from tests.portal.people.joining.asking import form

from .doors import PASSWORD, delivered, texted

pytestmark = pytest.mark.django_db

KNOWN, UNKNOWN, CLOSED, WITHOUT_PASSWORD = (
    f"{name}@abitare.example" for name in ("kalinka", "nobody", "closed", "codes")
)
KNOWN_PHONE, UNKNOWN_PHONE, CLOSED_PHONE, PHONE_WITHOUT_PASSWORD, PHONE_TO_CALL = (
    f"02 0000 01{number}" for number in range(10, 15)
)
# A login that is known, and another that is not.
OTHERS = [
    (KNOWN, UNKNOWN),
    (KNOWN, CLOSED),
    (KNOWN_PHONE, UNKNOWN_PHONE),
    (KNOWN_PHONE, CLOSED_PHONE),
    (KNOWN_PHONE, PHONE_TO_CALL),
]


@pytest.fixture(autouse=True)
def people():
    UserFactory(email=KNOWN, phone=normalised(KNOWN_PHONE), password=PASSWORD)
    UserFactory(email=CLOSED, phone=normalised(CLOSED_PHONE), password=PASSWORD).close_account(by=None)
    UserFactory(email=WITHOUT_PASSWORD, phone=normalised(PHONE_WITHOUT_PASSWORD), password=None)
    UserFactory(email=None, contact_phone=normalised(PHONE_TO_CALL), password=PASSWORD)


def without(page, logins):
    page = re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"', "", page)
    for login in logins:
        page = page.replace(login, "").replace(unbroken(readable(login)), "")
    return page


def cost(client, address, *, before=None, **fields):
    """(queries, hashes, status, where it leads, the page without its tokens) of one attempt.

    `before` is an address and what is sent there first.
    """
    client = type(client)()
    if before:
        client.post(*before)
    client.get(address)
    encode = hashers.MD5PasswordHasher.encode
    with (
        patch.object(hashers.MD5PasswordHasher, "encode", autospec=True, side_effect=encode) as hashed,
        CaptureQueriesContext(
            connection,
        ) as queries,
    ):
        answer = client.post(address, fields)
    shapes = [re.sub(r"'[^']*'|\d+", "?", q["sql"].split("(")[0]) for q in queries]
    logins = (KNOWN, UNKNOWN, CLOSED, WITHOUT_PASSWORD)
    numbers = (KNOWN_PHONE, UNKNOWN_PHONE, CLOSED_PHONE, PHONE_WITHOUT_PASSWORD, PHONE_TO_CALL)
    page = without(answer.content.decode(), (*logins, *numbers))
    return shapes, hashed.call_count, answer.status_code, answer.headers.get("Location"), page


@pytest.mark.parametrize(
    ("login", "other"), [*OTHERS, (KNOWN, WITHOUT_PASSWORD), (KNOWN_PHONE, PHONE_WITHOUT_PASSWORD)]
)
def test_a_wrong_password_costs_the_same(client, login, other):
    known = cost(client, "/account/login/", login=login, password="not this one")
    assert known[1] == 1
    assert cost(client, "/account/login/", login=other, password="not this one") == known


@pytest.mark.parametrize(("login", "other"), OTHERS)
def test_asking_for_a_code_costs_the_same(client, login, other):
    known = cost(client, "/account/login/code/", login=login)
    assert known[3] == "/account/login/code/confirm/"
    assert cost(client, "/account/login/code/", login=other) == known


@pytest.mark.parametrize("code", ["0000-0000", ""])
@pytest.mark.parametrize(("login", "other"), OTHERS)
def test_a_wrong_code_costs_the_same(client, login, other, code):
    def attempt(login):
        asked = ("/account/login/code/", {"login": login})
        return cost(client, "/account/login/code/confirm/", before=asked, code=code)

    known = attempt(login)
    assert known[2] == 200
    assert attempt(other) == known


@pytest.mark.parametrize(("login", "other"), OTHERS)
def test_the_page_that_waits_for_the_code_costs_the_same(client, login, other):
    def asked(login):
        visitor = type(client)()
        visitor.post("/account/login/code/", {"login": login})
        visitor.get("/account/login/code/confirm/")  # what is read once and then remembered is not the page's
        with CaptureQueriesContext(connection) as queries:
            visitor.get("/account/login/code/confirm/")
        return len(queries)

    assert asked(other) == asked(login)


@pytest.mark.parametrize("other", [UNKNOWN, CLOSED])
def test_asking_for_a_new_password_costs_the_same(client, other):
    known = cost(client, "/account/password/reset/", login=KNOWN)
    assert known[3] == "/account/password/reset/done/"
    assert cost(client, "/account/password/reset/", login=other) == known


@pytest.mark.parametrize(("login", "other"), [pair for pair in OTHERS if "@" not in pair[0]])
def test_asking_for_a_new_password_with_a_phone_costs_the_same(client, login, other):
    known = cost(client, "/account/password/reset/", login=login)
    assert known[3] == "/account/login/code/confirm/?next=%2Faccount%2Fpassword%2Fchange%2F"
    assert cost(client, "/account/password/reset/", login=other) == known


@pytest.mark.parametrize(("login", "other"), OTHERS)
def test_the_page_for_the_code_is_the_same_too(client, login, other):
    def page(login):
        visitor = type(client)()
        visitor.post("/account/login/code/", {"login": login})
        wrong = visitor.post("/account/login/code/confirm/", {"code": "0000-0000"})
        return without(wrong.content.decode(), [login])

    assert page(other) == page(login)


@pytest.mark.parametrize(("login", "other"), OTHERS)
@pytest.mark.parametrize("code", ["0000-0000", ""])
def test_five_wrong_codes_are_counted_down_for_either(client, login, other, code):
    def pages(login):
        visitor = type(client)()
        visitor.post("/en/account/login/code/", {"login": login})
        tried = [visitor.post("/en/account/login/code/confirm/", {"code": code}) for _try in range(5)]
        last = visitor.get(tried[-1].headers["Location"])
        again = visitor.post("/en/account/login/code/", {"login": login})
        answers = [*tried, last, again]
        return [
            (answer.status_code, answer.headers.get("Location"), without(answer.content.decode(), [login]))
            for answer in answers
        ]

    known = pages(login)
    for left, (_status, _location, page) in zip((4, 3, 2), known, strict=False):
        assert f"You can try {left} more times." in page
    assert "You can try 1 more time." in known[3][2]
    assert "This code does not work any more. Ask for a new one." in known[5][2]
    assert "That was too often" not in known[5][2]
    assert known[6][1] == "/en/account/login/code/confirm/"
    assert pages(other) == known


@pytest.mark.parametrize(("login", "other"), OTHERS)
def test_as_many_limits_are_counted(client, login, other, monkeypatch):
    counted = []
    monkeypatch.setattr(
        "portal.people.limits.limited", lambda request, name, rate, by: counted.append(name) or False
    )

    def names(login):
        counted.clear()
        type(client)().post("/account/login/code/", {"login": login})
        type(client)().post("/account/password/reset/", {"login": login})
        type(client)().post("/account/login/", {"login": login, "password": "not this one"})
        return list(counted)

    assert names(other) == names(login)


def test_nothing_is_sent_to_people_whom_we_do_not_know(client):
    for email in (UNKNOWN, CLOSED):
        client.post("/account/login/code/", {"login": email})
        client.post("/account/password/reset/", {"login": email})
    for phone in (UNKNOWN_PHONE, CLOSED_PHONE, PHONE_TO_CALL):
        client.post("/account/login/code/", {"login": phone})
        client.post("/account/password/reset/", {"login": phone})
    assert delivered() == []
    assert texted() == []


def test_what_is_asked_for_with_a_look_alike_goes_to_the_person_themselves(client):
    """Unicode folds the Kelvin sign to a k: the message must not go to whoever owns the other address."""
    client.post("/account/password/reset/", {"login": KNOWN.replace("k", "\u212a")})
    client.post("/account/login/code/", {"login": KNOWN.replace("k", "\u212a")})
    assert all(message.to == [KNOWN] for message in delivered())


# -- and as long: medians of 50 attempts each, by turns, with the hash that real people have --------------------------

ARGON, ARGON_PHONE = "argon@abitare.example", "02 0000 0120"
MUCH = 0.10  # a tenth


@pytest.fixture
def argon(settings):
    settings.PASSWORD_HASHERS = ["portal.people.hashers.LeanArgon2PasswordHasher"]
    return UserFactory(email=ARGON, phone=normalised(ARGON_PHONE), password=PASSWORD)


@pytest.mark.soak
@pytest.mark.parametrize(
    ("address", "field", "others", "login", "unknown"),
    [
        ("/account/login/", "login", {"password": "not this one"}, ARGON, UNKNOWN),
        ("/account/login/", "login", {"password": "not this one"}, ARGON_PHONE, UNKNOWN_PHONE),
        ("/account/login/code/", "login", {}, ARGON, UNKNOWN),
        ("/account/login/code/", "login", {}, ARGON_PHONE, UNKNOWN_PHONE),
        ("/account/password/reset/", "login", {}, ARGON, UNKNOWN),
        ("/account/password/reset/", "login", {}, ARGON_PHONE, UNKNOWN_PHONE),
        ("/account/login/foglio/", "number", {"code": "0000-0000"}, "1234-1234", "4321-4321"),
    ],
)
def test_the_time_it_takes_tells_nothing(client, argon, address, field, others, login, unknown):
    SignInSheet.objects.create(
        number="12341234", person=argon, valid_until=timezone.now() + timedelta(days=1)
    )

    def with_(login):
        def ready():
            cache.clear()  # of the limits
            visitor = type(client)()
            return lambda: visitor.post(address, {field: login, **others})

        return ready

    assert differ_by(with_(login), with_(unknown)) < MUCH


@pytest.mark.soak
@pytest.mark.parametrize("what", ["a wrong code", "the page"])
@pytest.mark.parametrize(("login", "unknown"), [(ARGON, UNKNOWN), (ARGON_PHONE, UNKNOWN_PHONE)])
def test_the_time_that_the_page_for_a_code_takes_tells_nothing(client, argon, login, unknown, what):
    """Where the code that was sent is written: for whoever is unknown, none was."""

    def with_(login):
        def ready():
            cache.clear()
            visitor = type(client)()
            visitor.post("/account/login/code/", {"login": login})
            if what == "the page":
                return lambda: visitor.get("/account/login/code/confirm/")
            return lambda: visitor.post("/account/login/code/confirm/", {"code": "0000-0000"})

        return ready

    assert differ_by(with_(login), with_(unknown)) < MUCH


@pytest.mark.soak
@pytest.mark.parametrize("what", ["the request", "a wrong code", "another code"])
@pytest.mark.parametrize(
    ("field", "known", "unknown"), [("email", ARGON, UNKNOWN), ("phone", ARGON_PHONE, UNKNOWN_PHONE)]
)
def test_the_time_that_asking_to_join_takes_tells_nothing(client, argon, field, known, unknown, what):
    """Whether somebody is known here already who asks to be let in."""

    def with_(contact):
        def ready():
            cache.clear()
            visitor = type(client)()
            fields = form(**{"email": "", "phone": "", field: contact})
            if what == "the request":
                return lambda: visitor.post("/partecipa/", fields)
            assert visitor.post("/partecipa/", fields).status_code == 302
            sent = {"again": "1"} if what == "another code" else {"code": "0000-0000"}
            return lambda: visitor.post("/partecipa/codice/", sent)

        return ready

    assert differ_by(with_(known), with_(unknown)) < MUCH


@pytest.mark.soak
def test_a_difference_would_be_seen():
    assert differ_by(lambda: lambda: time.sleep(0.001), lambda: lambda: time.sleep(0.0013)) > MUCH
