"""Cash between the counter and the bank: counted at the day's end, carried away, seen on a statement."""

from __future__ import annotations

import uuid
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.events import record
from portal.ledger import BadAmount, LedgerEntry
from risparmio.agreements.errors import NotPossible
from risparmio.amounts import LARGEST, LITTLE
from risparmio.book import bookings
from risparmio.book.accounts import BOOK, book_of_money, differences, till_of
from risparmio.sent import body_of, sent_before

from .words import explained


class CashCount(models.Model):
    """That somebody counted the cash of a desk: what there was, and what there should have been. Cents."""

    client_id = models.UUIDField(unique=True, editable=False)
    body = models.CharField(max_length=64, editable=False)
    desk = models.ForeignKey("portal.Desk", models.PROTECT, related_name="+", verbose_name=_("desk"))
    counted = models.PositiveBigIntegerField(_("counted"))
    expected = models.PositiveBigIntegerField(_("by the book"))
    note = models.CharField(_("why they differ"), max_length=300, blank=True)
    # Of a difference, which is booked at once: the till holds what was counted.
    entry = models.OneToOneField(
        "portal.LedgerEntry", models.PROTECT, null=True, related_name="+", editable=False
    )
    counted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("counted by")
    )
    counted_at = models.DateTimeField(_("counted on"), default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("count of cash")
        verbose_name_plural = _("counts of cash")
        ordering = ["-counted_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(counted=F("expected"), entry=None)
                | (~Q(counted=F("expected")) & Q(entry__isnull=False) & ~Q(note="")),
                name="cash_count_explains_its_difference",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.desk} · {self.counted_at:%Y-%m-%d}"

    @property
    def difference(self) -> int:
        """Above zero where there was too much."""
        return self.counted - self.expected

    @classmethod
    @transaction.atomic
    def take(
        cls, desk: Any, *, by: Any, counted: int, client_id: uuid.UUID, note: str = "", at: Any = None
    ) -> CashCount:
        """Write a count down and book what it differs by. The same `client_id` and body again is the same count.

        Raises BadAmount below zero, ValueError for a difference without a note, OtherBody, DayClosed, PermissionDenied.
        """
        if not by.has_perm("risparmio.count_cash"):
            raise PermissionDenied
        if type(counted) is not int or not 0 <= counted <= LARGEST:
            raise BadAmount(f"{counted!r} is no sum of cash in cents")
        note = note.strip()
        body = body_of(desk=desk.pk, counted=counted, note=note)
        book_of_money().lock()  # the balance that is compared is the one that is booked on
        if known := sent_before(cls.objects.all(), client_id, body):
            return known
        expected = till_of(desk.pk).balance()
        if counted != expected and not note:
            raise ValueError("a difference is explained")
        at = at or timezone.now()
        count = cls(
            client_id=client_id,
            body=body,
            desk=desk,
            counted=counted,
            expected=expected,
            note=note if counted != expected else "",
            counted_by=by,
            counted_at=at,
        )
        if count.difference:
            count.entry = bookings.count_cash(
                desk.pk,
                count.difference,
                key=f"count:{client_id}",
                about=desk,
                day=timezone.localdate(at),
                at=at,
            )
        count.save(force_insert=True)
        record("risparmio.cash.counted", count, by=by)
        return count


class TripQuerySet(models.QuerySet):
    def under_way(self) -> TripQuerySet:
        """On no statement yet, and not taken back."""
        return self.filter(arrived_on=None, taken_back_at=None)


class CashTrip(models.Model):
    """That somebody carried cash of a desk to the bank; `arrived_on` is the day of the statement that tells of it."""

    client_id = models.UUIDField(unique=True, editable=False)
    body = models.CharField(max_length=64, editable=False)
    desk = models.ForeignKey("portal.Desk", models.PROTECT, related_name="+", verbose_name=_("desk"))
    cents = models.PositiveBigIntegerField(_("amount"))
    entry = models.OneToOneField("portal.LedgerEntry", models.PROTECT, related_name="+", editable=False)
    carried_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("carried by")
    )
    carried_at = models.DateTimeField(_("carried on"), default=timezone.now, editable=False)
    arrived_on = models.DateField(_("on the statement of"), null=True, editable=False)
    # What told of it: one line tells of one trip.
    line = models.OneToOneField(
        "risparmio.BankLine", models.PROTECT, null=True, related_name="trip", editable=False
    )

    # Written down wrongly: it never left, or was another sum.
    taken_back_at = models.DateTimeField(pgettext_lazy("cash", "taken back on"), null=True, editable=False)
    taken_back_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name=pgettext_lazy("cash", "taken back by"),
    )
    reason = models.CharField(_("why it was taken back"), max_length=200, blank=True)

    objects = TripQuerySet.as_manager()

    class Meta:
        verbose_name = _("cash on its way to the bank")
        verbose_name_plural = _("cash on its way to the bank")
        ordering = ["-carried_at", "-id"]
        constraints = [
            models.CheckConstraint(condition=Q(cents__gt=0), name="cash_trip_is_an_amount"),
            models.CheckConstraint(
                condition=Q(line=None) | Q(arrived_on__isnull=False), name="cash_trip_arrived_on_a_day"
            ),
            models.CheckConstraint(
                condition=Q(taken_back_at=None, reason="")
                | (Q(taken_back_at__isnull=False, arrived_on=None) & ~Q(reason="")),
                name="cash_trip_taken_back_with_a_reason",
            ),
            # Nobody keeps what they have written down as carried away.
            models.CheckConstraint(
                condition=Q(taken_back_by=None)
                | (Q(taken_back_at__isnull=False) & ~Q(taken_back_by=F("carried_by"))),
                name="cash_trip_taken_back_by_another",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.desk} · {self.carried_at:%Y-%m-%d}"

    @classmethod
    @transaction.atomic
    def begin(cls, desk: Any, *, by: Any, cents: int, client_id: uuid.UUID, at: Any = None) -> CashTrip:
        """The cash leaves the desk. The same `client_id` and body again is the same trip.

        Raises OtherBody, LimitReached where there is not so much, BadAmount, DayClosed, PermissionDenied.
        """
        if not by.has_perm("risparmio.count_cash"):
            raise PermissionDenied
        body = body_of(desk=desk.pk, cents=cents)
        book_of_money().lock()
        if known := sent_before(cls.objects.all(), client_id, body):
            return known
        at = at or timezone.now()
        entry = bookings.cash_to_bank(
            desk.pk, cents, key=f"trip:{client_id}", about=desk, day=timezone.localdate(at), at=at
        )
        trip = cls.objects.create(
            client_id=client_id, body=body, desk=desk, cents=cents, entry=entry, carried_by=by, carried_at=at
        )
        record("risparmio.cash.carried", trip, by=by)
        return trip

    @transaction.atomic
    def take_back(self, *, by: Any, reason: str, at: Any = None) -> None:
        """It was written down wrongly: the book has the cash at the desk again. By another person than who carried it,
        and before it is on a statement. Twice is once. Raises NotPossible, ValueError for a reason that says nothing,
        PermissionDenied.
        """
        if not by.has_perm("risparmio.take_back_cashtrip", self):
            raise PermissionDenied
        reason = explained(reason)
        book_of_money().lock()
        trip = (
            CashTrip.objects.select_for_update(of=("self",), no_key=True)
            .select_related("entry")
            .get(pk=self.pk)
        )
        if trip.taken_back_at is None:
            if trip.arrived_on is not None:
                raise NotPossible(_("This cash is on a statement already."))
            trip.entry.reverse(key=f"trip-back:{trip.pk}", day=timezone.localdate(at) if at else None, at=at)
            trip.taken_back_at, trip.taken_back_by, trip.reason = at or timezone.now(), by, reason
            trip.save(update_fields=["taken_back_at", "taken_back_by", "reason"])
            record("risparmio.cash.trip_taken_back", trip, by=by)
        self.taken_back_at, self.taken_back_by, self.reason = (
            trip.taken_back_at,
            trip.taken_back_by,
            trip.reason,
        )


@transaction.atomic
def cover_difference(*, by: Any, cents: int) -> Any:
    """What counts of cash have found too little is the agency's loss, too much its gain: nobody else's. The entry.

    cents: as somebody has seen it in the book (above zero: too little). Raises NotPossible where it is another sum by
    now, or above LITTLE and their own counts have found some of it; LimitReached where the agency's account holds too
    little; DayClosed, PermissionDenied.
    """
    if not by.has_perm("risparmio.keep_savings"):
        raise PermissionDenied
    book_of_money().lock()
    account = differences()
    if not cents or account.balance() != cents:
        raise NotPossible(_("The difference was covered meanwhile, or is another one by now."))
    if abs(cents) > LITTLE and _found_by(by):
        raise NotPossible(_("You have counted some of this yourself: somebody else has to cover it."))
    entry = bookings.cover_difference(cents, key=f"cover:{uuid.uuid4()}", about=account)
    record("risparmio.cash.difference_covered", book_of_money(), by=by)
    return entry


def _found_by(person: Any) -> bool:
    """Whether a count of theirs has differed since differences were covered last."""
    theirs = CashCount.objects.filter(counted_by=person, entry__isnull=False)
    covered = LedgerEntry.objects.filter(book__code=BOOK, kind=bookings.COVERED).order_by("-number").first()
    return (theirs.filter(entry__number__gt=covered.number) if covered else theirs).exists()
