"""What is said of a day to pay: a few days before it, and, where it has passed, once and kindly some time after it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from django.db import IntegrityError, models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.events import record
from portal.extensions import EventKind
from portal.ledger import LedgerPosting
from risparmio.book.bookings import OWN

from .models import SavingsAgreement
from .schedule import Month, Standing, first_of, promised, standing
from .words import State

BEFORE = timedelta(days=3)
AFTER = timedelta(days=10)
# What was missed longer ago is not brought up any more: a schedule may have stood still.
NOT_AFTER = timedelta(days=30)

EVENTS = (
    EventKind(
        key="risparmio.payment.due",
        sentence=_("The portal reminded of the day to pay"),
        icon="calendar-days",
        confidential=True,
    ),
    EventKind(
        key="risparmio.payment.missed",
        sentence=_("The portal offered a talk about the savings"),
        icon="message-circle",
        confidential=True,
    ),
)


class PaymentReminder(models.Model):
    """That something was said about the payment of a month, so that it is said once. Months are their first day."""

    class Kind(models.TextChoices):
        DUE = "due", _("before the day")
        MISSED = "missed", _("after the day")

    agreement = models.ForeignKey(
        SavingsAgreement,
        models.CASCADE,
        related_name="reminders",
        verbose_name=_("savings agreement"),
    )
    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices)
    month = models.DateField(_("of the month"))
    said_in = models.DateField(_("said in the month"))
    at = models.DateTimeField(_("said on"), default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("reminder of a payment")
        verbose_name_plural = _("reminders of payments")
        ordering = ["-at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["agreement", "month", "kind"], name="payment_reminder_once_for_a_month"
            ),
            # Nobody hears twice in a month that something is still to come, however much it is.
            models.UniqueConstraint(
                fields=["agreement", "said_in"],
                condition=models.Q(kind="missed"),
                name="payment_reminder_missed_once_in_a_month",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.agreement_id} · {self.month:%m/%Y} · {self.kind}"

    @classmethod
    def say(cls, agreement: SavingsAgreement, kind: str, month: date, today: date) -> bool:
        """Record the fact, of which all adults are told. False where it was said already, by whomever."""
        try:
            with transaction.atomic():
                cls.objects.create(agreement=agreement, kind=kind, month=month, said_in=first_of(today))
                record(f"risparmio.payment.{kind}", agreement, month=month.isoformat())
        except IntegrityError:
            return False
        return True


def remind(today: date | None = None) -> None:
    """Of all agreements that run, whatever is to be said today. Late or twice, it is said once."""
    today = today or timezone.localdate()
    lately = PaymentReminder.objects.filter(month__gte=first_of(today - NOT_AFTER))
    said = set(lately.values_list("agreement", "kind", "month"))
    for agreement, months in _standings(today):
        for kind, row in to_say(months, today):
            if (agreement.pk, kind, row.month) not in said:
                PaymentReminder.say(agreement, kind, row.month, today)


def to_say(months: list[Month], today: date) -> Iterator[tuple[str, Month]]:
    """Which kinds of which months. Of what is covered nothing, and during a pause nothing of what was before it."""
    paused = any(row.month == first_of(today) and row.standing == Standing.PAUSED for row in months)
    for row in months:
        if row.missing and today <= row.due <= today + BEFORE:
            yield PaymentReminder.Kind.DUE.value, row
        elif row.missing and not paused and AFTER <= today - row.due <= NOT_AFTER:
            yield PaymentReminder.Kind.MISSED.value, row


def _standings(today: date) -> Iterator[tuple[SavingsAgreement, list[Month]]]:
    """Each agreement that goes on with its months, with a few questions for all of them."""
    running: Any = SavingsAgreement.objects.filter(state=State.OPEN)
    own = LedgerPosting.objects.filter(account__in=running.values("ledger"), entry__kind__in=OWN)
    paid = dict(own.order_by().values_list("account").annotate(models.Sum("amount")))
    for agreement in running.with_promises():
        rows = promised(
            [plan.terms for plan in agreement.plans_agreed], agreement.starts_on, agreement.ends_on
        )
        yield agreement, standing(rows, -paid.get(agreement.ledger_id, 0), today)
