"""Asked once more who one is: by one's own means, not too often, and back to where one was."""

import time

import pytest
import time_machine
from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY
from django.test import RequestFactory

from portal.access import ask_to_step_up
from portal.access.step_up import FRESH, STEP_UP_UNTIL
from portal.testing.factories import UserFactory
from tests.portal.people.doors import PASSWORD, delivered, sign_in

from .browsers import code_in, forget, is_fresh, sign_in_long_ago, step_up_now

pytestmark = pytest.mark.django_db

PAGE = "/account/conferma/"
WANTED = "/account/?from=here"


@pytest.fixture
def anna():
    return UserFactory(email="anna@abitare.example", password=PASSWORD)


@pytest.fixture
def phone(client, anna):
    """Hers, signed in some time ago."""
    sign_in_long_ago(client, anna)
    return client


def prove(client, **fields):
    return client.post(PAGE, {"next": WANTED, **fields})


def code_sent(client):
    sent = len(delivered())
    client.post(PAGE, {"way": "send", "next": WANTED})
    messages = delivered()
    assert len(messages) == sent + 1
    return code_in(messages[-1].body)


def test_a_view_that_asks_leads_here_and_back():
    request = RequestFactory().get(WANTED)
    assert ask_to_step_up(request)["Location"] == f"{PAGE}?next=%2Faccount%2F%3Ffrom%3Dhere"


def test_the_password_proves_it_for_an_hour(phone):
    answer = prove(phone, way="password", password=PASSWORD)
    assert answer["Location"] == WANTED
    assert 0 < phone.session[STEP_UP_UNTIL] - time.time() <= FRESH


def test_whoever_has_just_proved_it_goes_straight_on(phone):
    prove(phone, way="password", password=PASSWORD)
    assert phone.get(PAGE, {"next": WANTED})["Location"] == WANTED


def test_a_wrong_password_proves_nothing_and_says_so_beside_the_field(phone):
    answer = prove(phone, way="password", password="not this one")
    assert answer.status_code == 200
    assert answer.context["forms"]["password"].errors
    assert not is_fresh(phone)


def test_a_code_by_mail_proves_it_once(phone, anna):
    code = code_sent(phone)
    assert delivered()[-1].to == [anna.email]
    assert code not in delivered()[-1].subject
    assert prove(phone, way="code", code=code)["Location"] == WANTED
    forget(phone)
    assert prove(phone, way="code", code=code).status_code == 200
    assert not is_fresh(phone)


@pytest.mark.parametrize(
    "typed", ["{0}", " {0} ", "{1}", "{2}"], ids=["as sent", "blanks", "no dash", "arabic"]
)
def test_a_code_is_taken_as_people_write_it(phone, typed):
    code = code_sent(phone)
    digits = code.replace("-", "")
    arabic = digits.translate({ord("0") + n: 0x0660 + n for n in range(10)})
    assert prove(phone, way="code", code=typed.format(code, digits, arabic)).status_code == 302


def test_a_code_is_worth_nothing_in_another_session(phone, anna):
    code = code_sent(phone)
    other = type(phone)()
    sign_in_long_ago(other, anna)
    prove(other, way="code", code=code)
    assert not is_fresh(other)


def test_a_new_code_makes_the_old_one_worthless(phone):
    old, new = code_sent(phone), code_sent(phone)
    prove(phone, way="code", code=old)
    assert not is_fresh(phone) or old == new
    prove(phone, way="code", code=new)
    assert is_fresh(phone)


def test_an_old_code_is_too_old(phone):
    code = code_sent(phone)
    with time_machine.travel(time.time() + 601, tick=False):
        prove(phone, way="code", code=code)
        assert not is_fresh(phone)


def test_without_a_code_on_its_way_none_is_right(phone):
    prove(phone, way="code", code="")
    prove(phone, way="code", code="0000-0000")
    assert not is_fresh(phone)


def test_it_is_tried_ten_times_and_then_not_even_the_right_one_helps(phone, anna):
    for _try in range(10):
        prove(phone, way="password", password="wrong")
    answer = prove(phone, way="password", password=PASSWORD)
    assert not is_fresh(phone)
    assert answer.context["forms"]["password"].errors
    # By person: another device does not get ten more.
    other = type(phone)()
    sign_in_long_ago(other, anna)
    prove(other, way="password", password=PASSWORD)
    assert not is_fresh(other)


def test_no_more_than_five_codes_are_sent(phone):
    for _code in range(5):
        code_sent(phone)
    answer = phone.post(PAGE, {"way": "send", "next": WANTED})
    assert answer.status_code == 200
    assert answer.context["said"]
    assert len(delivered()) == 5


@pytest.mark.parametrize(
    "where", ["https://evil.example/", "//evil.example", "javascript:alert(1)", "", "\x00"]
)
def test_it_leads_to_no_other_host(phone, where):
    assert (
        phone.post(PAGE, {"way": "password", "password": PASSWORD, "next": where})["Location"] == "/account/"
    )


def test_whoever_has_no_means_is_told_to_come_to_the_desk(client):
    person = UserFactory(email=None)
    person.set_unusable_password()
    person.save()
    sign_in_long_ago(client, person)
    answer = client.get(PAGE)
    assert answer.context["means"].none
    assert b"<form class" not in answer.content.split(b"<main")[1].split(b"</main")[0]
    for way in ("password", "code", "send", "passkey", ""):
        assert client.post(PAGE, {"way": way, "password": "", "code": ""}).status_code == 200
    assert not is_fresh(client)
    assert not delivered()


def test_a_means_that_one_does_not_have_is_none(phone, anna):
    anna.set_unusable_password()
    anna.save()
    sign_in_long_ago(phone, anna)
    assert prove(phone, way="password", password=PASSWORD).status_code == 200
    assert not is_fresh(phone)


def test_a_session_that_changes_hands_carries_no_proof_along(phone, anna):
    """Neither what one proved is the next one's, nor what the next one proves is extended by it."""
    step_up_now(phone)
    assert is_fresh(phone)
    bruno = UserFactory(password=PASSWORD)
    session = phone.session
    session[SESSION_KEY] = str(bruno.pk)
    session[HASH_SESSION_KEY] = bruno.get_session_auth_hash()
    session.save()
    assert phone.get("/account/password/change/")["Location"].startswith(PAGE)
    assert phone.get(PAGE, {"next": WANTED}).status_code == 200
    with time_machine.travel(time.time() - 1800, tick=False):
        assert prove(phone, way="password", password=PASSWORD)["Location"] == WANTED
        assert phone.session[STEP_UP_UNTIL] == int(time.time()) + FRESH


def test_whoever_signs_in_after_somebody_else_on_the_same_device_is_asked(phone, anna):
    step_up_now(phone)
    bruno = UserFactory(email="bruno@abitare.example", password=PASSWORD)
    phone.post("/account/logout/")
    sign_in(phone, bruno.email)
    assert phone.get("/account/password/change/")["Location"].startswith(PAGE)
    assert not is_fresh(phone)


def test_a_visitor_signs_in_first(client):
    assert client.get(PAGE)["Location"] == f"/account/login/?next={PAGE}"


def test_it_is_kept_nowhere(phone):
    assert "no-store" in phone.get(PAGE)["Cache-Control"]
