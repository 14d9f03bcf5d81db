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
    missing: tuple[date, date] | None = (
        None  # of MISSING: the first and the last day of which no statement tells
    )

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
    missing: tuple[date, date] | None = None
    at_first: int = 0  # of the difference, what there was before the first statement


@dataclass(frozen=True)
class _Told:
    """A balance that a statement tells for the end of a day: because it ends there (`opening` is the balance that its
    lines began with, and `opened` the day at whose end there was that), or because it begins after that day."""

    cents: int
    opening: int | None = None
    opened: date | None = None
    begins: bool = False


def days(account: BankAccount, first: date, last: date) -> list[Day]:
    """Each day on which something moved or a statement tells a balance, oldest first."""
    told = _told([account], last)
    rows = _rows([account], first, last, told)[account.pk]
    if not any(row.difference for row in rows):
        return rows
    # A difference may be older than what is looked at: told from the first statement on.
    beginning, before = min(told[account.pk], default=first), first - timedelta(days=1)
    ended = {account.ledger_id: rows[0].booked - rows[0].book_moved}
    earlier = _rows([account], beginning, before, told, ended)[account.pk] if beginning < first else []
    return _explained([*earlier, *rows], told[account.pk], _late([account])[account.pk])[len(earlier) :]


def differences(account: BankAccount, first: date, last: date) -> list[Day]:
    return [row for row in days(account, first, last) if row.difference]


def unequal(accounts: Iterable[BankAccount], first: date, last: date) -> dict[int, list[Day]]:
    """As `differences`, by the ids of accounts of one book, without since when and why; as many queries for many as
    for few."""
    accounts = list(accounts)
    rows = _rows(accounts, first, last, _told(accounts, last))
    return {of: [row for row in some if row.difference] for of, some in rows.items()}


def with_last_told(accounts: models.QuerySet) -> models.QuerySet:
    """Each with `told_day` and `told_cents`: the last day of which a statement tells a balance, and the balance."""
    told = Statement.objects.filter(account=OuterRef("pk"), closing_cents__isnull=False)
    newest = told.order_by("-closing_day", "-id")
    return accounts.annotate(
        told_day=Subquery(newest.values("closing_day")[:1]),
        told_cents=Subquery(newest.values("closing_cents")[:1]),
    )


def standings(
    accounts: Iterable[BankAccount], booked: dict[str, int] | None = None, *, why: bool = True
) -> dict[int, Standing]:
    """How accounts (with their ledger fetched) stand, by their ids. As many queries for many as for few, whether they
    differ or not; a query less of those that come `with_last_told`, and without the cause (why=False). booked: how they
    stand in the book now, by code, where that is known."""
    accounts = list(accounts)
    ledgers = LedgerAccount.objects.filter(pk__in=[one.ledger_id for one in accounts])
    now = dict(ledgers.with_last().values_list("code", "last_balance")) if booked is None else booked
    last = _last_told(accounts)
    since = _moved_since(min((day for day, _cents in last.values()), default=None), ledgers)
    found, then = {}, {}
    for one in accounts:
        standing = Standing(booked=now.get(one.ledger.code, 0))
        if one.pk in last:
            day, cents = last[one.pk]
            then[one.pk] = standing.booked - sum(moved for on, moved in since[one.ledger_id] if on > day)
            standing = replace(standing, day=day, told=cents, difference=cents - then[one.pk])
        found[one.pk] = standing
    differ = [one for one in accounts if found[one.pk].difference]
    return found | _since_when(differ, found, then, why=why)


def _since_when(
    accounts: list[BankAccount], found: dict[int, Standing], then: dict[int, int], *, why: bool
) -> dict[int, Standing]:
    """Of accounts that differ. then: what the book had on the day that was told last, by the account's id."""
    if not accounts:
        return {}
    last = max(found[one.pk].day for one in accounts)  # type: ignore[type-var]
    told, late = _told(accounts, last), _late(accounts) if why else {}
    beginning = min(day for some in told.values() for day in some)
    moved = _booked_by_day(accounts, beginning, last)
    explained = {}
    for one in accounts:
        until = found[one.pk].day
        by_book = {day: cents for day, cents in moved[one.ledger_id].items() if day <= until}
        balances = {day: row for day, row in told[one.pk].items() if day <= until}
        rows = _by_day(balances, {}, by_book, then[one.pk] - sum(by_book.values()))
        rows = [row for row in rows if row.told is not None]
        row = _explained(rows, balances, late.get(one.pk, []))[-1]
        at_first = next(iter(rows)).difference
        explained[one.pk] = replace(
            found[one.pk],
            since=row.since,
            cause=row.cause if why else None,
            missing=row.missing if why else None,
            at_first=at_first,
        )
    return explained


def _last_told(accounts: list[BankAccount]) -> dict[int, tuple[date, int]]:
    """The last day of which a statement tells a balance, and the balance, by the account's id."""
    if not all("told_day" in vars(one) for one in accounts):
        accounts = list(with_last_told(BankAccount.objects.filter(pk__in=[one.pk for one in accounts])))
    return {one.pk: (one.told_day, one.told_cents) for one in accounts if one.told_day}  # type: ignore[attr-defined]


def _moved_since(day: date | None, ledgers: models.QuerySet) -> dict[int, list[tuple[date, int]]]:
    """What has moved after that day, by the ledger account's id."""
    moved: dict[int, list[tuple[date, int]]] = defaultdict(list)
    if day is not None:
        rows = LedgerPosting.objects.filter(account__in=ledgers, entry__day__gt=day).order_by()
        for account, on, cents in rows.values_list("account", "entry__day").annotate(Sum("amount")):
            moved[account].append((on, cents))
    return moved


def _told(accounts: list[BankAccount], last: date) -> dict[int, dict[date, _Told]]:
    """By account and day, until that one. Of two statements the one that was read last counts; where none ends on a
    day, the one that begins after it tells what there was."""
    ends: dict[int, dict[date, _Told]] = {one.pk: {} for one in accounts}
    begins: dict[int, dict[date, _Told]] = {one.pk: {} for one in accounts}
    file = opening = opened = None
    for one in (
        Statement.objects.filter(account__in=accounts)
        .order_by("account_id", "id")
        .only("account", "file", "first_day", "opening_cents", "opening_day", "closing_cents", "closing_day")
    ):
        if one.file_id != file:
            file, opening, opened = one.file_id, None, None
        if one.opening_cents is not None:
            opening, opened = one.opening_cents, day_before(one)
            begins[one.account_id][opened] = _Told(one.opening_cents, begins=True)
        if one.closing_cents is not None:
            ends[one.account_id][one.closing_day] = _Told(one.closing_cents, opening, opened)
            opening = opened = None
    return {
        of: {day: row for day, row in sorted((begins[of] | ends[of]).items()) if day <= last} for of in ends
    }


def day_before(statement: Statement) -> date:
    """The day at whose end there was what a statement begins with."""
    if statement.first_day is None:
        return statement.opening_day
    return min(statement.first_day - timedelta(days=1), statement.opening_day)


def _rows(
    accounts: list[BankAccount],
    first: date,
    last: date,
    told: dict[int, dict[date, _Told]],
    ended: dict[int, int] | None = None,
) -> dict[int, list[Day]]:
    """By the account's id. ended: what the book had at the end of the last day, by the ledger account's id, where that
    is known."""
    by_bank: dict[int, dict[date, int]] = defaultdict(dict)
    lines = BankLine.objects.once().filter(account__in=accounts, day__range=(first, last)).order_by()
    for of, day, cents in lines.values_list("account", "day").annotate(Sum("cents")):
        by_bank[of][day] = cents
    by_book = _booked_by_day(accounts, first, last)
    if ended is None:
        standing = _booked_before(accounts, first)
    else:
        standing = {of: cents - sum(by_book[of].values()) for of, cents in ended.items()}
    found = {}
    for one in accounts:
        balances = {day: row for day, row in told[one.pk].items() if first <= day <= last}
        began = standing.get(one.ledger_id, 0)
        found[one.pk] = _by_day(balances, by_bank[one.pk], by_book[one.ledger_id], began)
    return found


def _booked_by_day(accounts: list[BankAccount], first: date, last: date) -> dict[int, dict[date, int]]:
    """What the book moved, by the ledger account's id and the day."""
    moved: dict[int, dict[date, int]] = defaultdict(dict)
    ledgers = [one.ledger_id for one in accounts]
    rows = LedgerPosting.objects.filter(account__in=ledgers, entry__day__range=(first, last)).order_by()
    for of, day, cents in rows.values_list("account", "entry__day").annotate(Sum("amount")):
        moved[of][day] = cents
    return moved


def _booked_before(accounts: list[BankAccount], day: date) -> dict[int, int]:
    """What the book had at the end of the day before, by the ledger account's id: they are of one book."""
    if not accounts:
        return {}
    ledgers = LedgerAccount.objects.filter(pk__in=[one.ledger_id for one in accounts])
    return ledgers.balances(accounts[0].ledger.book, day - timedelta(days=1))


def _by_day(
    told: dict[date, _Told], by_bank: dict[date, int], by_book: dict[date, int], standing: int
) -> list[Day]:
    """standing: what the book had before."""
    moved: defaultdict[date, int] = defaultdict(int, by_book)
    rows = []
    for day in sorted(by_bank.keys() | by_book.keys() | told.keys()):
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


def _late(accounts: list[BankAccount]) -> dict[int, list[tuple[date, date, int]]]:
    """Lines that were booked on a later day, by the account's id: (day, day of booking, cents)."""
    late: dict[int, list[tuple[date, date, int]]] = defaultdict(list)
    lines = BankLine.objects.once().filter(account__in=accounts, entry__day__gt=F("day"))
    for of, day, booked, cents in lines.values_list("account", "day", "entry__day", "cents"):
        late[of].append((day, booked, cents))
    return late


def _explained(rows: list[Day], told: dict[date, _Told], late: list[tuple[date, date, int]]) -> list[Day]:
    """Each difference with the day since which it stands, and what it is."""
    before, since, cause, missing, ended = 0, None, None, None, None
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
            cause = _cause(told[row.day], ended and ended.told, row.difference - before)
            missing = _days_missing(told[row.day], ended, row) if cause == Cause.MISSING else None
            if _late_by(late, row.day) == row.difference:
                cause, missing = Cause.LATE, None
        before, ended = row.difference, row
        explained.append(replace(row, since=since, cause=cause, missing=missing) if row.difference else row)
    return explained


def _cause(told: _Told, ended: int | None, more: int) -> Cause:
    """Of a difference that has grown by `more`, where the balance told before was `ended`."""
    if ended is None:
        return Cause.OPENING if told.begins else Cause.UNEXPLAINED
    began = told.cents if told.begins else told.opening
    return Cause.MISSING if began is not None and began - ended == more else Cause.UNEXPLAINED


def _days_missing(told: _Told, ended: Day | None, row: Day) -> tuple[date, date] | None:
    """Between the day that was told last and the one before which this statement begins; where they touch, that day
    itself: something of it is missing."""
    began = row.day if told.begins else told.opened
    if ended is None or began is None:
        return None
    return min(ended.day + timedelta(days=1), began), max(ended.day, began)


def _late_by(late: list[tuple[date, date, int]], day: date) -> int:
    """Cents of lines that the bank had told by that day, and the book not yet."""
    return sum(cents for told, booked, cents in late if told <= day < booked)


def _of_late_lines(late: list[tuple[date, date, int]], day: date, gap: int) -> Cause:
    """Of a day for which no balance is told."""
    moved = sum(cents for told, _booked, cents in late if told == day)
    moved -= sum(cents for _told, booked, cents in late if booked == day)
    return Cause.LATE if moved == gap else Cause.UNEXPLAINED
