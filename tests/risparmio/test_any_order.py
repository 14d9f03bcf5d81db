"""Whatever households, desks, approvers, the treasurer and the bank do, in whatever order: no cent is lost or made."""

import uuid
from datetime import timedelta
from itertools import count

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from portal.ledger import LimitReached, verify
from portal.testing.factories import BuildingFactory, DeskFactory, tenant_of
from risparmio.agreements.final import FinalStatement
from risparmio.agreements.models import NotPossible, SavingsAgreement
from risparmio.auditing.closing import close_period, in_the_way
from risparmio.bank.importing import take
from risparmio.bank.models import BankLine
from risparmio.bank.reconciling import differences
from risparmio.bank.settling import approve, refuse, settle, settle_otherwise, unsettle
from risparmio.bank.words import Meaning
from risparmio.book.accounts import book_of_money
from risparmio.book.models import BankAccount
from risparmio.payments.models import CashReceipt, Payout
from risparmio.payments.tills import CashCount, CashTrip
from risparmio.payments.words import Purpose, State
from risparmio.testing import agreement_of, approver, caseworker, treasurer
from tests.harness.races import size

from .statements import OURS, swift

pytestmark = pytest.mark.django_db

LONG_AGO = timezone.localdate() - timedelta(days=900)
WHOSE = st.integers(0, 2)
EUROS = st.integers(1, 60)
WHICH = st.integers(0, 30)
CHARGED = st.integers(0, 19)  # euros: small enough for one person's word
ADDED = 10  # per cent that the agency adds


class Savings(RuleBasedStateMachine):
    """The book beside a model of it: what each household has, what lies where, in cents."""

    def __init__(self):
        super().__init__()
        self.savepoint = transaction.atomic()
        self.savepoint.__enter__()
        self.keys = (uuid.UUID(int=number) for number in count(1))
        building = BuildingFactory()
        self.tenants = [tenant_of(building) for _ in range(3)]
        self.agreements = [agreement_of(tenant, match_percent=ADDED) for tenant in self.tenants]
        self.promised = sum(month.promised for month in self.agreements[0].months())
        self.bank = BankAccount.objects.create(name="Conto", holder="Agenzia", iban=OURS)
        self.desk = DeskFactory()
        self.lucia, self.elena, self.paola, self.marta = treasurer(), caseworker(), approver(), approver()
        self.held, self.own, self.added = [0, 0, 0], [0, 0, 0], [0, 0, 0]
        self.till = self.transit = self.bank_has = self.suspense = self.payable = self.differences = 0
        self.agency = self.unexplained = 0
        self.receipts, self.trips, self.payouts = (
            [],
            [],
            [],
        )  # [receipt, whose, can be taken back], trip, [payout, whose]
        self.files = self.closed = 0

    def teardown(self):
        transaction.set_rollback(True)
        self.savepoint.__exit__(None, None, None)

    def tell(self, cents, text):
        """The bank's file of its next day, with one line in it."""
        self.files += 1
        day = LONG_AGO + timedelta(days=self.files)
        content = swift(
            [(day, cents, text)],
            opening=self.bank_has,
            before=day - timedelta(days=1),
            until=day,
            number=self.files,
        )
        result = take(self.bank, content, by=self.lucia)
        assert result.new == 1
        assert take(self.bank, content, by=self.lucia).new == 0
        self.bank_has += cents
        return result

    @rule(whose=WHOSE, euros=EUROS)
    def a_transfer_names_its_reference(self, whose, euros):
        self.tell(100 * euros, f"RISPARMIO {self.agreements[whose].reference}")
        self._puts_aside(whose, 100 * euros)

    @rule(euros=EUROS)
    def a_transfer_says_nothing(self, euros):
        self.tell(100 * euros, "GIROCONTO")
        self.suspense += 100 * euros

    @rule(whose=WHOSE, which=WHICH)
    def somebody_finds_out_whose_it_was(self, whose, which):
        line = self._line(which, meaning=Meaning.UNKNOWN, cents__gt=0)
        if line is None:
            return
        settle(line, self.agreements[whose], by=self.lucia)
        settle(line, self.agreements[whose], by=self.lucia)
        self.suspense -= line.cents
        self._puts_aside(whose, line.cents)

    @rule(which=WHICH)
    def it_is_the_agencys(self, which):
        line = self._line(which, meaning=Meaning.UNKNOWN, cents__gt=0)
        if line is None:
            return
        if not settle_otherwise(line, Meaning.AGENCY, by=self.lucia):
            assert any(one.was_of for one in line.corrections.all()), "it was a household's"
            approve(line, by=self.paola)
        self.suspense -= line.cents
        self.agency += line.cents

    @rule(euros=CHARGED)
    def the_bank_takes_something(self, euros):
        assert self.tell(-(100 * euros + 37), "ADDEBITO").unknown == 1
        self.unexplained += 100 * euros + 37

    @rule(which=WHICH)
    def it_was_charges(self, which):
        line = self._line(which, meaning=Meaning.UNKNOWN, cents__lt=0)
        if line is None:
            return
        try:
            with transaction.atomic():
                assert settle_otherwise(line, Meaning.CHARGES, by=self.lucia)
        except LimitReached:
            assert self.agency < -line.cents
        else:
            self.unexplained += line.cents
            self.agency += line.cents

    @rule(which=WHICH, says_yes=st.booleans())
    def a_line_was_taken_for_something_else(self, which, says_yes):
        line = self._line(which, meaning__in=(Meaning.SAVING, Meaning.AGENCY, Meaning.CHARGES))
        if line is None:
            return
        whose = self.agreements.index(line.agreement) if line.agreement in self.agreements else None
        there = {Meaning.CHARGES: 0, Meaning.AGENCY: self.agency}.get(line.meaning)
        if there is None:
            there = 0 if whose is None else self.held[whose]
        try:
            done = unsettle(line, by=self.lucia, reason="it was something else")
            if not done and not says_yes:
                refuse(line, by=self.marta)
                return
            if not done:
                approve(line, by=self.marta)
        except NotPossible:
            assert there < line.cents
            return
        assert there >= line.cents
        if line.meaning == Meaning.CHARGES:
            self.unexplained -= line.cents
            self.agency -= line.cents
            return
        self.suspense += line.cents
        if line.meaning == Meaning.AGENCY:
            self.agency -= line.cents
        else:
            self._puts_aside(whose, -line.cents)

    @rule(whose=WHOSE)
    def the_agency_adds_its_share(self, whose):
        missing = self._missing(whose)
        try:
            with transaction.atomic():
                entry = self.agreements[whose].match(by=self.lucia)
        except LimitReached:
            assert missing > self.agency
            return
        assert (entry is None) == (missing <= 0)
        if entry is not None:
            self._adds(whose)

    @rule()
    def the_book_is_closed(self):
        if self.files == self.closed:
            return
        until = LONG_AGO + timedelta(days=self.files)
        closed = LONG_AGO + timedelta(days=self.closed) if self.closed else None
        known = [one.code for one in in_the_way(until, closed=closed)]
        close_period(until, by=self.lucia, acknowledged=known)
        self.closed = self.files

    @rule(whose=WHOSE)
    def a_household_moves_on_and_begins_anew(self, whose):
        agreement, tenant = SavingsAgreement.objects.get(pk=self.agreements[whose].pk), self.tenants[whose]
        if not self.held[whose] or agreement.payouts.open().exists():
            return
        agreement.begin_exit(by=self.elena, on=timezone.localdate())
        try:
            with transaction.atomic():
                final = FinalStatement.draw(agreement, by=self.elena, client_id=next(self.keys))
        except NotPossible:
            assert self._missing(whose) > self.agency
            agreement.stay(by=self.elena)
            return
        self._adds(whose)
        final.sign(by=self.elena)
        final.sign(by=tenant)
        assert final.left_cents == self.held[whose]
        payout = self._asks(whose, final.left_cents, Purpose.EXIT)
        payout.approve(by=self.paola)
        payout.order(by=self.lucia)
        assert self.tell(-payout.cents, payout.end_to_end).unknown == 0
        assert not SavingsAgreement.objects.running().filter(pk=agreement.pk).exists()
        for row in self.receipts:
            row[2] = row[2] and row[1] != whose
        self.agreements[whose] = agreement_of(tenant, match_percent=ADDED)
        self.held[whose] = self.own[whose] = self.added[whose] = 0

    @rule(whose=WHOSE, euros=EUROS)
    def cash_comes_over_the_counter(self, whose, euros):
        terms = {"by": self.elena, "desk": self.desk, "cents": 100 * euros, "client_id": next(self.keys)}
        receipt = CashReceipt.take(self.agreements[whose], **terms)
        assert CashReceipt.take(self.agreements[whose], **terms) == receipt
        assert receipt.number == len(self.receipts) + 1
        self.receipts.append([receipt, whose, True])
        self._puts_aside(whose, receipt.cents)
        self.till += receipt.cents

    @rule(which=WHICH)
    def a_receipt_is_taken_back(self, which):
        if not self.receipts:
            return
        row = self.receipts[which % len(self.receipts)]
        receipt, whose, can_be = row
        can_be = can_be and self.held[whose] >= receipt.cents and self.till >= receipt.cents
        try:
            receipt.take_back(by=self.lucia, reason="counted twice by mistake")
        except NotPossible:
            assert not can_be
        else:
            if receipt.pk in {one.pk for one, *_rest in self.receipts if one.voided_at} and not row[2]:
                return
            assert can_be
            row[2] = False
            self._puts_aside(whose, -receipt.cents)
            self.till -= receipt.cents

    @rule(euros=st.integers(-5, 5))
    def the_cash_is_counted(self, euros):
        counted = max(0, self.till + 100 * euros)
        CashCount.take(
            self.desk,
            by=self.elena,
            counted=counted,
            client_id=next(self.keys),
            note="a coin under the drawer",
        )
        self.differences += self.till - counted
        self.till = counted
        self._no_way_back()

    @rule(euros=EUROS)
    def cash_is_carried_to_the_bank(self, euros):
        cents = 100 * euros
        try:
            with transaction.atomic():
                trip = CashTrip.begin(self.desk, by=self.elena, cents=cents, client_id=next(self.keys))
        except LimitReached:
            assert cents > self.till
        else:
            assert cents <= self.till
            self.trips.append(trip)
            self.till -= cents
            self.transit += cents
            self._no_way_back()

    @rule()
    def the_cash_arrives(self):
        alike = {}
        for trip in self.trips:
            alike.setdefault(trip.cents, []).append(trip)
        clear = next((trips[0] for trips in alike.values() if len(trips) == 1), None)
        if clear is None:
            return
        assert self.tell(clear.cents, "VERSAMENTO CONTANTI").unknown == 0
        self.trips.remove(clear)
        self.transit -= clear.cents

    @rule(whose=WHOSE, euros=EUROS)
    def somebody_asks_for_some_of_it_back(self, whose, euros):
        cents = 100 * euros
        waits = any(
            of == whose and payout.state in ("requested", "approved", "ordered")
            for payout, of in self.payouts
        )
        try:
            payout = self._asks(whose, cents, Purpose.FURNITURE)
        except NotPossible:
            assert waits or cents > self.held[whose]
        else:
            assert not waits
            assert cents <= self.held[whose]
            self.payouts.append([payout, whose])

    @rule(which=WHICH, by_marta=st.booleans())
    def an_approver_decides(self, which, by_marta):
        if not self.payouts:
            return
        payout, _whose = self.payouts[which % len(self.payouts)]
        was = payout.state
        try:
            payout.approve(by=self.marta if by_marta else self.paola)
        except NotPossible:
            assert was != State.REQUESTED
        else:
            assert payout.state != State.REQUESTED

    @rule(which=WHICH)
    def the_bank_is_told(self, which):
        if not self.payouts:
            return
        payout, whose = self.payouts[which % len(self.payouts)]
        was = payout.state
        try:
            with transaction.atomic():
                payout.order(by=self.lucia)
        except NotPossible:
            assert was != State.APPROVED
        except LimitReached:
            assert payout.cents > self.held[whose]
            payout.refresh_from_db()
        else:
            assert was == State.APPROVED
            self.held[whose] -= payout.cents
            self.payable += payout.cents

    @rule(which=WHICH, comes_back=st.booleans())
    def the_bank_has_paid(self, which, comes_back):
        if not self.payouts:
            return
        payout, whose = self.payouts[which % len(self.payouts)]
        if payout.state != State.ORDERED:
            return
        assert self.tell(-payout.cents, payout.end_to_end).unknown == 0
        self.payable -= payout.cents
        if comes_back:
            assert self.tell(payout.cents, payout.end_to_end).unknown == 0
            self.held[whose] += payout.cents
        payout.refresh_from_db()

    def _asks(self, whose, cents, purpose):
        return Payout.request(
            self.agreements[whose],
            by=self.tenants[whose],
            client_id=next(self.keys),
            cents=cents,
            purpose=purpose,
            payee="Famiglia Rossi",
            iban="DE89370400440532013000",
        )

    def _line(self, which, **of):
        """One of the lines of that kind, or None."""
        lines = list(BankLine.objects.filter(**of).select_related("agreement").order_by("pk"))
        return lines[which % len(lines)] if lines else None

    def _puts_aside(self, whose, cents):
        self.own[whose] += cents
        self.held[whose] += cents

    def _missing(self, whose):
        """Cents of the agency's share: of what covers the promised months, each once."""
        return min(max(self.own[whose], 0), self.promised) * ADDED // 100 - self.added[whose]

    def _adds(self, whose):
        missing = max(0, self._missing(whose))
        self.agency -= missing
        self.held[whose] += missing
        self.added[whose] += missing

    def _no_way_back(self):
        """What was counted or carried is not given back over the counter."""
        for row in self.receipts:
            row[2] = False

    @invariant()
    def everybody_has_what_they_should(self):
        now = [SavingsAgreement.objects.get(pk=agreement.pk).held for agreement in self.agreements]
        assert now == self.held
        assert min(now) >= 0

    @invariant()
    def what_lies_somewhere_is_owed_to_somebody(self):
        book = book_of_money().replay()
        assert sum(book.values()) == 0
        lies = {
            self.bank.ledger.code: self.bank_has,
            f"till-{self.desk.pk}": self.till,
            "transit": self.transit,
            "suspense": -self.suspense,
            "payable": -self.payable,
            "differences": self.differences,
            "unexplained": self.unexplained,
            "agency": -self.agency,
        }
        assert {code: amount for code, amount in lies.items() if amount} == {
            code: amount for code, amount in book.items() if amount and not code.startswith("household-")
        }
        assert self.bank_has + self.till + self.transit + self.differences + self.unexplained == (
            sum(self.held) + self.suspense + self.payable + self.agency
        )

    @invariant()
    def the_book_is_the_banks_and_replays(self):
        assert differences(self.bank, LONG_AGO, timezone.localdate()) == []
        assert list(verify(book_of_money())) == []


def test_no_cent_is_lost_or_made_whatever_comes():
    run_state_machine_as_test(
        Savings,
        settings=settings(max_examples=size(20, 200), stateful_step_count=size(20, 50), deadline=None),
    )
