"""What a bank says: files, their statements and lines. Every line is booked, so that the book's account is the bank's.

A line whose meaning is certain is booked for what it is. Any other is booked as unknown, and settled by somebody: what
is unknown stands in an account of its own, where nobody can overlook it.
"""

from __future__ import annotations

import zlib

from django.conf import settings
from django.core.cache import cache
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from risparmio.agreements.models import SavingsAgreement
from risparmio.amounts import LITTLE
from risparmio.book.models import BankAccount
from risparmio.payments.models import Payout

from .formats.errors import MonthClosed, Unreadable
from .querysets import PATIENCE, FileQuerySet, LineQuerySet, StatementQuerySet
from .words import CAN_BE_PUT_RIGHT, COMES_IN, GOES_OUT, FileState, Kind, Meaning, Why

LONGEST_NAME = 120  # of a file, in characters


class StatementFile(models.Model):
    """What a bank gave us, byte for byte: the paper behind its lines. Once for each account, whatever its name."""

    client_id = models.UUIDField(unique=True, editable=False)
    body = models.CharField(max_length=64, editable=False)
    account = models.ForeignKey(
        BankAccount, models.PROTECT, related_name="files", verbose_name=_("bank account")
    )
    digest = models.CharField(max_length=64, editable=False)  # sha256
    packed = models.BinaryField(editable=False)  # zlib
    size = models.PositiveIntegerField(_("size in bytes"))
    name = models.CharField(_("name"), max_length=LONGEST_NAME, blank=True)
    format = models.CharField(_("format"), max_length=10, choices=Kind.choices)
    state = models.CharField(
        _("state"), max_length=10, choices=FileState.choices, default=FileState.WAITING, editable=False
    )
    # Whether somebody has said that lines of a closed month count on the first open day.
    late = models.BooleanField(default=False, editable=False)
    lines_total = models.PositiveIntegerField(_("lines"), default=0, editable=False)
    new_count = models.PositiveIntegerField(_("new lines"), default=0, editable=False)
    unknown_count = models.PositiveIntegerField(_("lines that nobody knew"), default=0, editable=False)
    refusal = models.JSONField(null=True, editable=False)  # Unreadable.to_json
    sent_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("sent by")
    )
    sent_at = models.DateTimeField(_("sent on"), default=timezone.now, editable=False)
    read_at = models.DateTimeField(pgettext_lazy("a file of a bank", "read on"), null=True, editable=False)

    objects = FileQuerySet.as_manager()

    class Meta:
        verbose_name = _("file of a bank")
        verbose_name_plural = _("files of banks")
        ordering = ["-sent_at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["account", "digest"], name="bank_file_sent_once"),
            models.CheckConstraint(
                condition=Q(state=FileState.REFUSED) ^ Q(refusal__isnull=True),
                name="bank_file_refused_with_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(state=FileState.READ) ^ Q(read_at=None), name="bank_file_read_at_a_time"
            ),
        ]

    def __str__(self) -> str:
        return self.name or f"{self.get_format_display()} · {self.sent_at:%Y-%m-%d}"

    def get_absolute_url(self) -> str:
        return reverse("risparmio:statement_file", args=[self.pk])

    is_new = False  # on what `keep` returns: whether it was not there yet

    @property
    def content(self) -> bytes:
        return zlib.decompress(self.packed)

    @property
    def is_under_way(self) -> bool:
        return self.state in (FileState.WAITING, FileState.READING)

    @property
    def is_lost(self) -> bool:
        """Under way for so long that nobody reads it any more."""
        return self.is_under_way and self.sent_at < timezone.now() - PATIENCE

    @property
    def why_not(self) -> Unreadable | None:
        """Why it was refused; says it in the reader's language."""
        return Unreadable.from_json(self.refusal) if self.refusal else None

    @property
    def waits_for_a_yes(self) -> bool:
        return self.state == FileState.REFUSED and isinstance(self.why_not, MonthClosed)

    @property
    def known_count(self) -> int:
        """Lines that another file had told before."""
        return max(self.lines_total - self.new_count, 0)

    # Of one transaction nothing is seen before it ends: how far the reading is stands beside the database.

    @property
    def lines_done(self) -> int:
        return self.lines_total if self.state == FileState.READ else cache.get(self._progress_key, 0)

    def says(self, lines: int) -> None:
        """How many lines have been looked at."""
        cache.set(self._progress_key, lines, PATIENCE.total_seconds())

    @property
    def _progress_key(self) -> str:
        return f"risparmio.file.{self.pk}"


class Statement(models.Model):
    """One statement in a file: its lines between two balances."""

    account = models.ForeignKey(
        BankAccount, models.PROTECT, related_name="statements", verbose_name=_("bank account")
    )
    file = models.ForeignKey(StatementFile, models.PROTECT, related_name="statements", verbose_name=_("file"))
    place = models.PositiveSmallIntegerField(default=0, editable=False)  # of several in a file
    format = models.CharField(_("format"), max_length=10, choices=Kind.choices, editable=False)
    identification = models.CharField(_("the bank's number"), max_length=70, blank=True)
    first_day = models.DateField(_("from"), null=True)
    last_day = models.DateField(_("to"), null=True)
    # Of days, and not of pages: what a page begins or ends with is nobody's balance.
    opening_cents = models.BigIntegerField(_("balance before"), null=True)
    opening_day = models.DateField(null=True)
    closing_cents = models.BigIntegerField(_("balance after"), null=True)
    closing_day = models.DateField(null=True)
    lines_count = models.PositiveIntegerField(_("lines"), default=0)
    new_count = models.PositiveIntegerField(_("new lines"), default=0)
    read_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("read by")
    )
    read_at = models.DateTimeField(
        pgettext_lazy("a file of a bank", "read on"), default=timezone.now, editable=False
    )

    objects = StatementQuerySet.as_manager()

    class Meta:
        verbose_name = _("bank statement")
        verbose_name_plural = _("bank statements")
        ordering = ["-read_at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["file", "place"], name="bank_statement_read_once"),
        ]
        indexes = [models.Index(fields=["account", "closing_day"], name="bank_statement_by_day")]

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
    code = models.CharField(max_length=35, blank=True)  # the bank's kind of transaction
    is_returned = models.BooleanField(default=False)  # money of an earlier movement that goes back
    is_several = models.BooleanField(default=False)  # of several people in one sum
    # Another format has told lines of that day and amount, and nobody can tell whether this is one of them.
    perhaps_told = models.BooleanField(default=False, editable=False)
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
    # The payout that came back by it. Those that went out by it point here (Payout.line), and so does cash.
    payout = models.OneToOneField(
        Payout,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="came_back_by",
        verbose_name=_("payout that came back"),
    )
    # The line that it sends back.
    sends_back = models.OneToOneField(
        "self", models.PROTECT, null=True, related_name="sent_back_by", editable=False
    )
    # The line that it is once more, in another format: nothing moved by this one.
    retells = models.ForeignKey("self", models.PROTECT, null=True, related_name="retold_by", editable=False)
    # Of what was unknown: the entry that settled it, and by whom. Of several payouts each has an entry of its own.
    settling = models.OneToOneField(
        "portal.LedgerEntry", models.PROTECT, null=True, related_name="+", editable=False
    )
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name=pgettext_lazy("a line of a bank", "settled by"),
    )
    settled_at = models.DateTimeField(
        pgettext_lazy("a line of a bank", "settled on"), null=True, editable=False
    )
    # What somebody wants it to be that a second person has to say yes to (UNKNOWN: that it is put right), and why.
    asked = models.CharField(max_length=20, choices=Meaning.choices, blank=True, editable=False)
    asked_reason = models.CharField(max_length=300, blank=True, editable=False)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", editable=False
    )
    asked_at = models.DateTimeField(null=True, editable=False)
    # Who has said yes to what it is.
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", editable=False
    )
    approved_at = models.DateTimeField(null=True, editable=False)

    objects = LineQuerySet.as_manager()

    class Meta:
        verbose_name = _("line of a bank statement")
        verbose_name_plural = _("lines of bank statements")
        ordering = ["-day", "-id"]
        indexes = [
            models.Index(fields=["account", "day"], name="bank_line_by_day"),
            # From which accounts each household was paid for; what waits, the oldest first.
            models.Index(
                fields=["agreement", "counterparty_iban"],
                condition=Q(meaning=Meaning.SAVING) & ~Q(counterparty_iban=""),
                name="bank_line_known_ibans",
            ),
            models.Index(
                fields=["day", "id"], condition=Q(meaning=Meaning.UNKNOWN), name="bank_line_unknown"
            ),
            models.Index(fields=["day", "id"], condition=~Q(asked=""), name="bank_line_asked"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["account", "fingerprint"], name="bank_line_once"),
            models.CheckConstraint(condition=~Q(cents=0), name="bank_line_is_an_amount"),
            models.CheckConstraint(
                condition=(~Q(meaning__in=COMES_IN) | Q(cents__gt=0))
                & (~Q(meaning__in=GOES_OUT) | Q(cents__lt=0)),
                name="bank_line_has_the_sign_of_its_meaning",
            ),
            models.CheckConstraint(
                condition=~Q(meaning=Meaning.SAVING) | Q(agreement__isnull=False),
                name="bank_line_saving_is_somebodys",
            ),
            models.CheckConstraint(
                condition=Q(meaning=Meaning.RETURN, payout__isnull=False)
                | (~Q(meaning=Meaning.RETURN) & Q(payout=None)),
                name="bank_line_return_is_of_one_payout",
            ),
            models.CheckConstraint(
                condition=~Q(meaning=Meaning.UNKNOWN)
                | Q(agreement=None, settling=None, settled_at=None, sends_back=None),
                name="bank_line_unknown_is_nobodys",
            ),
            models.CheckConstraint(
                condition=Q(sends_back=None) | Q(meaning=Meaning.SENT_BACK, cents__lt=0),
                name="bank_line_sends_back_what_came_in",
            ),
            models.CheckConstraint(
                condition=Q(meaning=Meaning.TOLD, retells__isnull=False, perhaps_told=True)
                | (~Q(meaning=Meaning.TOLD) & Q(retells=None)),
                name="bank_line_told_is_another_line",
            ),
            models.CheckConstraint(
                condition=Q(meaning=Meaning.UNKNOWN, why="") | (~Q(meaning=Meaning.UNKNOWN) & ~Q(why="")),
                name="bank_line_says_how_we_know",
            ),
            models.CheckConstraint(
                condition=Q(asked="", asked_at=None, asked_reason="")
                | (~Q(asked="") & Q(asked_at__isnull=False)),
                name="bank_line_asked_at_a_time",
            ),
            models.CheckConstraint(
                condition=Q(approved_by=None) | Q(settled_by=None) | ~Q(approved_by=F("settled_by")),
                name="bank_line_approved_by_another",
            ),
            models.CheckConstraint(
                condition=~Q(meaning=Meaning.CHARGES) | Q(cents__gte=-LITTLE) | Q(approved_at__isnull=False),
                name="bank_line_much_charged_is_approved",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.day}: {self.cents:+d}"

    def get_absolute_url(self) -> str:
        return reverse("risparmio:bank_line", args=[self.pk])

    @property
    def is_unknown(self) -> bool:
        return self.meaning == Meaning.UNKNOWN

    @property
    def was_a_households(self) -> bool:
        """Before it was put right."""
        return self.corrections.filter(was=Meaning.SAVING).exists()

    @property
    def can_be_put_right(self) -> bool:
        return self.meaning in CAN_BE_PUT_RIGHT


class Explanation(models.Model):
    """What somebody has written down about a difference between bank and book on a day. Never changed: a later one
    follows."""

    client_id = models.UUIDField(unique=True, editable=False)
    body = models.CharField(max_length=64, editable=False)
    account = models.ForeignKey(
        BankAccount, models.PROTECT, related_name="explanations", verbose_name=_("bank account")
    )
    day = models.DateField(_("day"))
    # How much the bank had more than the book when this was written.
    cents = models.BigIntegerField(_("difference"), editable=False)
    text = models.CharField(_("what it is"), max_length=500)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("written by")
    )
    at = models.DateTimeField(_("written on"), default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("explanation of a difference")
        verbose_name_plural = _("explanations of differences")
        ordering = ["day", "id"]
        constraints = [
            models.CheckConstraint(condition=~Q(text=""), name="bank_explanation_has_words"),
            models.CheckConstraint(condition=~Q(cents=0), name="bank_explanation_of_a_difference"),
        ]

    def __str__(self) -> str:
        return f"{self.account} · {self.day}"


class Telling(models.Model):
    """That a file of another format tells of a line that was read already. Each format tells of it once."""

    line = models.ForeignKey(BankLine, models.PROTECT, related_name="tellings")
    account = models.ForeignKey(BankAccount, models.PROTECT, related_name="+")
    statement = models.ForeignKey(Statement, models.PROTECT, related_name="tellings")
    format = models.CharField(max_length=10, choices=Kind.choices)
    fingerprint = models.CharField(max_length=64)

    class Meta:
        verbose_name = _("line that another format tells, too")
        verbose_name_plural = _("lines that another format tells, too")
        constraints = [
            models.UniqueConstraint(fields=["account", "fingerprint"], name="bank_telling_once"),
            models.UniqueConstraint(fields=["line", "format"], name="bank_telling_once_by_format"),
        ]

    def __str__(self) -> str:
        return f"{self.line_id}: {self.format}"


class Correction(models.Model):
    """That a line was not what it had been taken for: for what, and by whom, and why it is unknown again."""

    line = models.ForeignKey(BankLine, models.PROTECT, related_name="corrections")
    entry = models.OneToOneField("portal.LedgerEntry", models.PROTECT, related_name="+", editable=False)
    was = models.CharField(_("what it was taken for"), max_length=20, choices=Meaning.choices)
    was_why = models.CharField(max_length=20, choices=Why.choices)
    was_of = models.ForeignKey(
        SavingsAgreement, models.PROTECT, null=True, related_name="+", verbose_name=_("of whom")
    )
    was_settling = models.OneToOneField("portal.LedgerEntry", models.PROTECT, null=True, related_name="+")
    was_settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name=pgettext_lazy("a line of a bank", "settled by"),
    )
    was_settled_at = models.DateTimeField(pgettext_lazy("a line of a bank", "settled on"), null=True)
    reason = models.CharField(_("what was wrong"), max_length=300)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("put right by")
    )
    at = models.DateTimeField(_("put right on"), default=timezone.now)
    # Who has said yes to it, where that was needed.
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name=pgettext_lazy("a line of a bank", "approved by"),
    )
    approved_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        verbose_name = _("line that was put right")
        verbose_name_plural = _("lines that were put right")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(condition=~Q(reason=""), name="bank_correction_has_a_reason"),
            models.CheckConstraint(
                condition=Q(was__in=CAN_BE_PUT_RIGHT), name="bank_correction_of_what_can_be"
            ),
            models.CheckConstraint(
                condition=Q(approved_by=None) | Q(by=None) | ~Q(approved_by=F("by")),
                name="bank_correction_approved_by_another",
            ),
            models.CheckConstraint(
                condition=~Q(was=Meaning.SAVING) | Q(approved_at__isnull=False),
                name="bank_correction_of_what_was_sure_is_approved",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.line_id}: {self.get_was_display()}"
