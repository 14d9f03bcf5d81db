import pytest

from portal.people.forms import CODES, CODES_OF_A_CLIENT
from portal.testing.factories import UserFactory

from .doors import PASSWORD, ask_for_code, delivered, sign_in, who

pytestmark = pytest.mark.django_db

STRANGER, HOME = {"REMOTE_ADDR": "203.0.113.9"}, {"REMOTE_ADDR": "198.51.100.7"}


@pytest.fixture
def victim():
    return UserFactory(email="victim@abitare.example", password=PASSWORD)


def test_whoever_tries_passwords_is_stopped(client, victim):
    for _attempt in range(5):
        sign_in(client, victim.email, "wrong", **STRANGER)
    answer = sign_in(client, victim.email, PASSWORD, **STRANGER)
    assert answer.status_code == 200
    assert who(client) is None


def test_and_the_person_they_tried_comes_in_from_their_own_place(client, victim):
    for _attempt in range(50):
        sign_in(client, victim.email, "wrong", **STRANGER)
    sign_in(client, victim.email, PASSWORD, **HOME)
    assert who(client) == victim.pk


def test_nobody_can_use_up_somebody_elses_codes(client, victim):
    for _attempt in range(20):
        ask_for_code(client, victim.email, **STRANGER)
    assert len(delivered()) == int(CODES.split("/")[0])
    assert ask_for_code(client, victim.email, **HOME)


@pytest.mark.parametrize("door", ["/account/login/code/", "/account/password/reset/"])
def test_one_client_cannot_have_us_write_to_everybody(client, door):
    asked = int(CODES_OF_A_CLIENT.split("/")[0])
    for number in range(asked):
        UserFactory(email=f"someone{number}@abitare.example")
    known = UserFactory(email="known@abitare.example")
    answers = {
        client.post(door, {"email": f"someone{number}@abitare.example"}, **STRANGER).status_code
        for number in range(asked)
    }
    assert answers <= {302, 429}
    sent = len(delivered())
    client.post(door, {"email": known.email}, **STRANGER)
    assert len(delivered()) == sent
    client.post(door, {"email": known.email}, **HOME)
    assert delivered()[-1].to == [known.email]


def test_good_passwords_use_nothing_up(client, victim):
    for _attempt in range(10):
        sign_in(client, victim.email, PASSWORD, **HOME)
        client.post("/account/logout/")
    sign_in(client, victim.email, PASSWORD, **HOME)
    assert who(client) == victim.pk


def test_good_passwords_do_not_wipe_out_the_wrong_ones(client, victim):
    """Otherwise somebody with an account of their own could guess for ever."""
    own = UserFactory(email="own@abitare.example", password=PASSWORD)
    for _attempt in range(5):
        sign_in(client, victim.email, "wrong", **STRANGER)
        sign_in(client, own.email, PASSWORD, **STRANGER)
        client.post("/account/logout/")
    sign_in(client, victim.email, PASSWORD, **STRANGER)
    assert who(client) is None


def test_one_client_that_tries_many_addresses_is_stopped(client, victim):
    for number in range(60):
        sign_in(client, f"someone{number}@abitare.example", "wrong", **STRANGER)
    sign_in(client, victim.email, PASSWORD, **STRANGER)
    assert who(client) is None


def test_an_invented_forwarded_for_is_no_new_place(client, victim):
    for number in range(6):
        sign_in(client, victim.email, "wrong", headers={"X-Forwarded-For": f"192.0.2.{number}"}, **STRANGER)
    sign_in(client, victim.email, PASSWORD, headers={"X-Forwarded-For": "192.0.2.77"}, **STRANGER)
    assert who(client) is None
