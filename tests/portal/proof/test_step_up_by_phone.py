"""Whoever has a phone and no e-mail address is asked once more, and gets a new password, as anybody does."""

import re
import time

import pytest
import time_machine

from portal.testing.factories import UserFactory
from tests.portal.people.doors import PASSWORD, ask_for_code, delivered, sign_in, texted, who

from .browsers import app_of, code_in, is_fresh, sign_in_long_ago

pytestmark = pytest.mark.django_db

PAGE, WANTED = "/account/conferma/", "/account/recapiti/"
NUMBER, ADDRESS = "+390200000111", "samira@abitare.example"
OTHER = "cinque tigli in fila"


@pytest.fixture
def samira():
    person = UserFactory(email=None, phone=NUMBER, language="it")
    person.set_unusable_password()
    person.save(update_fields=["password"])
    return person


@pytest.fixture
def phone(client, samira):
    """Hers, signed in some time ago."""
    sign_in_long_ago(client, samira)
    return client


def send(client, to="phone"):
    return client.post(PAGE, {"way": "send", "to": to, "next": WANTED})


def prove(client, code):
    return client.post(PAGE, {"way": "code", "code": code, "next": WANTED})


def test_a_code_by_text_message_proves_it(phone):
    page = phone.get(PAGE, {"next": WANTED}).content.decode()
    assert "02 0000 0111".replace(" ", "\N{NO-BREAK SPACE}") in page
    assert send(phone)["Location"] == f"{PAGE}?next=%2Faccount%2Frecapiti%2F"
    (message,) = texted()
    assert message.to == NUMBER
    assert delivered() == []
    assert prove(phone, code_in(message.text))["Location"] == WANTED
    assert is_fresh(phone)


def test_whoever_has_both_chooses(phone, samira):
    samira.change_email(ADDRESS, by=None)
    sign_in_long_ago(phone, samira)
    page = phone.get(PAGE).content.decode()
    assert re.findall(r'name="to" value="(\w+)"', page) == ["email", "phone"]
    send(phone, "email")
    assert [message.to for message in delivered()] == [[ADDRESS]]
    old = code_in(delivered()[-1].body)
    send(phone, "phone")
    assert [message.to for message in texted()] == [NUMBER]
    new = code_in(texted()[-1].text)
    if old != new:
        prove(phone, old)
        assert not is_fresh(phone), "the code that was sent last counts"
    prove(phone, new)
    assert is_fresh(phone)


@pytest.mark.parametrize("to", ["email", "", "contact_phone", "password", "x" * 10_000])
def test_nothing_goes_where_the_person_has_nothing(phone, to):
    send(phone, to)
    assert delivered() == []
    assert [message.to for message in texted()] == [NUMBER]


def test_whoever_has_a_second_factor_is_asked_for_that(phone, samira):
    app_of(samira)
    assert b'value="send"' not in phone.get(PAGE).content
    send(phone)
    assert texted() == []


def test_a_code_that_went_to_another_number_proves_nothing(phone, samira):
    send(phone)
    code = code_in(texted()[-1].text)
    type(samira).objects.filter(pk=samira.pk).update(phone="+390200000222")
    prove(phone, code)
    assert not is_fresh(phone)


def test_where_nobody_can_send_text_messages_there_is_the_desk(phone, settings):
    settings.PORTAL_SMS_SENDER = ""
    assert phone.get(PAGE).context["means"].none
    send(phone)
    assert texted() == []


def test_text_messages_end_for_the_day_and_the_other_way_is_open(phone, samira):
    samira.change_email(ADDRESS, by=None)
    sign_in_long_ago(phone, samira)
    with time_machine.travel("2026-11-23 09:01Z", tick=False) as clock:
        sign_in_long_ago(phone, samira)
        for _code in range(12):
            answer = send(phone)
            clock.shift(700)
        assert len(texted()) == 10
        assert answer.context["said"]
        assert send(phone, "email").status_code == 302
        assert len(delivered()) == 1


def test_the_code_is_tried_five_times(phone):
    send(phone)
    code = code_in(texted()[-1].text)
    for number in range(5):
        prove(phone, f"{number:08}")
    answer = prove(phone, code)
    assert not is_fresh(phone)
    assert answer.context["forms"]["code"].errors["code"]
    send(phone)
    prove(phone, code_in(texted()[-1].text))
    assert is_fresh(phone)


# -- a forgotten password --------------------------------------------------------------------------------------------


def links(answer):
    main = answer.content.decode().split("<main")[1].split("</main")[0]
    return [link.replace("&amp;", "&") for link in re.findall(r'href="([^"]+)"', main)]


def test_from_i_do_not_remember_my_password_to_a_new_one(client, samira):
    """By the links that stand on the pages, without knowing the old one."""
    samira.set_password("what was it again")
    samira.save(update_fields=["password"])
    reset = client.get("/account/password/reset/")
    (door,) = [link for link in links(reset) if "/login/code/" in link]
    answer = client.post(door, {"login": "02 0000 0111", "next": door.partition("next=")[2]})
    code = code_in(texted()[-1].text)
    page = client.get(answer["Location"])
    inside = client.post(
        answer["Location"], {"code": code, "next": page.context["redirect_field_value"] or ""}, follow=True
    )
    assert inside.request["PATH_INFO"] == "/account/accesso/"
    (change,) = [link for link in links(inside) if "/password/" in link]
    # An hour later she is asked once more, by text message, and comes back.
    with time_machine.travel(time.time() + 3700, tick=False):
        asked = client.post(change, {"password1": OTHER, "password2": OTHER})
        assert asked["Location"].startswith(PAGE)
        send(client)
        prove(client, code_in(texted()[-1].text))
        assert client.post(change, {"password1": OTHER, "password2": OTHER}).status_code == 302
    assert who(client) == samira.pk
    assert "password" in texted()[-1].text, "she is told"
    again = type(client)()
    sign_in(again, NUMBER, OTHER)
    assert who(again) == samira.pk


def test_and_to_a_first_one(client, samira):
    client.post("/account/login/code/confirm/", {"code": ask_for_code(client, NUMBER)})
    assert client.post("/account/password/set/", {"password1": OTHER, "password2": OTHER}).status_code == 302
    again = type(client)()
    sign_in(again, NUMBER, OTHER)
    assert who(again) == samira.pk


@pytest.mark.parametrize("number", [NUMBER, "+390200000199"], ids=["known", "unknown"])
def test_a_number_on_the_page_for_addresses_tells_nothing(client, samira, number):
    answer = client.post("/account/password/reset/", {"email": number})
    assert answer.status_code == 200
    assert answer.context["form"].errors["email"]
    assert delivered() == []
    assert texted() == []


def test_without_text_messages_the_page_promises_none(client, settings):
    settings.PORTAL_SMS_SENDER = ""
    assert b"next=" not in client.get("/account/password/reset/").content


def test_a_code_from_before_the_second_factor_chooses_no_password(phone, samira):
    """It may have been somebody else who entered it, and a password would let them step up for ever."""
    send(phone)
    prove(phone, code_in(texted()[-1].text))
    with time_machine.travel(time.time() + 60, tick=False):
        app_of(samira)
        answer = phone.post("/account/password/set/", {"password1": PASSWORD, "password2": PASSWORD})
    assert answer["Location"].startswith(PAGE)
