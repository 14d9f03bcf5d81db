"""What a household takes along when it moves on: a statement that both sides sign, and that is never changed.

A new one follows where something has come in since, or where nobody has signed the last one yet.
"""

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
from portal.ledger import LimitReached
from risparmio.book import bookings
from risparmio.book.accounts import book_of_money
from risparmio.sent import body_of, sent_before

from .errors import NotPossible
from .models import SavingsAgreement
from .querysets import OfAgreementQuerySet
from .signing import Signature, put, side_to_sign, signed_once
from .words import State

SIGNED_BY_BOTH = 2  # signatures: the table holds one of each side


class FinalStatement(models.Model):
    """What came in, what went out, and what goes back to the household. Cents."""

    client_id = models.UUIDField(editable=False)
    body = models.CharField(max_length=64, editable=False)
    agreement = models.ForeignKey(
        SavingsAgreement, models.PROTECT, related_name="final_statements", verbose_name=_("savings agreement")
    )
    drawn_on = models.DateField(_("as of"), editable=False)
    drawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("written by")
    )
    drawn_at = models.DateTimeField(_("written on"), default=timezone.now, editable=False)
    own_cents = models.PositiveBigIntegerField(_("paid in"), editable=False)
    matched_cents = models.PositiveBigIntegerField(_("added by the agency"), editable=False)
    taken_cents = models.PositiveBigIntegerField(_("paid out before"), editable=False)
    offset_cents = models.PositiveBigIntegerField(_("given to the landlord, as signed"), editable=False)
    left_cents = models.PositiveBigIntegerField(_("goes back to the household"), editable=False)

    objects = OfAgreementQuerySet.as_manager()

    class Meta:
        verbose_name = _("final statement of savings")
        verbose_name_plural = _("final statements of savings")
        ordering = ["agreement", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["agreement", "client_id"], name="savings_final_sent_once"),
            models.CheckConstraint(
                condition=Q(
                    left_cents=F("own_cents") + F("matched_cents") - F("taken_cents") - F("offset_cents")
                ),
                name="savings_final_adds_up",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.agreement} · {self.drawn_on}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Written once: what two people have signed stays what they have read."""
        if not self._state.adding:
            raise TypeError("a final statement is never changed: draw a new one")
        super().save(*args, **kwargs)

    @classmethod
    @transaction.atomic
    def draw(
        cls,
        agreement: SavingsAgreement,
        *,
        by: Any,
        client_id: uuid.UUID,
        at: Any = None,
    ) -> FinalStatement:
        """Written by staff while the household leaves, of what the book holds now; the agency adds its share before.

        The same `client_id` again is the same statement; nothing else is said with it. Raises NotPossible where the
        household does not leave, the agency's share is missing, or the last one has a signature and is still right;
        PermissionDenied.
        """
        if not by.has_perm("risparmio.sign_for_agency", agreement):
            raise PermissionDenied
        book_of_money().lock()  # what it says is all of one moment
        locked = agreement._locked()
        body = body_of(agreement=agreement.pk)
        if known := sent_before(locked.final_statements.all(), client_id, body):
            return known
        if locked.state != State.LEAVING:
            raise NotPossible(_("A final statement is written when a household moves on."))
        try:
            locked.match(at=at)
        except LimitReached:
            raise NotPossible(
                _("The agency has not added all of its share yet: its account holds too little.")
            ) from None
        last = locked.final_statements.first()
        if last is not None and last.signatures.exists() and not last.is_outdated:
            raise NotPossible(_("The last statement is still right: it is signed, or waits for a signature."))
        own, matched, offset, held = locked.brought(), locked.matched(), locked.offset(), locked.held
        statement = cls.objects.create(
            agreement=agreement,
            client_id=client_id,
            body=body,
            drawn_on=timezone.localdate(at),
            drawn_by=by,
            drawn_at=at or timezone.now(),
            own_cents=own,
            matched_cents=matched,
            taken_cents=own + matched - offset - held,  # whatever else there is: it adds up
            offset_cents=offset,
            left_cents=held,
        )
        record("risparmio.final.drawn", statement, by=by)
        return statement

    @property
    def is_outdated(self) -> bool:
        """Whether something has come in, come back, or gone to the landlord, since. What was paid out is what it
        announces."""
        came = self.agreement.came_by_kind()
        figures = (
            sum(came.get(kind, 0) for kind in bookings.BROUGHT),
            came.get(bookings.MATCHED, 0),
            -came.get(bookings.OFFSET, 0),
        )
        own, matched, offset = figures
        taken = own + matched - offset - sum(came.values())
        return figures != (self.own_cents, self.matched_cents, self.offset_cents) or taken < self.taken_cents

    @property
    def is_signed(self) -> bool:
        """By both sides."""
        return len(self.signatures.all()) == SIGNED_BY_BOTH

    @transaction.atomic
    def sign(self, *, by: Any, on_paper: bool = False, at: Any = None) -> None:
        """One side agrees with it; when both have, and all is paid out, the agreement is closed. Twice is once.

        on_paper: staff write down what a household has signed. Raises NotPossible where a newer one is there or must be
        written, or by whoever has signed for the other side; PermissionDenied.
        """
        book_of_money().lock()
        agreement = self.agreement._locked()
        side = side_to_sign(by, agreement, on_paper=on_paper)
        if self.signatures.filter(side=side).exists():
            return
        if agreement.state != State.LEAVING or agreement.final_statements.first() != self:
            raise NotPossible(_("There is a newer statement: read that one."))
        statement = agreement.final_statements.select_related("agreement__ledger").get(pk=self.pk)
        if statement.is_outdated:
            raise NotPossible(_("Money has come in since this was written: a new statement is needed."))
        put(statement, by=by, side=side, on_paper=on_paper, at=at or timezone.now())
        record("risparmio.final.signed", statement, by=by, side=side.value)
        agreement.close_if_done(by=by, at=at)
        self.agreement._follow(agreement)


class FinalSignature(Signature):
    statement = models.ForeignKey(FinalStatement, models.PROTECT, related_name="signatures")

    class Meta:
        verbose_name = _("signature of a final statement")
        verbose_name_plural = _("signatures of final statements")
        ordering = ["statement", "at", "id"]
        constraints = signed_once("statement", "savings_final")

    def __str__(self) -> str:
        return f"{self.statement_id}: {self.get_side_display()}"
