"""Where the money lies."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from risparmio.ibans import NoIBAN, sepa_iban
from risparmio.reference import normalised

from .accounts import open_bank


class BankAccount(models.Model):
    """An account at a bank, dedicated to savings. The portal records what happens there; it moves nothing."""

    name = models.CharField(_("name"), max_length=80)
    holder = models.CharField(_("whose account it is"), max_length=70)
    iban = models.CharField(_("IBAN"), max_length=34, unique=True)
    # Households pay into one of them, so that a square on the screen needs no question.
    is_paid_into = models.BooleanField(_("households pay in here"), default=False)
    columns = models.JSONField(_("columns of its CSV files"), null=True, blank=True, editable=False)
    ledger = models.OneToOneField(
        "portal.LedgerAccount", models.PROTECT, null=True, related_name="+", editable=False
    )

    class Meta:
        verbose_name = _("bank account")
        verbose_name_plural = _("bank accounts")
        ordering = ["-is_paid_into", "name"]
        constraints = [
            models.UniqueConstraint(
                fields=["is_paid_into"], condition=Q(is_paid_into=True), name="bank_account_paid_into_once"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        try:
            self.iban = sepa_iban(self.iban)
        except NoIBAN as error:
            raise ValidationError({"iban": error.reason}) from error
        # By it the lines of its statements are told from others.
        changed = type(self).objects.filter(pk=self.pk).exclude(iban=self.iban).exists()
        if changed and self.ledger.postings.exists():
            raise ValidationError(
                {"iban": _("This account was used and keeps its IBAN. Add another account.")}
            )

    @transaction.atomic
    def save(self, *args, **kwargs) -> None:
        """With an account in the book, whose code is this row's number. An IBAN is one, whatever blanks it has."""
        self.iban = normalised(self.iban)
        super().save(*args, **kwargs)
        if self.ledger_id is None:
            self.ledger = open_bank(self.pk)
            type(self).objects.filter(pk=self.pk).update(ledger=self.ledger)
