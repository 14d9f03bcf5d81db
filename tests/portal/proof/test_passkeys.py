"""Passkeys: made, signed in with, proved by; and what does not pass for one. The device is a soft one."""

import json

import pytest

from portal.access.second_factor import PROVED_BY
from portal.people.models import User
from portal.proof.means import Means
from portal.testing.factories import UserFactory
from tests.portal.people.doors import PASSWORD, sign_in, who

from .browsers import forget, is_fresh, sign_in_long_ago, step_up_now
from .soft_passkeys import SoftPasskey
from .test_methods import passkey_of

pytestmark = pytest.mark.django_db

ADD = "/account/accesso/passkey/"
DOOR = "/account/login/passkey/"
STEP = "/account/login/conferma/"


@pytest.fixture
def anna():
    return UserFactory(email="anna@abitare.example", password=PASSWORD)


@pytest.fixture
def laptop(client, anna):
    sign_in_long_ago(client, anna)
    step_up_now(client)
    return client


@pytest.fixture
def stranger(client):
    """Another device, of whomever."""
    return type(client)()


def asked_on(client, path):
    """As the button of the page asks."""
    return client.get(path, headers={"X-Requested-With": "XMLHttpRequest"}).json()["request_options"]


def asked_at_the_door(client):
    return asked_on(client, DOOR)


def add(client, key, name="Laptop"):
    answer = client.post(ADD, {"name": name, "credential": key.create(asked_on(client, ADD))})
    assert answer.status_code == 302, answer.context["form"].errors
    return answer


def test_a_page_that_asks_for_itself_again_ends_no_ceremony_under_way(laptop):
    key = SoftPasskey()
    answer = key.create(asked_on(laptop, ADD))
    laptop.get(ADD)
    laptop.head(ADD)
    assert laptop.post(ADD, {"name": "Laptop", "credential": answer}).status_code == 302


def test_a_passkey_is_added_and_lets_in_without_anything_else(laptop, stranger, anna):
    key = SoftPasskey()
    assert add(laptop, key)["Location"] == "/account/accesso/codici/"
    assert "Laptop" in laptop.get("/account/accesso/").content.decode()
    answer = stranger.post(DOOR, {"credential": key.get(asked_at_the_door(stranger)), "next": "/account/"})
    assert answer["Location"] == "/account/"
    assert who(stranger) == anna.pk
    stranger.get("/account/")
    assert stranger.session[PROVED_BY] == anna.pk
    assert is_fresh(stranger)


def test_it_leads_to_no_other_host(laptop, stranger):
    key = SoftPasskey()
    add(laptop, key)
    answer = stranger.post(
        DOOR, {"credential": key.get(asked_at_the_door(stranger)), "next": "//evil.example"}
    )
    assert answer["Location"] == "/casa/"


def test_it_is_the_second_step_after_a_password(laptop, stranger, anna):
    key = SoftPasskey()
    add(laptop, key)
    sign_in(stranger, anna.email)
    assert who(stranger) is None
    stranger.post(STEP, {"credential": key.get(json.loads(stranger.get(STEP).context["options"]))})
    assert who(stranger) == anna.pk


def test_it_proves_once_more_who_one_is(laptop, anna):
    key = SoftPasskey()
    add(laptop, key)
    forget(laptop)
    options = asked_on(laptop, "/account/conferma/")
    answer = laptop.post(
        "/account/conferma/", {"way": "passkey", "credential": key.get(options), "next": ADD}
    )
    assert answer["Location"] == ADD
    assert is_fresh(laptop)
    assert laptop.session[PROVED_BY] == anna.pk


def test_an_answer_counts_once(laptop, stranger):
    key = SoftPasskey()
    add(laptop, key)
    said = key.get(asked_at_the_door(stranger))
    stranger.post(DOOR, {"credential": said})
    stranger.post("/account/logout/")
    asked_at_the_door(stranger)
    stranger.post(DOOR, {"credential": said})
    assert who(stranger) is None


@pytest.mark.parametrize(
    "thief",
    [
        lambda key: key.__class__(),  # another key for the same person
        lambda key: setattr(key, "origin", "https://evil.example") or key,
        lambda key: setattr(key, "looks", False) or key,
    ],
    ids=["another key", "another site", "does not look who it is"],
)
def test_what_is_not_that_passkey_opens_nothing(laptop, stranger, thief):
    key = SoftPasskey()
    add(laptop, key)
    handle, other = key.user_handle, thief(key)
    other.user_handle = handle
    stranger.post(DOOR, {"credential": other.get(asked_at_the_door(stranger))})
    assert who(stranger) is None


def test_a_passkey_says_for_nobody_else_who_it_is(laptop, stranger):
    key = SoftPasskey()
    add(laptop, key)
    victim = UserFactory()
    passkey_of(victim)
    said = key.get(asked_at_the_door(stranger), user_handle=str(victim.pk).encode())
    stranger.post(DOOR, {"credential": said})
    assert who(stranger) is None


def test_a_device_that_does_not_look_who_it_is_is_not_added(laptop, anna):
    key = SoftPasskey(looks=False)
    page = laptop.post(ADD, {"name": "x", "credential": key.create(asked_on(laptop, ADD))})
    assert page.status_code == 200
    assert not Means.of(anna).has_factor


def test_a_form_sent_twice_adds_one(laptop, anna):
    key = SoftPasskey()
    said = key.create(asked_on(laptop, ADD))
    laptop.post(ADD, {"name": "Laptop", "credential": said})
    laptop.post(ADD, {"name": "Laptop", "credential": said})
    assert len(Means.of(anna).passkeys) == 1


def test_a_passkey_that_was_removed_opens_nothing(laptop, stranger, anna):
    key = SoftPasskey()
    add(laptop, key)
    laptop.post(f"{ADD}{Means.of(anna).passkeys[0].pk}/togli/")
    stranger.post(DOOR, {"credential": key.get(asked_at_the_door(stranger))})
    assert who(stranger) is None


def test_a_closed_account_is_not_opened_by_a_passkey(laptop, stranger, anna):
    key = SoftPasskey()
    add(laptop, key)
    User.objects.get(pk=anna.pk).close_account(by=None)
    answer = stranger.post(DOOR, {"credential": key.get(asked_at_the_door(stranger))})
    assert answer["Location"] == "/account/inactive/"
    assert who(stranger) is None
