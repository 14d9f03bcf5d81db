"""A code by text message, for whoever has a phone of their own."""

import re

import pytest

from portal.events.dispatch import drain
from portal.notifications.models import Notification
from portal.notifications.preferences import choose_for_all
from portal.people.mail import deliver_text
from portal.people.phones import normalised
from portal.tasks.mail import NotSent
from portal.tasks.sms import MemorySender
from portal.tasks.worker import work_off
from portal.testing.factories import UserFactory
from tests.portal.proof.browsers import step_up_now

from .doors import PASSWORD, ask_for_code, delivered, sign_in, texted, who

pytestmark = pytest.mark.django_db

NUMBER = "+390200000111"


@pytest.fixture
def samira():
    """No e-mail address, as many."""
    return UserFactory(email=None, phone=NUMBER, language="ar")


def confirm(client, code):
    return client.post("/account/login/code/confirm/", {"code": code})


@pytest.mark.parametrize(
    "written",
    [
        "02 0000 0111",
        "0200000111",
        "+39 02 0000 0111",
        "0039 02-0000-0111",
        "٠٢ ٠٠٠٠ ٠١١١",
        "  +390200000111 ",
        "(02) 0000.0111",
    ],
    ids=["spaces", "bare", "country", "dialled", "arabic", "blanks", "brackets"],
)
def test_a_number_as_people_write_it(client, samira, written):
    code = ask_for_code(client, written)
    assert [message.to for message in texted()] == [NUMBER]
    assert delivered() == []
    assert confirm(client, code)["Location"] == "/ar/casa/"
    assert who(client) == samira.pk


@pytest.mark.parametrize("written", ["12345 abc", "02 0000 0111 casa", "02 0000 OIII", "٠٢ ٠٠٠٠ ٠١١١ بيت"])
def test_letters_are_no_number(client, samira, written):
    answer = client.post("/en/account/login/code/", {"login": written})
    assert "or the number of a phone" in answer.content.decode()
    with pytest.raises(ValueError, match=written):
        normalised(written)
    assert texted() == []


def test_a_number_of_another_country(client):
    adrian = UserFactory(email=None, phone="+40211234567")
    confirm(client, ask_for_code(client, "+40 21 123 4567"))
    assert who(client) == adrian.pk


def test_the_message_is_short_in_the_persons_language_and_leads_nowhere(client, samira, settings):
    code = ask_for_code(client, NUMBER)
    (message,) = texted()
    assert code in message.text
    assert settings.PORTAL_NAME in message.text
    assert len(message.text) <= 70  # one message, in letters that are not Latin
    assert not re.search(r"https?:|www\.|/", message.text)
    assert message.reference


@pytest.mark.parametrize("language", ["it", "en"])
def test_and_in_latin_letters_too(client, language):
    UserFactory(email=None, phone="+390200000112", language=language)
    ask_for_code(client, "+390200000112")
    assert len(texted()[0].text) <= 160


def test_the_number_to_be_called_at_opens_nothing_and_may_be_shared(client):
    for _member in range(2):
        UserFactory(email=None, contact_phone=NUMBER)
    assert ask_for_code(client, NUMBER) is None


def test_a_number_shared_by_two_is_the_sign_in_of_one(client, samira):
    UserFactory(email=None, contact_phone=NUMBER)
    confirm(client, ask_for_code(client, NUMBER))
    assert who(client) == samira.pk


def a_new_number(person):
    person.change_phone("+390200000222", by=None)


def no_number_any_more(person):
    person.change_phone(None, by=None)


def somebody_elses_by_now(person):
    person.change_phone(None, by=None)
    UserFactory(email=None).change_phone(NUMBER, by=None)


def sessions_ended_from_elsewhere(person):
    person.end_sessions()


@pytest.mark.parametrize(
    "meanwhile", [a_new_number, no_number_any_more, somebody_elses_by_now, sessions_ended_from_elsewhere]
)
def test_a_code_on_its_way_is_worth_nothing_after(client, samira, meanwhile):
    code = ask_for_code(client, NUMBER)
    meanwhile(samira)
    confirm(client, code)
    assert who(client) is None


def test_a_message_goes_to_the_number_that_the_person_has_by_then(client, samira):
    client.post("/account/login/code/", {"login": NUMBER})
    samira.change_phone("+390200000222", by=None)
    assert [message.to for message in texted() if re.search(r"\d{4}-\d{4}", message.text)] == [
        "+390200000222"
    ]


def test_nobody_gets_nothing():
    closed = UserFactory(phone="+390200000113")
    closed.close_account(by=None)
    for person in (None, 999_999, UserFactory(phone=None).pk, closed.pk):
        deliver_text.call(person, "Text", "reference")
    assert MemorySender.outbox == []


class Broken:
    def send(self, message):
        raise RuntimeError(f"no route to {message.to}")


def test_a_provider_that_fails_is_asked_again_and_its_words_are_kept_nowhere(samira, settings):
    settings.PORTAL_SMS_SENDER = f"{__name__}.Broken"
    with pytest.raises(NotSent, match="^RuntimeError$"):
        deliver_text.call(samira.pk, "Text", "reference")


# -- where no provider is ----------------------------------------------------------------------------------------


def test_nobody_is_offered_what_the_installation_cannot_do(client, samira, settings):
    assert "phone" in client.get("/en/account/login/code/").content.decode()
    settings.PORTAL_SMS_SENDER = ""
    for page in ("/en/account/login/code/", "/en/account/login/"):
        assert "your phone" not in client.get(page).content.decode()
    answer = client.post("/account/login/code/", {"login": NUMBER})
    assert answer.context["form"].errors["login"]
    assert texted() == []


# -- bad input ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "nonsense",
    [
        "",
        "abc",
        "1",
        "+",
        "@",
        "a@",
        "anna@@abitare.example",
        "+39",
        "02 0000 0111 int. 3",
        "9" * 300,
        "\x00",
        "+٣",
    ],
)
def test_what_is_neither_is_told_so_with_what_was_typed(client, nonsense):
    answer = client.post("/account/login/code/", {"login": nonsense})
    assert answer.status_code == 200
    assert answer.context["form"].errors["login"]
    assert sign_in(client, nonsense).status_code == 200


# -- with a password ---------------------------------------------------------------------------------------------


def test_with_a_password_and_a_number(client):
    person = UserFactory(email=None, phone=NUMBER, password=PASSWORD)
    sign_in(client, "02 0000 0111")
    assert who(client) == person.pk


def test_a_changed_password_is_told_by_one_message_whatever_they_chose(client):
    person = UserFactory(email=None, phone=NUMBER, password=PASSWORD)
    choose_for_all(person, "sms", is_on=True)
    client.force_login(person)
    step_up_now(client)

    new = {"password1": "cinque tigli in fila", "password2": "cinque tigli in fila"}
    assert client.post("/account/password/change/", new).status_code == 302
    drain()

    told = Notification.objects.filter(person=person, event__kind="portal.person.password_changed")
    assert [row.channel for row in told] == ["inbox"]
    work_off()
    assert [message.to for message in MemorySender.outbox] == [NUMBER]


def test_a_wrong_password_says_the_same_for_either(client):
    UserFactory(email="anna@abitare.example", phone=NUMBER, password=PASSWORD)
    by_phone, by_mail = (sign_in(client, login, "wrong") for login in (NUMBER, "anna@abitare.example"))
    assert by_phone.context["form"].errors == by_mail.context["form"].errors
