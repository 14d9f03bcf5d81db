"""Approved payouts in one file that a bank takes: all that it says follows from rows, so that it can be made again."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Sequence
from datetime import date
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.events import record
from risparmio.agreements.models import NotPossible
from risparmio.book.accounts import book_of_money
from risparmio.book.models import BankAccount
from risparmio.sent import body_of, sent_before

from .models import Payout
from .pain001 import Party, Transfer, transfer_file

# What a line of the file tells.
_SAID = ("agreement__tenancy__household", "agreement__tenancy__dwelling__building")


class TransferOrder(models.Model):
    """That the bank was told to make some payouts on a day. `digest` (sha256) is of the file as it was handed out."""

    client_id = models.UUIDField(unique=True, editable=False)
    body = models.CharField(max_length=64, editable=False)
    account = models.ForeignKey(BankAccount, models.PROTECT, related_name="+", verbose_name=_("from"))
    execution_day = models.DateField(_("on"))
    digest = models.CharField(max_length=64, editable=False)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("made by")
    )
    made_at = models.DateTimeField(_("made on"), default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("transfer file")
        verbose_name_plural = _("transfer files")
        ordering = ["-made_at", "-id"]

    def __str__(self) -> str:
        return self.message_id

    def get_absolute_url(self) -> str:
        return reverse("risparmio:transfer", args=[self.pk])

    @property
    def message_id(self) -> str:
        return f"ABITARE-{self.client_id.hex[:24].upper()}"

    @classmethod
    @transaction.atomic
    def make(
        cls,
        account: BankAccount,
        payouts: Sequence[Payout],
        *,
        by: Any,
        execution_day: date,
        client_id: uuid.UUID,
        at: Any = None,
    ) -> TransferOrder:
        """Order all of them: each household has it no more. The same `client_id` and body again is the same file.

        Raises NotPossible or LimitReached where one cannot be ordered, NotTransferable where the bank could not read
        the file: then none is. OtherBody, DayClosed, PermissionDenied.
        """
        if not by.has_perm("risparmio.keep_savings"):
            raise PermissionDenied
        body = body_of(account=account.pk, payouts=sorted(one.pk for one in payouts), day=execution_day)
        book_of_money().lock()  # two who make the same file: one after the other
        if known := sent_before(cls.objects.all(), client_id, body):
            return known
        made_at = at or timezone.now()
        # As they stand now, and not as the page that was sent knew them.
        payouts = list(
            Payout.objects.select_for_update(of=("self",))
            .select_related(*_SAID)
            .filter(pk__in=[one.pk for one in payouts])
            .order_by("pk")
        )
        order = cls(
            client_id=client_id,
            body=body,
            account=account,
            execution_day=execution_day,
            made_by=by,
            made_at=made_at,
        )
        content = order._file(payouts)
        order.digest = hashlib.sha256(content).hexdigest()
        order.save(force_insert=True)
        for payout in payouts:
            payout.order(by=by, at=made_at)
        Payout.objects.filter(pk__in=[one.pk for one in payouts]).update(transfer=order)
        record("risparmio.transfers.ordered", order, by=by)
        return order

    def content(self) -> bytes:
        """The file, once more, to the byte. Raises NotPossible where what it says has changed since it was made."""
        content = self._file(list(self.payouts.select_related(*_SAID).order_by("pk")))
        if hashlib.sha256(content).hexdigest() != self.digest:
            raise NotPossible(_("This would not be the file that was made: what it says has changed since."))
        return content

    def _file(self, payouts: Sequence[Payout]) -> bytes:
        return transfer_file(
            message_id=self.message_id,
            created_at=self.made_at,
            execution_day=self.execution_day,
            debtor=Party(self.account.holder, self.account.iban),
            transfers=[
                Transfer(one.end_to_end, one.cents, one.payee, one.iban, one.text)
                for one in sorted(payouts, key=lambda one: one.pk)
            ],
        )
