"""Cash at the desk: a numbered receipt for each, also for what was a mistake."""

import uuid
from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import override

from portal.ledger import BadAmount, DayClosed, LimitReached, close, verify
from portal.testing.factories import DeskFactory, UserFactory
from risparmio.agreements.models import NotPossible, SavingsAgreement
from risparmio.agreements.words import State
from risparmio.book import bookings
from risparmio.book.accounts import book_of_money, differences, open_bank, till_of
from risparmio.payments.models import CashReceipt
from risparmio.payments.tills import CashCount, CashTrip, cover_difference
from risparmio.sent import OtherBody
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
    with pytest.raises(OtherBody):
        take(agreement, desk, 2_001, client_id=key)
    assert agreement.held == 2_000


def test_a_mistake_is_taken_back_by_somebody_else_and_keeps_its_number(agreement, desk):
    wrong = take(agreement, desk, by=caseworker())
    lucia = treasurer()
    for _time in range(2):
        wrong.take_back(by=lucia, reason="  Contato   male ")

    assert (agreement.held, till_of(desk.pk).balance()) == (0, 0)
    assert take(agreement, desk).number == 2
    kept = CashReceipt.objects.get(pk=wrong.pk)
    assert (kept.void_reason, kept.voided_by, wrong.voided_at) == ("Contato male", lucia, kept.voided_at)
    assert list(verify(book_of_money())) == []


def test_nobody_takes_back_what_they_took_themselves(agreement, desk):
    """Not the rule, and not the database: the cash would be in their pocket."""
    elena = caseworker()
    receipt = take(agreement, desk, by=elena)
    for person in (
        elena,
        approver(),
        UserFactory(roles=["portal.auditor"]),
        UserFactory(),
        _adult_of(agreement),
    ):
        with pytest.raises(PermissionDenied):
            receipt.take_back(by=person, reason="Contato male")
    told = {"voided_at": timezone.now(), "void_reason": "Contato male"}
    with pytest.raises(IntegrityError, match="taken_back_by_another"), transaction.atomic():
        CashReceipt.objects.filter(pk=receipt.pk).update(voided_by=elena, **told)
    assert agreement.held == 2_000


def _adult_of(agreement):
    """With a role besides: in their own household's money it gives them nothing."""
    tenant = agreement.household.members.get().person
    tenant.give_role("risparmio.treasurer", by=None)
    return tenant


@pytest.mark.parametrize("reason", ["", "   ", "-", "errore", "no no", "x " * 120])
def test_a_receipt_is_taken_back_for_a_reason_that_says_something(agreement, desk, reason):
    receipt = take(agreement, desk)
    with pytest.raises(ValueError, match="few words"):
        receipt.take_back(by=treasurer(), reason=reason)
    assert agreement.held == 2_000


@pytest.mark.parametrize("how", ["counted", "carried"])
def test_a_receipt_stands_once_the_cash_was_counted_or_carried_away(agreement, desk, how):
    receipt, elsewhere = take(agreement, desk), take(agreement, DeskFactory())
    if how == "counted":
        count(desk, 2_000)
    else:
        CashTrip.begin(desk, by=treasurer(), cents=500, client_id=uuid.uuid4())
    after = take(agreement, desk)

    with pytest.raises(NotPossible):
        receipt.take_back(by=treasurer(), reason="Contato male")
    for free in (elsewhere, after):
        free.take_back(by=treasurer(), reason="Contato male")
    assert agreement.held == 2_000


def test_what_the_household_has_taken_out_again_cannot_be_taken_back(agreement, desk):
    receipt = take(agreement, desk)
    bookings.order_payout(agreement.ledger, 1, key="out", about=agreement)
    with pytest.raises(NotPossible):
        receipt.take_back(by=treasurer(), reason="Contato male")
    assert (agreement.held, till_of(desk.pk).balance()) == (1_999, 2_000)


def test_what_is_told_of_the_past_counts_on_its_day(agreement, desk):
    yesterday = timezone.now() - timedelta(days=1)
    day = timezone.localdate(yesterday)
    receipt = take(agreement, desk, at=yesterday)
    counted = count(desk, 1_900, note="Manca un euro", at=yesterday)
    trip = CashTrip.begin(desk, by=treasurer(), cents=500, client_id=uuid.uuid4(), at=yesterday)
    assert [one.entry.day for one in (receipt, counted, trip)] == [day] * 3

    close(book_of_money(), day)
    with pytest.raises(DayClosed):
        take(agreement, desk, at=yesterday)


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


# -- counted, and carried to the bank ---------------------------------------------------------------------------------


def count(desk, counted, **told):
    return CashCount.take(
        desk, by=told.pop("by", None) or treasurer(), counted=counted, **{"client_id": uuid.uuid4()} | told
    )


def test_a_count_that_agrees_books_nothing(agreement, desk):
    take(agreement, desk)
    one = count(desk, 2_000)

    assert (one.difference, one.entry) == (0, None)


def test_what_a_count_differs_by_is_booked_with_its_reason(agreement, desk):
    """
    | counted | till   | differences |
    |   19.00 | −1.00  | +1.00       | too little
    |   19.50 | +0.50  | −0.50       | too much
    """
    take(agreement, desk)
    with pytest.raises(ValueError, match="explained"):
        count(desk, 1_900)
    key = uuid.uuid4()
    first = count(desk, 1_900, note="Un euro in meno, resto sbagliato", client_id=key)
    assert count(desk, 1_900, note="Un euro in meno, resto sbagliato", client_id=key) == first
    count(desk, 1_950, note="Ritrovati 50 centesimi")

    assert till_of(desk.pk).balance() == 1_950
    assert book_of_money().replay()["differences"] == 50
    assert agreement.held == 2_000, "no household loses by it"
    for told in ({"counted": 1_800}, {"note": "Un euro in meno, e basta"}):
        same = {"counted": 1_900, "note": "Un euro in meno, resto sbagliato"}
        with pytest.raises(OtherBody):
            count(desk, client_id=key, **same | told)


@pytest.mark.parametrize("counted", [-1, 1.5, "3", None, 10**18, True])
def test_what_is_no_sum_of_cash_is_not_counted(desk, counted):
    with pytest.raises(BadAmount):
        count(desk, counted, note="Non è una somma")
    assert not CashCount.objects.exists()


def test_cash_is_carried_once(agreement, desk):
    take(agreement, desk)
    key = uuid.uuid4()
    trips = [CashTrip.begin(desk, by=treasurer(), cents=1_500, client_id=key) for _time in range(2)]

    assert trips[0] == trips[1]
    assert (till_of(desk.pk).balance(), book_of_money().replay()["transit"]) == (500, 1_500)
    with pytest.raises(OtherBody):
        CashTrip.begin(desk, by=treasurer(), cents=400, client_id=key)
    with pytest.raises(LimitReached):
        CashTrip.begin(desk, by=treasurer(), cents=501, client_id=uuid.uuid4())
    for person in (approver(), UserFactory(roles=["portal.auditor"])):
        with pytest.raises(PermissionDenied):
            CashTrip.begin(desk, by=person, cents=1, client_id=uuid.uuid4())
        with pytest.raises(PermissionDenied):
            count(desk, 500, by=person)


def test_who_carried_cash_does_not_take_it_back_nor_does_anybody_once_it_has_arrived(agreement, desk):
    elena, lucia = caseworker(), treasurer()
    take(agreement, desk)
    trip = CashTrip.begin(desk, by=elena, cents=1_000, client_id=uuid.uuid4())
    for person in (elena, approver(), UserFactory(roles=["portal.auditor"]), UserFactory()):
        with pytest.raises(PermissionDenied):
            trip.take_back(by=person, reason="Contato male")
    told = {"taken_back_at": timezone.now(), "reason": "Contato male"}
    with pytest.raises(IntegrityError, match="taken_back_by_another"), transaction.atomic():
        CashTrip.objects.filter(pk=trip.pk).update(taken_back_by=elena, **told)
    CashTrip.objects.update(arrived_on=timezone.localdate())
    with pytest.raises(NotPossible):
        trip.take_back(by=lucia, reason="Contato male")
    assert till_of(desk.pk).balance() == 1_000


@pytest.mark.parametrize("counted", [False, True])
def test_a_receipt_for_the_wrong_household_is_moved_also_after_the_count(agreement, desk, counted):
    """No cash moves: the till stays, one household has it no more, and the other one has it under a new number."""
    elena, lucia, right = caseworker(), treasurer(), agreement_of()
    wrong = take(agreement, desk, by=elena)
    if counted:
        count(desk, 2_000)

    moved = [wrong.move(right, by=lucia, reason="Era di un'altra famiglia") for _time in range(2)]

    assert (agreement.held, right.held, till_of(desk.pk).balance()) == (0, 2_000, 2_000)
    assert moved[0] == moved[1] == right.receipts.get()
    assert (moved[0].number, moved[0].instead_of, moved[0].received_by) == (wrong.number + 1, wrong, lucia)
    wrong.refresh_from_db()
    assert (wrong.voided_by, wrong.void_reason) == (lucia, "Era di un'altra famiglia")
    for person in (elena, lucia):
        with pytest.raises(PermissionDenied):
            moved[0].take_back(by=person, reason="Non era sua nemmeno questa")
    assert bool(moved[0].why_it_stands()) is counted, "its cash was counted as that of the first one"
    assert list(verify(book_of_money())) == []


def test_who_has_counted_a_large_difference_does_not_cover_it(desk, agreement):
    bookings.agency_funds(open_bank(1), 10_000, key="funds", about=desk)
    lucia = treasurer()
    take(agreement, desk, by=caseworker(), cents=5_000)
    for counted, cents in ((3_000, 2_000), (500, 2_500)):
        CashCount.take(desk, by=lucia, counted=counted, note="Mancano", client_id=uuid.uuid4())
        if cents == 2_000:
            cover_difference(by=lucia, cents=cents)  # as much as one person's word is good for
    with override("en"), pytest.raises(NotPossible, match="somebody else"):
        cover_difference(by=lucia, cents=2_500)
    cover_difference(by=treasurer(), cents=2_500)
    assert differences().balance() == 0


def test_who_moves_a_receipt_and_what_is_not_moved(agreement, desk):
    elena, lucia, right = caseworker(), treasurer(), agreement_of()
    receipt, why = take(agreement, desk, by=elena), {"reason": "Era di un'altra famiglia"}
    tenant = _adult_of(right)
    for person in (elena, approver(), tenant, UserFactory()):
        with pytest.raises(PermissionDenied):
            receipt.move(right, by=person, **why)
    with pytest.raises(NotPossible):
        receipt.move(agreement, by=lucia, **why)
    SavingsAgreement.objects.filter(pk=right.pk).update(state=State.CLOSED, closed_on=timezone.localdate())
    with pytest.raises(NotPossible):
        receipt.move(SavingsAgreement.objects.get(pk=right.pk), by=lucia, **why)
    receipt.refresh_from_db()
    assert (agreement.held, right.held, receipt.voided_at) == (2_000, 0, None)
