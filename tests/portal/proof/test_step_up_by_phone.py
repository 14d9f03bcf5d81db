"""Whoever has a phone and no e-mail address is asked once more, and gets a new password, as anybody does."""

import re
import time

import pytest
import time_machine

from portal.people.asked import ASKED_AS, ASKED_COUNTED, ASKED_NUMBER
from portal.testing.factories import UserFactory
from tests.portal.people.doors import PASSWORD, ask_for_code, delivered, sign_in, texted, who

from .browsers import app_of, code_in, is_fresh, shown_by, sign_in_long_ago

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


def forgot(client, number):
    """The number is typed once, where one says that the password is forgotten; returns the page for its code."""
    page = client.get("/account/password/reset/").content.decode()
    assert 'name="login"' in page
    assert client.get("/account/login/").content.decode().count('href="/account/password/reset/"') == 1
    answer = client.post("/account/password/reset/", {"login": number})
    return client.get(answer["Location"])


def write_code(client, page, code):
    """As the page's own form sends it."""
    back = page.context["redirect_field_value"] or ""
    return client.post("/account/login/code/confirm/", {"code": code, "next": back}, follow=True)


def test_from_i_do_not_remember_my_password_to_a_new_one(client, samira):
    samira.set_password("what was it again")
    samira.save(update_fields=["password"])

    page = forgot(client, "02 0000 0111")
    inside = write_code(client, page, code_in(texted()[-1].text))
    assert inside.request["PATH_INFO"] == "/account/password/change/"
    done = client.post("/account/password/change/", {"password1": OTHER, "password2": OTHER}, follow=True)

    assert done.request["PATH_INFO"] == "/account/accesso/"
    assert [str(message) for message in done.context["messages"]] == ["La tua password è cambiata."]
    assert who(client) == samira.pk
    assert "password" in texted()[-1].text, "she is told"
    again = type(client)()
    sign_in(again, NUMBER, OTHER)
    assert who(again) == samira.pk


def test_the_page_for_the_code_says_what_comes_after(client, samira):
    promise = "After that you choose a new password."
    answer = client.post("/en/account/password/reset/", {"login": NUMBER})
    assert promise in client.get(answer["Location"]).content.decode()
    page = client.get(answer["Location"].replace("/en/", "/ar/", 1)).content.decode()
    assert promise not in page
    assert "/ar/account/password/reset/" in page, "another language, and the same way"
    answer = client.post("/en/account/login/code/", {"login": NUMBER})
    assert promise not in client.get(answer["Location"]).content.decode()


def test_after_five_wrong_codes_one_begins_again_where_one_forgot(client, samira):
    page = forgot(client, NUMBER)
    for _ in range(5):
        page = write_code(client, page, "0000-0000") if page.context.get("leads_to_a_password") else page
    assert page.request["PATH_INFO"] == "/account/password/reset/"


def test_whoever_takes_an_hour_is_asked_once_more_and_comes_back(client, samira):
    samira.set_password("what was it again")
    samira.save(update_fields=["password"])
    change = write_code(client, forgot(client, NUMBER), code_in(texted()[-1].text)).request["PATH_INFO"]
    with time_machine.travel(time.time() + 3700, tick=False):
        asked = client.post(change, {"password1": OTHER, "password2": OTHER})
        assert asked["Location"].startswith(PAGE)
        send(client)
        prove(client, code_in(texted()[-1].text))
        assert client.post(change, {"password1": OTHER, "password2": OTHER}).status_code == 302
    again = type(client)()
    sign_in(again, NUMBER, OTHER)
    assert who(again) == samira.pk


def test_whoever_never_had_a_password_is_led_to_a_first_one(client, samira):
    inside = write_code(client, forgot(client, NUMBER), code_in(texted()[-1].text))
    assert inside.request["PATH_INFO"] == "/account/password/set/"
    done = client.post("/account/password/set/", {"password1": OTHER, "password2": OTHER}, follow=True)
    assert done.request["PATH_INFO"] == "/account/accesso/"
    assert [str(message) for message in done.context["messages"]] == ["La tua password è salvata."]


def test_whoever_has_an_app_shows_its_number_before_the_new_password(client, samira):
    """A text message alone opens nothing to whoever has found the phone."""
    secret = app_of(samira)
    inside = write_code(client, forgot(client, NUMBER), code_in(texted()[-1].text))
    assert inside.request["PATH_INFO"] == "/account/login/conferma/"
    assert who(client) is None
    inside = client.post("/account/login/conferma/", {"code": shown_by(secret)}, follow=True)
    assert inside.request["PATH_INFO"] == "/account/password/set/"


def test_the_codes_that_are_asked_for_there_are_those_of_the_page_for_codes(client, samira):
    """Nobody gets four messages more by asking at another page."""
    asked = 0
    for page in ("/account/login/code/", "/account/password/reset/") * 4:
        asked += client.post(page, {"login": NUMBER}).status_code == 302
    assert asked == len(texted()) == 4


def test_somebody_who_is_in_is_led_to_the_change_and_nobody_is_written_to(phone, samira):
    UserFactory(phone="+390200000198")
    for _ in range(5):
        answer = phone.post("/account/password/reset/", {"login": "+390200000198"})
        assert answer["Location"] == "/account/password/change/"
    assert texted() == []
    assert who(phone) == samira.pk
    assert not {ASKED_AS, ASKED_NUMBER, ASKED_COUNTED} & set(phone.session.keys())
    ask_for_code(type(phone)(), "+390200000198")
    assert len(texted()) == 1, "and whose number it is has lost nothing by it"


def test_and_to_a_first_one(client, samira):
    client.post("/account/login/code/confirm/", {"code": ask_for_code(client, NUMBER)})
    assert client.post("/account/password/set/", {"password1": OTHER, "password2": OTHER}).status_code == 302
    again = type(client)()
    sign_in(again, NUMBER, OTHER)
    assert who(again) == samira.pk


@pytest.mark.parametrize("number", [NUMBER, "+390200000199"], ids=["known", "unknown"])
def test_without_text_messages_the_page_takes_no_number_and_tells_nothing(client, samira, settings, number):
    settings.PORTAL_SMS_SENDER = ""
    form = client.get("/en/account/password/reset/").context["form"]
    assert str(form.fields["login"].label) == "Indirizzo e-mail"
    answer = client.post("/account/password/reset/", {"login": number})
    assert answer.status_code == 200
    assert answer.context["form"].errors["login"]
    assert texted() == []


@pytest.mark.parametrize("nonsense", ["", "abc", "02", "a@", "9" * 300])
def test_what_is_neither_an_address_nor_a_number_is_told_so(client, nonsense):
    answer = client.post("/account/password/reset/", {"login": nonsense})
    assert answer.status_code == 200
    assert answer.context["form"].errors["login"]


def test_a_code_from_before_the_second_factor_chooses_no_password(phone, samira):
    """It may have been somebody else who entered it, and a password would let them step up for ever."""
    send(phone)
    prove(phone, code_in(texted()[-1].text))
    with time_machine.travel(time.time() + 60, tick=False):
        app_of(samira)
        answer = phone.post("/account/password/set/", {"password1": PASSWORD, "password2": PASSWORD})
    assert answer["Location"].startswith(PAGE)
