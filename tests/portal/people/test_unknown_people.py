"""Whether somebody is known here is nobody's business: the same pages, as many hashes, as many queries."""

import re
import statistics
import time
from unittest.mock import patch

import pytest
from django.contrib.auth import hashers
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext

from portal.testing.factories import UserFactory

from .doors import PASSWORD, delivered

pytestmark = pytest.mark.django_db

KNOWN, UNKNOWN, CLOSED, WITHOUT_PASSWORD = (
    f"{name}@abitare.example" for name in ("kalinka", "nobody", "closed", "codes")
)


@pytest.fixture(autouse=True)
def people():
    UserFactory(email=KNOWN, password=PASSWORD)
    UserFactory(email=CLOSED, password=PASSWORD).close_account(by=None)
    UserFactory(email=WITHOUT_PASSWORD, password=None)


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
    page = re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"', "", answer.content.decode())
    for email in (KNOWN, UNKNOWN, CLOSED, WITHOUT_PASSWORD):
        page = page.replace(email, "")
    return shapes, hashed.call_count, answer.status_code, answer.headers.get("Location"), page


@pytest.mark.parametrize("other", [UNKNOWN, CLOSED, WITHOUT_PASSWORD])
def test_a_wrong_password_costs_the_same(client, other):
    known = cost(client, "/account/login/", login=KNOWN, password="not this one")
    assert known[1] == 1
    assert cost(client, "/account/login/", login=other, password="not this one") == known


@pytest.mark.parametrize("other", [UNKNOWN, CLOSED])
def test_asking_for_a_code_costs_the_same(client, other):
    known = cost(client, "/account/login/code/", email=KNOWN)
    assert known[3] == "/account/login/code/confirm/"
    assert cost(client, "/account/login/code/", email=other) == known


@pytest.mark.parametrize("code", ["0000-0000", ""])
@pytest.mark.parametrize("other", [UNKNOWN, CLOSED])
def test_a_wrong_code_costs_the_same(client, other, code):
    def attempt(email):
        asked = ("/account/login/code/", {"email": email})
        return cost(client, "/account/login/code/confirm/", before=asked, code=code)

    known = attempt(KNOWN)
    assert known[2] == 200
    assert attempt(other) == known


@pytest.mark.parametrize("other", [UNKNOWN, CLOSED])
def test_the_page_that_waits_for_the_code_costs_the_same(client, other):
    def asked(email):
        visitor = type(client)()
        visitor.post("/account/login/code/", {"email": email})
        visitor.get("/account/login/code/confirm/")  # what is read once and then remembered is not the page's
        with CaptureQueriesContext(connection) as queries:
            visitor.get("/account/login/code/confirm/")
        return len(queries)

    assert asked(other) == asked(KNOWN)


@pytest.mark.parametrize("other", [UNKNOWN, CLOSED])
def test_asking_for_a_new_password_costs_the_same(client, other):
    known = cost(client, "/account/password/reset/", email=KNOWN)
    assert known[3] == "/account/password/reset/done/"
    assert cost(client, "/account/password/reset/", email=other) == known


def test_the_page_for_the_code_is_the_same_too(client):
    def page(email):
        visitor = type(client)()
        visitor.post("/account/login/code/", {"email": email})
        wrong = visitor.post("/account/login/code/confirm/", {"code": "0000-0000"})
        return re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"', "", wrong.content.decode()).replace(
            email, ""
        )

    assert page(KNOWN) == page(UNKNOWN)


def test_nothing_is_sent_to_people_whom_we_do_not_know(client):
    for email in (UNKNOWN, CLOSED):
        client.post("/account/login/code/", {"email": email})
        client.post("/account/password/reset/", {"email": email})
    assert delivered() == []


def test_what_is_asked_for_with_a_look_alike_goes_to_the_person_themselves(client):
    """Unicode folds the Kelvin sign to a k: the message must not go to whoever owns the other address."""
    client.post("/account/password/reset/", {"email": KNOWN.replace("k", "\u212a")})
    client.post("/account/login/code/", {"email": KNOWN.replace("k", "\u212a")})
    assert all(message.to == [KNOWN] for message in delivered())


@pytest.mark.soak
@pytest.mark.parametrize(
    ("address", "field", "others"),
    [
        ("/account/login/", "login", {"password": "not this one"}),
        ("/account/login/code/", "email", {}),
        ("/account/password/reset/", "email", {}),
    ],
)
def test_the_time_it_takes_tells_nothing(client, settings, address, field, others):
    """Medians of 50 attempts each, by turns, with the hash that real people have."""
    settings.PASSWORD_HASHERS = ["portal.people.hashers.LeanArgon2PasswordHasher"]
    UserFactory(email="argon@abitare.example", password=PASSWORD)
    took = {"argon@abitare.example": [], UNKNOWN: []}
    for _turn in range(53):
        for email, times in took.items():
            cache.clear()  # of the limits
            visitor = type(client)()
            started = time.perf_counter()
            visitor.post(address, {field: email, **others})
            times.append(time.perf_counter() - started)
    known, unknown = (statistics.median(times[3:]) for times in took.values())
    assert abs(known - unknown) / max(known, unknown) < 0.10
