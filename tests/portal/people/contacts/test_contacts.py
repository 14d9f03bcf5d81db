"""My contacts: what somebody signs in with and is called at, changed by themselves and confirmed by a code."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from portal.events import history_of
from portal.notifications.models import Notification
from portal.people.models import ContactTaken, LastWayIn
from portal.testing.factories import UserFactory
from tests.portal.people.doors import ask_for_code, code_in, delivered, texted, who
from tests.portal.proof.browsers import step_up_now

pytestmark = pytest.mark.django_db

PAGE, CONFIRM = "/account/recapiti/", "/account/recapiti/conferma/"
EMAIL, PHONE, TO_CALL = f"{PAGE}email/", f"{PAGE}phone/", f"{PAGE}chiamare/"


def sign_in_afresh(browser, person):
    browser.force_login(person)
    step_up_now(browser)
    return browser


@pytest.fixture
def anna():
    person = UserFactory(email="anna@abitare.example", phone="+390200000111", language="it")
    person.set_unusable_password()
    person.save(update_fields=["password"])
    return person


@pytest.fixture
def mine(client, anna):
    """Her browser; she proved a moment ago who she is."""
    return sign_in_afresh(client, anna)


def of(person):
    person.refresh_from_db()
    return person


def test_a_new_address_counts_once_its_code_is_written_back(mine, anna):
    assert mine.post(EMAIL, {"value": "Anna.New@abitare.example"})["Location"] == CONFIRM
    assert of(anna).email == "anna@abitare.example"
    (message,) = delivered()
    assert message.to == ["anna.new@abitare.example"]
    assert mine.post(CONFIRM, {"code": code_in(message.body)})["Location"] == PAGE
    assert of(anna).email == "anna.new@abitare.example"


def test_a_new_phone_too_with_arabic_digits(mine, anna):
    mine.post(PHONE, {"value": "٠٢ ٠٠٠٠ ٠٢٢٢"})
    (message,) = texted()
    assert message.to == "+390200000222"
    code = code_in(message.text).translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩"))
    mine.post(CONFIRM, {"code": code})
    assert of(anna).phone == "+390200000222"
    assert ask_for_code(type(mine)(), "02 0000 0222")


def test_the_own_session_stays_and_all_others_end(mine, anna):
    elsewhere = type(mine)()
    elsewhere.force_login(of(anna))
    mine.post(EMAIL, {"value": "new@abitare.example"})
    mine.post(CONFIRM, {"code": code_in(delivered()[-1].body)})
    assert who(mine) == anna.pk
    assert who(elsewhere) is None
    assert mine.get(PAGE).status_code == 200


def test_the_old_address_is_told_and_so_is_the_inbox(mine, anna, committing):
    mine.post(EMAIL, {"value": "new@abitare.example"})
    with committing():
        mine.post(CONFIRM, {"code": code_in(delivered()[-1].body)})
    told = [message for message in delivered() if message.to == ["anna@abitare.example"]]
    assert len(told) == 1
    assert "anna@abitare.example" in told[0].body
    assert Notification.objects.filter(person=anna, event__kind="portal.person.email_changed").exists()
    assert [(e.kind, e.actor) for e in history_of(anna, confidential=True)] == [
        ("portal.person.email_changed", anna)
    ]


def test_the_old_number_is_told(mine, anna):
    mine.post(PHONE, {"value": "+390200000222"})
    mine.post(CONFIRM, {"code": code_in(texted()[-1].text)})
    assert [message.to for message in texted()] == ["+390200000222", "+390200000111"]


@pytest.mark.parametrize("path", [EMAIL, PHONE, CONFIRM, TO_CALL, f"{EMAIL}togli/", f"{PHONE}togli/"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_whoever_merely_holds_the_phone_changes_nothing(client, anna, path, method):
    client.force_login(anna)
    assert client.get(PAGE).status_code == 200
    answer = getattr(client, method)(path, {"value": "thief@abitare.example"})
    if method == "get":
        assert answer["Location"].startswith("/account/conferma/?next=")
    else:
        # What was typed is held on a page, for whoever proves who they are.
        assert answer.status_code == 403
        assert 'name="value" value="thief@abitare.example"' in answer.content.decode()
    assert delivered() == []


# -- codes -------------------------------------------------------------------------------------------------------


def test_a_code_tried_a_thousand_times(mine, anna):
    mine.post(EMAIL, {"value": "new@abitare.example"})
    code = code_in(delivered()[-1].body)
    for number in range(200):
        mine.post(CONFIRM, {"code": f"{number:08}"})
    mine.post(CONFIRM, {"code": code})
    assert of(anna).email == "anna@abitare.example"


def test_a_code_is_good_for_ten_minutes(client, anna):
    with time_machine.travel("2026-11-23 09:00Z", tick=False) as clock:
        sign_in_afresh(client, anna)
        client.post(EMAIL, {"value": "new@abitare.example"})
        clock.shift(timedelta(seconds=601))
        assert client.post(CONFIRM, {"code": code_in(delivered()[-1].body)})["Location"] == PAGE
    assert of(anna).email == "anna@abitare.example"


def test_a_code_confirms_what_was_written_last(mine, anna):
    mine.post(EMAIL, {"value": "first@abitare.example"})
    first = code_in(delivered()[-1].body)
    mine.post(EMAIL, {"value": "second@abitare.example"})
    mine.post(CONFIRM, {"code": first})
    assert of(anna).email == "anna@abitare.example"
    mine.post(CONFIRM, {"code": code_in(delivered()[-1].body)})
    assert of(anna).email == "second@abitare.example"


def test_a_code_is_worth_nothing_on_another_device(mine, anna):
    mine.post(EMAIL, {"value": "new@abitare.example"})
    other = sign_in_afresh(type(mine)(), of(anna))
    assert other.post(CONFIRM, {"code": code_in(delivered()[-1].body)})["Location"] == PAGE
    assert of(anna).email == "anna@abitare.example"


def test_somebody_has_codes_sent_five_times_an_hour(one_hour, mine):
    for number in range(7):
        answer = mine.post(EMAIL, {"value": f"new{number}@abitare.example"})
    assert answer.context["form"].errors["value"]
    assert len(delivered()) == 5


def ask_for_a_code_to(number, browser, place):
    person = sign_in_afresh(type(browser)(), UserFactory())
    return person.post(PHONE, {"value": number}, REMOTE_ADDR=place)


def test_one_number_is_not_rung_all_day_by_whoever_asks(client, one_hour):
    for place in range(14):
        answer = ask_for_a_code_to("+390200000333", client, f"192.0.2.{place}")
        assert answer["Location"] == CONFIRM, "whether others asked is nobody's business"
    assert len(texted()) == 10


def test_from_one_place_no_more_than_a_part_of_it_and_whoever_has_it_asks_from_elsewhere(client, one_hour):
    for number in range(6):
        answer = ask_for_a_code_to("+390200000333", client, "203.0.113.9")
        assert answer.status_code == (302 if number < 4 else 200)
    assert answer.context["form"].errors["value"]
    assert len(texted()) == 4
    ask_for_a_code_to("+390200000333", client, "198.51.100.7")
    assert len(texted()) == 5


@pytest.fixture
def one_hour():
    with time_machine.travel(timezone.now().replace(hour=9, minute=1), tick=False):
        yield


# -- what is somebody else's -------------------------------------------------------------------------------------


def without_value(page, *values):
    page = re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"', "", page)
    for value in values:
        page = page.replace(value, "")
    return page


def test_no_answer_tells_that_an_address_is_somebodys(mine):
    UserFactory(email="taken@abitare.example")
    pages = []
    for value in ("taken@abitare.example", "free@abitare.example"):
        asked = mine.post(EMAIL, {"value": value}, follow=True)
        wrong = mine.post(CONFIRM, {"code": "0000-0000"})
        pages.append([without_value(answer.content.decode(), value) for answer in (asked, wrong)])
    assert pages[0] == pages[1]


@pytest.mark.parametrize("closed", [False, True])
def test_the_holder_reads_that_somebody_tried_and_nobody_gets_a_code(mine, anna, closed):
    holder = UserFactory(email="taken@abitare.example", phone="+390200000444", display_name="Holder")
    if closed:
        holder.close_account(by=None)
    mine.post(EMAIL, {"value": "taken@abitare.example"})
    mine.post(PHONE, {"value": "+390200000444"})
    for text in (delivered()[-1].body, texted()[-1].text):
        assert not re.search(r"\d{4}-\d{4}", text)
        assert anna.display_name not in text
        assert anna.email not in text
    assert delivered()[-1].to == ["taken@abitare.example"]


def test_who_is_faster_has_it(mine, anna):
    mine.post(EMAIL, {"value": "wanted@abitare.example"})
    other = UserFactory()
    other.change_email("wanted@abitare.example", by=None)
    answer = mine.post(CONFIRM, {"code": code_in(delivered()[0].body)})
    assert answer.context["form"].errors["code"]
    assert of(anna).email == "anna@abitare.example"
    assert who(mine) == anna.pk


def test_the_database_has_the_last_word(anna):
    for field, value in (("email", "taken@abitare.example"), ("phone", "+390200000444")):
        UserFactory(**{"email": None, field: value})
        with pytest.raises(ContactTaken):
            getattr(anna, f"change_{field}")(value, by=anna)
    assert (of(anna).email, anna.phone) == ("anna@abitare.example", "+390200000111")


# -- taking away -------------------------------------------------------------------------------------------------


def test_one_of_two_ways_in_is_taken_away(mine, anna):
    assert mine.get(f"{PHONE}togli/").status_code == 200
    mine.post(f"{PHONE}togli/")
    assert of(anna).phone is None
    assert who(mine) == anna.pk
    assert [message.to for message in texted()] == ["+390200000111"]


def test_the_last_way_in_stays(mine, anna):
    mine.post(f"{PHONE}togli/")
    mine.post(f"{EMAIL}togli/")
    assert of(anna).email == "anna@abitare.example"
    assert f"{EMAIL}togli/" not in mine.get(PAGE).content.decode()


def test_a_phone_is_no_way_in_where_nobody_can_send_to_it(mine, anna, settings):
    settings.PORTAL_SMS_SENDER = ""
    mine.post(f"{EMAIL}togli/")
    assert of(anna).email == "anna@abitare.example"


def test_the_desk_may_take_away_what_the_person_may_not(anna):
    anna.change_phone(None, by=anna)
    with pytest.raises(LastWayIn):
        anna.change_email(None, by=anna)
    anna.change_email(None, by=UserFactory(roles=["portal.administrator"]))
    assert of(anna).email is None


# -- the number to be called at ----------------------------------------------------------------------------------


def test_the_number_to_call_needs_no_code_and_signs_nobody_out(mine, anna):
    elsewhere = type(mine)()
    elsewhere.force_login(of(anna))
    mine.post(TO_CALL, {"value": "0033 1 99 00 12 34"})
    assert of(anna).contact_phone == "+33199001234"
    assert who(elsewhere) == anna.pk
    assert texted() == []
    mine.post(TO_CALL, {"value": ""})
    assert of(anna).contact_phone == ""


# -- bad input ---------------------------------------------------------------------------------------------------


def test_an_address_that_is_too_long_is_told_so_and_cut_by_no_browser(mine):
    """No column holds it, and what a browser leaves of it may be somebody else's."""
    assert "maxlength" not in str(mine.get(EMAIL).context["form"]["value"])
    long = f"anna@{'.'.join(['x' * 50] * 5)}.example"
    answer = mine.post(EMAIL, {"value": long})
    assert [error.code for error in answer.context["form"].errors.as_data()["value"]] == ["max_length"]
    assert answer.context["form"]["value"].value() == long
    assert delivered() == []


@pytest.mark.parametrize("path", [EMAIL, PHONE])
@pytest.mark.parametrize(
    "value", ["", "x", "@", "12", "\x00", "x" * 10_000], ids=["none", "x", "at", "12", "nul", "long"]
)
def test_what_is_neither_is_told_so_next_to_the_field(mine, path, value):
    answer = mine.post(path, {"value": value})
    assert answer.status_code == 200
    assert answer.context["form"].errors["value"]
    assert delivered() == []


@pytest.mark.parametrize("code", ["", "-", "é", "x" * 10_000], ids=["none", "dash", "letter", "long"])
def test_nothing_that_is_no_code_confirms(mine, anna, code):
    mine.post(EMAIL, {"value": "new@abitare.example"})
    assert mine.post(CONFIRM, {"code": code}).context["form"].errors["code"]
    assert of(anna).email == "anna@abitare.example"
