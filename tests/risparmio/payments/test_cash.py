"""Cash at the desk: a numbered receipt for each, also for what was a mistake."""

import uuid
from datetime import UTC, datetime

import pytest
from django.core.exceptions import PermissionDenied

from portal.ledger import BadAmount, KeyTaken, LimitReached
from portal.testing.factories import DeskFactory, UserFactory
from risparmio.agreements.models import NotPossible, SavingsAgreement
from risparmio.agreements.words import State
from risparmio.book import bookings
from risparmio.book.accounts import till_of
from risparmio.payments.models import CashReceipt
from risparmio.testing import agreement_of, approver, caseworker, treasurer

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk():
    return DeskFactory()


@pytest.fixture
def agreement():
    return agreement_of()


def take(agreement, desk, cents=2_000, by=None, **told):
    return CashReceipt.take(
        agreement, by=by or caseworker(), desk=desk, cents=cents, **{"client_id": uuid.uuid4()} | told
    )


def test_cash_is_the_households_at_once_and_has_a_number(agreement, desk):
    first, second = take(agreement, desk), take(agreement, desk, 3_000)

    assert (agreement.held, till_of(desk.pk).balance()) == (5_000, 5_000)
    assert [second.number - first.number, first.number] == [1, 1]


def test_numbers_begin_anew_each_year_by_the_calendar_of_rome(agreement, desk):
    """Half past eleven at night in London on New Year's Eve is the new year in Rome."""
    old = take(agreement, desk, at=datetime(2025, 12, 31, 22, 30, tzinfo=UTC))
    new = take(agreement, desk, at=datetime(2025, 12, 31, 23, 30, tzinfo=UTC))

    assert [str(old), str(new)] == ["1/2025", "1/2026"]


def test_sent_twice_it_is_one_and_with_another_body_it_is_refused(agreement, desk):
    key = uuid.uuid4()
    first = take(agreement, desk, client_id=key)

    assert take(agreement, desk, client_id=key) == first
    with pytest.raises(KeyTaken):
        take(agreement, desk, 2_001, client_id=key)
    assert agreement.held == 2_000


def test_a_mistake_is_taken_back_and_keeps_its_number(agreement, desk):
    wrong = take(agreement, desk)
    lucia = treasurer()
    for _time in range(2):
        wrong.take_back(by=lucia, reason="Contato male")

    assert (agreement.held, till_of(desk.pk).balance()) == (0, 0)
    assert take(agreement, desk).number == 2
    kept = CashReceipt.objects.get(pk=wrong.pk)
    assert (kept.void_reason, kept.voided_at is not None) == ("Contato male", True)


@pytest.mark.parametrize("cents", [0, -5, 1.5, 10**18 * 100])
def test_no_amount_is_taken_that_is_none(agreement, desk, cents):
    with pytest.raises(BadAmount):
        take(agreement, desk, cents)
    assert not CashReceipt.objects.exists()


def test_who_may_not_take_cash(agreement, desk):
    for person in (approver(), UserFactory(roles=["portal.auditor"]), UserFactory()):
        with pytest.raises(PermissionDenied):
            take(agreement, desk, by=person)


def test_what_has_ended_takes_nothing(agreement, desk):
    SavingsAgreement.objects.filter(pk=agreement.pk).update(state=State.CLOSED, closed_on=agreement.ends_on)
    with pytest.raises(NotPossible):
        take(agreement, desk)


def test_nobody_carries_more_to_the_bank_than_there_is(agreement, desk):
    take(agreement, desk)
    with pytest.raises(LimitReached):
        bookings.cash_to_bank(desk.pk, 2_001, key="a", about=desk)
    bookings.cash_to_bank(desk.pk, 2_000, key="b", about=desk)
    assert till_of(desk.pk).balance() == 0
