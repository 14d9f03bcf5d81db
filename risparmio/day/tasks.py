"""What whoever keeps the book does next, in the order in which it is done. Nothing to do: no task."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.apps import apps
from django.db.models import CharField, Count, F, Max, Min, OuterRef, Q, Subquery, Value
from django.db.models.functions import Cast, Coalesce, Concat
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portal.ledger import LedgerAccount, LedgerClosing, LedgerEntry
from portal.ui.amounts import money
from portal.ui.days import day as day_in_words
from portal.ui.words import isolated
from risparmio.bank.models import BankLine, Statement, StatementFile
from risparmio.bank.reconciling import Standing, with_last_told
from risparmio.bank.reconciling import standings as standings_of_banks
from risparmio.bank.words import Meaning
from risparmio.book.accounts import AGENCY, BOOK, DIFFERENCES
from risparmio.book.bookings import BANKED, COUNTED
from risparmio.book.models import BankAccount
from risparmio.pages import address
from risparmio.payments.models import Payout
from risparmio.payments.tills import CashCount, CashTrip
from risparmio.payments.words import State

from .saving import standings

# [rule] After so many days something waits too long.
STATEMENT_OLD = timedelta(days=7)
ORDER_UNSEEN = timedelta(days=3)
CASH_UNDERWAY = timedelta(days=3)
CLOSE_AFTER = timedelta(days=10)  # of a month that is over


@dataclass(frozen=True)
class Task:
    """`count` is what is counted, and `sentence` says it in words. `is_wrong`: not only to be done, but not as it must
    be. `is_for_keeper`: its page is for whoever keeps the book alone."""

    icon: str
    count: int
    sentence: str
    action: str
    url: str
    is_wrong: bool = False
    is_for_keeper: bool = False


@dataclass(frozen=True)
class Work:
    """What there is to do, and how each account stands beside the book, whether it is right or wrong."""

    tasks: list[Task]
    banks: list[tuple[BankAccount, Standing]]


def tasks() -> list[Task]:
    return work().tasks


def work() -> Work:
    """As many queries however much there is, and some more where a bank differs from the book."""
    now = timezone.now()
    booked, closed = _book()
    banks = list(_banks())
    stand = standings_of_banks(banks, booked, why=False)
    pairs = [(bank, stand[bank.pk]) for bank in banks]
    return Work(_tasks(now, booked, closed, pairs), pairs)


def _tasks(
    now: Any, booked: dict[str, int], closed: date | None, stand: list[tuple[BankAccount, Standing]]
) -> list[Task]:
    banks: list[Any] = [bank for bank, _standing in stand]
    saving = standings()
    return [
        *_differences(stand),
        *_files(banks),
        *_old_statements(banks, timezone.localdate(now)),
        *_unknown(banks),
        *_asked(banks),
        *_payouts(now),
        *_cash(now),
        *_uncovered(booked),
        *_shares(saving, booked),
        *_late(saving),
        *_run_out(saving),
        *_periods(timezone.localdate(now), closed),
    ]


def _book() -> tuple[dict[str, int], date | None]:
    """How each account stands now, but for the households', by code; and until when the book is closed."""
    accounts = LedgerAccount.objects.filter(book__code=BOOK).exclude(code__startswith="household-")
    closings = LedgerClosing.objects.filter(book=OuterRef("book")).order_by("-until")
    rows = list(
        accounts.with_last()
        .annotate(closed=Subquery(closings.values("until")[:1]))
        .values_list("code", "last_balance", "closed")
    )
    return {code: balance for code, balance, _closed in rows}, rows[0][2] if rows else None


def _banks() -> Any:
    """With the last day that a statement tells of, how many lines nobody knows, and which files were not booked."""
    told = Statement.objects.filter(account=OuterRef("pk")).order_by().values("account")
    unknown = (
        BankLine.objects.filter(account=OuterRef("pk"), meaning=Meaning.UNKNOWN).order_by().values("account")
    )
    files = StatementFile.objects.filter(account=OuterRef("pk")).order_by()
    held_back = files.waiting_for_a_yes().values("account")
    lost = files.lost().values("account")
    asked = BankLine.objects.asked().filter(account=OuterRef("pk")).order_by().values("account")
    return with_last_told(BankAccount.objects.select_related("ledger")).annotate(
        told_on=Subquery(told.annotate(day=Max(Coalesce("closing_day", "last_day"))).values("day")),
        unknown=Coalesce(Subquery(unknown.annotate(lines=Count("pk")).values("lines")), 0),
        oldest=Subquery(unknown.annotate(day=Min("day")).values("day")),
        held_back=Coalesce(Subquery(held_back.annotate(files=Count("pk")).values("files")), 0),
        first_held_back=Subquery(held_back.annotate(first=Min("pk")).values("first")),
        lost=Coalesce(Subquery(lost.annotate(files=Count("pk")).values("files")), 0),
        first_lost=Subquery(lost.annotate(first=Min("pk")).values("first")),
        asked=Coalesce(Subquery(asked.annotate(lines=Count("pk")).values("lines")), 0),
    )


def _differences(stand: list[tuple[BankAccount, Standing]]) -> Iterator[Task]:
    for bank, one in stand:
        if not one.difference:
            continue
        yield Task(
            icon="circle-alert",
            count=1,
            sentence=_("%(bank)s: since %(day)s the bank has %(amount)s more than the book.")
            % {"bank": isolated(bank.name), "day": day_in_words(one.since), "amount": money(one.difference)}
            if one.difference > 0
            else _("%(bank)s: since %(day)s the bank has %(amount)s less than the book.")
            % {"bank": isolated(bank.name), "day": day_in_words(one.since), "amount": money(-one.difference)},
            action=_("Look for the difference"),
            url=address("reconciliation", bank.pk),
            is_wrong=True,
        )


def _files(banks: list[Any]) -> Iterator[Task]:
    """Of which nothing is booked until somebody does something: a yes, or the file once more."""
    for bank in banks:
        if bank.held_back:
            sentence = ngettext(
                "%(bank)s: %(count)d file has lines of a closed month, and waits for a yes.",
                "%(bank)s: %(count)d files have lines of a closed month, and wait for a yes.",
                bank.held_back,
            ) % {"bank": isolated(bank.name), "count": bank.held_back}
            page = address("statement_file", bank.first_held_back)
            yield Task("file-clock", bank.held_back, sentence, _("Look at the file"), page)
        if bank.lost:
            sentence = ngettext(
                "%(bank)s: the reading of %(count)d file has stopped, and nothing of it was booked.",
                "%(bank)s: the reading of %(count)d files has stopped, and nothing of them was booked.",
                bank.lost,
            ) % {"bank": isolated(bank.name), "count": bank.lost}
            page = address("statement_file", bank.first_lost)
            yield Task("file-x", bank.lost, sentence, _("Look at the file"), page)


def _old_statements(banks: list[Any], today: date) -> Iterator[Task]:
    for bank in banks:
        if bank.told_on is None:
            sentence = _("%(bank)s: no statement was read yet.") % {"bank": isolated(bank.name)}
            days = 0
        elif (days := (today - bank.told_on).days) > STATEMENT_OLD.days:
            sentence = _("%(bank)s: the last statement is of %(day)s.") % {
                "bank": isolated(bank.name),
                "day": day_in_words(bank.told_on),
            }
        else:
            continue
        yield Task("landmark", days or 1, sentence, _("Read a statement"), address("bank"))


def _unknown(banks: list[Any]) -> Iterator[Task]:
    count = sum(bank.unknown for bank in banks)
    if count:
        oldest = min(bank.oldest for bank in banks if bank.oldest)
        sentence = ngettext(
            "%(count)d line of the bank: nobody knows yet what for. It is of %(day)s.",
            "%(count)d lines of the bank: nobody knows yet what for. The oldest is of %(day)s.",
            count,
        ) % {"count": count, "day": day_in_words(oldest)}
        yield Task("circle-question-mark", count, sentence, _("Find out"), address("bank_lines"))


def _asked(banks: list[Any]) -> Iterator[Task]:
    count = sum(bank.asked for bank in banks)
    if count:
        sentence = ngettext(
            "%(count)d line of the bank waits for a second person's yes.",
            "%(count)d lines of the bank wait for a second person's yes.",
            count,
        ) % {"count": count}
        yield Task("users", count, sentence, _("Look at it"), f"{address('bank_lines')}?mostra=attesa")


def _payouts(now: Any) -> Iterator[Task]:
    unseen = Q(state=State.ORDERED, ordered_at__lt=now - ORDER_UNSEEN)
    found = Payout.objects.aggregate(
        to_order=Count("pk", filter=Q(state=State.APPROVED)),
        unseen=Count("pk", filter=unseen),
        oldest=Min("ordered_at", filter=unseen),
    )
    if count := found["to_order"]:
        sentence = ngettext(
            "%(count)d payout is approved and waits for a file for the bank.",
            "%(count)d payouts are approved and wait for a file for the bank.",
            count,
        ) % {"count": count}
        yield Task("file-output", count, sentence, _("Make the file"), address("transfers"))
    if count := found["unseen"]:
        sentence = ngettext(
            "%(count)d payout was told to the bank on %(day)s and is on no statement yet.",
            "%(count)d payouts were told to the bank and are on no statement yet, the first since %(day)s.",
            count,
        ) % {"count": count, "day": day_in_words(found["oldest"])}
        yield Task("hourglass", count, sentence, _("Look at the files"), address("transfers"))


def _cash(now: Any) -> Iterator[Task]:
    """Cash that came in after the last count, and cash that has been on its way for long."""
    moved = LedgerEntry.objects.filter(
        book__code=BOOK, postings__account__code=Concat(Value("till-"), Cast(OuterRef("pk"), CharField()))
    ).exclude(kind__in=(COUNTED, BANKED))
    counts = CashCount.objects.filter(desk=OuterRef("pk")).order_by("-counted_at")
    trips = CashTrip.objects.filter(
        desk=OuterRef("pk"), arrived_on=None, taken_back_at=None, carried_at__lt=now - CASH_UNDERWAY
    )
    trips = trips.order_by().values("desk")
    desks = apps.get_model("portal", "Desk").objects.annotate(
        moved_at=Subquery(moved.order_by("-number").values("at")[:1]),
        counted_at=Subquery(counts.values("counted_at")[:1]),
        trips=Coalesce(Subquery(trips.annotate(trips=Count("pk")).values("trips")), 0),
        since=Subquery(trips.annotate(since=Min("carried_at")).values("since")),
    )
    uncounted = Q(moved_at__isnull=False) & (Q(counted_at=None) | Q(counted_at__lt=F("moved_at")))
    for desk in desks.filter(uncounted | Q(trips__gt=0)).order_by("name"):
        if desk.moved_at and (desk.counted_at is None or desk.counted_at < desk.moved_at):
            sentence = _("%(desk)s: cash moved on %(day)s and was not counted since.") % {
                "desk": isolated(desk.name),
                "day": day_in_words(desk.moved_at),
            }
            yield Task("calculator", 1, sentence, _("Count the cash"), address("cash"))
        if desk.trips:
            sentence = _(
                "%(desk)s: cash is on its way to the bank since %(day)s and is on no statement yet."
            ) % {
                "desk": isolated(desk.name),
                "day": day_in_words(desk.since),
            }
            yield Task("briefcase", desk.trips, sentence, _("Look at the cash"), address("cash"))


def _uncovered(booked: dict[str, int]) -> Iterator[Task]:
    """What counts have found too little or too much, as long as it is not the agency's."""
    if cents := booked.get(DIFFERENCES, 0):
        sentence = _("Counts of cash differ by %(amount)s, and nobody has covered it.")
        words = sentence % {"amount": money(abs(cents))}
        yield Task("calculator", 1, words, _("Cover the difference"), address("cash"))


def _shares(saving: list[Any], booked: dict[str, int]) -> Iterator[Task]:
    """Only where the agency has paid in too little: the rest is added by itself."""
    missing = [one.share_missing for one in saving if one.share_missing]
    lacking = sum(missing) + booked.get(AGENCY, 0)  # what is the agency's stands below zero
    if missing and lacking > 0:
        sentence = ngettext(
            "%(count)d agreement waits for the agency's share. The agency has to pay in %(amount)s.",
            "%(count)d agreements wait for the agency's share. The agency has to pay in %(amount)s.",
            len(missing),
        ) % {"count": len(missing), "amount": money(lacking)}
        yield Task("hand-coins", len(missing), sentence, _("See the book"), address("book"))


def _late(saving: list[Any]) -> Iterator[Task]:
    count = sum(one.is_late for one in saving)
    if count:
        sentence = ngettext(
            "%(count)d household has a month still to come. A talk helps more than a letter.",
            "%(count)d households have a month still to come. A talk helps more than a letter.",
            count,
        ) % {"count": count}
        url = address("agreements")
        yield Task("heart-handshake", count, sentence, _("See who"), f"{url}?show=late")


def _run_out(saving: list[Any]) -> Iterator[Task]:
    count = sum(one.agreement.has_run_out for one in saving)
    if count:
        sentence = ngettext(
            "%(count)d savings agreement is past its end, and nobody has said how it goes on.",
            "%(count)d savings agreements are past their end, and nobody has said how it goes on.",
            count,
        ) % {"count": count}
        url = address("agreements")
        yield Task("calendar-days", count, sentence, _("See which"), f"{url}?show=over")


def _periods(today: date, closed: date | None) -> Iterator[Task]:
    """The month before this one, once it has been over for a while."""
    last = today.replace(day=1) - timedelta(days=1)
    if (today - last) <= CLOSE_AFTER:
        return
    entries = LedgerEntry.objects.filter(book__code=BOOK).order_by()
    if closed and closed >= last:
        return
    since = entries.aggregate(day=Min("day"))["day"] if closed is None else closed + timedelta(days=1)
    if since is None or since > last:
        return
    months = (last.year - since.year) * 12 + last.month - since.month + 1
    sentence = _("The book is not closed since %(day)s.") % {"day": day_in_words(since)}
    yield Task(
        "lock-open", months, sentence, _("Close the period"), address("close_period"), is_for_keeper=True
    )
