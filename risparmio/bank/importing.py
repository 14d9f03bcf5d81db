"""A bank's file becomes lines and entries: all of it, or nothing; and each line once, however many files tell it."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from portal.events import record
from risparmio.agreements.models import SavingsAgreement
from risparmio.book import bookings
from risparmio.book.accounts import book_of_money
from risparmio.book.models import BankAccount
from risparmio.payments.models import Payout

from .formats import statement as told
from .formats.errors import MonthClosed
from .keeping import keep, parsed
from .known import found_for, known_now
from .matching import Known, Match
from .models import BankLine, Statement, StatementFile, Telling
from .retold import of_other_formats, retold
from .settling import unknown
from .words import FileState, Meaning

_LONGEST_TEXT = 500  # of what a bank may say in one line
_CHUNK = 500  # fingerprints asked for at once: a database takes so many values
_OFTEN = 50  # lines after which it is said how far the reading is


@dataclass(frozen=True)
class Result:
    """What became of a file: its statements, how many lines were new, and of how many nobody knows the meaning."""

    statements: tuple[Statement, ...]
    new: int
    unknown: int


def take(
    account: BankAccount, content: bytes, *, by: Any, at: Any = None, late: bool = False, name: str = ""
) -> Result:
    """Read a file at once and book what is new in it. Again: the statements that stand, nothing new.

    late: lines of a closed month count on the first day that is open. at: when, where that is not now (a demo tells
    what is past). Raises Unreadable (formats.errors), MonthClosed and NotYet among them; PermissionDenied.
    """
    with transaction.atomic():
        file = keep(account, content, by=by, client_id=uuid.uuid4(), name=name, at=at)
        return read_in(file, by=by, at=at, late=late)


@transaction.atomic
def read_in(file: StatementFile, *, by: Any, at: Any = None, late: bool = False) -> Result:
    """Book what is new in a file that was kept. What it said of itself before, where it was read already.

    Raises Unreadable: then nothing is booked. PermissionDenied for who keeps no books (any more).
    """
    account = file.account
    if not by.has_perm("risparmio.read_statement"):
        raise PermissionDenied
    book_of_money().lock()  # two files that tell the same line: one after the other
    file.refresh_from_db(fields=["state", "late", "new_count", "unknown_count"])
    if file.state == FileState.READ:
        return Result(tuple(file.statements.order_by("place")), new=0, unknown=0)
    statements = parsed(account, file.content, at=at)
    reading = _Reading(file, known_now(), by=by, at=at, late=late or file.late)
    prints = iter(told.fingerprints(*statements))
    taken = [
        reading.take(one, [next(prints) for _line in one.lines], place=place)
        for place, one in enumerate(statements)
    ]
    new = [line for _statement, lines in taken for line in lines]
    result = Result(
        statements=tuple(statement for statement, _lines in taken),
        new=len(new),
        unknown=sum(line.is_unknown for line in new),
    )
    file.state, file.refusal, file.read_at = FileState.READ, None, at or timezone.now()
    file.new_count, file.unknown_count = result.new, result.unknown
    file.save(update_fields=["state", "refusal", "read_at", "new_count", "unknown_count"])
    return result


@dataclass
class _Reading:
    """One file on its way into the book: what is known by now, and how many lines were looked at."""

    file: StatementFile
    known: Known
    by: Any
    at: Any
    late: bool
    lines: int = field(default=0, init=False)
    closed: date | None = field(default=None, init=False)

    def __post_init__(self) -> None:
        self.closed = book_of_money().closed_until()

    def take(self, one: told.Statement, prints: list[str], *, place: int) -> tuple[Statement, list[BankLine]]:
        statement = self._statement(one, place)
        fresh, doubtful = self._not_told_before(statement, self._fresh(statement, one, prints))
        self.lines += len(one.lines) - len(fresh)
        rows = []
        for line, mark in fresh:
            rows.append(self._book(statement, line, mark, perhaps_told=mark in doubtful))
            self.lines += 1
            if self.lines % _OFTEN == 0:
                self.file.says(self.lines)
        statement.new_count = len(rows)
        statement.save(update_fields=["new_count"])
        record("risparmio.statement.read", statement, by=self.by, lines=len(one.lines), new=len(rows))
        return statement, rows

    def _statement(self, one: told.Statement, place: int) -> Statement:
        days = [line.day for line in one.lines]
        opening = one.opening if one.opening and one.opening.is_final else None
        closing = one.closing if one.closing and one.closing.is_final else None
        # Of a day that is not over, a list of movements tells what there is just now.
        if closing and one.format == told.Format.CSV and closing.day >= timezone.localdate(self.at):
            closing = None
        return Statement.objects.create(
            account=self.file.account,
            file=self.file,
            place=place,
            format=one.format,
            identification=one.identification[:70],
            first_day=min(days, default=None),
            last_day=max(days, default=None),
            opening_cents=opening.cents if opening else None,
            opening_day=opening.day if opening else None,
            closing_cents=closing.cents if closing else None,
            closing_day=closing.day if closing else None,
            lines_count=len(one.lines),
            read_by=self.by,
            **({"read_at": self.at} if self.at else {}),
        )

    def _fresh(
        self, statement: Statement, one: told.Statement, prints: list[str]
    ) -> list[tuple[told.Line, str]]:
        """What has not been read by this fingerprint. A line of nothing only informs."""
        there, account = set(), self.file.account
        for start in range(0, len(prints), _CHUNK):
            part = prints[start : start + _CHUNK]
            rows = account.lines.filter(fingerprint__in=part).select_related("statement")
            rows = list(rows.only("fingerprint", "statement__format"))
            self._tell(statement, [(row, row.fingerprint) for row in rows])
            there.update(row.fingerprint for row in rows)
            retold = Telling.objects.filter(account=account, fingerprint__in=part)
            there.update(retold.values_list("fingerprint", flat=True))
        pairs = zip(one.lines, prints, strict=True)
        # In the order of days, and within one first what went out: what the bank sends back on the same day has gone
        # before.
        return sorted(
            ((line, mark) for line, mark in pairs if mark not in there and line.cents),
            key=lambda pair: (pair[0].day, pair[0].cents > 0),
        )

    def _tell(self, statement: Statement, told_again: list[tuple[BankLine, str]]) -> None:
        """Write down, once for each format, that it tells of a line that was read from another."""
        tellings = [
            Telling(
                line=row,
                account=self.file.account,
                statement=statement,
                format=statement.format,
                fingerprint=mark,
            )
            for row, mark in told_again
            if row.statement.format != statement.format
        ]
        Telling.objects.bulk_create(tellings, ignore_conflicts=True)

    def _not_told_before(
        self, statement: Statement, fresh: list[tuple[told.Line, str]]
    ) -> tuple[list[tuple[told.Line, str]], set[str]]:
        """Without what a file of another format has told: of that is only written down that this one tells it, too.
        And the fingerprints of those of which nobody can tell."""
        if not fresh:
            return fresh, set()
        days = {line.day for line, _mark in fresh}
        others = of_other_formats(self.file.account, statement.format, days)
        pairs, doubtful = retold([line for line, _mark in fresh], others)
        self._tell(statement, [(row, fresh[place][1]) for place, row in pairs.items()])
        left = [pair for place, pair in enumerate(fresh) if place not in pairs]
        return left, {fresh[place][1] for place in doubtful}

    def _book(self, statement: Statement, line: told.Line, mark: str, *, perhaps_told: bool) -> BankLine:
        """As what it certainly is, or as unknown: as what may be in the book already."""
        row = BankLine(
            account=self.file.account,
            statement=statement,
            fingerprint=mark,
            day=line.day,
            cents=line.cents,
            reference=line.reference[:35],
            end_to_end=line.end_to_end[:70],
            counterparty=line.counterparty[:140],
            counterparty_iban=line.counterparty_iban[:34],
            text=line.text[:_LONGEST_TEXT],
            code=line.code[:35],
            is_returned=line.returned,
            is_several=line.several,
            perhaps_told=perhaps_told,
        )
        found = found_for(row, self.known)
        booked = {"key": f"bank:{mark}", "about": statement, "day": self._day(line.day), "at": self.at}
        if found and found.is_certain and not perhaps_told:
            self._as_what_it_is(row, found, booked)
        else:
            row.meaning, row.entry = Meaning.UNKNOWN, unknown(row, booked)
            row.save(force_insert=True)
        return row

    def _day(self, day: date) -> date:
        """On which it counts: its own, or the first open one where somebody has said yes to that."""
        if not self.closed or day > self.closed:
            return day
        if not self.late:
            raise MonthClosed(day)
        return self.closed + timedelta(days=1)

    def _as_what_it_is(self, row: BankLine, found: Match, booked: dict[str, Any]) -> None:
        """Book it, keep it, and take it out of what the next lines can be for."""
        bank, of, by = self.file.account.ledger, found.of, self.by
        row.why = found.reason.value
        if isinstance(of, SavingsAgreement):
            row.meaning, row.agreement = Meaning.SAVING, of
            row.entry = bookings.transfer_in(bank, of.ledger, row.cents, **booked)
            row.save(force_insert=True)
            record("risparmio.saving.arrived", of, by=by)
        elif isinstance(of, Payout):
            row.agreement = of.agreement
            steps = {name: booked[name] for name in ("key", "day", "at")}
            if row.cents > 0:
                row.meaning, row.payout = Meaning.RETURN, of
                row.entry = of.come_back(bank, by=by, **steps)
                row.save(force_insert=True)
                self.known.came_back(of.end_to_end)
            else:
                row.meaning = Meaning.PAYOUT
                row.entry = of.confirm(bank, by=by, **steps)
                row.save(force_insert=True)
                of.line = row
                of.save(update_fields=["line"])
                self.known.paid(of.end_to_end)
                if not of.agreement.still_runs():  # it was the last one, and all is given back
                    self.known.ends(of.agreement.reference)
        else:
            row.meaning = Meaning.CASH
            row.entry = bookings.cash_arrived(bank, row.cents, **booked)
            row.save(force_insert=True)
            of.line, of.arrived_on = row, row.day
            of.save(update_fields=["line", "arrived_on"])
            self.known.arrived(of, of.cents)
