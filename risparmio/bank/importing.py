"""A bank's file becomes lines and entries: all of it, or nothing; and each line once, however many files tell it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.events import record
from portal.ledger import LedgerEntry
from risparmio.agreements.models import NotPossible, SavingsAgreement
from risparmio.agreements.words import State as AgreementState
from risparmio.book import bookings
from risparmio.book.accounts import book_of_money
from risparmio.book.models import BankAccount
from risparmio.payments.models import Payout
from risparmio.payments.tills import CashTrip
from risparmio.payments.words import State as PayoutState

from .formats import statement as told
from .formats.delimited import Mapping
from .formats.reading import read
from .matching import CashOnTheWay, Known, Match, Order, Reason, Said, Saver, match
from .models import BankLine, Statement
from .words import Meaning

_LONGEST_TEXT = 500  # of what a bank may say in one line


@dataclass(frozen=True)
class Result:
    """What became of a file: its statements, how many lines were new, and of how many nobody knows the meaning."""

    statements: tuple[Statement, ...]
    new: int
    unknown: int


@transaction.atomic
def take(account: BankAccount, content: bytes, *, by: Any, at: Any = None) -> Result:
    """Read a file and book what is new in it. Again: the statements that stand, nothing new.

    Raises Unreadable (formats.errors), DayClosed where a new line lies in a closed period, PermissionDenied.
    at: when, where that is not now (a demo tells what is past).
    """
    if not by.has_perm("risparmio.read_statement"):
        raise PermissionDenied
    columns = Mapping.from_json(account.columns) if account.columns else None
    statements = read(content, mapping=columns, account=account.iban)
    book_of_money().lock()  # two who send the same file: one after the other
    prints = iter(told.fingerprints(*statements))
    taken = [
        _take(
            account, one, [next(prints) for _line in one.lines], digest=_digest(content, place), by=by, at=at
        )
        for place, one in enumerate(statements)
    ]
    new = [line for _statement, lines in taken for line in lines]
    return Result(
        statements=tuple(statement for statement, _lines in taken),
        new=len(new),
        unknown=sum(line.is_unknown for line in new),
    )


def _digest(content: bytes, place: int) -> str:
    """Of a file and, of several statements in it, the place of one."""
    return hashlib.sha256(content + b"#%d" % place).hexdigest()


def _take(
    account: BankAccount, one: told.Statement, prints: list[str], *, digest: str, by: Any, at: Any
) -> tuple[Statement, list[BankLine]]:
    if read_already := Statement.objects.filter(account=account, digest=digest).first():
        return read_already, []
    days = [line.day for line in one.lines]
    statement = Statement.objects.create(
        account=account,
        digest=digest,
        identification=one.identification[:70],
        first_day=min(days, default=None),
        last_day=max(days, default=None),
        opening_cents=one.opening.cents if one.opening else None,
        closing_cents=one.closing.cents if one.closing else None,
        closing_day=one.closing.day if one.closing else None,
        lines_count=len(one.lines),
        read_by=by,
        **({"read_at": at} if at else {}),
    )
    there = set(account.lines.filter(fingerprint__in=prints).values_list("fingerprint", flat=True))
    # A line of nothing only informs. In the order of days, and within one first what went out: what the bank sends
    # back on the same day has gone before.
    fresh = sorted(
        (
            (line, mark)
            for line, mark in zip(one.lines, prints, strict=True)
            if mark not in there and line.cents
        ),
        key=lambda pair: (pair[0].day, pair[0].cents > 0),
    )
    known, lines = known_now(), []
    for line, mark in fresh:
        row = _book(statement, line, mark, known, by=by, at=at)
        if row.meaning in (Meaning.PAYOUT, Meaning.RETURN, Meaning.CASH):
            known = known_now()  # without what this line was
        lines.append(row)
    Statement.objects.filter(pk=statement.pk).update(new_count=len(lines))
    statement.new_count = len(lines)
    record("risparmio.statement.read", statement, by=by, lines=len(one.lines), new=len(lines))
    return statement, lines


def _book(statement: Statement, line: told.Line, mark: str, known: Known, *, by: Any, at: Any) -> BankLine:
    """As what it certainly is, or as unknown."""
    row = BankLine(
        account=statement.account,
        statement=statement,
        fingerprint=mark,
        day=line.day,
        cents=line.cents,
        reference=line.reference[:35],
        end_to_end=line.end_to_end[:70],
        counterparty=line.counterparty[:140],
        counterparty_iban=line.counterparty_iban[:34],
        text=line.text[:_LONGEST_TEXT],
    )
    found = found_for(row, known, code=line.code, returned=line.returned, several=line.several)
    booked = {"key": f"bank:{mark}", "about": statement, "day": line.day, "at": at}
    if found and found.is_certain:
        row.why = found.reason.value
        row.entry = _as_what_it_is(row, found, by=by, booked=booked)
    else:
        row.meaning = Meaning.UNKNOWN
        bank = statement.account.ledger
        row.entry = (
            bookings.unknown_in(bank, line.cents, **booked)
            if line.cents > 0
            else bookings.unknown_out(bank, -line.cents, **booked)
        )
    row.save(force_insert=True)
    return row


def _as_what_it_is(row: BankLine, found: Match, *, by: Any, booked: dict[str, Any]) -> LedgerEntry:
    bank = row.account.ledger
    if isinstance(found.of, SavingsAgreement):
        row.meaning, row.agreement = Meaning.SAVING, found.of
        entry = bookings.transfer_in(bank, found.of.ledger, row.cents, **booked)
        record("risparmio.saving.arrived", found.of, by=by)
        return entry
    if isinstance(found.of, Payout) and row.cents > 0:
        row.meaning, row.payout, row.agreement = Meaning.RETURN, found.of, found.of.agreement
        return found.of.come_back(bank, by=by, key=booked["key"], day=booked["day"], at=booked["at"])
    if isinstance(found.of, Payout):
        row.meaning, row.payout, row.agreement = Meaning.PAYOUT, found.of, found.of.agreement
        return found.of.confirm(bank, by=by, key=booked["key"], day=booked["day"], at=booked["at"])
    row.meaning = Meaning.CASH
    found.of.arrived_on = row.day
    found.of.save(update_fields=["arrived_on"])
    return bookings.cash_arrived(bank, row.cents, **booked)


def found_for(
    row: BankLine, known: Known, *, code: str = "", returned: bool = False, several: bool = False
) -> Match | None:
    """Whose a line is, or may be. What only the file says of it comes beside."""
    said = Said(
        cents=row.cents,
        reference=row.reference,
        end_to_end=row.end_to_end,
        name=row.counterparty,
        iban=row.counterparty_iban,
        text=row.text,
        code=code,
        returned=returned,
        several=several,
    )
    return match(known, said)


def known_now() -> Known:
    """All that a line can be for, as it stands."""
    agreements = list(SavingsAgreement.objects.running().with_household().with_promises())
    accounts = accounts_of(agreements)
    return Known(
        savers=[
            Saver(
                of=agreement,
                reference=agreement.reference,
                names=tuple(agreement.names_of_adults()),
                cents=agreement.promised_now(),
                ibans=frozenset(accounts.get(agreement.pk, ())),
            )
            for agreement in agreements
        ],
        orders=[
            Order(
                of=payout,
                end_to_end=payout.end_to_end,
                cents=payout.cents,
                iban=payout.iban,
                is_paid=payout.state == PayoutState.PAID,
            )
            for payout in Payout.objects.filter(
                state__in=(PayoutState.ORDERED, PayoutState.PAID)
            ).select_related("agreement__ledger")
        ],
        cash=[CashOnTheWay(of=trip, cents=trip.cents) for trip in CashTrip.objects.filter(arrived_on=None)],
        ended=frozenset(
            SavingsAgreement.objects.filter(state=AgreementState.CLOSED).values_list("reference", flat=True)
        ),
    )


def accounts_of(agreements: Iterable[SavingsAgreement]) -> dict[int, set[str]]:
    """The IBANs from which each agreement was paid for, by its id: by its reference, or as somebody has said."""
    lines = BankLine.objects.filter(
        ~Q(counterparty_iban=""), meaning=Meaning.SAVING, agreement__in=list(agreements)
    )
    ibans: dict[int, set[str]] = {}
    for agreement, iban in lines.values_list("agreement", "counterparty_iban").distinct():
        ibans.setdefault(agreement, set()).add(iban)
    return ibans


@transaction.atomic
def settle(line: BankLine, agreement: SavingsAgreement, *, by: Any, why: Reason = Reason.BY_HAND) -> None:
    """Somebody has found out for whom an unknown line came in. Twice is once.

    It counts on the day on which it came, or on the first one that is open where that period is closed. Raises
    NotPossible where somebody has settled it otherwise, or nothing came in; PermissionDenied.
    """
    line = _locked(line, by=by)
    if not by.has_perm("risparmio.credit_savingsagreement", agreement):
        raise PermissionDenied
    if line.agreement_id == agreement.pk:
        return
    if not line.is_unknown or line.cents < 0:
        raise NotPossible(_("This line was settled meanwhile."))
    if not agreement.still_runs():
        raise NotPossible(_("This savings agreement has ended."))
    entry = bookings.assign(
        agreement.ledger, line.cents, key=f"settle:{line.pk}", about=line.statement, day=_open_day(line.day)
    )
    line.meaning, line.agreement = Meaning.SAVING, agreement
    _settled(line, entry, why, by=by)
    record("risparmio.saving.arrived", agreement, by=by)


@transaction.atomic
def settle_otherwise(line: BankLine, meaning: Meaning, *, by: Any) -> None:
    """Somebody has found out that an unknown line is the agency's money, or charges of the bank. Twice is once."""
    line = _locked(line, by=by)
    if line.meaning == meaning:
        return
    if not line.is_unknown or meaning != (Meaning.AGENCY if line.cents > 0 else Meaning.CHARGES):
        raise NotPossible(_("This line was settled meanwhile."))
    booked = bookings.assign_to_agency if line.cents > 0 else bookings.explain_charges
    entry = booked(abs(line.cents), key=f"settle:{line.pk}", about=line.statement, day=_open_day(line.day))
    line.meaning = meaning
    _settled(line, entry, Reason.BY_HAND, by=by)


def _locked(line: BankLine, *, by: Any) -> BankLine:
    if not by.has_perm("risparmio.settle_bankline", line):
        raise PermissionDenied
    book_of_money().lock()
    return (
        BankLine.objects.select_for_update(of=("self",), no_key=True)
        .select_related("account__ledger", "statement")
        .get(pk=line.pk)
    )


def _settled(line: BankLine, entry: LedgerEntry, why: Reason, *, by: Any) -> None:
    line.settling, line.why, line.settled_by, line.settled_at = entry, why.value, by, timezone.now()
    line.save(update_fields=["settling", "why", "meaning", "agreement", "settled_by", "settled_at"])


def _open_day(day: date) -> date:
    closed = book_of_money().closed_until()
    return max(day, closed + timedelta(days=1)) if closed else day
