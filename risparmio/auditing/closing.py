"""Closing a period of the book: nothing is booked there any more. What stands open in it is named first."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.db.models import CharField, Count, F, Min, OuterRef, Q, Subquery, Sum, Value
from django.db.models.functions import Cast, Concat
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from portal.events import record
from portal.ledger import LedgerClosing, LedgerEntry, close
from portal.ui.amounts import money
from portal.ui.days import day as day_in_words
from portal.ui.words import isolated
from risparmio.bank.models import BankLine
from risparmio.bank.reconciling import unequal
from risparmio.book.accounts import BOOK, book_of_money
from risparmio.book.bookings import BANKED, COUNTED
from risparmio.book.models import BankAccount
from risparmio.pages import address
from risparmio.payments.tills import CashCount

_BEGINNING = date(2000, 1, 1)  # of the days that are looked at where nothing was closed yet


class StandsOpen(Exception):
    """Something of the period is open and was not acknowledged: `obstacles`, all there are."""

    def __init__(self, obstacles: list[Obstacle]) -> None:
        super().__init__(", ".join(one.code for one in obstacles))
        self.obstacles = obstacles


@dataclass(frozen=True)
class Obstacle:
    """What stands open in a period. `code` names it with its figures: whoever acknowledges it knows just that, and
    not what comes to it meanwhile."""

    code: str
    sentence: str
    url_name: str
    argument: int | None = None

    @property
    def url(self) -> str:
        return address(self.url_name, *([self.argument] if self.argument else []))


class PeriodClosing(models.Model):
    """Who closed a period, and what they knew to stand open in it (codes)."""

    closing = models.OneToOneField(
        "portal.LedgerClosing",
        models.PROTECT,
        related_name="+",
        editable=False,
        verbose_name=gettext_lazy("closing"),
    )
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name=gettext_lazy("closed by"),
    )
    closed_at = models.DateTimeField(gettext_lazy("closed on"), default=timezone.now, editable=False)
    acknowledged = models.JSONField(default=list, editable=False)

    class Meta:
        verbose_name = gettext_lazy("closing of a period")
        verbose_name_plural = gettext_lazy("closings of periods")
        ordering = ["-closing__until"]

    def __str__(self) -> str:
        return str(self.closing.until)


@transaction.atomic
def close_period(
    until: date, *, by: Any, acknowledged: Collection[str] = (), at: Any = None
) -> PeriodClosing:
    """Close the book up to that day, the day included; again up to the same day: the closing that stands.

    acknowledged: the codes of the obstacles that whoever closes knows of. Raises StandsOpen where there are others;
    DayAhead where the day is not over, DayClosed where a later one is closed; PermissionDenied.
    """
    if not by.has_perm("risparmio.close_period"):
        raise PermissionDenied
    book = book_of_money()
    book.lock()  # what was looked at is what is closed
    if known := PeriodClosing.objects.filter(closing__book=book, closing__until=until).first():
        return known
    at = at or timezone.now()
    open_ = in_the_way(until, closed=book.closed_until()) if until < timezone.localdate(at) else []
    if any(one.code not in acknowledged for one in open_):
        raise StandsOpen(open_)
    closing = close(book, until, at=at)
    period = PeriodClosing.objects.create(
        closing=closing, closed_by=by, closed_at=at, acknowledged=[one.code for one in open_]
    )
    record("risparmio.period.closed", period, by=by, at=at, until=until.isoformat(), acknowledged=len(open_))
    return period


def in_the_way(until: date, *, closed: date | None) -> list[Obstacle]:
    """All that stands open in the days up to that one, after those that are closed."""
    first = date.fromordinal(closed.toordinal() + 1) if closed else _BEGINNING
    return [*_unknown(until), *_uncounted(first, until), *_different(first, until)]


def _unknown(until: date) -> Iterator[Obstacle]:
    """Also those of periods that are closed: they are open as long as nobody has settled them."""
    rows = BankLine.objects.unknown().filter(day__lte=until).order_by()
    for row in rows.values("account", "account__name").annotate(
        lines=Count("pk"), oldest=Min("day"), total=Sum("cents")
    ):
        sentence = ngettext(
            "%(bank)s: nobody knows yet what %(count)d line is for. It is of %(day)s.",
            "%(bank)s: nobody knows yet what %(count)d lines are for. The oldest is of %(day)s.",
            row["lines"],
        ) % {
            "bank": isolated(row["account__name"]),
            "count": row["lines"],
            "day": day_in_words(row["oldest"]),
        }
        yield Obstacle(f"lines-{row['account']}-{row['lines']}-{row['total']}", sentence, "bank_lines")


def _uncounted(first: date, until: date) -> Iterator[Obstacle]:
    """Cash that moved in the period, and that nobody has counted since. Carried away it is no less counted."""
    moved = LedgerEntry.objects.filter(
        book__code=BOOK,
        day__range=(first, until),
        postings__account__code=Concat(Value("till-"), Cast(OuterRef("pk"), CharField())),
    ).exclude(kind__in=(COUNTED, BANKED))
    counted = CashCount.objects.filter(desk=OuterRef("pk")).order_by("-counted_at")
    desks = apps.get_model("portal", "Desk").objects.annotate(
        moved_at=Subquery(moved.order_by("-number").values("at")[:1]),
        counted_at=Subquery(counted.values("counted_at")[:1]),
    )
    for desk in desks.filter(Q(counted_at=None) | Q(counted_at__lt=F("moved_at"))).exclude(moved_at=None):
        sentence = _("%(desk)s: the cash was not counted after it moved on %(day)s.") % {
            "desk": isolated(desk.name),
            "day": day_in_words(desk.moved_at),
        }
        yield Obstacle(f"till-{desk.pk}-{desk.moved_at:%Y%m%d%H%M%S}", sentence, "cash")


def _different(first: date, until: date) -> Iterator[Obstacle]:
    banks = list(BankAccount.objects.select_related("ledger__book"))
    differ = unequal(banks, first, until)
    for bank in banks:
        if not (found := differ[bank.pk]):
            continue
        last = found[-1]
        sentence = _("%(bank)s: since %(since)s the bank and the book differ; on %(day)s by %(amount)s.") % {
            "bank": isolated(bank.name),
            "since": day_in_words(found[0].day),
            "day": day_in_words(last.day),
            "amount": money(last.difference),
        }
        code = f"difference-{bank.pk}-{last.day:%Y%m%d}-{last.difference}"
        yield Obstacle(code, sentence, "reconciliation", bank.pk)


def closings() -> list[tuple[LedgerClosing, PeriodClosing | None]]:
    """The book's closings, the last first, each with whoever closed it where that is known."""
    known = PeriodClosing.objects.filter(closing__book__code=BOOK).select_related("closed_by")
    by_closing = {one.closing_id: one for one in known}
    rows = book_of_money().closings.order_by("-until")
    return [(closing, by_closing.get(closing.pk)) for closing in rows]
