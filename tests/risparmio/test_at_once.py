"""Many who pay in, approve and order at once, and processes that die while they do: commits here are real."""

import multiprocessing
import uuid
from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from portal.ledger import LedgerEntry, LedgerPosting, verify
from portal.testing.factories import BuildingFactory, DeskFactory, tenant_of
from risparmio.agreements.models import NotPossible, SavingsAgreement, SavingsPlan
from risparmio.agreements.words import Asked
from risparmio.bank import importing
from risparmio.bank.models import BankLine
from risparmio.bank.settling import settle, settle_as_payouts
from risparmio.book.accounts import book_of_money
from risparmio.book.models import BankAccount
from risparmio.payments.models import CashReceipt, Payout
from risparmio.payments.words import Purpose, State
from risparmio.testing import agreement_of, approver, caseworker, treasurer
from tests.harness.kills import die, dies
from tests.harness.races import size

# By its whole name, by which a process of its own finds it.
from tests.risparmio import crowd
from tests.risparmio.statements import OURS, swift

PROCESSES, DEPOSITS = size(2, 8), size(25, 500)
RACES = size(50, 1_000)
KILLS = size(2, 50)
THEIRS = "DE89370400440532013000"


@pytest.fixture
def agreement(committed_db):
    return agreement_of(tenant_of(BuildingFactory(), display_name="Samira Hassan"))


@pytest.fixture
def elena(committed_db):
    return caseworker()


@pytest.fixture
def lucia(committed_db):
    return treasurer()


@pytest.fixture
def desk(committed_db):
    return DeskFactory()


@pytest.fixture
def bank(committed_db):
    return BankAccount.objects.create(name="Conto", holder="Agenzia", iban=OURS)


def assert_sound():
    book = book_of_money()
    assert list(verify(book)) == []
    replayed = book.replay()
    assert sum(replayed.values()) == 0
    assert replayed == {account.code: account.balance() for account in book.accounts.all()}


def asked(agreement, elena, cents=10_000):
    """By the caseworker; the household has signed it, and an approver's yes is what it waits for."""
    payout = Payout.request(
        agreement,
        by=elena,
        client_id=uuid.uuid4(),
        cents=cents,
        purpose=Purpose.FURNITURE,
        payee="Samira Hassan",
        iban=THEIRS,
    )
    payout.sign(by=agreement.adults[0])
    return payout


def save(agreement, elena, desk, cents, number=None):
    return CashReceipt.take(agreement, by=elena, desk=desk, cents=cents, client_id=number or uuid.uuid4())


def test_processes_that_send_every_deposit_twice_take_it_once(committed_db, agreement, elena, desk):
    """In `make soak` 8 processes, each with 500 double submissions of the same deposits."""
    spawn = multiprocessing.get_context("spawn")
    outcomes = spawn.Queue()
    workers = [
        spawn.Process(
            target=crowd.take_cash_twice,
            args=(committed_db.name, seed, DEPOSITS, agreement.pk, desk.pk, elena.pk, outcomes),
        )
        for seed in range(PROCESSES)
    ]
    for worker in workers:
        worker.start()
    told = [outcomes.get(timeout=size(180, 1_500)) for _worker in workers]
    for worker in workers:
        worker.join()

    # Each process was given the same receipt for the same deposit, both times, and refused another amount for it.
    once = dict.fromkeys(range(1, DEPOSITS + 1), 2) | {"another body": DEPOSITS}
    assert told == [once] * PROCESSES
    assert agreement.held == sum(100 + number for number in range(DEPOSITS))
    assert_sound()
    print(f"{PROCESSES} processes x {DEPOSITS} double submissions: {DEPOSITS} receipts")  # noqa: T201


def test_of_two_approvers_one_wins(races, agreement, elena, desk):
    """In `make soak` 1,000 races."""
    save(agreement, elena, desk, 10_000)
    paola, marta = approver(), approver()
    for _race in range(RACES):
        payout = asked(agreement, elena)
        outcomes = races.together(
            *[lambda by=by, pk=payout.pk: Payout.objects.get(pk=pk).approve(by=by) for by in (paola, marta)]
        )
        assert sum(isinstance(outcome, NotPossible) for outcome in outcomes) == 1, outcomes
        assert outcomes.count(None) == 1, outcomes
        payout.refresh_from_db()
        assert payout.state == State.APPROVED
        assert payout.approved_by in (paola, marta)
        payout.withdraw(by=elena)


def test_of_one_who_approves_and_one_who_refuses_one_wins(races, agreement, elena, desk):
    save(agreement, elena, desk, 10_000)
    paola, marta = approver(), approver()
    for _race in range(races.rounds):
        payout = asked(agreement, elena)
        outcomes = races.together(
            lambda pk=payout.pk: Payout.objects.get(pk=pk).approve(by=paola),
            lambda pk=payout.pk: Payout.objects.get(pk=pk).refuse(by=marta, reason="not agreed on"),
        )
        assert sum(isinstance(outcome, NotPossible) for outcome in outcomes) == 1, outcomes
        payout.refresh_from_db()
        assert payout.state in (State.APPROVED, State.REFUSED)
        if payout.state == State.APPROVED:
            payout.withdraw(by=elena)


def test_who_signs_a_plan_and_who_begins_an_exit_take_their_turn(races, elena):
    """What was signed stays signed: no exit takes back what it has found waiting a moment before."""
    for _race in range(races.rounds):
        saver = tenant_of(BuildingFactory())
        agreement = agreement_of(saver, by=elena, signed=False)
        plan = agreement.plans.get()
        signed, _begun = races.together(
            lambda pk=plan.pk, by=saver: SavingsPlan.objects.get(pk=pk).sign(by=by),
            lambda pk=agreement.pk: SavingsAgreement.objects.get(pk=pk).begin_exit(
                by=elena, on=timezone.localdate()
            ),
        )
        plan.refresh_from_db()
        assert plan.state == (Asked.AGREED if signed is None else Asked.WITHDRAWN), signed


def test_the_bank_is_told_once_and_nobody_waits_for_ever(races, agreement, elena, desk, lucia):
    paola, marta = approver(), treasurer()
    for _race in range(races.rounds):
        save(agreement, elena, desk, 10_000)
        payout = asked(agreement, elena)
        payout.approve(by=paola)
        outcomes = races.together(
            lambda pk=payout.pk: Payout.objects.get(pk=pk).order(by=lucia),
            lambda pk=payout.pk: Payout.objects.get(pk=pk).order(by=marta),
            lambda: save(SavingsAgreement.objects.get(pk=agreement.pk), elena, desk, 500),
        )
        assert sum(isinstance(outcome, NotPossible) for outcome in outcomes[:2]) == 1, outcomes
        assert isinstance(outcomes[2], CashReceipt), outcomes
        payout.refresh_from_db()
        Payout.objects.filter(pk=payout.pk).update(state=State.PAID)  # the next may be asked for
    assert agreement.held == races.rounds * 500
    assert_sound()


def test_one_file_read_by_two_is_read_once(races, agreement, bank, lucia):
    day = timezone.localdate()
    opening = 0
    for number in range(races.rounds):
        content = swift(
            [(day, 700, f"RISPARMIO {agreement.reference}")],
            opening=opening,
            before=day - timedelta(days=1),
            until=day,
            number=number,
        )
        opening += 700
        outcomes = races.together(*[lambda told=content: importing.take(bank, told, by=lucia).new] * 2)
        assert sorted(outcomes) == [0, 1]
    assert agreement.held == opening
    assert_sound()


def told(bank, cents, number, *, opening, by):
    """A line of the bank that nothing is known of."""
    day = timezone.localdate()
    file = swift(
        [(day, cents, "?")], opening=opening, before=day - timedelta(days=1), until=day, number=number
    )
    importing.take(bank, file, by=by)
    return BankLine.objects.latest("pk")


def test_one_line_is_of_one_household(races, agreement, bank, lucia):
    other, marta = agreement_of(tenant_of(BuildingFactory())), treasurer()
    for number in range(races.rounds):
        line = told(bank, 700, number, opening=700 * number, by=lucia)
        outcomes = races.together(
            lambda pk=line.pk: settle(BankLine.objects.get(pk=pk), agreement, by=lucia),
            lambda pk=line.pk: settle(BankLine.objects.get(pk=pk), other, by=marta),
        )
        assert sum(isinstance(outcome, NotPossible) for outcome in outcomes) == 1, outcomes
        assert outcomes.count(None) == 1, outcomes
    assert agreement.held + other.held == 700 * races.rounds
    assert_sound()


def test_a_sum_of_payouts_is_confirmed_once(races, agreement, elena, desk, bank, lucia):
    """One sum for two of them: no rule knows it, and two treasurers say at once what it is."""
    paola, marta, other = approver(), treasurer(), agreement_of(tenant_of(BuildingFactory()))
    for number in range(races.rounds):
        payouts = []
        for one in (agreement, other):
            save(one, elena, desk, 700)
            payouts.append(asked(one, elena, 700))
            payouts[-1].approve(by=paola)
            payouts[-1].order(by=lucia)
        line = told(bank, -1_400, number, opening=-1_400 * number, by=lucia)
        assert line.is_unknown
        outcomes = races.together(
            lambda pk=line.pk, of=payouts: settle_as_payouts(BankLine.objects.get(pk=pk), of, by=lucia),
            lambda pk=line.pk, of=payouts: settle_as_payouts(BankLine.objects.get(pk=pk), of, by=marta),
        )
        assert outcomes == [None, None], "twice is once"
        assert Payout.objects.filter(state=State.PAID).count() == 2 * (number + 1)
        assert book_of_money().replay().get("payable", 0) == 0
    assert_sound()


# Where a process dies, by what it was about to do.
CASH_STEPS = {
    "the postings are to be written": (type(LedgerPosting.objects), "bulk_create"),
    "the entry is to be sealed": (LedgerEntry, "save"),
    "the receipt is to be written": (type(CashReceipt.objects), "create"),
}


@pytest.mark.parametrize("step", [*CASH_STEPS, "not committed", "committed"])
def test_whoever_dies_with_cash_in_hand_leaves_the_whole_receipt_or_nothing(agreement, elena, desk, step):
    for number in range(1, KILLS + 1):
        sent = uuid.UUID(int=number)

        def die_there(sent=sent):
            if step in CASH_STEPS:
                setattr(*CASH_STEPS[step], die)
                save(agreement, elena, desk, 5_000, sent)
            elif step == "not committed":
                with transaction.atomic():
                    save(agreement, elena, desk, 5_000, sent)
                    die()
            else:
                save(agreement, elena, desk, 5_000, sent)
                die()

        assert dies(die_there)
        assert agreement.held == 5_000 * (number - (step != "committed"))
        assert CashReceipt.objects.count() == number - (step != "committed")
        assert save(agreement, elena, desk, 5_000, sent).number == number
        assert agreement.held == 5_000 * number
        assert_sound()


ORDER_STEPS = {
    "the payout is to be written": (Payout, "save"),
    "the postings are to be written": (type(LedgerPosting.objects), "bulk_create"),
    "the entry is to be sealed": (LedgerEntry, "save"),
}


@pytest.mark.parametrize("step", [*ORDER_STEPS, "not committed", "committed"])
def test_whoever_dies_while_telling_the_bank_has_told_it_or_not(agreement, elena, desk, lucia, step):
    paola = approver()
    for number in range(1, KILLS + 1):
        save(agreement, elena, desk, 5_000)
        payout = asked(agreement, elena, 5_000)
        payout.approve(by=paola)

        def die_there(pk=payout.pk):
            payout = Payout.objects.get(pk=pk)
            if step in ORDER_STEPS:
                setattr(*ORDER_STEPS[step], die)
                payout.order(by=lucia)
            elif step == "not committed":
                with transaction.atomic():
                    payout.order(by=lucia)
                    die()
            else:
                payout.order(by=lucia)
                die()

        assert dies(die_there)
        payout.refresh_from_db()
        assert (payout.state, agreement.held) == (
            (State.ORDERED, 0) if step == "committed" else (State.APPROVED, 5_000)
        )
        if payout.state == State.APPROVED:
            payout.order(by=lucia)
        assert -book_of_money().replay()["payable"] == 5_000 * number
        assert_sound()
        Payout.objects.filter(pk=payout.pk).update(state=State.PAID)  # the next may be asked for


IMPORT_STEPS = {
    "the first line is to be booked": (type(LedgerPosting.objects), "bulk_create"),
    "an entry is to be sealed": (LedgerEntry, "save"),
    "a line is to be written": (BankLine, "save"),
}


@pytest.mark.parametrize("step", [*IMPORT_STEPS, "not committed", "committed"])
def test_whoever_dies_over_a_banks_file_has_read_all_of_it_or_nothing(agreement, bank, lucia, step):
    day, opening = timezone.localdate(), 0
    for number in range(1, KILLS + 1):
        lines = [(day, 500, f"RISPARMIO {agreement.reference}"), (day, 300, "GIROCONTO")]
        content = swift(lines, opening=opening, before=day - timedelta(days=1), until=day, number=number)
        opening += 800

        def die_there(content=content):
            if step in IMPORT_STEPS:
                setattr(*IMPORT_STEPS[step], die)
                importing.take(bank, content, by=lucia)
            elif step == "not committed":
                with transaction.atomic():
                    importing.take(bank, content, by=lucia)
                    die()
            else:
                importing.take(bank, content, by=lucia)
                die()

        assert dies(die_there)
        assert BankLine.objects.count() == 2 * (number - (step != "committed"))
        assert importing.take(bank, content, by=lucia).new == (0 if step == "committed" else 2)
        assert (agreement.held, bank.ledger.balance()) == (500 * number, opening)
        assert_sound()
