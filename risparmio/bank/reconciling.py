"""Day by day: what the bank says moved and stood, beside what the book says. A difference is the first thing to see."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta

from django.db import models
from django.db.models import F, OuterRef, Subquery, Sum
from django.utils.translation import gettext_lazy as _

from portal.ledger import LedgerAccount, LedgerPosting
from risparmio.book.models import BankAccount

from .models import BankLine, Statement


class Cause(models.TextChoices):
    """What a difference is, as far as the statements and the book tell."""

    OPENING = "opening", _("The first statement begins with money that the book does not have.")
    MISSING = "missing", _("A statement is missing: this one does not begin where the one before it ended.")
    LATE = "late", _("Lines of a closed month were booked on a later day.")
    UNEXPLAINED = "unexplained", _("Nobody has found out yet why.")


@dataclass(frozen=True, kw_only=True)
class Day:
    """Cents. What moved by the bank's lines and by the book's entries; `told` is the balance that a statement tells for
    the end of that day, None where none does; `booked` is the book's. Of a difference: `since` which day so much has
    stood between the two, and what it is."""

    day: date
    bank_moved: int
    book_moved: int
    told: int | None
    booked: int
    since: date | None = None
    cause: Cause | None = None

    @property
    def difference(self) -> int:
        """What the bank has more than the book: of its balance where it tells one, else of what moved."""
        return (self.told - self.booked) if self.told is not None else self.bank_moved - self.book_moved


@dataclass(frozen=True, kw_only=True)
class Standing:
    """How an account stands: the book's balance now, and on the last day of which a statement tells one. Cents."""

    booked: int
    day: date | None = None
    told: int | None = None
    difference: int = 0
    since: date | None = None
    cause: Cause | None = None


@dataclass(frozen=True)
class _Told:
    """A balance that a statement tells for the end of a day: because it ends there (`opening` is the balance that its
    lines began with), or because it begins after that day."""

    cents: int
    opening: int | None = None
    begins: bool = False


def days(account: BankAccount, first: date, last: date) -> list[Day]:
    """Each day on which something moved or a statement tells a balance, oldest first."""
    told = _told(account, last)
    rows = _rows(account, first, last, told)
    if not any(row.difference for row in rows):
        return rows
    # A difference may be older than what is looked at: told from the first statement on.
    beginning = min(told, default=first)
    earlier = _rows(account, beginning, first - timedelta(days=1), told) if beginning < first else []
    return _explained(account, [*earlier, *rows], told)[len(earlier) :]


def differences(account: BankAccount, first: date, last: date) -> list[Day]:
    return [row for row in days(account, first, last) if row.difference]


def standings(accounts: Iterable[BankAccount], booked: dict[str, int] | None = None) -> dict[int, Standing]:
    """How accounts (with their ledger fetched) stand, by their ids. As many queries for many as for few, but for those
    that differ. booked: how they stand in the book now, by code, where that is known."""
    accounts = list(accounts)
    ledgers = LedgerAccount.objects.filter(pk__in=[one.ledger_id for one in accounts])
    now = dict(ledgers.with_last().values_list("code", "last_balance")) if booked is None else booked
    last = _last_told(accounts)
    since = _moved_since(min((day for day, _cents in last.values()), default=None), ledgers)
    found = {}
    for one in accounts:
        standing = Standing(booked=now.get(one.ledger.code, 0))
        if one.pk in last:
            day, cents = last[one.pk]
            then = standing.booked - sum(moved for on, moved in since[one.ledger_id] if on > day)
            standing = replace(standing, day=day, told=cents, difference=cents - then)
            if standing.difference:
                (row,) = (row for row in days(one, day, day) if row.day == day)
                standing = replace(standing, since=row.since, cause=row.cause)
        found[one.pk] = standing
    return found


def _last_told(accounts: list[BankAccount]) -> dict[int, tuple[date, int]]:
    """The last day of which a statement tells a balance, and the balance, by the account's id."""
    told = Statement.objects.filter(closing_cents__isnull=False)
    newest = told.filter(account=OuterRef("account")).order_by("-closing_day").values("closing_day")[:1]
    rows = told.filter(account__in=accounts, closing_day=Subquery(newest)).order_by("id")
    return {
        of: (day, cents) for of, day, cents in rows.values_list("account", "closing_day", "closing_cents")
    }


def _moved_since(day: date | None, ledgers: models.QuerySet) -> dict[int, list[tuple[date, int]]]:
    """What has moved after that day, by the ledger account's id."""
    moved: dict[int, list[tuple[date, int]]] = defaultdict(list)
    if day is not None:
        rows = LedgerPosting.objects.filter(account__in=ledgers, entry__day__gt=day).order_by()
        for account, on, cents in rows.values_list("account", "entry__day").annotate(Sum("amount")):
            moved[account].append((on, cents))
    return moved


def _told(account: BankAccount, last: date) -> dict[date, _Told]:
    """By day, until that one. Of two statements the one that was read last counts; where none ends on a day, the one
    that begins after it tells what there was."""
    ends: dict[date, _Told] = {}
    begins: dict[date, _Told] = {}
    file = opening = None
    for one in account.statements.order_by("id").only(
        "account", "file", "first_day", "opening_cents", "opening_day", "closing_cents", "closing_day"
    ):
        if one.file_id != file:
            file, opening = one.file_id, None
        if one.opening_cents is not None:
            opening = one.opening_cents
            begins[day_before(one)] = _Told(one.opening_cents, begins=True)
        if one.closing_cents is not None:
            ends[one.closing_day] = _Told(one.closing_cents, opening)
            opening = None
    return {day: one for day, one in sorted((begins | ends).items()) if day <= last}


def day_before(statement: Statement) -> date:
    """The day at whose end there was what a statement begins with."""
    if statement.first_day is None:
        return statement.opening_day
    return min(statement.first_day - timedelta(days=1), statement.opening_day)


def _rows(account: BankAccount, first: date, last: date, told: dict[date, _Told]) -> list[Day]:
    by_bank: dict[date, int] = dict(
        account.lines.filter(day__range=(first, last)).order_by().values_list("day").annotate(Sum("cents"))
    )
    postings = account.ledger.postings.filter(entry__day__range=(first, last)).order_by()
    by_book: dict[date, int] = dict(postings.values_list("entry__day").annotate(Sum("amount")))
    standing = account.ledger.balance(first - timedelta(days=1))
    moved: defaultdict[date, int] = defaultdict(int, by_book)
    rows = []
    for day in sorted(by_bank.keys() | by_book.keys() | {day for day in told if first <= day <= last}):
        standing += moved[day]
        rows.append(
            Day(
                day=day,
                bank_moved=by_bank.get(day, 0),
                book_moved=moved[day],
                told=told[day].cents if day in told else None,
                booked=standing,
            )
        )
    return rows


def _explained(account: BankAccount, rows: list[Day], told: dict[date, _Told]) -> list[Day]:
    """Each difference with the day since which it stands, and what it is."""
    late = list(
        BankLine.objects.filter(account=account, entry__day__gt=F("day")).values_list(
            "day", "entry__day", "cents"
        )
    )
    before, since, cause, ended = 0, None, None, None
    explained = []
    for row in rows:
        if row.told is None:
            gap = row.difference
            explained.append(
                replace(row, since=row.day, cause=_of_late_lines(late, row.day, gap)) if gap else row
            )
            continue
        if row.difference != before:
            since = row.day
            cause = _cause(told[row.day], ended, row.difference - before)
            if _late_by(late, row.day) == row.difference:
                cause = Cause.LATE
        before, ended = row.difference, row.told
        explained.append(replace(row, since=since, cause=cause) if row.difference else row)
    return explained


def _cause(told: _Told, ended: int | None, more: int) -> Cause:
    """Of a difference that has grown by `more`, where the balance told before was `ended`."""
    if ended is None:
        return Cause.OPENING if told.begins else Cause.UNEXPLAINED
    began = told.cents if told.begins else told.opening
    return Cause.MISSING if began is not None and began - ended == more else Cause.UNEXPLAINED


def _late_by(late: list[tuple[date, date, int]], day: date) -> int:
    """Cents of lines that the bank had told by that day, and the book not yet."""
    return sum(cents for told, booked, cents in late if told <= day < booked)


def _of_late_lines(late: list[tuple[date, date, int]], day: date, gap: int) -> Cause:
    """Of a day for which no balance is told."""
    moved = sum(cents for told, _booked, cents in late if told == day)
    moved -= sum(cents for _told, booked, cents in late if booked == day)
    return Cause.LATE if moved == gap else Cause.UNEXPLAINED
