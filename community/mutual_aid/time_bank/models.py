"""Who has an account in the time bank, and how far it may go."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from portal.events import record
from portal.ledger import LedgerBook

from .querysets import HoursAccountQuerySet, kind_of
from .words import BOOK, NEAR, STEP, Holder


class HoursLimits(models.Model):
    """How far accounts of a kind may go, in minutes [rule: −10 h and +20 h]. Holds from the next booking on."""

    kind = models.CharField(
        _("whose accounts"),
        max_length=20,
        choices=[choice for choice in Holder.choices if choice[0] != Holder.BANK],
        unique=True,
    )
    lowest = models.IntegerField(
        _("lowest balance"), help_text=_("In minutes, in steps of 30: −600 are ten hours received.")
    )
    highest = models.IntegerField(
        _("highest balance"),
        null=True,
        blank=True,
        help_text=_("In minutes, in steps of 30: 1200 are twenty hours given. Empty: no limit."),
    )

    class Meta:
        verbose_name = _("limits of the time bank")
        verbose_name_plural = _("limits of the time bank")
        ordering = ["kind"]
        constraints = [
            models.CheckConstraint(
                condition=Q(lowest__lte=0) & (Q(highest=None) | Q(highest__gte=0)),
                name="hours_limits_have_zero_between",
                violation_error_message=_("Zero must lie between the lowest and the highest balance."),
            ),
            models.CheckConstraint(
                condition=Q(lowest=F("lowest") / STEP * STEP)
                & (Q(highest=None) | Q(highest=F("highest") / STEP * STEP)),
                name="hours_limits_in_half_hours",
                violation_error_message=_("Limits go in steps of 30 minutes."),
            ),
        ]

    def __str__(self) -> str:
        return self.get_kind_display()


class HoursAccount(models.Model):
    """An account in the book of hours, and whose it is. The ledger knows a code only; this row forgets the person."""

    kind = models.CharField(max_length=20, choices=Holder.choices, editable=False)
    person = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("person"),
    )
    organization = models.OneToOneField(
        "portal.Organization",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("organization"),
    )
    ledger = models.OneToOneField(
        "portal.LedgerAccount", models.PROTECT, related_name="hours_account", editable=False
    )

    objects = HoursAccountQuerySet.as_manager()

    class Meta:
        verbose_name = _("account in the time bank")
        verbose_name_plural = _("accounts in the time bank")
        constraints = [
            models.CheckConstraint(
                condition=(Q(person=None) | Q(kind=Holder.PERSON))
                & (Q(organization=None) | Q(kind=Holder.ORGANIZATION)),
                name="hours_account_is_of_its_kind",
            ),
            models.UniqueConstraint(
                fields=["kind"],
                condition=Q(kind__in=[Holder.POT, Holder.BANK]),
                name="hours_account_of_the_bank_once",
            ),
        ]

    def __str__(self) -> str:
        return str(self.holder or self.get_kind_display())

    @classmethod
    def of(cls, holder) -> HoursAccount:
        """The account of a person or an organization, opened where there is none yet."""
        kind = kind_of(holder)
        return cls._opened(kind, **{kind.value: holder})

    @classmethod
    def pot(cls) -> HoursAccount:
        return cls._opened(Holder.POT)

    @classmethod
    def bank(cls) -> HoursAccount:
        return cls._opened(Holder.BANK)

    @classmethod
    def _opened(cls, kind: Holder, **whose) -> HoursAccount:
        # The code is drawn: it stays in the journal for ever and must lead to nobody.
        code = f"{kind.value}-{uuid.uuid4().hex}"
        account, _created = cls.objects.select_related("ledger__book").get_or_create(
            kind=kind, **whose, defaults={"ledger": lambda: book_of_hours().account(code)}
        )
        return account

    @property
    def holder(self):
        """The person or the organization; None for the pot, the bank, and whoever was erased."""
        return self.person or self.organization

    @property
    def balance(self) -> int:
        """In minutes: above zero given, below zero received."""
        return self.ledger.balance()

    def keep_limits(self, limits: HoursLimits | None) -> None:
        """What the register says now is what the ledger asks for; the bank has none."""
        lowest, highest = (limits.lowest, limits.highest) if limits else (None, None)
        if (self.ledger.lowest, self.ledger.highest) != (lowest, highest):
            self.ledger.limit(lowest=lowest, highest=highest)

    def tell_if_near(self, before: int, after: int) -> None:
        """Say once, on coming near a limit, that there is not much room left. In minutes."""
        lowest, highest = self.ledger.lowest, self.ledger.highest
        if lowest is not None and after <= lowest + NEAR < before:
            record("community.hours.near_limit", self, edge="lowest")
        if highest is not None and after >= highest - NEAR > before:
            record("community.hours.near_limit", self, edge="highest")


def book_of_hours() -> LedgerBook:
    return LedgerBook.named(BOOK, unit=LedgerBook.Unit.MINUTES)
