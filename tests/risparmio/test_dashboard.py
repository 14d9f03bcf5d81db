"""The card on /casa/: how far, and when next; whoever looks over a shoulder reads no amount."""

import re
import uuid
from datetime import datetime, time
from types import SimpleNamespace as Namespace

import pytest
from bs4 import BeautifulSoup
from django.utils import timezone

from portal.extensions import DashboardCard, find
from portal.testing.factories import BuildingFactory, UserFactory, tenant_of
from risparmio.agreements.models import SavingsAgreement
from risparmio.agreements.words import State
from risparmio.book import bookings
from risparmio.book.accounts import open_bank
from risparmio.dashboard import my_savings
from risparmio.testing import agreement_of, caseworker

pytestmark = pytest.mark.django_db


@pytest.fixture
def samira():
    return tenant_of(BuildingFactory())


@pytest.fixture
def agreement(samira):
    """50 euros a month on the 10th towards 900, from the first of next year."""
    year = timezone.localdate().year + 1
    first = timezone.localdate().replace(year=year, month=1, day=1)
    return agreement_of(samira, starts_on=first, ends_on=first.replace(month=12))


def paid(agreement, cents):
    bookings.transfer_in(open_bank(1), agreement.ledger, cents, key=uuid.uuid4(), about=agreement)


def card(client, person):
    client.force_login(person)
    return BeautifulSoup(client.get("/en/casa/").content, "html.parser").select_one("#my-savings")


def test_it_says_how_far_and_when_next_and_no_amount(client, agreement, samira):
    paid(agreement, 32_999)

    said = card(client, samira)

    assert said.select_one("svg text").get_text() == "36%"
    assert said.select_one(".ring__value")["stroke-dasharray"] == "36.00 200"
    text = " ".join(said.get_text(" ").split())
    assert "The next day to pay:" in text
    assert f"July {agreement.starts_on.year}" in text
    assert not re.search(r"€|329|900|50\.00", text)


def test_what_is_late_is_said_without_shame(client, samira):
    this_month = timezone.localdate().replace(day=1)
    start = this_month.replace(year=this_month.year - 1)
    at = timezone.make_aware(datetime.combine(start, time(9)))
    agreement = agreement_of(samira, starts_on=start, ends_on=this_month, at=at)
    assert agreement.months()[0].days_late

    assert "Something is still to come: pay when you can." in card(client, samira).get_text(" ")


def test_a_goal_that_is_reached(client, agreement, samira):
    paid(agreement, 90_000)
    said = card(client, samira)
    assert "You have reached your goal." in said.get_text(" ")
    assert said.select_one("svg text").get_text() == "100%"


def test_it_is_for_the_adults_of_a_household_with_an_agreement_that_runs(client, agreement, samira):
    child = UserFactory()
    agreement.household.add(child, by=None, is_adult=False)
    for person in (child, tenant_of(BuildingFactory()), caseworker()):
        assert my_savings(Namespace(user=person)) is None
    assert my_savings(Namespace(user=samira))["agreement"] == agreement
    SavingsAgreement.objects.update(state=State.CLOSED, closed_on=timezone.localdate())
    assert my_savings(Namespace(user=samira)) is None


def test_it_asks_three_questions_at_most_and_is_kept_by_no_phone(
    agreement, samira, django_assert_max_num_queries
):
    paid(agreement, 5_000)
    with django_assert_max_num_queries(3):
        my_savings(Namespace(user=samira))
    assert not find(DashboardCard, "risparmio.mine").offline
