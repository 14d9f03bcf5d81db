"""Booking, changing and keeping the day, as a browser does it: what is asked, what is kept, what is shown to whom."""

import random
import re
import uuid
from datetime import date, time, timedelta
from urllib.parse import urlsplit

import pytest
import time_machine
from bs4 import BeautifulSoup
from django.core import mail
from django.urls import reverse
from django.utils.translation import override
from icalendar import Calendar

from portal.desk.appointments.counters import DeskClosure
from portal.desk.appointments.models import Appointment, WaitingPlace
from portal.desk.appointments.schedules import remind
from portal.desk.appointments.typed import TOGETHER
from portal.desk.models import Desk
from portal.events.dispatch import drain
from portal.notifications.models import Notification
from portal.tasks.worker import work_off
from portal.templatetags.ui import language_note
from portal.testing.clients import Browser
from portal.testing.factories import UserFactory

from .town import MONDAY, at, book, desk_open, keeper, speaks, tomorrow, topic_of, wait

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("monday")]
DAY = MONDAY.date()
BOOK = "/sportello/prenota/"


@pytest.fixture
def monday():
    with time_machine.travel(MONDAY):
        yield


@pytest.fixture
def town():
    return desk_open(), topic_of()


def form(desk, topic, quarter, **more):
    return {
        "topic": topic.slug,
        "desk": desk.pk,
        "spoken": "it",
        "quarter": quarter,
        "client_id": str(uuid.uuid4()),
        "name": "Sofia Greco",
        "email": "sofia@abitare.example",
        "phone": "",
        "reason": "",
        **more,
    }


def hidden(answer):
    """What the page's forms carry along unseen."""
    return dict(re.findall(r'type="hidden" name="([a-z_]+)" value="([^"]*)"', answer.content.decode()))


def test_from_the_topic_to_the_receipt(client, town):
    desk, topic = town
    page = client.get(f"{BOOK}?topic=isee&reason=Devo rinnovare")
    assert page.templates[0].name == "portal/desk/appointments/place.html"
    asked = {**hidden(page), "desk": desk.pk, "spoken": "it", "step": "time"}
    page = client.get(BOOK, asked)
    assert page.context["days"][0][0] == DAY
    asked = {**hidden(page), "quarter": at(DAY, "10:00"), "step": "details"}
    page = client.get(BOOK, asked)
    assert page.context["form"]["reason"].value() == "Devo rinnovare"
    client_id = page.context["form"]["client_id"].value()
    typed = {"client_id": client_id, "name": "Sofia", "email": "s@abitare.example", "reason": "Il mio ISEE"}
    page = client.post(BOOK, {**hidden(page), **typed, "step": "check"}, follow=True)
    assert page.templates[0].name == "portal/desk/appointments/check.html"
    assert not Appointment.objects.exists(), "looking at it is not sending it"
    sent = {**hidden(page), "step": "send"}
    done = client.post(BOOK, sent)
    booked = Appointment.objects.get()
    assert (booked.name, booked.reason, booked.quarter) == ("Sofia", "Il mio ISEE", at(DAY, "10:00"))
    page = client.get(done.url)
    assert booked.receipt in page.content.decode()
    again = client.post(BOOK, sent)
    assert again.status_code == 302
    assert Appointment.objects.count() == 1


def test_back_from_the_receipt_is_told_that_it_is_booked(client, town):
    desk, topic = town
    sent = form(desk, topic, at(DAY, "10:00"), reason="Due parole")
    look = client.post(BOOK, {**sent, "step": "check"}).url
    assert not {"sofia", "reason", "client"} & set(re.split(r"\W", look.lower())), "no name in an address"
    page = client.get(look)
    assert page.templates[0].name == "portal/desk/appointments/check.html"
    assert hidden(page)["client_id"] == sent["client_id"]
    client.post(BOOK, {**hidden(page), "step": "send"})
    details = look.replace("&step=check", "")
    for address in (look, details):
        back = client.get(address)
        assert back.templates[0].name == "portal/desk/appointments/booked.html"
        assert "Sofia" not in back.text
    assert client.post(BOOK, {**hidden(page), "step": "send"}).status_code == 302, "and sent again, it is one"
    assert Appointment.objects.count() == 1
    somebody_else = Browser()
    assert somebody_else.get(details).templates[0].name == "portal/desk/appointments/time.html"


def cookie_of(client) -> str:
    (name,) = (name for name in client.cookies if name.startswith("portal_booking"))
    return name


def test_a_time_taken_before_it_was_looked_at_puts_no_name_into_an_address(client, town):
    """Between sending what was typed and the page that shows it somebody else was faster."""
    desk, topic = town
    look = client.post(
        BOOK, {**form(desk, topic, at(DAY, "10:00"), reason="Due parole"), "step": "check"}
    ).url
    book(desk, topic, at(DAY, "10:00"))
    page = client.get(look)
    assert page.templates[0].name == "portal/desk/appointments/time.html"
    drawn = BeautifulSoup(page.content, "html.parser").main
    assert hidden(page)["name"] == "Sofia Greco", "nothing typed is lost"
    for sent in drawn.select("form:has([name=name])"):
        assert sent["method"] == "post"
    assert not [link["href"] for link in drawn.select("a[href]") if "parole" in link["href"]]


def test_where_nothing_is_kept_any_more_one_goes_on_from_a_taken_time_all_the_same(client, town):
    desk, topic = town
    look = client.post(BOOK, {**form(desk, topic, at(DAY, "10:00")), "step": "check"}).url
    book(desk, topic, at(DAY, "10:00"))
    client.cookies.clear()
    page = client.get(look)
    assert page.templates[0].name == "portal/desk/appointments/time.html"
    onward = {**hidden(page), "quarter": at(DAY, "11:00"), "step": "details"}
    assert page.context["method"] == "get"
    assert client.get(BOOK, onward).templates[0].name == "portal/desk/appointments/details.html"


def test_two_tabs_are_two_people(client, town):
    desk, topic = town
    tabs = {}
    for name, clock in (("Anna", "10:00"), ("Bruno", "11:00")):
        sent = form(desk, topic, at(DAY, clock), name=name, client_id=str(uuid.uuid4()))
        tabs[name] = client.post(BOOK, {**sent, "step": "check"}).url
    for name, look in tabs.items():
        page = client.get(look)
        assert hidden(page)["name"] == name
        client.post(BOOK, {**hidden(page), "step": "send"})
    booked = Appointment.objects.order_by("quarter").values_list("name", "quarter")
    assert list(booked) == [("Anna", at(DAY, "10:00")), ("Bruno", at(DAY, "11:00"))]


def test_two_people_come_at_one_time_to_two_counters(client):
    desk, topic = desk_open(counters=2), topic_of()
    for name in ("Anna", "Bruno"):
        sent = form(desk, topic, at(DAY, "10:00"), name=name)
        page = client.get(client.post(BOOK, {**sent, "step": "check"}).url)
        assert page.templates[0].name == "portal/desk/appointments/check.html"
        client.post(BOOK, {**hidden(page), "step": "send"})
    assert set(Appointment.objects.values_list("name", flat=True)) == {"Anna", "Bruno"}


def test_what_was_typed_goes_with_the_browser_and_no_more_is_kept_than_a_server_takes(client, town):
    draw = random.Random(7)  # noqa: S311
    for _form in range(6):
        reason = "".join(draw.choices("abcdefghijklmnopqrstuvwxyz0123456789 ", k=1000))
        assert (
            client.post(BOOK, {**form(*town, at(DAY, "10:00"), reason=reason), "step": "check"}).status_code
            == 302
        )
    cookies = [c for name, c in client.cookies.items() if name.startswith("portal_booking") and c.value]
    assert len(cookies) > 1
    assert sum(len(cookie.value) for cookie in cookies) <= TOGETHER
    assert not any(cookie["max-age"] or cookie["expires"] for cookie in cookies)


@pytest.mark.parametrize("is_interrupted", [False, True])
def test_back_to_what_was_cancelled_books_anew(client, town, is_interrupted):
    sent = form(*town, at(DAY, "10:00"))
    look = client.post(BOOK, {**sent, "step": "check"}).url
    name = cookie_of(client)
    typed = client.cookies[name].value
    client.post(BOOK, {**hidden(client.get(look)), "step": "send"})
    if is_interrupted:  # the answer never came, and what was typed is still there
        client.cookies[name] = typed
    Appointment.objects.get().cancel()

    page = client.get(look)

    assert page.status_code == 200
    again = hidden(page) if is_interrupted else {**sent, **hidden(page)}
    assert again["client_id"] != sent["client_id"]
    client.post(BOOK, {**again, "step": "send"})
    assert sorted(Appointment.objects.values_list("state", flat=True)) == ["booked", "cancelled"]


def test_what_was_typed_is_shown_to_nobody_who_signs_in_or_out_meanwhile(client, town):
    look = client.post(BOOK, {**form(*town, at(DAY, "10:00")), "step": "check"}).url
    client.force_login(UserFactory(display_name="Samira"))
    page = client.get(look)
    assert page.templates[0].name == "portal/desk/appointments/details.html"
    assert "Sofia" not in page.text
    client.cookies[cookie_of(client)] = "forged"
    assert client.get(look).status_code == 200


def test_an_interrupted_booking_is_found_on_the_way_back(client, town):
    """The answer never came: the page of the check, asked for again, says so."""
    sent = form(*town, at(DAY, "10:00"))
    look = client.post(BOOK, {**sent, "step": "check"}).url
    name = cookie_of(client)
    before = client.cookies[name].value
    client.post(BOOK, {**sent, "step": "send"})
    client.cookies[name] = before
    assert client.get(look).templates[0].name == "portal/desk/appointments/booked.html"


def test_what_no_browser_keeps_is_looked_at_all_the_same(client, town):
    draw = random.Random(7)  # noqa: S311
    reason = "".join(chr(draw.randrange(0x20000, 0x2A000)) for _sign in range(1000))
    page = client.post(BOOK, {**form(*town, at(DAY, "10:00"), reason=reason), "step": "check"})
    assert page.templates[0].name == "portal/desk/appointments/check.html"
    assert hidden(page)["reason"] == reason


@pytest.mark.parametrize("step", ["details", "time", "place"])
def test_on_the_way_back_nothing_typed_is_lost(client, town, step):
    sent = form(*town, at(DAY, "10:00"), reason="Due parole", step=step)
    page = client.post(BOOK, sent)
    assert page.templates[0].name == f"portal/desk/appointments/{step}.html"
    text = page.content.decode()
    for typed in ("Sofia Greco", "sofia@abitare.example", "Due parole", sent["client_id"]):
        assert typed in text
    assert "Sofia" not in page.request["QUERY_STRING"]


def test_a_time_just_taken_offers_the_nearest_and_keeps_what_was_typed(client, town):
    desk, topic = town
    # The clock ticks: nine o'clock is not to lie two hours ahead to the second.
    Desk.objects.filter(pk=desk.pk).update(notice_hours=1)
    book(desk, topic, at(DAY, "10:00"))
    page = client.post(BOOK, form(desk, topic, at(DAY, "10:00"), step="send"))
    assert page.status_code == 409
    assert page.context["error"]
    nearest = [slot.clock for _day, slots in page.context["nearest"] for slot in slots]
    assert nearest == ["09:00", "09:30", "10:30", "11:00", "11:30", "12:00"]
    assert hidden(page)["name"] == "Sofia Greco"


@pytest.mark.parametrize(
    ("clock", "days"),
    [("06:00", 0), ("20:00", 0), ("10:00", 90)],
    ids=["past", "the desk is closed", "beyond the horizon"],
)
def test_a_time_that_cannot_be_had_is_told_and_others_are_offered(client, town, clock, days):
    page = client.post(BOOK, form(*town, at(DAY + timedelta(days=days), clock), step="send"))
    assert page.status_code == 422
    assert page.context["error"]
    assert page.context["days"]


FORGED = {
    "an unknown topic": {"topic": "inventato"},
    "a desk that is not there": {"desk": "999"},
    "a desk that is no number": {"desk": "²"},
    "a language of no list": {"spoken": "xx"},
    "a time that is none": {"quarter": "99999999999999999999"},
    "a time in the year 7000": {"quarter": "176000000"},
    "a date that is none": {"from": "2027-02-31"},
    "no number of the form": {"client_id": "x"},
    "a name that is none": {"name": ""},
    "no way to be reached": {"email": ""},
    "no address": {"email": "sofia"},
    "a reason without end": {"reason": "a" * 5000},
}


@pytest.mark.parametrize("what", FORGED)
def test_whatever_is_sent_is_answered_and_nothing_is_booked(client, town, what):
    page = client.post(BOOK, {**form(*town, at(DAY, "10:00"), step="send"), **FORGED[what]})
    assert page.status_code in (200, 422)
    assert not Appointment.objects.exists()


def test_somebody_signed_in_finds_their_name_and_the_appointment_is_theirs(client, town):
    samira = UserFactory(display_name="Samira")
    client.force_login(samira)
    sent = form(*town, at(DAY, "10:00"))
    page = client.get(BOOK, {name: sent[name] for name in ("topic", "desk", "spoken", "quarter")})
    assert page.context["form"]["name"].value() == "Samira"
    answer = client.post(BOOK, {**sent, "step": "send"})
    booked = Appointment.objects.get()
    assert booked.person == samira
    assert answer.url.startswith(booked.get_absolute_url())


def test_staff_book_for_somebody_who_has_no_contact(client, town):
    client.force_login(keeper())
    client.post(BOOK, form(*town, at(DAY, "10:00"), email="", step="send"))
    booked = Appointment.objects.get()
    assert booked.person is None
    assert booked.booked_by is not None


def test_whoever_fills_a_desk_is_stopped_with_their_words_kept(client, town):
    desk, topic = desk_open(time(8), time(20), name="Aperto"), town[1]
    for number in range(3):
        client.post(BOOK, form(desk, topic, at(DAY, f"{10 + number}:00"), step="send"))
    page = client.post(BOOK, form(desk, topic, at(DAY, "15:00"), step="send"))
    assert page.status_code == 422
    assert Appointment.objects.count() == 3
    assert "Sofia Greco" in page.content.decode()


# -- by link ---------------------------------------------------------------------------------------------------------


def test_by_link_it_is_moved_and_cancelled_and_the_calendar_follows(client, town):
    desk, topic = town
    booked = book(desk, topic, at(DAY, "10:00"))
    token = booked.make_link()
    ways = {
        what: reverse(f"portal:appointment_link_{what}", args=[token])
        for what in ("move", "cancel", "calendar")
    }

    def event():
        calendar = Calendar.from_ical(client.get(ways["calendar"]).content)
        return calendar["METHOD"], calendar.walk("VEVENT")[0]

    method, first = event()
    assert (method, first["STATUS"], first["SEQUENCE"]) == ("PUBLISH", "CONFIRMED", 0)
    assert first.decoded("DTSTART") == booked.starts_at
    assert client.post(ways["move"]).status_code == 422
    client.post(ways["move"], {"quarter": at(DAY, "11:00"), "desk": desk.pk})
    _method, second = event()
    assert (second["UID"], second["SEQUENCE"]) == (first["UID"], 1)
    assert second.decoded("DTSTART") > first.decoded("DTSTART")
    assert client.get(ways["cancel"]).status_code == 200
    client.post(ways["cancel"])
    method, third = event()
    assert (method, third["STATUS"], third["SEQUENCE"]) == ("CANCEL", "CANCELLED", 2)
    assert topic.name not in str(third), "what it is about stands in no shared calendar"


def test_moving_to_and_fro_fills_nobodys_letterbox(client, town):
    desk, topic = town
    booked = book(desk, topic, at(DAY, "10:00"), email="vittima@abitare.example")
    address = reverse("portal:appointment_link_move", args=[booked.make_link()])
    far = DAY + timedelta(days=6)
    for number in range(6):
        client.post(address, {"quarter": at(far, ("10:00", "11:00")[number % 2]), "desk": desk.pk})
    page = client.post(address, {"quarter": at(far, "09:30"), "desk": desk.pk})
    assert page.status_code == 422
    assert page.context["error"]
    # What they chose is still chosen, on the day on which it is.
    assert page.context["chosen"] == at(far, "09:30")
    assert f'value="{at(far, "09:30")}" checked' in page.content.decode()
    booked.refresh_from_db()
    assert booked.quarter == at(far, "11:00")
    booked.move(at(far, "09:30"), by=keeper())
    assert booked.quarter == at(far, "09:30"), "the desk moves what it is asked to"


def test_one_address_gets_some_messages_a_day_and_no_more(town, monkeypatch):
    monkeypatch.setattr("portal.desk.appointments.mail.MAILS_A_DAY", "2/d")
    desk, topic = town
    for clock, address in (("10:00", "v@abitare.example"), ("10:30", "V@abitare.example")):
        booked = book(desk, topic, at(DAY, clock), email=address)
        booked.move(at(DAY + timedelta(days=2), clock))
    book(desk, topic, at(DAY, "11:00"), email="altra@abitare.example")
    to = [to.lower() for to, _subject, _body in told()]
    assert (to.count("v@abitare.example"), to.count("altra@abitare.example")) == (2, 1)


def test_a_wrong_link_says_nothing_and_too_many_tries_are_answered_alike(client, town):
    token = book(*town, at(DAY, "10:00")).make_link()
    address = reverse("portal:appointment_link", args=[token])
    wrong = client.get(address[:-2] + "x/")
    assert wrong.status_code == 404
    right = client.get(address)
    assert right.status_code == 200
    assert wrong["X-Robots-Tag"] == right["X-Robots-Tag"] == "noindex"
    with time_machine.travel(MONDAY + timedelta(days=20)):
        old = client.get(address)
        assert (old.status_code, old.templates[0].name) == (404, wrong.templates[0].name)
    for _try in range(120):
        client.get(reverse("portal:appointment_link", args=["x"]))
    assert client.get(address).status_code == 404


def test_an_appointment_is_shown_to_whoever_comes_and_to_the_desk(client, town):
    samira, brother = UserFactory(), UserFactory()
    booked = book(*town, at(DAY, "10:00"), person=samira)
    shown = []
    for person in (samira, brother, keeper(), UserFactory(roles=["portal.administrator"])):
        client.force_login(person)
        shown.append(client.get(booked.get_absolute_url()).status_code)
    assert shown == [200, 404, 200, 404]


# -- what people are told --------------------------------------------------------------------------------------------


def told():
    """The mails that the facts until now have brought."""
    drain()
    work_off()
    return [(message.to[0], message.subject, message.body) for message in mail.outbox]


def link_in(body):
    return urlsplit(re.search(r"https?://\S+", body)[0]).path


def test_a_visitor_is_written_to_with_a_link_and_without_place_or_time(client, town):
    desk, topic = town
    booked = book(desk, topic, at(DAY + timedelta(days=2), "10:00"), email="sofia@abitare.example")
    with time_machine.travel(MONDAY + timedelta(days=1, hours=3)):
        remind()
        messages = told()
    assert [to for to, _subject, _body in messages] == ["sofia@abitare.example"] * 2
    assert told() == messages, "each fact is told once"
    for _to, subject, body in messages:
        assert desk.name not in subject + body
        assert "10:00" not in subject + body
        assert client.get(link_in(body)).context["appointment"] == booked


def test_whoever_has_an_account_is_told_by_the_portal_and_by_nothing_else(town):
    samira, elena = UserFactory(), keeper()
    book(*town, at(DAY, "10:00"), by=elena, person=samira, email=samira.email)
    drain()
    assert Notification.objects.filter(person=samira, channel="inbox").count() == 1
    assert not Notification.objects.filter(person=elena).exists()


def test_a_freed_time_is_taken_by_the_link_of_the_message(client):
    desk, topic = desk_open(time(15), time(15, 30)), topic_of()
    booked = book(desk, topic, at(tomorrow(), "15:00"))
    wait(desk, topic, email="carmen@abitare.example")
    booked.cancel()
    path = next(link_in(body) for to, _subject, body in reversed(told()) if to == "carmen@abitare.example")
    assert client.get(path).context["place"].is_offered
    answer = client.post(path, {"answer": "take"})
    assert client.get(answer.url).context["appointment"].name == "Carmen Soto"
    assert client.post(path, {"answer": "take"}).status_code == 302
    assert Appointment.objects.exclude(state="cancelled").count() == 1


def test_a_reminder_is_true_on_the_day_itself_too(town):
    desk, topic = town
    samira = UserFactory(language="en")
    for told_by in ({"email": "sofia@abitare.example", "language": "en"}, {"person": samira, "email": ""}):
        clock = "10:00" if "person" in told_by else "11:00"
        booked = book(desk, topic, at(DAY + timedelta(days=2), clock), **told_by)
    with time_machine.travel(MONDAY + timedelta(days=2, hours=2, minutes=10)):
        remind()
        subject, body = [words for to, *words in told() if to == "sofia@abitare.example"][-1]
    news = Notification.objects.get(person=samira, channel="inbox", event__kind="portal.appointment.reminded")
    assert booked.day == DAY + timedelta(days=2)
    with override("en"):
        title = str(news.title)
    for words in (subject, body, title):
        assert "soon" in words
        assert "omorrow" not in words


def test_without_text_messages_a_number_is_promised_none(client, town, settings):
    settings.PORTAL_SMS_SENDER = ""
    desk, topic = town
    sent = form(desk, topic, at(DAY + timedelta(days=3), "10:00"), email="", phone="+39 02 0000 5001")
    page = client.post(f"/en{BOOK}", {**sent, "step": "details"})
    assert "no text messages" in page.text
    done = client.post(f"/en{BOOK}", {**sent, "step": "send"})
    receipt = client.get(done.url).content.decode()
    assert "it is your way to move or cancel" in receipt
    assert "We remind you" not in receipt
    # Nobody could tell them of a time that is kept for some hours.
    page = client.post("/sportello/attesa/", {**sent, "client_id": str(uuid.uuid4())})
    assert (page.status_code, list(page.context["form"].errors)) == (422, ["email"])
    assert not WaitingPlace.objects.exists()


def test_what_nobody_speaks_is_waited_for_with_an_interpreter(client, town):
    desk, topic = town
    asked = {"topic": topic.slug, "desk": desk.pk, "spoken": "uk"}
    page = client.get(BOOK, {**asked, "interpreter": "1", "step": "time"})
    assert "interpreter=1" in page.content.decode().split("/sportello/attesa/?")[1].split('"')[0]
    assert client.get("/sportello/attesa/", asked).context["is_unspoken"]
    sent = form(desk, topic, "", spoken="uk", email="olena@abitare.example", name="Olena")
    refused = client.post("/sportello/attesa/", sent)
    assert refused.status_code == 422
    assert not WaitingPlace.objects.exists()
    anew = client.post("/sportello/attesa/", {**sent, "need": "interpreter"})
    assert anew.context["form"]["name"].value() == "Olena"
    assert not anew.context["form"].errors
    client.post("/sportello/attesa/", {**sent, **hidden(anew)})
    assert WaitingPlace.objects.get().wants_interpreter


def test_what_nobody_speaks_is_booked_with_an_interpreter_in_one_tap(client, town):
    desk, topic = town
    page = client.get(BOOK, {"topic": topic.slug, "desk": desk.pk, "spoken": "uk", "step": "time"})
    assert page.context["days"] == []
    offer = BeautifulSoup(page.content, "html.parser").select_one("form:has([name=interpreter])")
    tap = {field["name"]: field["value"] for field in offer.select("input, button")}
    page = client.get(BOOK, tap)
    assert page.context["trip"].interpreter
    assert page.context["days"]
    assert not page.context["trip"].may_need_interpreter


def test_an_interpreter_of_italian_is_asked_for_the_language(client, town):
    desk, topic = town
    asked = {"topic": topic.slug, "desk": desk.pk, "spoken": "it", "interpreter": "1"}
    for more in ({"step": "time"}, {"quarter": at(tomorrow(), "10:00"), "step": "details"}):
        page = client.get(BOOK, {**asked, **more})
        assert (page.status_code, list(page.context["form"].errors)) == (422, ["spoken"])
    page = client.post(BOOK, form(desk, topic, at(tomorrow(), "10:00"), interpreter="1", step="send"))
    assert page.status_code == 422
    assert not Appointment.objects.exists()
    assert client.get(BOOK, {**asked, "step": "place"}).status_code == 200, (
        "on the way back nothing is wrong yet"
    )


def test_a_closure_and_a_holiday_are_told_where_their_days_are_listed(client):
    with time_machine.travel(MONDAY.replace(day=22)):  # the week before Easter
        desk, topic = desk_open(days=range(5)), topic_of()
        shut = DAY.replace(day=25)
        DeskClosure.objects.create(desk=desk, first_day=shut, last_day=shut, reason="Assemblea")
        asked = {"topic": topic.slug, "desk": desk.pk, "spoken": "it", "step": "time"}
        booked = book(desk, topic, at(DAY.replace(day=23), "10:00"))
        move = reverse("portal:appointment_link_move", args=[booked.make_link()])
        for address in (f"/en{BOOK}", f"/en{move}"):
            first = client.get(address, asked)
            assert [closure.first_day for closure in first.context["closures"]] == [shut]
            # Monday, Tuesday, Wednesday, Friday; the next is Tuesday after Easter.
            assert [(day.day, str(name)) for day, name in first.context["holidays"]] == [
                (29, "Lunedì dell'Angelo (Pasquetta)")
            ]
            later = client.get(address, {**asked, "from": first.context["later"].isoformat()})
            assert (later.context["closures"], later.context["holidays"]) == ([], [])
        assert "it is a holiday (Easter Monday)" in client.get(f"/en{BOOK}", asked).text


@pytest.mark.parametrize(("days", "is_told"), [(14, False), (15, True), (28, True), (30, False)])
def test_a_holiday_that_is_near_is_told_beside_the_hours(client, days, is_told):
    """Easter Monday, the 29th."""
    with time_machine.travel(MONDAY.replace(day=days)):
        desk_open(days=range(5))
        assert ("Easter Monday" in client.get("/en/sportello/").text) is is_told


def test_an_interpreter_is_offered_only_where_that_gives_more_times(client, town):
    desk, topic = town
    asked = {"topic": topic.slug, "desk": desk.pk, "spoken": "en", "step": "time"}
    assert client.get(BOOK, asked).context["needs_interpreter"], "nobody speaks it"
    for weekday in range(7):
        speaks(desk.counters.get(), weekday, "en")
    page = client.get(BOOK, asked)
    assert page.context["days"]
    assert not page.context["needs_interpreter"], "an interpreter has to be found first"


def test_what_is_wrong_is_told_at_the_head_of_the_page(client, town):
    page = client.post(BOOK, {**form(*town, at(DAY, "10:00"), name=""), "step": "check"}, follow=True)
    assert page.status_code == 422
    main = BeautifulSoup(page.content, "html.parser").select_one("main")
    assert main.select_one("h1").find_next_sibling().has_attr("data-error-summary")


def test_the_way_in_tells_each_desks_first_free_time(client, town):
    desk, topic = town
    full = desk_open(name="Chiuso", horizon_weeks=1)
    DeskClosure.objects.create(desk=full, first_day=DAY, last_day=DAY + timedelta(days=30), reason="Lavori")
    topic_of(quarters=12, slug="lungo").desks.add(desk)
    book(desk, topic, at(DAY, "09:15"))
    found = {desk: first for desk, *_when, first in client.get("/sportello/").context["desks"]}
    assert (found[desk].clock, found[full]) == ("09:45", None)
    assert "First free time:" in client.get("/en/sportello/").text


@pytest.mark.parametrize(("phone", "way"), [("02 0000 1111", "or call"), ("", "appointment.")])
def test_whoever_is_about_to_lose_their_home_needs_no_appointment(client, phone, way):
    desk_open(phone=phone, position=0)
    page = BeautifulSoup(client.get("/en/sportello/").content, "html.parser")
    line = next(line for line in page.select(".alert--info") if "about to lose your home" in line.text)
    assert way in line.text
    assert [link["href"] for link in line.select("a")] == ([f"tel:{phone.replace(' ', '')}"] if phone else [])


def test_moving_to_the_time_that_it_has_tells_nobody(client, town):
    desk, topic = town
    booked = book(desk, topic, at(tomorrow(), "10:00"))
    told()
    mail.outbox.clear()
    address = reverse("portal:appointment_link_move", args=[booked.make_link()])
    assert "checked" not in client.get(address).text, "no time is chosen for them"
    page = client.post(f"/en{address}", {"quarter": booked.quarter, "desk": desk.pk}, follow=True)
    assert "nothing has changed" in page.text
    assert "Moved" not in page.text
    assert told() == []


def test_cancelling_twice_says_so_and_shows_how_to_book_again(client, town):
    booked = book(*town, at(tomorrow(), "10:00"))
    address = reverse("portal:appointment_link_cancel", args=[booked.make_link()])
    client.post(address)
    for again in (client.get, client.post):
        page = again(f"/en{address}", follow=True)
        assert "It is cancelled already" in page.text
        assert "Thank you" not in page.text
        assert "Book an appointment" in page.text


def test_one_client_books_so_often_a_day(client, town, monkeypatch):
    monkeypatch.setattr("portal.desk.appointments.booking.BOOKINGS_OF_A_CLIENT_A_DAY", "2/d")
    desk, topic = town
    for number in range(3):
        with time_machine.travel(MONDAY + timedelta(hours=2 * number)):
            sent = form(desk, topic, at(tomorrow(), f"{9 + number}:00"), email=f"p{number}@abitare.example")
            client.post(BOOK, {**sent, "step": "send"})
    assert Appointment.objects.count() == 2


def test_the_list_is_joined_and_left(client, town):
    sent = form(*town, "", email="carmen@abitare.example")
    answers = [client.post("/sportello/attesa/", sent) for _time in range(2)]
    assert WaitingPlace.objects.count() == 1
    client.post(urlsplit(answers[1].url).path, {"answer": "leave"})
    assert WaitingPlace.objects.get().state == "left"


# -- the desk's day --------------------------------------------------------------------------------------------------


def test_the_day_shows_who_comes_and_a_step_leads_back_to_them(client, town):
    desk, topic = town
    client.force_login(keeper())
    booked = book(desk, topic, at(DAY, "10:00"))
    today = client.get("/sportello/oggi/")
    page = client.get(today.url)
    assert booked.name in page.content.decode()
    answer = client.post(reverse("portal:desk_step", args=[booked.pk, "arrive"]))
    assert answer.url.endswith(f"#a{booked.receipt}")
    booked.refresh_from_db()
    assert booked.state == "arrived"


def test_the_card_of_today_follows_by_itself(client, town):
    desk, topic = town
    client.force_login(keeper())

    def card():
        page = BeautifulSoup(client.get("/casa/oggi/").content, "html.parser")
        return page.select_one("#appointments-today")

    before = card()
    assert before["data-live"] == "portal.desks_today:all"
    booked = book(desk, topic, at(DAY, "10:00"))
    drain()
    after = card()
    assert int(after["data-live-seen"]) > int(before["data-live-seen"])
    assert after.select_one(".row").text != before.select_one(".row").text
    booked.step("arrive", by=keeper())
    drain()
    assert int(card()["data-live-seen"]) > int(after["data-live-seen"])


@pytest.mark.parametrize("day", ["2027-03-02", "9999-12-31", "0001-01-01", "x"])
def test_whatever_day_is_asked_for_there_is_an_answer(client, town, day):
    client.force_login(keeper())
    page = client.get(reverse("portal:desk_day", args=[town[0].pk]), {"day": day})
    is_found = day == "2027-03-02"
    assert page.context["day"] == (date(2027, 3, 2) if is_found else DAY)
    assert bool(page.context["day_form"].errors) != is_found, "and that it is another day is told"
    assert page.status_code == (200 if is_found else 422)


def test_the_day_tells_what_is_free_at_each_counter(client, town):
    desk, topic = town
    client.force_login(keeper())
    book(desk, topic, at(tomorrow(), "10:00"))
    address = reverse("portal:desk_day", args=[desk.pk])

    def free(day):
        page = BeautifulSoup(client.get(address, {"day": day.isoformat()}).content, "html.parser")
        return [span.text for span in page.select(".free-span")]

    assert free(tomorrow()) == ["09:00–10:00", "10:30–12:30"]
    assert free(DAY - timedelta(days=7)) == []
    assert (
        str(client.get(f"/en{address}", {"day": "2027-03-29"}).context["now"]()["holiday"])
        == "Lunedì dell'Angelo (Pasquetta)"
    )


def test_a_walk_in_with_a_mistake_keeps_what_was_typed(client, town):
    desk, topic = town
    client.force_login(keeper())
    sent = {"client_id": str(uuid.uuid4()), "topic": "", "name": "Ahmed", "spoken": "ar"}
    page = client.post(reverse("portal:desk_day", args=[desk.pk]), sent)
    walk_in = BeautifulSoup(page.content, "html.parser").select_one("#walk-in")
    assert walk_in.select_one(".field--wrong [name=topic]")
    assert walk_in.select_one("[name=name]")["value"] == "Ahmed"
    assert walk_in.select_one("[name=spoken] [selected]")["value"] == "ar"
    assert walk_in.select_one("form")["action"] == "#walk-in", "and that is where the answer opens"


def test_a_walk_in_that_is_sent_twice_is_one(client, town):
    desk, topic = town
    client.force_login(keeper())
    sent = {"client_id": str(uuid.uuid4()), "topic": topic.pk, "name": "Ahmed", "spoken": "it"}
    with time_machine.travel(MONDAY + timedelta(hours=3)):
        for _time in range(2):
            client.post(reverse("portal:desk_day", args=[desk.pk]), sent)
    assert Appointment.objects.get().state == "arrived"


def test_closing_asks_first_whom_it_meets(client, town):
    desk, topic = town
    book(desk, topic, at(tomorrow(), "10:00"))
    client.force_login(keeper())
    sent = {"desk": desk.pk, "first_day": tomorrow().isoformat(), "last_day": "", "reason": "Assemblea"}
    page = client.post("/sportello/chiusure/", sent)
    assert page.context["meets"] == 1
    assert not desk.closures.exists()
    client.post("/sportello/chiusure/", {**sent, "sure": "1"})
    assert desk.closures.get().last_day == tomorrow()
    assert client.post("/sportello/chiusure/", {**sent, "sure": "1"}).status_code == 302, (
        "sent twice, it is one"
    )
    longer = {**sent, "last_day": (tomorrow() + timedelta(days=2)).isoformat()}
    page = client.post("/sportello/chiusure/", {**longer, "sure": "1"})
    assert (page.status_code, list(page.context["form"].errors)) == (422, ["first_day"])
    assert desk.closures.count() == 1
    assert client.post("/sportello/chiusure/", {**sent, "first_day": "2027-02-01"}).status_code == 422
    wrong = client.post("/sportello/chiusure/", {**sent, "first_day": "2027-03-09", "last_day": "2027-03-08"})
    assert wrong.status_code == 422


def test_why_a_desk_is_closed_says_in_which_language_it_was_written(client, town):
    desk, _topic = town
    DeskClosure.objects.create(desk=desk, first_day=tomorrow(), last_day=tomorrow(), reason="Ferie")

    page = BeautifulSoup(client.get("/ar/sportello/").content, "html.parser")

    why = page.select_one(".alert bdi[lang]")
    assert (why["lang"], why["dir"]) == ("it", "ltr")
    with override("ar"):
        assert why.next_sibling.strip() == language_note("it").strip()


def test_between_day_and_hour_stands_the_readers_comma(client, town):
    desk, topic = town
    person = UserFactory()
    book(desk, topic, at(tomorrow(), "10:00"), person=person)
    client.force_login(person)
    for prefix, comma in (("", ", "), ("/ar", "، ")):
        page = BeautifulSoup(client.get(f"{prefix}/sportello/").content, "html.parser")
        hour = page.find("bdi", string="10:00")
        assert hour.previous_sibling.endswith(comma)
