"""Whoever reads what a household saves leaves a trace, which its adults can read, also of a household that has gone."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from portal.access.models import ConfidentialRead
from portal.testing.factories import UserFactory
from risparmio.bank.models import BankLine
from risparmio.testing import treasurer
from tests.risparmio import booked
from tests.risparmio.payments.pages import enter, say_why

pytestmark = pytest.mark.django_db


@pytest.fixture
def gone():
    """Savings of an adult and a child who live in the household no longer, with a receipt and a line of the bank."""
    agreement = booked.saver()
    yesterday = timezone.localdate() - timedelta(days=1)
    booked.told(booked.bank_account(), (yesterday, 5_000, agreement.reference))
    booked.cash(agreement, 2_000)
    agreement.household.members.create(person=UserFactory(), is_adult=False)
    agreement.household.members.update(until=timezone.localdate())
    return agreement


ADDRESSES = {
    "agreement": lambda agreement: agreement.pk,
    "plan": lambda agreement: agreement.pk,
    "statement": lambda agreement: agreement.pk,
    "goals": lambda agreement: agreement.pk,
    "receipts": lambda agreement: agreement.pk,
    "receipt": lambda agreement: agreement.receipts.get().pk,
    "payouts": lambda agreement: agreement.pk,
    "bank_line": lambda agreement: BankLine.objects.get(agreement=agreement).pk,
    "entry": lambda agreement: agreement.receipts.get().entry.number,
}


@pytest.mark.parametrize("name", ADDRESSES)
def test_whose_it_was_can_read_who_looked(gone, name):
    browser, address = enter(treasurer()), reverse(f"risparmio:{name}", args=[ADDRESSES[name](gone)])

    asked = browser.get(address)

    assert asked.templates[0].name == "portal/access/why.html"
    assert say_why(browser, address).status_code == 200
    adult = gone.household.members.get(is_adult=True).person
    assert [read.about for read in ConfidentialRead.objects.all()] == [adult], "and nobody tells the child"
