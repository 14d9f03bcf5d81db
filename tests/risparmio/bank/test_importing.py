"""A bank's file in the book: each line once, for whom it is, or unknown where nobody can overlook it."""

import uuid

import pytest
from django.core.exceptions import PermissionDenied

from portal.ledger import close, verify
from portal.testing.factories import BuildingFactory, DeskFactory, UserFactory, tenant_of
from risparmio.agreements.models import NotPossible
from risparmio.bank.formats.errors import MonthClosed, Unreadable
from risparmio.bank.importing import take
from risparmio.bank.known import found_for, known_now
from risparmio.bank.matching import Reason
from risparmio.bank.models import BankLine, Statement
from risparmio.bank.reconciling import days, differences
from risparmio.bank.settling import settle, settle_otherwise
from risparmio.bank.words import Meaning, Why
from risparmio.book.accounts import book_of_money
from risparmio.book.models import BankAccount
from risparmio.payments.models import CashReceipt, Payout
from risparmio.payments.tills import CashTrip
from risparmio.payments.words import Purpose
from risparmio.payments.words import State as PayoutState
from risparmio.testing import agreement_of, approver, caseworker

from .files import BEFORE, THEIRS, TODAY, YESTERDAY, balances, swift

pytestmark = pytest.mark.django_db


def test_a_transfer_with_the_reference_is_the_households_on_its_day(bank, lucia, agreement):
    result = take(bank, swift((BEFORE, 5_000, f"RISPARMIO {agreement.reference}")), by=lucia)

    assert (result.new, result.unknown, agreement.held) == (1, 0, 5_000)
    line = BankLine.objects.get()
    assert (line.meaning, line.why, line.agreement, line.entry.day) == (
        "saving",
        "reference",
        agreement,
        BEFORE,
    )
    assert differences(bank, BEFORE, TODAY) == []
    assert list(verify(book_of_money())) == []


def test_the_same_file_again_is_nothing_new(bank, lucia, agreement):
    content = swift((BEFORE, 5_000, agreement.reference), (YESTERDAY, 700, "?"))
    first = take(bank, content, by=lucia)

    again = take(bank, content, by=lucia)

    assert (again.statements, again.new) == (first.statements, 0)
    assert (Statement.objects.count(), BankLine.objects.count(), agreement.held) == (1, 2, 5_000)


def test_what_nobody_knows_waits_where_it_is_seen_and_is_settled_on_its_day(bank, lucia, agreement):
    take(bank, swift((BEFORE, 5_000, "SAMIRA HASSAN RISPARMIO")), by=lucia)
    assert balances() == {bank.ledger.code: 5_000, "suspense": -5_000}
    line = BankLine.objects.unknown().get()

    for _time in range(2):
        settle(line, agreement, by=lucia)

    assert balances() == {bank.ledger.code: 5_000, agreement.ledger.code: -5_000}
    line.refresh_from_db()
    assert (line.meaning, line.why, line.settled_by, line.settling.day) == (
        "saving",
        "by_hand",
        lucia,
        BEFORE,
    )
    with pytest.raises(NotPossible):
        settle(line, agreement_of(), by=lucia)
    assert not BankLine.objects.unknown().exists()


def test_from_then_on_that_account_is_the_households_own(bank, lucia, agreement):
    """It paid for this household once, as somebody has said; and it bears its name."""
    take(bank, swift((BEFORE, 5_000, "SAMIRA HASSAN")), by=lucia)
    BankLine.objects.update(counterparty_iban=THEIRS, counterparty="Samira Hassan")
    settle(BankLine.objects.get(), agreement, by=lucia)

    next_one = BankLine(cents=4_000, counterparty_iban=THEIRS, counterparty="HASSAN SAMIRA")
    assert found_for(next_one, known_now()).reason == Reason.KNOWN_ACCOUNT
    next_one.counterparty = "Caritas"
    assert found_for(next_one, known_now()).reason == Reason.SAME_ACCOUNT


def test_charges_wait_too_and_are_the_agencys(bank, lucia):
    take(bank, swift((BEFORE, 50_000, "COMUNE DI PERO"), (YESTERDAY, -250, "COMMISSIONI")), by=lucia)
    assert balances() == {bank.ledger.code: 49_750, "suspense": -50_000, "unexplained": 250}
    money, charges = BankLine.objects.order_by("day")

    settle_otherwise(money, Meaning.AGENCY, by=lucia)
    settle_otherwise(charges, Meaning.CHARGES, by=lucia)

    assert balances() == {bank.ledger.code: 49_750, "agency": -49_750}
    with pytest.raises(NotPossible):
        settle_otherwise(money, Meaning.CHARGES, by=lucia)


def test_a_payout_is_confirmed_by_its_line(bank, lucia, samira, agreement):
    take(bank, swift((BEFORE, 30_000, agreement.reference)), by=lucia)
    told = {"cents": 20_000, "purpose": Purpose.FURNITURE, "payee": "Samira Hassan", "iban": THEIRS}
    payout = Payout.request(agreement, by=samira, client_id="7b8d0a44-0000-4000-8000-000000000001", **told)
    payout.approve(by=approver())
    payout.order(by=lucia)

    take(bank, swift((YESTERDAY, -20_000, f"/EREF/{payout.end_to_end}"), opening=30_000, number=2), by=lucia)

    assert Payout.objects.get().state == PayoutState.PAID
    assert balances() == {bank.ledger.code: 10_000, agreement.ledger.code: -10_000}
    assert BankLine.objects.get(cents=-20_000).why == Why.ORDER


def test_a_payout_that_the_bank_sends_back_is_the_households_again_and_no_saving(
    bank, lucia, samira, agreement
):
    """
    | what                | household | payable | bank    |
    | put aside           |   −300.00 |         | +300.00 |
    | paid                |   −100.00 |         | +100.00 |
    | sent back           |   −300.00 |         | +300.00 |
    """
    take(bank, swift((BEFORE, 30_000, agreement.reference)), by=lucia)
    told = {"cents": 20_000, "purpose": Purpose.FURNITURE, "payee": "Samira Hassan", "iban": THEIRS}
    payout = Payout.request(agreement, by=samira, client_id=uuid.uuid4(), **told)
    payout.approve(by=approver())
    payout.order(by=lucia)
    ours = f"{payout.end_to_end} RISPARMIO {agreement.reference}"

    take(
        bank, swift((YESTERDAY, 20_000, ours), (YESTERDAY, -20_000, ours), opening=30_000, number=2), by=lucia
    )

    assert balances() == {bank.ledger.code: 30_000, agreement.ledger.code: -30_000}
    assert Payout.objects.get().state == PayoutState.RETURNED
    assert agreement.paid_in() == 30_000, "what comes back was not put aside once more"
    assert not agreement.payouts.open().exists(), "and the next one can be asked for"
    assert differences(bank, BEFORE, TODAY) == []


def test_two_equal_lines_on_two_pages_of_a_file_are_two(bank, lucia, agreement):
    """Without a number of the bank's that would tell them apart."""
    page = swift((BEFORE, 5_000, agreement.reference)).decode().replace("NTRF1X0", "NTRFNONREF")
    second = page.replace(":60F:C", ":60M:C").replace(f"{BEFORE:%y%m%d}EUR0,00", f"{BEFORE:%y%m%d}EUR50,00")
    second = second.replace("EUR50,00\r\n-", "EUR100,00\r\n-").replace(":28C:1/1", ":28C:1/2")
    first = page.replace(":62F:", ":62M:")

    result = take(bank, f"{first}\r\n{second}".encode(), by=lucia)

    assert (result.new, agreement.held) == (2, 10_000)


def test_a_line_of_nothing_only_informs(bank, lucia, agreement):
    result = take(bank, swift((BEFORE, 0, "CONDIZIONI"), (BEFORE, 5_000, agreement.reference)), by=lucia)
    assert (result.new, result.statements[0].lines_count) == (1, 2)


def test_cash_that_was_carried_arrives(bank, lucia, agreement):
    desk = DeskFactory()
    CashReceipt.take(agreement, by=lucia, desk=desk, cents=2_000, client_id=uuid.uuid4())
    trips = [CashTrip.begin(desk, by=lucia, cents=cents, client_id=uuid.uuid4()) for cents in (1_500, 500)]

    take(bank, swift((TODAY, 500, "VERSAMENTO CONTANTI"), day=TODAY), by=lucia)

    assert [CashTrip.objects.get(pk=trip.pk).arrived_on for trip in trips] == [None, TODAY]
    assert balances() == {bank.ledger.code: 500, "transit": 1_500, agreement.ledger.code: -2_000}


def test_a_file_that_cannot_be_read_leaves_everything_as_it_was(bank, lucia, agreement):
    good = swift((BEFORE, 5_000, agreement.reference))
    for content in (good[: len(good) // 2], b"", b"nonsense", swift((BEFORE, 5_000, "x"), closing=4_999)):
        with pytest.raises(Unreadable):
            take(bank, content, by=lucia)
    with pytest.raises(Unreadable):
        take(BankAccount.objects.create(name="b", holder="b", iban=THEIRS), good, by=lucia)
    assert not Statement.objects.exists()
    assert balances() == {}


def test_a_line_in_a_closed_period_is_refused_and_with_it_its_file(bank, lucia, agreement):
    close(book_of_money(), BEFORE)
    with pytest.raises(MonthClosed):
        take(bank, swift((YESTERDAY, 100, "x"), (BEFORE, 5_000, agreement.reference)), by=lucia)
    assert not BankLine.objects.exists()


def test_what_is_found_out_after_the_closing_counts_on_the_first_open_day(bank, lucia, agreement):
    take(bank, swift((BEFORE, 5_000, "?")), by=lucia)
    close(book_of_money(), BEFORE)

    settle(BankLine.objects.get(), agreement, by=lucia)

    assert BankLine.objects.get().settling.day == YESTERDAY
    assert (agreement.ledger.balance(BEFORE), agreement.ledger.balance(YESTERDAY)) == (0, -5_000)


def test_a_statement_that_is_missing_is_a_difference(bank, lucia, agreement):
    """The second file begins with 70.00, and nobody has read the one in which 20.00 came in."""
    take(bank, swift((BEFORE, 5_000, agreement.reference), day=BEFORE), by=lucia)
    take(bank, swift((YESTERDAY, 100, "x"), opening=7_000, number=3), by=lucia)

    (day,) = differences(bank, BEFORE, TODAY)
    assert (day.day, day.told, day.booked, day.difference) == (YESTERDAY, 7_100, 5_100, 2_000)
    assert [row.difference for row in days(bank, BEFORE, TODAY)] == [0, 2_000]


def test_no_treasurer_credits_their_own_household_and_nobody_one_that_has_ended(bank, lucia):
    own = tenant_of(BuildingFactory())
    agreement = agreement_of(own)
    own.give_role("risparmio.treasurer", by=None)
    take(bank, swift((BEFORE, 5_000, "?")), by=lucia)
    with pytest.raises(PermissionDenied):
        settle(BankLine.objects.get(), agreement, by=own)
    agreement.state, agreement.closed_on = "closed", TODAY
    agreement.save()
    with pytest.raises(NotPossible):
        settle(BankLine.objects.get(), agreement, by=lucia)


def test_who_may_read_a_statement_and_settle_a_line(bank, lucia, agreement):
    content = swift((BEFORE, 5_000, "?"))
    for person in (approver(), caseworker(), UserFactory(roles=["portal.auditor"]), UserFactory()):
        with pytest.raises(PermissionDenied):
            take(bank, content, by=person)
    take(bank, content, by=lucia)
    line = BankLine.objects.get()
    for person in (approver(), caseworker(), UserFactory(roles=["portal.auditor"]), UserFactory()):
        with pytest.raises(PermissionDenied):
            settle(line, agreement, by=person)
        seen = BankLine.objects.visible_to(person).exists()
        assert seen == person.has_perm("risparmio.view_bankline", line)
