"""What a bank says: statements and their lines. Every line is booked, so that the book's account is the bank's.

A line whose meaning is certain is booked for what it is. Any other is booked as unknown, and settled by somebody: what
is unknown stands in an account of its own, where nobody can overlook it.
"""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from risparmio.agreements.models import SavingsAgreement
from risparmio.book.models import BankAccount
from risparmio.payments.models import Payout

from .querysets import LineQuerySet, StatementQuerySet
from .words import Meaning, Why


class Statement(models.Model):
    """A file of a bank, as it was read: once, whatever its name, and whoever sends it again."""

    account = models.ForeignKey(
        BankAccount, models.PROTECT, related_name="statements", verbose_name=_("bank account")
    )
    digest = models.CharField(
        max_length=64, editable=False
    )  # sha256 of the file and, of several in it, its place
    identification = models.CharField(_("the bank's number"), max_length=70, blank=True)
    first_day = models.DateField(_("from"), null=True)
    last_day = models.DateField(_("to"), null=True)
    opening_cents = models.BigIntegerField(_("balance before"), null=True)
    closing_cents = models.BigIntegerField(_("balance after"), null=True)
    closing_day = models.DateField(null=True)
    lines_count = models.PositiveIntegerField(_("lines"), default=0)
    new_count = models.PositiveIntegerField(_("new lines"), default=0)
    read_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("read by")
    )
    read_at = models.DateTimeField(_("read on"), default=timezone.now, editable=False)

    objects = StatementQuerySet.as_manager()

    class Meta:
        verbose_name = _("bank statement")
        verbose_name_plural = _("bank statements")
        ordering = ["-read_at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["account", "digest"], name="bank_statement_read_once"),
        ]

    def __str__(self) -> str:
        return f"{self.account} · {self.identification or self.last_day or self.pk}"


class BankLine(models.Model):
    """One movement on an account, as the bank tells it; `cents` with its sign. Never changed but for its meaning."""

    account = models.ForeignKey(
        BankAccount, models.PROTECT, related_name="lines", verbose_name=_("bank account")
    )
    statement = models.ForeignKey(
        Statement, models.PROTECT, related_name="lines", verbose_name=_("statement")
    )
    fingerprint = models.CharField(max_length=64, editable=False)
    day = models.DateField(_("day"))
    cents = models.BigIntegerField(_("amount"))
    reference = models.CharField(_("reference"), max_length=35, blank=True)
    end_to_end = models.CharField(max_length=70, blank=True)
    counterparty = models.CharField(_("who"), max_length=140, blank=True)
    counterparty_iban = models.CharField(_("IBAN"), max_length=34, blank=True)
    text = models.CharField(_("what it says"), max_length=500, blank=True)
    entry = models.OneToOneField("portal.LedgerEntry", models.PROTECT, related_name="+", editable=False)
    meaning = models.CharField(_("what it is"), max_length=20, choices=Meaning.choices)
    why = models.CharField(_("how we know"), max_length=20, choices=Why.choices, blank=True)
    agreement = models.ForeignKey(
        SavingsAgreement,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="lines",
        verbose_name=_("of whom"),
    )
    payout = models.ForeignKey(
        Payout, models.PROTECT, null=True, blank=True, related_name="lines", verbose_name=_("payout")
    )
    # Of what was unknown: the entry that settled it, and by whom.
    settling = models.OneToOneField(
        "portal.LedgerEntry", models.PROTECT, null=True, related_name="+", editable=False
    )
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("settled by")
    )
    settled_at = models.DateTimeField(_("settled on"), null=True, editable=False)

    objects = LineQuerySet.as_manager()

    class Meta:
        verbose_name = _("line of a bank statement")
        verbose_name_plural = _("lines of bank statements")
        ordering = ["-day", "-id"]
        indexes = [models.Index(fields=["account", "day"], name="bank_line_by_day")]
        constraints = [
            models.UniqueConstraint(fields=["account", "fingerprint"], name="bank_line_once"),
            models.CheckConstraint(condition=~Q(cents=0), name="bank_line_is_an_amount"),
            models.CheckConstraint(
                condition=~Q(meaning=Meaning.SAVING) | Q(agreement__isnull=False, cents__gt=0),
                name="bank_line_saving_is_somebodys",
            ),
            models.CheckConstraint(
                condition=~Q(meaning=Meaning.PAYOUT) | Q(payout__isnull=False), name="bank_line_payout_is_one"
            ),
            models.CheckConstraint(
                condition=Q(meaning=Meaning.UNKNOWN, why="") | (~Q(meaning=Meaning.UNKNOWN) & ~Q(why="")),
                name="bank_line_says_how_we_know",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.day}: {self.cents:+d}"

    @property
    def is_unknown(self) -> bool:
        return self.meaning == Meaning.UNKNOWN
