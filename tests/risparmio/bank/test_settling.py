"""Somebody says what a line is that nobody knew; and what was wrong is put right by an entry of its own."""

import uuid

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils.translation import override

from portal.ledger import statement, verify
from portal.testing.factories import BuildingFactory, DeskFactory, UserFactory, tenant_of
from risparmio.agreements.models import NotPossible
from risparmio.auditing.papers import filed
from risparmio.bank.importing import take
from risparmio.bank.models import BankLine
from risparmio.bank.settling import (
    approve,
    refuse,
    settle,
    settle_as_cash,
    settle_as_payouts,
    settle_as_returned,
    settle_as_sent_back,
    settle_otherwise,
    unsettle,
)
from risparmio.bank.words import Meaning
from risparmio.book import bookings
from risparmio.book.accounts import book_of_money
from risparmio.payments.models import CashReceipt, Payout
from risparmio.payments.tills import CashTrip
from risparmio.payments.words import Purpose
from risparmio.payments.words import State as PayoutState
from risparmio.testing import agreement_of, approver, caseworker, treasurer

from .files import BEFORE, THEIRS, TODAY, YESTERDAY, balances, swift

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def in_english():
    with override("en"):
        yield


ANOTHER = "IT37Y0542811101000000123457"
WRONG = "Paid by the neighbour of the same name"


def ordered(agreement, samira, lucia, cents):
    told = {"cents": cents, "purpose": Purpose.FURNITURE, "payee": "Samira Hassan", "iban": THEIRS}
    payout = Payout.request(agreement, by=samira, client_id=uuid.uuid4(), **told)
    payout.approve(by=approver())
    payout.order(by=lucia)
    return payout


def put_right(line, *, by, **said):
    """By two people, as what its reference had said has to be."""
    assert unsettle(line, by=by, reason=WRONG, **said) is False
    approve(line, by=approver())


def test_what_was_booked_for_the_wrong_household_goes_to_the_right_one(bank, lucia, agreement):
    """
    | what               | wrong  | right  | suspense | bank   |
    | by its reference   | −50.00 |        |          | +50.00 |
    | put right          |        |        | −50.00   | +50.00 |
    | settled            |        | −50.00 |          | +50.00 |
    """
    take(bank, swift((BEFORE, 5_000, agreement.reference)), by=lucia)
    line, right = BankLine.objects.get(), agreement_of()

    put_right(line, by=lucia, seen=0)
    assert balances() == {bank.ledger.code: 5_000, "suspense": -5_000}
    assert agreement.paid_in() == 0, "it was not put aside after all"
    unsettle(line, by=lucia, reason=WRONG, seen=0)  # twice is once

    settle(line, right, by=lucia)
    assert balances() == {bank.ledger.code: 5_000, right.ledger.code: -5_000}
    line.refresh_from_db()
    (correction,) = line.corrections.all()
    assert (correction.was, correction.was_of, correction.was_why, correction.reason, correction.by) == (
        "saving",
        agreement,
        "reference",
        WRONG,
        lucia,
    )
    assert (correction.entry.day, line.settling.day) == (TODAY, TODAY), "before, it was the other's"
    assert list(verify(book_of_money())) == []

    put_right(line, by=lucia, seen=1)  # also what somebody has said by hand
    settle(line, agreement, by=lucia)
    assert balances() == {bank.ledger.code: 5_000, agreement.ledger.code: -5_000}
    with pytest.raises(NotPossible, match="meanwhile"):
        unsettle(line, by=lucia, reason=WRONG, seen=1)


def test_what_another_file_may_have_told_does_not_become_the_agencys_by_one(bank, lucia, agreement):
    take(bank, swift((BEFORE, 5_000, "?")), by=lucia)
    BankLine.objects.update(perhaps_told=True)
    line = BankLine.objects.get()
    assert settle_otherwise(line, Meaning.AGENCY, by=lucia) is False
    assert balances() == {bank.ledger.code: 5_000, "suspense": -5_000}
    approve(line, by=approver())
    assert balances() == {bank.ledger.code: 5_000, "agency": -5_000}


def test_what_was_paid_out_meanwhile_cannot_be_taken_back(bank, lucia, samira, agreement):
    take(bank, swift((BEFORE, 5_000, agreement.reference)), by=lucia)
    ordered(agreement, samira, lucia, 100)
    before = balances()

    with pytest.raises(NotPossible, match="paid out"):
        unsettle(BankLine.objects.get(), by=lucia, reason=WRONG)

    assert balances() == before
    assert BankLine.objects.get().meaning == Meaning.SAVING


def test_a_correction_counts_today_so_that_no_household_is_shown_owing_in_between(
    bank, lucia, samira, agreement
):
    """
    | day       | what                       | household |
    | before    | in                         | −50.00    |
    | yesterday | out                        | 0         |
    | today     | in again, the first undone | 0         |
    """
    take(bank, swift((BEFORE, 5_000, agreement.reference)), by=lucia)
    bookings.order_payout(agreement.ledger, 5_000, key="o", about=agreement, day=YESTERDAY)
    take(bank, swift((TODAY, 5_000, agreement.reference), opening=5_000, number=2, day=TODAY), by=lucia)
    put_right(BankLine.objects.get(day=BEFORE), by=lucia)
    assert [agreement.ledger.balance(day) for day in (BEFORE, YESTERDAY, TODAY)] == [-5_000, 0, 0]
    assert all(line.balance <= 0 for line in statement(agreement.ledger).lines)


def test_the_agencys_and_charges_can_be_put_right_too(bank, lucia):
    take(bank, swift((BEFORE, 50_000, "COMUNE"), (YESTERDAY, -250, "COMMISSIONI")), by=lucia)
    money, charges = BankLine.objects.order_by("day")
    settle_otherwise(money, Meaning.AGENCY, by=lucia)
    settle_otherwise(charges, Meaning.CHARGES, by=lucia)
    with pytest.raises(NotPossible, match="not there any more"):
        unsettle(money, by=lucia, reason=WRONG)  # the charges were paid out of it

    unsettle(charges, by=lucia, reason=WRONG)
    unsettle(money, by=lucia, reason=WRONG)

    assert balances() == {bank.ledger.code: 49_750, "suspense": -50_000, "unexplained": 250}


def test_cash_that_the_bank_does_not_name_is_said_by_hand(bank, lucia, agreement):
    desk = DeskFactory()
    CashReceipt.take(agreement, by=lucia, desk=desk, cents=2_000, client_id=uuid.uuid4())
    trip = CashTrip.begin(desk, by=lucia, cents=2_000, client_id=uuid.uuid4())
    take(bank, swift((TODAY, 2_000, "VERS."), (TODAY, 1_999, "VERS."), day=TODAY), by=lucia)
    line, other = BankLine.objects.get(cents=2_000), BankLine.objects.get(cents=1_999)
    with pytest.raises(NotPossible):
        settle_as_cash(other, trip, by=lucia)

    for _time in range(2):
        settle_as_cash(line, trip, by=lucia)

    assert balances() == {bank.ledger.code: 3_999, "suspense": -1_999, agreement.ledger.code: -2_000}
    trip.refresh_from_db()
    assert (trip.line, trip.arrived_on) == (line, TODAY)
    unsettle(line, by=lucia, reason=WRONG)
    trip.refresh_from_db()
    assert (trip.line, trip.arrived_on) == (None, None)
    assert balances()["transit"] == 2_000


def test_one_debit_of_the_bank_covers_two_payouts(bank, lucia, samira, agreement):
    other_tenant = tenant_of(BuildingFactory())
    other = agreement_of(other_tenant)
    take(bank, swift((BEFORE, 30_000, agreement.reference), (BEFORE, 10_000, other.reference)), by=lucia)
    payouts = [ordered(agreement, samira, lucia, 20_000), ordered(other, other_tenant, lucia, 5_000)]
    take(bank, swift((YESTERDAY, -25_000, "DISTINTA BONIFICI"), opening=40_000, number=2), by=lucia)
    line = BankLine.objects.unknown().get()
    with pytest.raises(NotPossible, match="not the amount"):
        settle_as_payouts(line, payouts[:1], by=lucia)

    for _time in range(2):
        settle_as_payouts(line, payouts, by=lucia)

    assert [Payout.objects.get(pk=one.pk).state for one in payouts] == [PayoutState.PAID] * 2
    assert {one.line_id for one in Payout.objects.all()} == {line.pk}
    assert balances() == {
        bank.ledger.code: 15_000,
        agreement.ledger.code: -10_000,
        other.ledger.code: -5_000,
    }
    line.refresh_from_db()
    assert (line.meaning, line.agreement, line.settled_by) == (Meaning.PAYOUT, None, lucia)
    with pytest.raises(NotPossible, match="payout hangs"):
        unsettle(line, by=lucia, reason=WRONG)


def test_one_of_several_comes_back_before_anybody_knows_with_what_it_went_out(bank, lucia, samira, agreement):
    """
    | what                    | household | payable | suspense | unexplained | bank    |
    | put aside, ordered      |   −100.00 | −200.00 |          |             | +300.00 |
    | one sum, one comes back |   −100.00 | −200.00 |  −150.00 |     +200.00 | +250.00 |
    | the sum is both         |   −100.00 |         |  −150.00 |             | +250.00 |
    | the one came back       |   −250.00 |         |          |             | +250.00 |
    """
    other_tenant = tenant_of(BuildingFactory())
    other = agreement_of(other_tenant)
    take(bank, swift((BEFORE, 30_000, agreement.reference), (BEFORE, 10_000, other.reference)), by=lucia)
    back, stays = ordered(agreement, samira, lucia, 15_000), ordered(other, other_tenant, lucia, 5_000)
    ours = f"{back.end_to_end} RISPARMIO {agreement.reference}"
    moved = ((YESTERDAY, -20_000, "DISTINTA"), (YESTERDAY, 15_000, ours))
    take(bank, swift(*moved, opening=40_000, number=2), by=lucia)
    debit, credit = (
        BankLine.objects.unknown().get(cents=-20_000),
        BankLine.objects.unknown().get(cents=15_000),
    )
    with pytest.raises(NotPossible, match="settle it first"):
        back.give_up(by=treasurer(), reason="La banca non lo ha fatto")
    with pytest.raises(NotPossible, match="first settle the line"):
        settle_as_returned(credit, back, by=lucia)
    settle_as_payouts(debit, [back, stays], by=lucia)
    with pytest.raises(NotPossible, match="not the amount"):
        settle_as_returned(credit, stays, by=lucia)

    for _time in range(2):
        settle_as_returned(credit, back, by=lucia)

    assert balances() == {bank.ledger.code: 35_000, agreement.ledger.code: -30_000, other.ledger.code: -5_000}
    assert [Payout.objects.get(pk=one.pk).state for one in (back, stays)] == ["returned", "paid"]
    credit.refresh_from_db()
    assert (credit.meaning, credit.payout, credit.agreement) == (Meaning.RETURN, back, agreement)
    assert list(verify(book_of_money())) == []


def test_nobody_takes_back_for_their_own_household_what_came_back(bank, lucia, samira, agreement):
    take(bank, swift((BEFORE, 30_000, agreement.reference)), by=lucia)
    payout = ordered(agreement, samira, lucia, 15_000)
    take(bank, swift((YESTERDAY, 15_000, "STORNO"), opening=30_000, number=2), by=lucia)
    samira.give_role("risparmio.treasurer", by=None)
    with pytest.raises(NotPossible, match="own household"):
        settle_as_returned(BankLine.objects.unknown().get(), payout, by=samira)


def test_what_went_to_another_account_than_was_approved_is_no_payout(bank, lucia, samira, agreement):
    take(bank, swift((BEFORE, 30_000, agreement.reference)), by=lucia)
    payout = ordered(agreement, samira, lucia, 30_000)
    take(bank, swift((YESTERDAY, -30_000, "giro"), opening=30_000, number=2), by=lucia)
    BankLine.objects.filter(cents__lt=0).update(counterparty_iban=ANOTHER)
    line = BankLine.objects.unknown().get()

    with pytest.raises(NotPossible, match="another IBAN"):
        settle_as_payouts(line, [payout], by=lucia)

    payout.refresh_from_db()
    assert payout.state == PayoutState.ORDERED
    for iban in (bank.iban, THEIRS):  # a bank may name the account that it was paid from
        BankLine.objects.filter(pk=line.pk).update(counterparty_iban=iban)
        settle_as_payouts(line, [payout], by=lucia)
    payout.refresh_from_db()
    assert payout.state == PayoutState.PAID


def test_what_comes_back_is_the_households_again_though_no_rule_knows_it(bank, lucia, samira, agreement):
    """
    | what                    | bank | household | payable | suspense | agency |
    | in, and the agency's    | +305 | −300      |         |          | −5     |
    | ordered, and out        | +5   | 0         |         |          | −5     |
    | 299.00 without a number | +304 | 0         |         | −299     | −5     |
    | settled: 1.00 was kept  | +304 | −300      |         |          | −4     |
    """
    take(bank, swift((BEFORE, 30_000, agreement.reference), (BEFORE, 500, "COMUNE")), by=lucia)
    payout = ordered(agreement, samira, lucia, 30_000)
    out = (YESTERDAY, -30_000, payout.end_to_end)
    take(bank, swift(out, (YESTERDAY, 29_900, "STORNO"), opening=30_500, number=2), by=lucia)
    line = BankLine.objects.unknown().get(cents=29_900)
    with pytest.raises(NotPossible, match="has not paid in"):
        settle_as_returned(line, payout, by=lucia)
    settle_otherwise(BankLine.objects.get(cents=500), Meaning.AGENCY, by=lucia)
    BankLine.objects.filter(pk=line.pk).update(cents=27_900)
    with pytest.raises(NotPossible, match="not the amount"):
        settle_as_returned(line, payout, by=lucia)
    BankLine.objects.filter(pk=line.pk).update(cents=29_900)

    for _time in range(2):
        settle_as_returned(line, payout, by=lucia)

    payout.refresh_from_db()
    line.refresh_from_db()
    assert (payout.state, line.meaning, line.payout, line.agreement) == (
        "returned",
        "return",
        payout,
        agreement,
    )
    assert balances() == {bank.ledger.code: 30_400, agreement.ledger.code: -30_000, "agency": -400}
    assert (agreement.paid_in(), agreement.taken_out()) == (30_000, 0)
    assert filed([line.settling])[0].is_right
    assert all(row.balance <= 0 for row in statement(agreement.ledger).lines), (
        "ordered today, and back before"
    )
    with pytest.raises(NotPossible, match="meanwhile"):
        settle(line, agreement, by=lucia)
    assert list(verify(book_of_money())) == []


def test_a_payout_is_not_booked_as_savings_of_the_same_household(bank, lucia, samira, agreement):
    take(bank, swift((BEFORE, 30_000, agreement.reference)), by=lucia)
    payout = ordered(agreement, samira, lucia, 30_000)
    out = (YESTERDAY, -30_000, payout.end_to_end)
    take(bank, swift(out, opening=30_000, number=2), by=lucia)
    with pytest.raises(NotPossible, match="meanwhile"):
        settle(BankLine.objects.get(meaning=Meaning.PAYOUT), agreement, by=lucia)


# -- four eyes -------------------------------------------------------------------------------------------------------


def test_nobody_turns_a_households_money_into_charges_alone(bank, lucia, agreement):
    """Three steps, and each of them waits for somebody else."""
    take(bank, swift((BEFORE, 30_000, agreement.reference), (YESTERDAY, -30_000, "giro")), by=lucia)
    came, went = BankLine.objects.get(cents__gt=0), BankLine.objects.get(cents__lt=0)
    both = UserFactory(roles=["risparmio.treasurer", "risparmio.approver"])
    before = balances()

    for _time in range(2):
        assert unsettle(came, by=both, reason=WRONG) is False
    assert balances() == before
    came.refresh_from_db()
    for person in (both, lucia, caseworker(), UserFactory(roles=["portal.auditor"])):
        with pytest.raises(PermissionDenied):
            approve(came, by=person)
    with pytest.raises(NotPossible, match="meanwhile"):
        approve(came, by=approver(), what=Meaning.AGENCY)
    second = approver()
    for _time in range(2):
        approve(came, by=second, what=Meaning.UNKNOWN)
    correction = came.corrections.get()
    assert (correction.by, correction.approved_by) == (both, second)

    assert settle_otherwise(came, Meaning.AGENCY, by=both) is False
    assert agreement.held == 0
    assert balances()["suspense"] == -30_000
    approve(came, by=second)
    assert settle_otherwise(went, Meaning.CHARGES, by=both) is False
    assert balances()["unexplained"] == 30_000
    approve(went, by=second)
    went.refresh_from_db()
    assert (went.meaning, went.settled_by, went.approved_by, went.asked) == ("charges", both, second, "")
    assert unsettle(went, by=lucia, reason=WRONG) is False, "what two have decided one does not undo"


def test_a_no_leaves_it_as_it_is_and_small_charges_need_nobody_else(bank, lucia, agreement):
    take(bank, swift((BEFORE, 50_000, "COMUNE"), (BEFORE, -2_000, "a"), (YESTERDAY, -2_001, "b")), by=lucia)
    assert settle_otherwise(BankLine.objects.get(cents=50_000), Meaning.AGENCY, by=lucia)
    assert settle_otherwise(BankLine.objects.get(cents=-2_000), Meaning.CHARGES, by=lucia)
    line = BankLine.objects.get(cents=-2_001)
    assert not settle_otherwise(line, Meaning.CHARGES, by=lucia)
    with pytest.raises(PermissionDenied):
        refuse(line, by=caseworker())
    for _time in range(2):
        refuse(line, by=approver())
    line.refresh_from_db()
    assert (line.meaning, line.asked) == ("unknown", "")
    with pytest.raises(NotPossible, match="meanwhile"):
        approve(line, by=approver())
    with pytest.raises(IntegrityError), transaction.atomic():
        BankLine.objects.filter(pk=line.pk).update(meaning="charges", why="by_hand")


def test_nobody_says_yes_to_what_was_their_own_households(bank, lucia, samira, agreement):
    take(bank, swift((BEFORE, 5_000, agreement.reference)), by=lucia)
    samira.give_role("risparmio.approver", by=None)
    line = BankLine.objects.get()
    unsettle(line, by=lucia, reason=WRONG)
    with pytest.raises(PermissionDenied):
        approve(line, by=samira)
    approve(line, by=approver())
    settle_otherwise(line, Meaning.AGENCY, by=lucia)
    with pytest.raises(PermissionDenied):
        approve(line, by=samira)


def test_nothing_is_sent_back_to_another_account(bank, lucia):
    take(bank, swift((BEFORE, 3_000, "?"), (YESTERDAY, -3_000, "STORNO")), by=lucia)
    came, went = BankLine.objects.get(cents=3_000), BankLine.objects.get(cents=-3_000)
    BankLine.objects.filter(pk=came.pk).update(counterparty_iban=THEIRS)
    BankLine.objects.filter(pk=went.pk).update(counterparty_iban=ANOTHER)
    with pytest.raises(NotPossible, match="another account"):
        settle_as_sent_back(went, came, by=lucia)
    BankLine.objects.filter(pk=went.pk).update(counterparty_iban=THEIRS)
    settle_as_sent_back(went, came, by=lucia)
    assert balances() == {}


def test_what_was_nobodys_is_sent_back(bank, lucia):
    take(bank, swift((BEFORE, 3_000, "?"), (YESTERDAY, -3_000, "STORNO"), (YESTERDAY, -2_000, "x")), by=lucia)
    came, went, other = (BankLine.objects.get(cents=cents) for cents in (3_000, -3_000, -2_000))
    with pytest.raises(NotPossible):
        settle_as_sent_back(other, came, by=lucia)

    for _time in range(2):
        settle_as_sent_back(went, came, by=lucia)

    assert balances() == {bank.ledger.code: -2_000, "unexplained": 2_000}
    assert {BankLine.objects.get(pk=one.pk).meaning for one in (came, went)} == {Meaning.SENT_BACK}
    assert BankLine.objects.get(pk=came.pk).sent_back_by == went


@pytest.mark.parametrize("role", ["approver", "caseworker", "auditor", "nobody", "own"])
def test_only_who_keeps_the_books_says_what_a_line_is_and_nobody_of_their_own_household(
    role, bank, lucia, samira, agreement
):
    take(bank, swift((BEFORE, 5_000, agreement.reference), (YESTERDAY, -100, "x")), by=lucia)
    saving, debit = BankLine.objects.get(cents=5_000), BankLine.objects.get(cents=-100)
    if role == "own":
        samira.give_role("risparmio.treasurer", by=None)
    person = {
        "approver": approver,
        "caseworker": caseworker,
        "auditor": lambda: UserFactory(roles=["portal.auditor"]),
        "nobody": UserFactory,
        "own": lambda: samira,
    }[role]()
    with pytest.raises(PermissionDenied):
        unsettle(saving, by=person, reason=WRONG)
    if role != "own":
        for verb, more in (
            (settle_otherwise, Meaning.CHARGES),
            (settle_as_payouts, []),
            (settle_as_sent_back, saving),
            (settle_as_cash, CashTrip()),
        ):
            with pytest.raises(PermissionDenied):
                verb(debit, more, by=person)


@pytest.mark.parametrize(
    "wrong",
    [
        {"meaning": "saving", "why": "by_hand", "agreement": None},
        {"meaning": "charges", "why": "by_hand"},
        {"meaning": "payout", "why": "order"},
        {"meaning": "return", "why": "returned"},
        {"meaning": "agency", "why": ""},
        {"meaning": "unknown", "why": "by_hand"},
    ],
    ids=lambda wrong: wrong["meaning"],
)
def test_the_database_refuses_a_line_that_cannot_be(wrong, bank, lucia):
    take(bank, swift((BEFORE, 5_000, "?")), by=lucia)
    with pytest.raises(IntegrityError), transaction.atomic():
        BankLine.objects.update(**wrong)
