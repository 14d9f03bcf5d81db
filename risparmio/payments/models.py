"""Money that comes in over a desk's counter, and money that goes back to a household: two people for each payout."""

from __future__ import annotations

import uuid
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.events import record
from portal.ledger import KeyTaken
from risparmio.agreements.models import NotPossible, SavingsAgreement
from risparmio.book import bookings
from risparmio.book.accounts import LANDLORD, PAYABLE, book_of_money

from .querysets import OfAgreementQuerySet, PayoutQuerySet
from .words import DECIDED, OPEN, Purpose, State
from .workflow import target_of


class CashReceipt(models.Model):
    """That a desk took cash, under a number that counts without gaps in its year. Taken back, it keeps its number."""

    client_id = models.UUIDField(unique=True, editable=False)
    year = models.PositiveSmallIntegerField(_("year"), editable=False)
    number = models.PositiveIntegerField(_("number"), editable=False)
    agreement = models.ForeignKey(
        SavingsAgreement, models.PROTECT, related_name="receipts", verbose_name=_("savings agreement")
    )
    desk = models.ForeignKey("portal.Desk", models.PROTECT, related_name="+", verbose_name=_("desk"))
    cents = models.PositiveBigIntegerField(_("amount"))
    entry = models.OneToOneField("portal.LedgerEntry", models.PROTECT, related_name="+", editable=False)
    received_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("received by")
    )
    received_at = models.DateTimeField(_("received on"), default=timezone.now, editable=False)
    voided_at = models.DateTimeField(_("taken back on"), null=True, editable=False)
    void_reason = models.CharField(_("why it was taken back"), max_length=200, blank=True)

    objects = OfAgreementQuerySet.as_manager()

    class Meta:
        verbose_name = _("receipt for cash")
        verbose_name_plural = _("receipts for cash")
        ordering = ["-year", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["year", "number"], name="cash_receipt_numbered_once"),
            models.CheckConstraint(condition=Q(cents__gt=0), name="cash_receipt_is_an_amount"),
            models.CheckConstraint(
                condition=Q(voided_at=None, void_reason="")
                | (Q(voided_at__isnull=False) & ~Q(void_reason="")),
                name="cash_receipt_taken_back_with_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number}/{self.year}"

    def get_absolute_url(self) -> str:
        return reverse("risparmio:receipt", args=[self.pk])

    @classmethod
    @transaction.atomic
    def take(
        cls,
        agreement: SavingsAgreement,
        *,
        by: Any,
        desk: Any,
        cents: int,
        client_id: uuid.UUID,
        at: Any = None,
    ) -> CashReceipt:
        """Book cash and give it the next number of the year. The same `client_id` and body again is the same receipt.

        Raises KeyTaken for another body under that id, BadAmount, PermissionDenied; NotPossible where the agreement has
        ended.
        """
        if not by.has_perm("risparmio.take_cash", agreement):
            raise PermissionDenied
        book_of_money().lock()  # the number counts without gaps, as the journal does
        if known := cls.objects.filter(client_id=client_id).select_related("entry").first():
            if (known.agreement_id, known.desk_id, known.cents) != (agreement.pk, desk.pk, cents):
                raise KeyTaken(known.entry)
            return known
        if not agreement.still_runs():
            raise NotPossible(_("This savings agreement has ended."))
        at = at or timezone.now()
        year = timezone.localdate(at).year
        entry = bookings.cash_in(
            desk.pk, agreement.ledger, cents, key=f"cash:{client_id}", about=agreement, at=at
        )
        last = cls.objects.filter(year=year).aggregate(number=models.Max("number"))["number"]
        receipt = cls.objects.create(
            client_id=client_id,
            year=year,
            number=(last or 0) + 1,
            agreement=agreement,
            desk=desk,
            cents=cents,
            entry=entry,
            received_by=by,
            received_at=at,
        )
        record("risparmio.cash.received", receipt, by=by)
        return receipt

    @transaction.atomic
    def take_back(self, *, by: Any, reason: str) -> None:
        """It was a mistake: the entry is reversed, the number stays used. Twice is once."""
        if not by.has_perm("risparmio.take_cash", self.agreement):
            raise PermissionDenied
        book_of_money().lock()
        receipt = CashReceipt.objects.select_for_update(of=("self",)).select_related("entry").get(pk=self.pk)
        if receipt.voided_at:
            return
        receipt.entry.reverse(key=f"cash-back:{receipt.pk}")
        self.voided_at, self.void_reason = timezone.now(), reason
        self.save(update_fields=["voided_at", "void_reason"])
        record("risparmio.cash.taken_back", self, by=by)


class Payout(models.Model):
    """That a household gets back what is its own: asked for, approved by somebody else, ordered, seen at the bank."""

    client_id = models.UUIDField(editable=False)
    agreement = models.ForeignKey(
        SavingsAgreement, models.PROTECT, related_name="payouts", verbose_name=_("savings agreement")
    )
    cents = models.PositiveBigIntegerField(_("amount"))
    purpose = models.CharField(_("what for"), max_length=20, choices=Purpose.choices)
    note = models.CharField(_("in a few words"), max_length=300, blank=True)
    payee = models.CharField(_("who gets it, as the account is named"), max_length=70)
    iban = models.CharField(_("IBAN"), max_length=34)
    state = models.CharField(
        _("state"), max_length=20, choices=State.choices, default=State.REQUESTED, editable=False
    )
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("asked by")
    )
    requested_at = models.DateTimeField(_("asked on"), default=timezone.now, editable=False)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("approved by")
    )
    approved_at = models.DateTimeField(_("approved on"), null=True, editable=False)
    # Of what is set against arrears: two, and the household has signed.
    seconded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("second approval by"),
    )
    signed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("signed by")
    )
    signed_at = models.DateTimeField(_("signed by the household on"), null=True, editable=False)
    refusal = models.CharField(_("why not"), max_length=300, blank=True)
    # In one file for the bank, and never in two.
    transfer = models.ForeignKey(
        "risparmio.TransferOrder", models.PROTECT, null=True, related_name="payouts", verbose_name=_("file")
    )
    # The line of a statement that confirms it: one. A line may confirm several, which the bank has paid in one sum.
    line = models.ForeignKey(
        "risparmio.BankLine", models.PROTECT, null=True, related_name="payouts", editable=False
    )
    ordered_at = models.DateTimeField(_("ordered on"), null=True, editable=False)
    finished_at = models.DateTimeField(null=True, editable=False)

    objects = PayoutQuerySet.as_manager()

    class Meta:
        verbose_name = _("payout")
        verbose_name_plural = _("payouts")
        ordering = ["-requested_at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["agreement", "client_id"], name="payout_asked_once"),
            models.UniqueConstraint(
                fields=["agreement"], condition=Q(state__in=OPEN), name="payout_one_at_a_time"
            ),
            models.CheckConstraint(condition=Q(cents__gt=0), name="payout_is_an_amount"),
            # Four eyes. Six on what is set against arrears.
            models.CheckConstraint(
                condition=Q(approved_by=None) | ~Q(approved_by=F("requested_by")), name="payout_has_four_eyes"
            ),
            models.CheckConstraint(
                condition=Q(seconded_by=None)
                | (~Q(seconded_by=F("requested_by")) & ~Q(seconded_by=F("approved_by"))),
                name="payout_second_is_a_third_person",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=DECIDED) | Q(approved_by__isnull=False),
                name="payout_goes_out_approved",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=DECIDED, purpose=Purpose.ARREARS)
                | Q(seconded_by__isnull=False, signed_by__isnull=False, signed_at__isnull=False),
                name="payout_of_arrears_is_signed_and_seconded",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_purpose_display()} · {self.agreement}"

    def get_absolute_url(self) -> str:
        return reverse("risparmio:payout", args=[self.pk])

    @property
    def end_to_end(self) -> str:
        """What the bank says back of it: at most 35 signs."""
        return f"ABITARE-{self.pk}"

    @classmethod
    @transaction.atomic
    def request(
        cls,
        agreement: SavingsAgreement,
        *,
        by: Any,
        client_id: uuid.UUID,
        cents: int,
        purpose: str,
        payee: str,
        iban: str,
        note: str = "",
        at: Any = None,
    ) -> Payout:
        """Ask for it, as an adult of the household or its caseworker. The same `client_id` again is the same payout.

        Raises NotPossible where there is not so much, or while another one waits; PermissionDenied.
        """
        if not by.has_perm("risparmio.request_payout", agreement):
            raise PermissionDenied
        SavingsAgreement.objects.select_for_update(no_key=True).get(pk=agreement.pk)
        if known := cls.objects.filter(agreement=agreement, client_id=client_id).first():
            return known
        if agreement.payouts.open().exists():
            raise NotPossible(_("Another payout is on its way. One can ask for the next when it has ended."))
        if cents > agreement.held:
            raise NotPossible(_("This is more than there is."))
        payout = cls.objects.create(
            agreement=agreement,
            client_id=client_id,
            cents=cents,
            purpose=purpose,
            payee=payee,
            iban=iban,
            note=note,
            requested_by=by,
            requested_at=at or timezone.now(),
        )
        record("risparmio.payout.requested", payout, by=by)
        return payout

    @transaction.atomic
    def approve(self, *, by: Any, at: Any = None) -> None:
        """The second person says yes; of arrears the third one, too, and only once the household has signed.

        Twice by the same person is once. Raises NotPossible where somebody was quicker; PermissionDenied.
        """
        payout = self._locked(by, "approve")
        at = at or timezone.now()
        if payout.approved_by_id == by.pk:
            return self._follow(payout)
        payout._must("approve")
        if payout.purpose == Purpose.ARREARS:
            if payout.signed_at is None:
                raise NotPossible(_("The household has not signed for this yet."))
            if payout.approved_by_id is None:
                payout.approved_by, payout.approved_at = by, at
                payout.save(update_fields=["approved_by", "approved_at"])
                record("risparmio.payout.first_approved", payout, by=by)
                return self._follow(payout)
            payout.seconded_by = by
        else:
            payout.approved_by, payout.approved_at = by, at
        payout._step("approve", "approved", by=by)
        return self._follow(payout)

    @transaction.atomic
    def refuse(self, *, by: Any, reason: str) -> None:
        payout = self._locked(by, "approve")
        payout.refusal = reason
        payout._step("refuse", "refused", by=by, finished_at=timezone.now())
        self._follow(payout)

    @transaction.atomic
    def withdraw(self, *, by: Any) -> None:
        payout = self._locked(by, "withdraw")
        payout._step("withdraw", "withdrawn", by=by, finished_at=timezone.now())
        self._follow(payout)

    @transaction.atomic
    def sign(self, *, by: Any, at: Any = None) -> None:
        """The household signs that it is set against arrears. Twice is once."""
        payout = self._locked(by, "sign")
        if payout.signed_at is None:
            payout._must("approve")
            payout.signed_by, payout.signed_at = by, at or timezone.now()
            payout.save(update_fields=["signed_by", "signed_at"])
            record("risparmio.payout.signed", payout, by=by)
        self._follow(payout)

    @transaction.atomic
    def order(self, *, by: Any, at: Any = None) -> None:
        """The bank is told: from now on the household has it no more. Raises LimitReached, NotPossible."""
        book_of_money().lock()  # before rows of our own, as wherever something is booked: nobody waits for ever
        payout = self._locked(by, "order")
        at = at or timezone.now()
        payout._step("order", "ordered", by=by, ordered_at=at)
        booked = bookings.offset_arrears if payout.purpose == Purpose.ARREARS else bookings.order_payout
        booked(payout.agreement.ledger, payout.cents, key=f"payout:{payout.pk}", about=payout, at=at)
        self._follow(payout)

    @transaction.atomic
    def confirm(self, bank: Any, *, by: Any, key: str, day: Any, at: Any = None) -> Any:
        """It is on the statement of that bank's account, on that day. The entry."""
        payout = Payout.objects.select_for_update(of=("self",)).get(pk=self.pk)
        payout._step("confirm", "paid", by=by, finished_at=at or timezone.now())
        booked = bookings.landlord_paid if payout.purpose == Purpose.ARREARS else bookings.payout_confirmed
        self._follow(payout)
        return booked(bank, payout.cents, key=key, about=payout, day=day, at=at)

    @transaction.atomic
    def come_back(self, bank: Any, *, by: Any, key: str, day: Any, at: Any = None) -> Any:
        """The bank could not pay: it is on the statement again, and the household's own as before. The bank's entry."""
        payout = Payout.objects.select_for_update(of=("self",)).get(pk=self.pk)
        payout._step("come_back", "returned", by=by, finished_at=at or timezone.now())
        code = LANDLORD if payout.purpose == Purpose.ARREARS else PAYABLE
        entry = bookings.payout_came_back(bank, payout.cents, code, key=key, about=payout, day=day, at=at)
        book_of_money().entries.get(key=f"payout:{payout.pk}").reverse(key=f"payout-back:{payout.pk}")
        self._follow(payout)
        return entry

    def _locked(self, by: Any, verb: str) -> Payout:
        payout = (
            Payout.objects.select_for_update(of=("self",), no_key=True)
            .select_related("agreement__ledger", "agreement__tenancy__household")
            .get(pk=self.pk)
        )
        if not by.has_perm(f"risparmio.{verb}_payout", payout):
            raise PermissionDenied
        return payout

    def _must(self, verb: str) -> State:
        target = target_of(self.state, verb)
        if target is None:
            raise NotPossible(_("This was decided on meanwhile."))
        return target

    def _step(self, verb: str, fact: str, *, by: Any, **changes: Any) -> None:
        self.state = self._must(verb)
        for name, value in changes.items():
            setattr(self, name, value)
        self.save()
        record(f"risparmio.payout.{fact}", self, by=by)

    def _follow(self, payout: Payout) -> None:
        """This object is the row again, as it has become."""
        self.__dict__.update(
            {field.attname: getattr(payout, field.attname) for field in self._meta.concrete_fields}
        )
