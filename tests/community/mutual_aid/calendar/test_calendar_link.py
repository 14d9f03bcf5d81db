"""The secret address that a calendar follows."""

import re

import pytest
from bs4 import BeautifulSoup
from django.urls import reverse

from community.mutual_aid.calendar.models import CalendarLink
from community.testing import exchange_in, gathering_in, loan_of, shift_in, thing_of
from portal.testing.factories import tenant_of
from tests.portal.pages.tree import seen

pytestmark = pytest.mark.django_db

PAGE = "/aiuto/calendario/"


@pytest.fixture
def anna():
    return tenant_of(shift_in(2).plan.building)


def made(client, person):
    """The address that the page shows once."""
    client.force_login(person)
    shown = client.post(PAGE).content.decode()
    return re.search(r'id="address">https?://[^/]+(/[^<]+)<', shown)[1]


def read(client, address):
    client.logout()
    return client.get(address)


def test_the_address_can_be_copied_where_the_browser_can(client, anna):
    client.force_login(anna)
    assert not seen(client, PAGE).select("[data-copy]"), "there is nothing to copy yet"
    shown = BeautifulSoup(client.post(PAGE).content, "html.parser")
    button = shown.select_one("button[data-copy]")
    assert button.has_attr("hidden"), "without a script it would do nothing"
    assert shown.select_one(f"#{button['data-copy']}").get_text().startswith("http")
    assert shown.select("script[src*='copy']")


def test_what_one_said_yes_to_stands_in_it_and_nothing_else(client, anna):
    shift, supper, other = shift_in(3), gathering_in(4), gathering_in(5, name="Un'altra cena")
    shift.sign_up(shift.plan.roles.get(), by=anna)
    supper.answer(by=anna)

    file = read(client, made(client, anna)).content.decode()

    assert file.count("BEGIN:VEVENT") == 2
    assert "SUMMARY:Lavanderia: helps" in file
    assert "SUMMARY:Cena in cortile" in file
    assert other.name not in file
    assert str(anna) not in file


def test_what_is_off_is_off_in_the_calendar_too(client, anna):
    supper = gathering_in(4)
    supper.answer(by=anna)
    address = made(client, anna)
    supper.call_off(by=None)

    assert "STATUS:CANCELLED" in read(client, address).content.decode()


def test_a_shift_that_moves_is_told_anew_and_one_that_is_off_is_cancelled(client, anna):
    shift = shift_in(3)
    bruno = tenant_of(shift.plan.building)
    shift.sign_up(shift.plan.roles.get(), by=bruno)
    address = made(client, bruno)
    sequences = []
    for hour in (10, 11):
        shift.plan.change(by=shift.plan.organizer, starts_at=shift.plan.starts_at.replace(hour=hour))
        sequences.append(re.search(r"SEQUENCE:(\d+)", read(client, address).content.decode())[1])
    shift.call_off(by=shift.plan.organizer)

    file = read(client, address).content.decode()
    assert sequences == ["1", "2"]
    assert "SEQUENCE:3" in file
    assert "STATUS:CANCELLED" in file


def test_the_link_is_found_from_ones_account_and_leads_back(client, anna):
    client.force_login(anna)

    for page in ("/account/", "/aiuto/turni/", "/aiuto/eventi/", reverse("community:thing_loans")):
        assert PAGE in client.get(page).content.decode(), page
    assert 'class="breadcrumbs"' in client.get(PAGE).content.decode()


def test_the_address_is_shown_once_and_not_kept(client, anna):
    address = made(client, anna)
    client.force_login(anna)

    token = address.rpartition("/")[2].removesuffix(".ics")
    assert token not in client.get(PAGE).content.decode()
    assert token not in str(CalendarLink.objects.values().get())


def test_another_link_ends_the_first(client, anna):
    first = made(client, anna)
    second = made(client, anna)

    assert read(client, first).status_code == 404
    assert read(client, second).status_code == 200


def test_an_ended_link_and_one_of_somebody_who_is_gone_open_nothing(client, anna):
    address = made(client, anna)
    anna.close_account(by=None)
    assert read(client, address).status_code == 404

    bruno = tenant_of(shift_in(2).plan.building)
    address = made(client, bruno)
    client.post(PAGE, {"end": "1"})
    assert read(client, address).status_code == 404


def test_a_made_up_secret_opens_nothing(client):
    assert client.get(reverse("community_calendar", args=["made-up"])).status_code == 404


def test_an_agreed_hour_and_a_loan_stand_in_it_too(client):
    exchange = exchange_in("scheduled")
    loan = loan_of(thing_of(exchange.giver), person=exchange.receiver)

    file = read(client, made(client, exchange.receiver)).content.decode()

    assert f"UID:exchange-{exchange.pk}@" in file
    assert f"DTSTART;VALUE=DATE:{loan.first_day:%Y%m%d}" in file
    assert str(exchange.giver) not in file
