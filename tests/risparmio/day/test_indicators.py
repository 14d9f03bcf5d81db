"""What the savings of all add up to: nothing of fewer than five, and no figure from which one deposit can be told."""

import uuid
from datetime import UTC as utc
from datetime import datetime, timedelta

import pytest
import time_machine
from django.utils import timezone

from risparmio.agreements.final import FinalStatement
from risparmio.agreements.models import SavingsAgreement
from risparmio.day.indicators import INDICATORS, average_at_exit, held, on_track, running
from risparmio.payments.models import Payout
from risparmio.payments.words import Purpose
from risparmio.testing import approver, caseworker, treasurer
from tests.risparmio.booked import ELSEWHERE, bank_account, days_ago, saver, told

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def on_the_fifth():
    with time_machine.travel(datetime(2026, 11, 5, 9, tzinfo=utc)):
        yield


@pytest.fixture
def bank():
    return bank_account()


def period():
    return timezone.now() - timedelta(days=30), timezone.now()


def all_save(bank, agreements, cents, day):
    told(bank, *((day, cents, f"RISPARMIO {one.reference}") for one in agreements))


def test_the_sum_of_five_households_in_hundreds(bank):
    agreements = [saver() for _each in range(5)]
    all_save(bank, agreements[:4], 30_000, days_ago(2))
    assert held(*period()) == 0, "four households"
    told(bank, (days_ago(1), 4_999, f"RISPARMIO {agreements[4].reference}"), opening=120_000, number=2)

    assert held(*period()) == 120_000, "of 1,249.99"
    since, until = period()
    assert held(since - timedelta(days=30), since) == 0, "nothing was there a month ago"


def test_agreements_in_fives_and_those_of_them_that_are_on_track(bank):
    agreements = [saver() for _each in range(6)]
    all_save(bank, agreements[:5], 5_000, days_ago(1))
    assert (running(*period()), on_track(*period())) == (5, 5)
    with time_machine.travel(timezone.now() + timedelta(days=6)):
        assert (running(*period()), on_track(*period())) == (5, 5), "one is late"
        told(bank, (days_ago(0), -1, "X"), opening=25_000, number=2)
    four = agreements[:4]
    SavingsAgreement.objects.exclude(pk__in=[one.pk for one in four]).update(
        state="closed", closed_on=days_ago(0)
    )
    assert (running(*period()), on_track(*period())) == (0, 0)


def test_what_five_households_took_along_on_average(bank):
    lucia = treasurer()
    for place in range(5):
        assert average_at_exit(*period()) == 0, place
        agreement = saver()
        cents = 100_000 + place * 1_000
        told(bank, (days_ago(0), cents, f"RISPARMIO {agreement.reference}"), opening=place, number=place)
        agreement.begin_exit(by=caseworker(), on=days_ago(0))
        person = agreement.household.members.get().person
        FinalStatement.draw(agreement, by=caseworker(), client_id=uuid.uuid4()).sign(by=person)
        payout = Payout.request(
            agreement,
            by=person,
            client_id=uuid.uuid4(),
            cents=cents,
            purpose=Purpose.EXIT,
            payee="Samira Hassan",
            iban=ELSEWHERE,
        )
        payout.approve(by=approver())
        payout.order(by=lucia)
        payout.confirm(bank.ledger, by=lucia, key=f"paid-{place}", day=None)
        SavingsAgreement.objects.filter(pk=agreement.pk).update(state="closed", closed_on=days_ago(60))

    assert average_at_exit(*period()) == 102_000
    with time_machine.travel(timezone.now() + timedelta(days=310)):
        assert average_at_exit(*period()) == 0, "it is longer ago than a year"


def test_each_gives_a_whole_number_where_there_is_nothing():
    assert [one.value(*period()) for one in INDICATORS] == [0, 0, 0, 0]
