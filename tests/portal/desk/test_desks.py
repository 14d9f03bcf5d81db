"""The desks: their numbers beside the letters, their hours in plain words, kept by caseworkers and editors."""

import re
from datetime import date, time, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone, translation

from portal.desk.models import Desk, OpeningHours
from portal.testing.factories import DeskFactory, UserFactory, adult_of
from portal.ui.main_desk import MainDesk, main_desk
from portal.ui.week import TO

pytestmark = pytest.mark.django_db

MONDAY, SATURDAY = date(2026, 11, 23), date(2026, 11, 28)


@pytest.fixture
def desk():
    desk = Desk.objects.create(name="Sportello di Pero", phone="02 0000 0101", address="via dei Tigli 2")
    for opens, closes in ((time(14), time(17)), (time(9), time(12, 30))):
        OpeningHours.objects.create(desk=desk, weekday=0, opens=opens, closes=closes)
    return desk


def test_a_week_tells_each_day_in_its_order_and_which_is_today(desk):
    week = desk.week(MONDAY)

    assert [day.times for day in week] == [[(time(9), time(12, 30)), (time(14), time(17))], [], [], [], []]
    assert [day.is_today for day in week] == [True, False, False, False, False]


def test_a_saturday_is_told_where_one_is_open_and_when_it_is_today(desk):
    assert len(desk.week(SATURDAY)) == 6
    OpeningHours.objects.create(desk=desk, weekday=5, opens=time(9), closes=time(12))
    assert len(desk.week(MONDAY)) == 6


def test_it_cannot_close_before_it_opens(desk):
    hours = OpeningHours(desk=desk, weekday=1, opens=time(12), closes=time(9))

    with pytest.raises(ValidationError):
        hours.full_clean()
    with pytest.raises(IntegrityError), transaction.atomic():
        hours.save()


def test_number_and_hours_stand_beside_the_letters(client, desk):
    client.force_login(adult_of())

    page = client.get("/en/scrivi/").content.decode()

    assert 'href="tel:0200000101"' in page
    assert f"9:00{TO}12:30" in page
    assert "Closed on the other days." in page
    assert 'href="tel:112"' in page


def test_the_note_of_a_desk_is_said_to_be_in_the_language_of_the_portal(client, desk):
    desk.note = "Il mercoledì c'è una mediatrice che parla arabo."
    desk.save()
    client.force_login(adult_of())

    for prefix, marks in (("", ""), ("/en", 'lang="it" dir="ltr"')):
        page = client.get(f"{prefix}/scrivi/").content.decode()
        note = page[: page.index("</p>", page.index("Il mercoledì"))].rpartition("<p")[2]
        assert marks in note
        assert ("(in Italian)" in note) == ("lang=" in note) == bool(marks)


def test_without_a_desk_nobody_is_sent_to_one(client):
    client.force_login(adult_of())

    assert "Preferisci parlare" not in client.get("/scrivi/").content.decode()


@pytest.mark.parametrize("role", ["portal.caseworker", "portal.editor", "portal.administrator"])
def test_it_is_kept_in_the_register(client, desk, role):
    client.force_login(UserFactory(roles=[role]))
    page = client.get(f"/admin/desks/edit/{desk.pk}/")
    assert page.status_code == 200

    form = {
        "name": "Sportello di Rho", "address": "", "phone": "", "note": "", "position": "0",
        "hours-TOTAL_FORMS": "1", "hours-INITIAL_FORMS": "0", "hours-MIN_NUM_FORMS": "0", "hours-MAX_NUM_FORMS": "1000",
        "closures-TOTAL_FORMS": "0", "closures-INITIAL_FORMS": "0", "closures-MIN_NUM_FORMS": "0",
        "closures-MAX_NUM_FORMS": "1000", "notice_hours": "2", "interpreter_days": "3", "horizon_weeks": "6",
        "hours-0-weekday": "4", "hours-0-opens": "09:00", "hours-0-closes": "12:00", "hours-0-id": "",
    }  # fmt: skip
    answer = client.post("/admin/desks/new/", form)

    assert answer.status_code == 302, answer.content.decode()[:3000]
    made = Desk.objects.get(name="Sportello di Rho")
    assert [(hours.weekday, hours.opens) for hours in made.hours.all()] == [(4, time(9))]


@pytest.mark.parametrize(("begins", "saved"), [(4, False), (6, True)], ids=["within the other", "after it"])
def test_closures_of_one_desk_do_not_overlap(client, desk, begins, saved):
    client.force_login(UserFactory(roles=["portal.editor"]))
    today = timezone.localdate()
    form = {
        "name": desk.name, "address": "", "phone": "", "note": "", "position": "0",
        "hours-TOTAL_FORMS": "0", "hours-INITIAL_FORMS": "0", "closures-TOTAL_FORMS": "2",
        "closures-INITIAL_FORMS": "0", "notice_hours": "2", "interpreter_days": "3", "horizon_weeks": "6",
    }  # fmt: skip
    for number, (first, last) in enumerate([(2, 5), (begins, 8)]):
        closure = {"first_day": today + timedelta(days=first), "last_day": today + timedelta(days=last)}
        form |= {f"closures-{number}-{name}": str(day) for name, day in closure.items()}
        form |= {f"closures-{number}-reason": "Ferie", f"closures-{number}-id": ""}
    answer = client.post(f"/admin/desks/edit/{desk.pk}/", form)
    assert desk.closures.count() == (2 if saved else 0)
    if not saved:
        assert list(answer.context["form"].formsets["closures"].errors[1]) == ["first_day"]


def test_others_do_not_find_it(client, desk):
    client.force_login(UserFactory(roles=["manutenzione.operator"]))

    assert client.get(f"/admin/desks/edit/{desk.pk}/").status_code in (302, 403, 404)


# -- the first one, which every page and letter names -----------------------------------------------------------


def foot(client, address="/en/account/login/"):
    return client.get(address).content.decode().partition("<footer")[2]


def test_what_is_changed_in_the_register_stands_on_the_next_page(client, committing):
    assert "tel:" not in foot(client).replace("tel:112", "")
    with committing():
        first = DeskFactory(phone="02 0000 0101", position=1)
        DeskFactory(phone="02 0000 0102", position=2)
    assert "tel:0200000101" in foot(client)

    client.force_login(UserFactory(roles=["portal.editor"]))
    form = {
        "name": first.name, "address": "", "phone": "02 0000 0109", "note": "", "position": "1",
        "hours-TOTAL_FORMS": "0", "hours-INITIAL_FORMS": "0", "hours-MIN_NUM_FORMS": "0", "hours-MAX_NUM_FORMS": "1000",
        "closures-TOTAL_FORMS": "0", "closures-INITIAL_FORMS": "0", "closures-MIN_NUM_FORMS": "0",
        "closures-MAX_NUM_FORMS": "1000", "notice_hours": "2", "interpreter_days": "3", "horizon_weeks": "6",
    }  # fmt: skip
    with committing():
        client.post(f"/admin/desks/edit/{first.pk}/", form)
    assert "tel:0200000109" in foot(client, "/en/account/")

    with committing():
        first.delete()
    assert "tel:0200000102" in foot(client, "/en/account/")


def test_it_is_asked_for_once_a_minute(django_assert_num_queries):
    DeskFactory(phone="02 0000 0101", open_on=[0])
    with django_assert_num_queries(2):
        assert main_desk().phone == main_desk().phone == "02 0000 0101"


@pytest.mark.parametrize(
    ("language", "hours"),
    [
        ("it", "lunedì–mercoledì 9:00–12:30 · venerdì 9:00–12:30, 14:30–17:00"),
        ("en", "Monday–Wednesday 9:00–12:30 · Friday 9:00–12:30, 14:30–17:00"),
        ("ar", "الاثنين–الأربعاء 9:00–12:30 · الجمعة 9:00–12:30، 14:30–17:00"),
    ],
)
def test_its_hours_go_on_one_line_in_each_language(language, hours):
    morning, afternoon = (time(9), time(12, 30)), (time(14, 30), time(17))
    times = tuple((day, *morning) for day in (0, 1, 2, 4)) + ((4, *afternoon),)
    with translation.override(language):
        line = MainDesk(times=times).hours
    assert line.replace("\N{WORD JOINER}", "") == hours
    held = "\N{WORD JOINER}–\N{WORD JOINER}"
    assert re.findall(r"\d(\D*–\D*)\d", line) == [held] * 3, "on a narrow screen no line ends within a time"


def test_an_empty_register_has_no_hours():
    assert (main_desk(), main_desk().hours) == (MainDesk(), "")
