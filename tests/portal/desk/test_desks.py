"""The desks: their numbers beside the letters, their hours in plain words, kept by caseworkers and editors."""

from datetime import date, time

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from portal.desk.models import Desk, OpeningHours
from portal.testing.factories import UserFactory, adult_of

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
    assert "from 09:00 to 12:30" in page
    assert "closed" in page
    assert 'href="tel:112"' in page


def test_without_a_desk_the_installations_number_stands_there(client, settings):
    settings.PORTAL_DESK_PHONE = "02 0000 0109"
    client.force_login(adult_of())

    assert "02 0000 0109" in client.get("/scrivi/").content.decode()


@pytest.mark.parametrize("role", ["portal.caseworker", "portal.editor", "portal.administrator"])
def test_it_is_kept_in_the_register(client, desk, role):
    client.force_login(UserFactory(roles=[role]))
    page = client.get(f"/admin/desks/edit/{desk.pk}/")
    assert page.status_code == 200

    form = {
        "name": "Sportello di Rho", "address": "", "phone": "", "note": "", "position": "0",
        "hours-TOTAL_FORMS": "1", "hours-INITIAL_FORMS": "0", "hours-MIN_NUM_FORMS": "0", "hours-MAX_NUM_FORMS": "1000",
        "hours-0-weekday": "4", "hours-0-opens": "09:00", "hours-0-closes": "12:00", "hours-0-id": "",
    }  # fmt: skip
    answer = client.post("/admin/desks/new/", form)

    assert answer.status_code == 302, answer.content.decode()[:3000]
    made = Desk.objects.get(name="Sportello di Rho")
    assert [(hours.weekday, hours.opens) for hours in made.hours.all()] == [(4, time(9))]


def test_others_do_not_find_it(client, desk):
    client.force_login(UserFactory(roles=["manutenzione.operator"]))

    assert client.get(f"/admin/desks/edit/{desk.pk}/").status_code in (302, 403, 404)
