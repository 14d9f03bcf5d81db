"""Rows of savings that have served until a moment, or, without one, still do: for test_expiry.py.

An archive is in tests/risparmio/test_privacy.py: its file goes, and its seal stays.
"""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

from django.utils import timezone

from portal.ledger import close
from portal.testing.factories import DeskFactory, UserFactory
from risparmio.agreements.final import FinalStatement
from risparmio.agreements.models import SavingsAgreement
from risparmio.agreements.words import State
from risparmio.auditing.closing import PeriodClosing
from risparmio.auditing.verifying import Verification
from risparmio.bank.models import BankLine, Explanation, Statement, StatementFile
from risparmio.book import bookings
from risparmio.book.accounts import book_of_money
from risparmio.book.models import BankAccount
from risparmio.payments.models import CashReceipt, Payout
from risparmio.payments.tills import CashCount, CashTrip
from risparmio.payments.transfers import TransferOrder
from risparmio.testing import agreement_of, caseworker

LONG_AGO = timezone.now() - timedelta(days=20 * 365)


def agreement(ended):
    """Over since then; without an end, it runs, however long ago it was opened."""
    made = agreement_of()
    SavingsAgreement.objects.filter(pk=made.pk).update(opened_at=LONG_AGO)
    return _over(made, ended)


def _over(made, ended):
    if ended:
        SavingsAgreement.objects.filter(pk=made.pk).update(
            state=State.CLOSED, closed_on=timezone.localdate(ended)
        )
    return made


def final_statement(ended):
    """Signed."""
    elena, made = caseworker(), agreement_of()
    made.begin_exit(by=elena, on=timezone.localdate())
    final = FinalStatement.draw(made, by=elena, client_id=uuid4())
    final.sign(by=elena)
    _over(made, ended)
    return final


def receipt(ended):
    made = agreement_of()
    found = CashReceipt.take(made, by=caseworker(), desk=DeskFactory(), cents=1_000, client_id=uuid4())
    CashReceipt.objects.filter(pk=found.pk).update(received_at=LONG_AGO)
    _over(made, ended)
    return found


def payout(ended):
    return Payout.objects.create(
        agreement=_over(agreement_of(), ended),
        client_id=uuid4(),
        cents=1_000,
        purpose="furniture",
        payee="Samira",
        iban="IT60X0542811101000000123456",
        requested_by=UserFactory(),
        requested_at=LONG_AGO,
        state="withdrawn",
    )


def line(ended):
    """Of that day, and nobody's; without an end, of a household that saves on."""
    account = _account()
    return BankLine.objects.create(
        account=account,
        statement=_statement(account, timezone.now()),
        fingerprint=uuid4().hex,
        day=timezone.localdate(ended or LONG_AGO),
        cents=1_000,
        entry=_entry(account),
        agreement=None if ended else agreement_of(),
        meaning="agency" if ended else "saving",
        why="by_hand",
    )


def statement(ended):
    """Read then; without an end, a line of it is still kept."""
    account = _account()
    made = _statement(account, ended or LONG_AGO)
    if ended is None:
        BankLine.objects.filter(pk=line(None).pk).update(statement=made)
    return made


def banks_file(ended):
    """Sent in then; without an end, a statement that was read from it is still kept."""
    account = _account()
    made = _file(account, ended or LONG_AGO)
    if ended is None:
        _statement(account, timezone.now(), file=made)
    return made


def explanation(ended):
    return Explanation.objects.create(
        client_id=uuid4(),
        account=_account(),
        day=timezone.localdate(),
        cents=1,
        text="x",
        at=ended or timezone.now(),
    )


def count(ended):
    return CashCount.objects.create(
        client_id=uuid4(),
        desk=DeskFactory(),
        counted=0,
        expected=0,
        counted_at=ended or timezone.now(),
    )


def trip(ended):
    """Carried then; without an end, it has not arrived yet."""
    return CashTrip.objects.create(
        client_id=uuid4(),
        desk=DeskFactory(),
        cents=1_000,
        entry=_entry(_account()),
        carried_at=ended or LONG_AGO,
        arrived_on=ended and timezone.localdate(ended),
    )


def order(ended):
    """Made then; without an end, a payout of it is still kept."""
    made = TransferOrder.objects.create(
        client_id=uuid4(),
        account=_account(),
        execution_day=timezone.localdate(),
        digest="0" * 64,
        made_at=ended or LONG_AGO,
    )
    if ended is None:
        Payout.objects.filter(pk=payout(None).pk).update(transfer=made)
    return made


def closing(ended):
    book = book_of_money()
    until = timezone.localdate() - timedelta(days=30 - book.closings.count())
    return PeriodClosing.objects.create(closing=close(book, until), closed_at=ended or timezone.now())


def check(ended):
    return Verification.objects.create(asked_at=ended or timezone.now(), state="done")


def _account():
    return BankAccount.objects.create(name="Conto", holder="Agenzia", iban=uuid4().hex)


def _file(account, sent_at):
    return StatementFile.objects.create(
        client_id=uuid4(),
        account=account,
        digest=uuid4().hex,
        packed=b"",
        size=0,
        format="mt940",
        state="read",
        sent_by=UserFactory(),
        sent_at=sent_at,
        read_at=sent_at,
    )


def _statement(account, read_at, *, file=None):
    file = file or _file(account, read_at)
    return Statement.objects.create(account=account, file=file, format=file.format, read_at=read_at)


def _entry(account):
    return bookings.agency_funds(account.ledger, 1_000, key=uuid4().hex, about=account)


MADE_BY = {
    "risparmio.SavingsAgreement": agreement,
    "risparmio.FinalStatement": final_statement,
    "risparmio.CashReceipt": receipt,
    "risparmio.Payout": payout,
    "risparmio.BankLine": line,
    "risparmio.Statement": statement,
    "risparmio.StatementFile": banks_file,
    "risparmio.Explanation": explanation,
    "risparmio.CashCount": count,
    "risparmio.CashTrip": trip,
    "risparmio.TransferOrder": order,
    "risparmio.PeriodClosing": closing,
    "risparmio.Verification": check,
}
