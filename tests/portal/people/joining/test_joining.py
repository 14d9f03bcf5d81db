"""A neighbour or a volunteer asks to be let in: proves the address, is vouched for, is let in or is not."""

import uuid
from datetime import timedelta

import pytest
import time_machine
from django.core import mail
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation
from django_tasks_db.models import DBTaskResult

from portal.events.models import Event
from portal.extensions import NotificationKind, find
from portal.people.codes import CodeSpent, TooOften
from portal.people.joining import privacy as joining_privacy
from portal.people.joining.models import (
    AccountExists,
    AlreadyDecided,
    JoinRequest,
    WrongCode,
)
from portal.people.models import User
from portal.tasks.sms import MemorySender
from portal.tasks.worker import work_off
from portal.testing.factories import OrganizationFactory, UserFactory
from portal.ui.words import unbroken
from tests.portal.people.doors import ask_for_code

from .asking import TERESA, code_sent, form, told, waiting_request

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def no_text_messages():
    MemorySender.outbox.clear()


# -- the story ---------------------------------------------------------------------------------------------------


def test_from_the_door_to_the_first_sign_in(client, elena, vicini):
    assert "/partecipa/" in client.get("/account/signup/").content.decode()
    sent = client.post("/partecipa/", form(wish="volunteer", organization=vicini.pk), follow=True)
    assert sent.redirect_chain == [("/partecipa/codice/", 302)]
    assert TERESA in sent.content.decode()
    assert not JoinRequest.objects.waiting().exists()
    confirmed = client.post("/partecipa/codice/", {"code": code_sent()})
    assert confirmed.headers["Location"] == "/partecipa/grazie/"
    asked = JoinRequest.objects.waiting().get()

    # Lucia, who coordinates, is asked whether she knows her.
    client.force_login(vicini.lucia)
    page = client.get(f"/enti/{vicini.pk}/").content.decode()
    assert "Teresa Galli" in page
    assert TERESA not in page
    client.post(f"/enti/{vicini.pk}/richieste/{asked.pk}/refuse/")

    # Lucia does not know her after all; Elena lets her in, and then she is no member there.
    client.force_login(elena)
    assert "Teresa Galli" in client.get("/persone/richieste/").content.decode()
    client.post(f"/persone/richieste/{asked.pk}/approve/")
    teresa = User.objects.get(email=TERESA)
    assert "Teresa Galli" in told()[-1]
    assert "/account/login/" in told()[-1]
    assert not teresa.organization_memberships.exists()

    # She signs in with a code.
    visitor = Client()
    code = ask_for_code(visitor, TERESA)
    visitor.post("/account/login/code/confirm/", {"code": code})
    assert visitor.get("/casa/").status_code == 200
    asked.refresh_from_db()
    assert (asked.name, asked.email, asked.person) == ("", None, teresa)


# -- known or not ------------------------------------------------------------------------------------------------


def cost(client, email):
    """(shapes of queries, status, where it leads, the next page without what was typed)."""
    client = type(client)()
    client.get("/partecipa/")
    with CaptureQueriesContext(connection) as queries:
        answer = client.post("/partecipa/", form(email=email))
    page = client.get(answer.headers["Location"]).content.decode().replace(email, "")
    page = page.split("csrfmiddlewaretoken")[0]
    return (
        [q["sql"].split("(")[0].split("'")[0] for q in queries],
        answer.status_code,
        answer.headers["Location"],
        page,
    )


def test_whether_an_address_is_known_nobody_can_tell(client):
    UserFactory(email="known@abitare.example")
    cost(client, "warm@abitare.example")

    assert cost(client, "known@abitare.example") == cost(client, "nobody@abitare.example")


def test_a_wrong_code_costs_the_same_for_both(client):
    UserFactory(email="known@abitare.example")
    answers = []
    for email in ("warm@abitare.example", "known@abitare.example", "nobody@abitare.example"):
        client = type(client)()
        client.post("/partecipa/", form(email=email))
        with CaptureQueriesContext(connection) as queries:
            answer = client.post("/partecipa/codice/", {"code": "0000 0000"})
        answers.append((len(queries), answer.status_code))

    assert answers[1] == answers[2]
    assert answers[1][1] == 422


def test_who_has_an_account_is_told_so_and_gets_no_code(client):
    UserFactory(email="known@abitare.example")

    client.post("/partecipa/", form(email="Known@abitare.example"))

    assert code_sent() is None
    assert "/account/login/" in told()[-1]


@pytest.mark.parametrize(("language", "longest"), [("en", 160), ("it", 160), ("ar", 70)])
def test_who_is_known_by_a_number_reads_a_text_message_and_no_letter(client, settings, language, longest):
    settings.PORTAL_SMS_SENDER = "portal.tasks.sms.MemorySender"
    UserFactory(email=None, phone="+390200000155")

    client.post("/partecipa/", form(email="", phone="02 0000 0155", language=language))

    (text,) = told()
    assert settings.PORTAL_NAME in text
    assert len(text.splitlines()) == 1
    assert "/" not in text
    assert len(text) <= longest


def test_a_message_comes_in_the_language_chosen(client):
    client.post("/partecipa/", form(language="en"))

    assert "your code for" in told()[-1]


# -- the code ----------------------------------------------------------------------------------------------------


def test_a_code_tried_a_thousand_times_opens_nothing():
    asked = JoinRequest.ask(client_id=uuid.uuid4(), **_told())
    right = code_sent().replace("-", "")
    outcomes = {"wrong": 0, "spent": 0}
    for number in range(1000):
        wrong = f"{number:08d}"
        try:
            asked.confirm(wrong if wrong != right else "99999999")
        except WrongCode:
            outcomes["wrong"] += 1
        except CodeSpent:
            outcomes["spent"] += 1

    assert outcomes == {"wrong": 5, "spent": 995}
    with pytest.raises(CodeSpent):
        asked.confirm(right)
    assert JoinRequest.objects.get().state == "unconfirmed"


def test_the_fifth_wrong_code_is_told_that_it_was_the_last(client):
    client.post("/en/partecipa/", form())
    pages = [
        client.post("/en/partecipa/codice/", {"code": f"{number:08d}"}).content.decode()
        for number in range(5)
    ]

    assert "You can try 1 more time." in pages[3]
    assert "This code does not work any more. Ask for a new one." in pages[4]
    assert "You can try" not in pages[4]
    assert "Look at the message again" not in pages[4]


def test_a_client_that_tries_a_thousand_times_is_stopped_too(client):
    client.post("/partecipa/", form())
    answers = [client.post("/partecipa/codice/", {"code": f"{number:08d}"}) for number in range(70)]

    assert {answer.status_code for answer in answers} == {422}
    assert not JoinRequest.objects.waiting().exists()


def _told(**fields):
    return {
        "name": "Teresa Galli", "email": TERESA, "phone": None, "wish": "neighbour", "organization": None,
        "language": "it", **fields,
    }  # fmt: skip


def test_after_ten_minutes_a_code_is_worth_nothing():
    with time_machine.travel("2026-11-23 09:00:00+01:00", tick=False) as clock:
        asked = JoinRequest.ask(client_id=uuid.uuid4(), **_told())
        code = code_sent().replace("-", "")
        clock.shift(601)
        with pytest.raises(CodeSpent):
            asked.confirm(code)


def test_a_new_code_replaces_the_old_and_there_are_five():
    asked = JoinRequest.ask(client_id=uuid.uuid4(), **_told())
    old = code_sent().replace("-", "")
    asked.send_code()
    new = code_sent().replace("-", "")
    if old != new:
        with pytest.raises(WrongCode):
            asked.confirm(old)
    for _more in range(3):
        asked.send_code()
    with pytest.raises(TooOften):
        asked.send_code()


def test_a_code_is_kept_nowhere_in_the_open():
    asked = JoinRequest.ask(client_id=uuid.uuid4(), **_told())
    digest = JoinRequest.objects.get(pk=asked.pk).code_digest
    code = code_sent().replace("-", "")

    assert code not in digest
    assert not DBTaskResult.objects.exists()
    assert code not in str(list(Event.objects.values()))


@pytest.mark.parametrize("typed", ["{0}-{1}", " {0} {1} ", "{0}{1}"])
def test_a_code_is_understood_however_it_is_spaced(client, typed):
    client.post("/partecipa/", form())
    code = typed.format(*code_sent().split("-"))

    assert client.post("/partecipa/codice/", {"code": code}).status_code == 302


def test_and_in_the_digits_of_arabic(client):
    client.post("/ar/partecipa/", form(language="ar"))
    code = code_sent().translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩"))

    assert client.post("/ar/partecipa/codice/", {"code": code}).status_code == 302


# -- once --------------------------------------------------------------------------------------------------------


def test_a_form_that_is_sent_twice_is_one_request_and_one_message(client):
    once = form()
    for _time in range(2):
        assert client.post("/partecipa/", once).status_code == 302

    assert JoinRequest.objects.count() == 1
    assert len(told()) == 1


def test_whoever_puts_the_address_right_gets_the_code_there(client):
    wrong = form(email="teersa@abitare.example")
    client.post("/partecipa/", wrong)
    told()
    client.post("/partecipa/", {**wrong, "email": TERESA})
    code = code_sent()

    assert mail.outbox[-1].to == [TERESA]
    assert JoinRequest.objects.count() == 1
    assert client.post("/partecipa/codice/", {"code": code}).status_code == 302


def test_two_tabs_are_one_request_in_the_end():
    first, second = (JoinRequest.ask(client_id=uuid.uuid4(), **_told()) for _tab in range(2))
    codes = [message.split(": ")[1][:9].replace("-", "") for message in told()]

    assert first.confirm(codes[0]) == first
    assert second.confirm(codes[1]) == first
    assert JoinRequest.objects.count() == 1
    assert Event.objects.filter(kind="portal.join_request.waiting").count() == 1


def test_the_database_holds_it_too():
    waiting_request()

    with pytest.raises(IntegrityError), transaction.atomic():
        JoinRequest.objects.create(client_id=uuid.uuid4(), state="waiting", **_told(email=TERESA.upper()))
    with pytest.raises(IntegrityError), transaction.atomic():
        JoinRequest.objects.create(client_id=uuid.uuid4(), **_told(email=None))


# -- deciding ----------------------------------------------------------------------------------------------------


def test_a_friendly_no_gives_no_reason(elena, vicini):
    asked = waiting_request(wish="volunteer", organization=vicini)
    asked.vouch(by=vicini.lucia, yes=False)

    asked.decline(by=elena)
    asked.decline(by=elena)

    assert len(mail.outbox) == 1  # the code
    told()
    assert len(mail.outbox) == 2
    assert "Elena" not in told()[-1]
    assert "Vicini" not in told()[-1]
    assert not User.objects.filter(email=TERESA).exists()
    with pytest.raises(AlreadyDecided):
        asked.approve(by=elena)


def test_letting_in_twice_is_letting_in_once(elena):
    asked = waiting_request()

    assert asked.approve(by=elena) == asked.approve(by=elena)
    assert User.objects.filter(email=TERESA).count() == 1
    with pytest.raises(AlreadyDecided):
        asked.decline(by=elena)


def test_whom_the_organization_does_not_know_is_let_in_without_it(elena, vicini):
    asked = waiting_request(wish="volunteer", organization=vicini)
    asked.vouch(by=vicini.lucia, yes=False)

    teresa = asked.approve(by=elena)

    assert not teresa.organization_memberships.exists()


def test_an_address_that_was_registered_meanwhile_is_no_second_person(client, elena):
    asked = waiting_request()
    UserFactory(email=TERESA)

    with pytest.raises(AccountExists):
        asked.approve(by=elena)
    client.force_login(elena)
    page = client.post(f"/persone/richieste/{asked.pk}/approve/", follow=True).content.decode()
    assert "Teresa Galli" in page
    asked.refresh_from_db()
    assert asked.is_waiting


@pytest.mark.parametrize("role", ["portal.editor", "portal.auditor", "manutenzione.operator"])
def test_no_other_role_decides_or_sees(client, role):
    asked, person = waiting_request(), UserFactory(roles=[role])
    client.force_login(person)

    assert client.get("/persone/richieste/").status_code == 404
    assert client.post(f"/persone/richieste/{asked.pk}/approve/").status_code == 404
    for verb in (asked.approve, asked.decline):
        with pytest.raises(PermissionDenied):
            verb(by=person)


def test_nobody_sees_what_is_not_confirmed(client, elena, vicini):
    asked = JoinRequest.ask(client_id=uuid.uuid4(), **_told(wish="volunteer", organization=vicini))
    client.force_login(elena)
    assert "Teresa Galli" not in client.get("/persone/richieste/").content.decode()
    assert client.post(f"/persone/richieste/{asked.pk}/approve/").status_code == 404
    client.force_login(vicini.lucia)
    assert "Teresa Galli" not in client.get(f"/enti/{vicini.pk}/").content.decode()
    assert client.post(f"/enti/{vicini.pk}/richieste/{asked.pk}/vouch/").status_code == 404
    asked.refresh_from_db()
    with pytest.raises(AlreadyDecided):
        asked.vouch(by=vicini.lucia, yes=True)


def test_who_decides_and_who_coordinates_there_are_told_and_nobody_else(elena, vicini):
    elsewhere = OrganizationFactory()
    elsewhere.add(UserFactory(), by=None, is_coordinator=True)
    vicini.add(UserFactory(), by=None)
    waiting_request(wish="volunteer", organization=vicini)

    def recipients(kind):
        return set(find(NotificationKind, kind).recipients(Event.objects.get(kind=kind)))

    assert recipients("portal.join_request.waiting") == {elena}
    assert recipients("portal.join_request.for_organization") == {vicini.lucia}


def test_a_neighbour_joins_no_organization_whatever_the_form_says(client, vicini):
    client.post("/partecipa/", form(wish="neighbour", organization=vicini.pk))

    assert JoinRequest.objects.get().organization is None


# -- bad input ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "is_fine"),
    [
        ("a" * 10_000, False),
        ("a" * 80, True),
        ("🏠 Teresa", True),
        ("Teresa\u202eilaG", False),
        ("\u3164", False),
        ("ليلى حداد", True),
        ("", False),
    ],
    ids=["10,000 letters", "just fits", "emoji", "turned round", "cannot be seen", "Arabic", "none"],
)
def test_names(client, name, is_fine):
    answer = client.post("/partecipa/", form(name=name))

    assert answer.status_code == (302 if is_fine else 422)
    assert JoinRequest.objects.exists() == is_fine
    if not is_fine and name.isascii() and name:
        assert name in answer.content.decode(), "what was typed is still there"


@pytest.mark.parametrize(
    "email", ["", "teresa", "a@b", "a\x00@abitare.example", "a" * 300 + "@abitare.example"]
)
def test_an_address_that_is_none(client, email, settings):
    settings.PORTAL_SMS_SENDER = ""

    assert client.post("/partecipa/", form(email=email)).status_code == 422
    assert not JoinRequest.objects.exists()


def test_an_address_is_kept_in_lower_case_and_no_browser_cuts_it(client):
    assert "maxlength" not in str(client.get("/partecipa/").context["form"]["email"])
    client.post("/partecipa/", form(email="Teresa.Galli@Abitare.example"))
    assert JoinRequest.objects.get().email == "teresa.galli@abitare.example"


def test_a_phone_of_another_country_gets_the_code_and_opens_the_account(client, elena, settings):
    settings.PORTAL_SMS_SENDER = "portal.tasks.sms.MemorySender"
    client.post("/partecipa/", form(email="", phone="+44 20 7946 0123"))
    assert (MemorySender.outbox, JoinRequest.objects.get().phone) == ([], "+442079460123")
    client.post("/partecipa/codice/", {"code": code_sent()})
    assert MemorySender.outbox[-1].to == "+442079460123"

    person = JoinRequest.objects.waiting().get().approve(by=elena)

    assert (person.phone, person.contact_phone, person.email) == ("+442079460123", "", None)
    told()
    assert "/account/login/" in MemorySender.outbox[-1].text


def test_letters_are_no_number_and_no_message_goes_anywhere(client, settings):
    settings.PORTAL_SMS_SENDER = "portal.tasks.sms.MemorySender"

    answer = client.post("/en/partecipa/", form(email="", phone="12345 abc"))

    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["phone"])
    told()
    assert (MemorySender.outbox, JoinRequest.objects.count()) == ([], 0)


def test_a_number_that_no_code_went_to_opens_nothing(elena):
    person = waiting_request(phone="+390200000155").approve(by=elena)

    assert (person.phone, person.contact_phone) == (None, "+390200000155")


def test_without_a_provider_nobody_is_offered_a_text_message(client, settings):
    settings.PORTAL_SMS_SENDER = ""

    assert client.post("/partecipa/", form(email="", phone="02 0000 0155")).status_code == 422


def test_with_neither_address_nor_number_nobody_can_be_answered(client, settings):
    settings.PORTAL_SMS_SENDER = "portal.tasks.sms.MemorySender"

    answer = client.post("/en/partecipa/", form(email="", phone=""))

    assert answer.status_code == 422
    told = answer.context["form"]
    assert set(told.errors) == {"email", "phone"}, "each of the two is marked"
    assert answer.content.decode().count('aria-invalid="true"') == 2


def test_one_of_the_two_is_needed_and_neither_is_said_to_be_a_matter_of_liking(client, settings):
    settings.PORTAL_SMS_SENDER = "portal.tasks.sms.MemorySender"
    form = client.get("/en/partecipa/").context["form"]
    with translation.override("en"):
        email, phone, organization = (
            form[name].as_field_group() for name in ("email", "phone", "organization")
        )

    for field in (email, phone):
        assert "(if you like)" not in field
        assert "one of the two is enough" in field.lower()
    assert "(if you like)" in organization


@pytest.mark.parametrize(
    ("reached", "there", "elsewhere"),
    [
        (
            {"email": TERESA, "phone": "02 0000 0155"},
            [TERESA, "spam", "Check the address"],
            [unbroken("02 0000 0155")],
        ),
        (
            {"email": "", "phone": "+390200000155"},
            [unbroken("02 0000 0155"), "text message", "Check the number"],
            ["spam", "+390200000155", "address and begin"],
        ),
    ],
    ids=["by e-mail", "by text message"],
)
def test_the_page_of_the_code_speaks_of_the_way_it_came(client, settings, reached, there, elsewhere):
    settings.PORTAL_SMS_SENDER = "portal.tasks.sms.MemorySender"
    page = client.post("/en/partecipa/", form(**reached), follow=True).content.decode()

    assert [words for words in there if words not in page] == []
    assert [words for words in elsewhere if words in page] == []


@pytest.mark.parametrize("organization", ["0", "abc", "-1"])
def test_an_organization_that_takes_nobody_is_no_choice(client, organization):
    closed = OrganizationFactory()
    for chosen in (organization, closed.pk):
        sent = client.post("/partecipa/", form(wish="volunteer", organization=chosen))
        assert sent.status_code == 422


def test_five_requests_an_hour_for_one_address_are_enough(client):
    answers = [client.post("/partecipa/", form()).status_code for _time in range(6)]

    assert answers == [302] * 5 + [422]


def test_somebody_else_asking_in_my_name_does_not_stop_me(client):
    for _time in range(6):
        client.post("/partecipa/", form(), REMOTE_ADDR="203.0.113.5")

    assert client.post("/partecipa/", form(), REMOTE_ADDR="203.0.113.9").status_code == 302


def test_without_a_request_of_ones_own_there_is_no_code_to_write(client):
    waiting_request()

    assert client.get("/partecipa/codice/").headers["Location"] == "/partecipa/"
    assert client.post("/partecipa/codice/", {"code": "12345678"}).headers["Location"] == "/partecipa/"


# -- forgetting --------------------------------------------------------------------------------------------------


def test_what_was_never_confirmed_is_gone_after_a_week():
    old = JoinRequest.ask(client_id=uuid.uuid4(), **_told())
    JoinRequest.objects.update(created_at=timezone.now() - timedelta(days=8))
    recent = JoinRequest.ask(client_id=uuid.uuid4(), **_told(email="anna@abitare.example"))

    joining_privacy.forget_unconfirmed()

    assert list(JoinRequest.objects.all()) == [recent]
    assert old != recent


def test_a_request_without_admission_is_gone_after_two_years(elena):
    declined, waiting = waiting_request(), waiting_request(email="anna@abitare.example")
    declined.decline(by=elena)
    long_ago = timezone.now() - joining_privacy.RETENTION - timedelta(days=1)
    JoinRequest.objects.filter(pk=declined.pk).update(decided_at=long_ago)

    assert joining_privacy.expire_requests(timezone.now() - joining_privacy.RETENTION) == 1
    assert list(JoinRequest.objects.all()) == [waiting]


def test_people_get_their_request_and_it_goes_with_them(elena):
    teresa = waiting_request().approve(by=elena)
    again = JoinRequest.ask(client_id=uuid.uuid4(), **_told())

    assert len(list(joining_privacy.export_requests(teresa))) == 2
    assert joining_privacy.erase_requests(teresa) == 2
    assert not JoinRequest.objects.filter(pk=again.pk).exists()


def test_who_decided_is_forgotten_with_them(elena, vicini):
    asked = waiting_request(wish="volunteer", organization=vicini)
    asked.vouch(by=vicini.lucia, yes=False)
    asked.decline(by=elena)

    assert joining_privacy.erase_requests(elena) == joining_privacy.erase_requests(vicini.lucia) == 1
    asked.refresh_from_db()
    assert (asked.decided_by, asked.vouched_by) == (None, None)


# -- a stranger who has us write to somebody -------------------------------------------------------------------------


def test_a_number_is_written_to_so_often_a_day_by_whichever_door_and_from_wherever():
    number = "+390200000377"
    for place in range(15):
        somewhere = {"REMOTE_ADDR": f"198.51.100.{place}"}
        Client().post("/partecipa/", form(email="", phone=number), **somewhere)
        Client().post("/account/login/code/", {"login": number}, **somewhere)
    work_off()
    assert 0 < len(MemorySender.outbox) <= 10
    assert {message.to for message in MemorySender.outbox} == {number}


@pytest.fixture
def used_up():
    """A number that people elsewhere have had written to as often as may be in a day."""
    number = "+390200000377"
    for place in range(10):
        Client().post("/account/login/code/", {"login": number}, REMOTE_ADDR=f"198.51.100.{place}")
    return number


def test_that_others_have_used_it_up_whoever_asks_is_not_told(client, used_up):
    said = []
    for number in (used_up, "+390200000378"):
        browser = type(client)()
        asked = browser.post("/partecipa/", form(email="", phone=number))
        again = browser.post("/partecipa/codice/", {"again": ""}, follow=True)
        wrong = browser.post("/partecipa/codice/", {"code": "0000-0000"})
        pages = [answer.content.decode().split("csrfmiddlewaretoken")[0] for answer in (again, wrong)]
        messages = [str(message) for message in again.context["messages"]]
        said.append(
            (asked.status_code, asked.headers["Location"], messages, wrong.context["form"].errors, pages)
        )
    assert said[0][:-1] == said[1][:-1]
    assert said[0][-1] == [page.replace("0378", "0377") for page in said[1][-1]]
    work_off()
    assert {message.to for message in MemorySender.outbox} == {"+390200000378"}


def test_and_no_code_is_right_where_none_was_sent(client, used_up, monkeypatch):
    monkeypatch.setattr("portal.people.joining.models.new_code", lambda: "12345678")
    client.post("/partecipa/", form(email="", phone=used_up))
    for typed in ("12345678", "1234-5678"):
        assert client.post("/partecipa/codice/", {"code": typed}).status_code == 422
    with pytest.raises(WrongCode):
        JoinRequest.objects.get().confirm("")
    assert not JoinRequest.objects.waiting().exists()


def test_each_text_message_has_a_reference_of_its_own():
    for number in ("+390200000377", "+390200000378"):
        Client().post("/partecipa/", form(email="", phone=number))
    work_off()
    references = [message.reference for message in MemorySender.outbox]
    assert len(references) == len(set(references)) == 2
    assert all(references)
