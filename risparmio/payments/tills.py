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

from portal.events import record
from portal.ledger import KeyTaken
from risparmio.book import bookings
from risparmio.book.accounts import book_of_money, till_of


class CashCount(models.Model):
    """That somebody counted the cash of a desk: what there was, and what there should have been. Cents."""

    client_id = models.UUIDField(unique=True, editable=False)
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
        """Write a count down and book what it differs by. The same `client_id` again is the same count.

        Raises KeyTaken for another amount under that id; ValueError for a difference without a note; PermissionDenied.
        """
        if not by.has_perm("risparmio.count_cash"):
            raise PermissionDenied
        book_of_money().lock()  # the balance that is compared is the one that is booked on
        if known := cls.objects.filter(client_id=client_id).select_related("entry").first():
            if (known.desk_id, known.counted) != (desk.pk, counted):
                raise KeyTaken(known.entry) if known.entry else ValueError("another count has this id")
            return known
        expected = till_of(desk.pk).balance()
        if counted != expected and not note.strip():
            raise ValueError("a difference is explained")
        at = at or timezone.now()
        count = cls(
            client_id=client_id,
            desk=desk,
            counted=counted,
            expected=expected,
            note=note if counted != expected else "",
            counted_by=by,
            counted_at=at,
        )
        if count.difference:
            count.entry = bookings.count_cash(
                desk.pk, count.difference, key=f"count:{client_id}", about=desk, at=at
            )
        count.save(force_insert=True)
        record("risparmio.cash.counted", count, by=by)
        return count


class CashTrip(models.Model):
    """That somebody carried cash of a desk to the bank; `arrived_on` is the day of the statement that tells of it."""

    client_id = models.UUIDField(unique=True, editable=False)
    desk = models.ForeignKey("portal.Desk", models.PROTECT, related_name="+", verbose_name=_("desk"))
    cents = models.PositiveBigIntegerField(_("amount"))
    entry = models.OneToOneField("portal.LedgerEntry", models.PROTECT, related_name="+", editable=False)
    carried_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("carried by")
    )
    carried_at = models.DateTimeField(_("carried on"), default=timezone.now, editable=False)
    arrived_on = models.DateField(_("on the statement of"), null=True, editable=False)
    # The line that tells of it: of one trip each.
    line = models.OneToOneField(
        "risparmio.BankLine", models.PROTECT, null=True, related_name="trip", editable=False
    )

    class Meta:
        verbose_name = _("cash on its way to the bank")
        verbose_name_plural = _("cash on its way to the bank")
        ordering = ["-carried_at", "-id"]
        constraints = [models.CheckConstraint(condition=Q(cents__gt=0), name="cash_trip_is_an_amount")]

    def __str__(self) -> str:
        return f"{self.desk} · {self.carried_at:%Y-%m-%d}"

    @classmethod
    @transaction.atomic
    def begin(cls, desk: Any, *, by: Any, cents: int, client_id: uuid.UUID, at: Any = None) -> CashTrip:
        """The cash leaves the desk. The same `client_id` again is the same trip.

        Raises KeyTaken for another body under that id, LimitReached where there is not so much, BadAmount,
        PermissionDenied.
        """
        if not by.has_perm("risparmio.count_cash"):
            raise PermissionDenied
        at = at or timezone.now()
        entry = bookings.cash_to_bank(desk.pk, cents, key=f"trip:{client_id}", about=desk, at=at)
        if not entry.is_new:
            return cls.objects.get(client_id=client_id)
        trip = cls.objects.create(
            client_id=client_id, desk=desk, cents=cents, entry=entry, carried_by=by, carried_at=at
        )
        record("risparmio.cash.carried", trip, by=by)
        return trip
