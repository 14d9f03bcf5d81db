"""Money that comes in over a desk's counter, and money that goes back to a household: two people for each payout."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.events import record
from portal.ledger import BadAmount
from portal.ui.characters import in_one_line
from risparmio.agreements.models import NotPossible, SavingsAgreement
from risparmio.agreements.rules import is_theirs
from risparmio.agreements.statement import words_of
from risparmio.agreements.words import Side
from risparmio.agreements.words import State as AgreementState
from risparmio.book import bookings
from risparmio.book.accounts import LANDLORD, PAYABLE, book_of_money, till_of
from risparmio.book.models import BankAccount
from risparmio.reference import grouped
from risparmio.sent import body_of, sent_before

from .epc import sepa_iban
from .pain001 import LONGEST_TEXT, sepa_name, sepa_text
from .querysets import PayoutQuerySet, ReceiptQuerySet
from .tills import CashCount, CashTrip
from .words import DECIDED, OPEN, TOLD, Purpose, Refusal, State, explained
from .workflow import target_of


class CashReceipt(models.Model):
    """That a desk took cash, under a number that counts without gaps in its year. Taken back, it keeps its number."""

    client_id = models.UUIDField(unique=True, editable=False)
    body = models.CharField(max_length=64, editable=False)
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
    voided_at = models.DateTimeField(pgettext_lazy("a receipt", "taken back on"), null=True, editable=False)
    voided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name=pgettext_lazy("a receipt", "taken back by"),
    )
    void_reason = models.CharField(_("why it was taken back"), max_length=200, blank=True)
    # The one that was written for the wrong household, where this stands in its place: no cash came in for it.
    instead_of = models.OneToOneField(
        "self",
        models.SET_NULL,
        null=True,
        editable=False,
        related_name="moved_to",
        verbose_name=_("instead of the receipt"),
    )

    objects = ReceiptQuerySet.as_manager()

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
            # Nobody pockets what they gave a receipt for.
            models.CheckConstraint(
                condition=Q(voided_by=None) | (Q(voided_at__isnull=False) & ~Q(voided_by=F("received_by"))),
                name="cash_receipt_taken_back_by_another",
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
        instead_of: CashReceipt | None = None,
    ) -> CashReceipt:
        """Book cash and give it the next number of the year. The same `client_id` and body again is the same receipt.

        Raises OtherBody, BadAmount, DayClosed, PermissionDenied; NotPossible where the agreement has ended.
        """
        if not by.has_perm("risparmio.take_cash", agreement):
            raise PermissionDenied
        body = body_of(agreement=agreement.pk, desk=desk.pk, cents=cents)
        book_of_money().lock()  # the number counts without gaps, as the journal does
        if known := sent_before(cls.objects.all(), client_id, body):
            return known
        if not agreement.still_runs():
            raise NotPossible(_("This savings agreement has ended."))
        at = at or timezone.now()
        day = timezone.localdate(at)
        entry = bookings.cash_in(
            desk.pk, agreement.ledger, cents, key=f"cash:{client_id}", about=agreement, day=day, at=at
        )
        last = cls.objects.filter(year=day.year).aggregate(number=models.Max("number"))["number"]
        receipt = cls.objects.create(
            client_id=client_id,
            body=body,
            year=day.year,
            number=(last or 0) + 1,
            agreement=agreement,
            desk=desk,
            cents=cents,
            entry=entry,
            received_by=by,
            received_at=at,
            instead_of=instead_of,
        )
        record("risparmio.cash.received", receipt, by=by)
        return receipt

    @transaction.atomic
    def take_back(self, *, by: Any, reason: str, at: Any = None) -> None:
        """It was a mistake: the entry is reversed, the number stays used. Twice is once.

        By another person than who took the cash, and before the desk's cash is counted or carried away. Raises
        NotPossible, ValueError for a reason that says nothing, PermissionDenied.
        """
        if not by.has_perm("risparmio.take_back_cashreceipt", self):
            raise PermissionDenied
        reason = explained(reason)
        book_of_money().lock()
        receipt = (
            CashReceipt.objects.select_for_update(of=("self",), no_key=True)
            .select_related("entry", "agreement__ledger")
            .get(pk=self.pk)
        )
        if receipt.voided_at is None:
            if why_not := receipt.why_it_stands():
                raise NotPossible(why_not)
            receipt._void(by, reason, at)
        self._follow(receipt)

    @transaction.atomic
    def move(self, to: SavingsAgreement, *, by: Any, reason: str, at: Any = None) -> CashReceipt:
        """It was another household's: this one is taken back and keeps its number, and `to` gets a receipt of its own.
        Also after the cash was counted or carried away, as no cash moves. Twice is once.

        By another person than who took the cash, and who is of neither household. Raises NotPossible where the
        household has taken out of it, where `to` is its own or has ended, or where the receipt was taken back;
        ValueError for a reason that says nothing, PermissionDenied.
        """
        if not by.has_perm("risparmio.take_back_cashreceipt", self) or not by.has_perm(
            "risparmio.take_cash", to
        ):
            raise PermissionDenied
        reason = explained(reason)
        book_of_money().lock()
        receipt = (
            CashReceipt.objects.select_for_update(of=("self",), no_key=True)
            .select_related("entry", "agreement__ledger", "desk")
            .get(pk=self.pk)
        )
        if known := CashReceipt.objects.filter(instead_of=receipt, agreement=to).first():
            self._follow(receipt)
            return known
        if receipt.voided_at is not None:
            raise NotPossible(_("This receipt was taken back meanwhile."))
        if to.pk == receipt.agreement_id:
            raise NotPossible(_("This is the household for which it was written."))
        if receipt.agreement.held < receipt.cents:
            raise NotPossible(_("The household has taken out of it meanwhile: the receipt stands."))
        receipt._void(by, reason, at)
        moved = CashReceipt.take(
            to,
            by=by,
            desk=receipt.desk,
            cents=receipt.cents,
            client_id=uuid.uuid5(receipt.client_id, "moved"),
            at=at,
            instead_of=receipt,
        )
        self._follow(receipt)
        return moved

    def _void(self, by: Any, reason: str, at: Any) -> None:
        day = timezone.localdate(at) if at else None
        self.entry.reverse(key=f"cash-back:{self.pk}", day=day, at=at)
        self.voided_at, self.voided_by, self.void_reason = at or timezone.now(), by, reason
        self.save(update_fields=["voided_at", "voided_by", "void_reason"])
        record("risparmio.cash.taken_back", self, by=by)

    def _follow(self, receipt: CashReceipt) -> None:
        self.voided_at, self.voided_by, self.void_reason = (
            receipt.voided_at,
            receipt.voided_by,
            receipt.void_reason,
        )

    @property
    def taken_by(self) -> set[int | None]:
        """Through whose hands it went, by their ids: who took the cash, and who moved the receipt since."""
        receipt, people = self, {self.received_by_id}
        while receipt.instead_of is not None:
            receipt = receipt.instead_of
            people.add(receipt.received_by_id)
        return people

    @property
    def cash_came_at(self) -> Any:
        """When it was on the table: of a receipt that stands instead of another, when that one was written."""
        receipt = self
        while receipt.instead_of is not None:
            receipt = receipt.instead_of
        return receipt.received_at

    def why_it_stands(self) -> Any:
        """Why it can be taken back no more, in words; "" where it can. The ledger takes back whatever the limits."""
        since, came = {"desk": self.desk_id}, self.cash_came_at
        if (
            CashCount.objects.filter(**since, counted_at__gte=came).exists()
            or CashTrip.objects.filter(**since, carried_at__gte=came, taken_back_at=None).exists()
        ):
            return _(
                "The cash of this desk was counted or carried to the bank meanwhile: the receipt stands."
            )
        if till_of(self.desk_id).balance() < self.cents:
            return _("There is less cash at this desk by now than the receipt says: it stands.")
        if self.agreement.held < self.cents:
            return _("The household has taken out of it meanwhile: the receipt stands.")
        return ""


class Payout(models.Model):
    """That a household gets back what is its own: asked for, approved by somebody else, ordered, seen at the bank."""

    client_id = models.UUIDField(editable=False)
    body = models.CharField(max_length=64, editable=False)
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
    # Of what was approved (`terms`): what the bank is told is that, and nothing else.
    approved_digest = models.CharField(max_length=64, blank=True, editable=False)
    # What is set against arrears, and whatever others have asked for: before anybody says yes to it.
    needs_signature = models.BooleanField(_("the household has to sign"), default=False, editable=False)
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
    # Then `signed_by` is whoever of the agency has the paper and wrote it down.
    signed_on_paper = models.BooleanField(_("signed on paper"), default=False, editable=False)
    # Chosen, in whatever language somebody reads; or in the words of whoever decided; or both.
    refusal_reason = models.CharField(
        pgettext_lazy("of a payout", "reason"),
        max_length=20,
        choices=Refusal.choices,
        blank=True,
        editable=False,
    )
    refusal = models.CharField(_("why not"), max_length=300, blank=True)
    # In one file for the bank, and never in two.
    transfer = models.ForeignKey(
        "risparmio.TransferOrder", models.PROTECT, null=True, related_name="payouts", verbose_name=_("file")
    )
    # The line of a statement that confirms it: one. A line may confirm several, which the bank has paid in one sum.
    line = models.ForeignKey(
        "risparmio.BankLine", models.PROTECT, null=True, related_name="payouts", editable=False
    )
    ordered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("ordered by")
    )
    ordered_at = models.DateTimeField(_("ordered on"), null=True, editable=False)
    # Where it went on no statement, since the bank did not do it: who has found that out, and how.
    given_up_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("written down by that the bank did not pay"),
    )
    failure = models.CharField(_("why the bank did not pay"), max_length=300, blank=True)
    entry = models.OneToOneField(
        "portal.LedgerEntry", models.PROTECT, null=True, related_name="+", editable=False
    )
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
            models.CheckConstraint(
                condition=~Q(purpose=Purpose.ARREARS) | Q(needs_signature=True),
                name="payout_of_arrears_needs_a_signature",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=DECIDED, needs_signature=True)
                | Q(signed_by__isnull=False, signed_at__isnull=False),
                name="payout_that_others_asked_for_is_signed",
            ),
            models.CheckConstraint(
                condition=Q(signed_by=None)
                | (
                    (Q(approved_by=None) | ~Q(approved_by=F("signed_by")))
                    & (Q(seconded_by=None) | ~Q(seconded_by=F("signed_by")))
                ),
                name="payout_signer_does_not_approve",
            ),
            models.CheckConstraint(
                condition=Q(signed_on_paper=False)
                | (Q(signed_by__isnull=False) & ~Q(signed_by=F("requested_by"))),
                name="payout_paper_is_written_down_by_another",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=DECIDED) | ~Q(approved_digest=""), name="payout_says_what_was_approved"
            ),
            models.CheckConstraint(
                condition=Q(state__in=TOLD, entry__isnull=False) | (~Q(state__in=TOLD) & Q(entry=None)),
                name="payout_is_booked_when_ordered",
            ),
            # Whoever told the bank does not take it back too: the household would have it twice, and one person know.
            models.CheckConstraint(
                condition=Q(given_up_by=None, failure="")
                | (
                    Q(state=State.RETURNED, given_up_by__isnull=False)
                    & ~Q(failure="")
                    & ~Q(given_up_by=F("ordered_by"))
                    & ~Q(given_up_by=F("requested_by"))
                ),
                name="payout_given_up_by_another_with_a_reason",
            ),
            models.CheckConstraint(
                condition=~Q(state=State.REFUSED) | ~Q(refusal="") | ~Q(refusal_reason=""),
                name="payout_refused_with_a_reason",
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

    @property
    def text(self) -> str:
        """What stands on the statement of whoever is paid. A landlord reads whose arrears these are, and of which home:
        the reference is ours, and tells them nothing."""
        said = f"Risparmio {self.agreement.reference}"
        if self.purpose != Purpose.ARREARS:
            return said
        who = next((person.display_name for person in self.agreement.adults), "")
        whose = sepa_text(f"Arretrati {who}, {self.agreement.tenancy.dwelling}")
        return f"{whose[: LONGEST_TEXT - len(said) - 2]}, {said}"

    def is_to_another(self, names: Iterable[str]) -> bool:
        """Whether nobody of the household is called as the account is; of arrears that is no news. names: of its
        adults, as they are called now."""
        payee = words_of(self.payee)
        known = any(name <= payee or payee <= name for name in map(words_of, names))
        return self.purpose != Purpose.ARREARS and not known

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
        """Ask for it, as an adult of the household or its caseworker. The same `client_id` and body is the same payout.

        Where it is not the household that asks, it has to sign. Raises NotPossible where there is not so much, while
        another one waits, for EXIT of whoever stays or has not signed the final statement, and for an IBAN that is not
        the household's to be paid to; BadAmount, NotTransferable (the name) and NotPayable (the IBAN) for what no bank
        could pay; ValueError for no purpose; OtherBody, PermissionDenied.
        """
        if not by.has_perm("risparmio.request_payout", agreement):
            raise PermissionDenied
        if type(cents) is not int or cents <= 0:
            raise BadAmount(f"{cents!r} is no amount of cents above zero")
        told = {
            "cents": cents,
            "purpose": Purpose(purpose).value,
            "payee": in_one_line(payee),
            "iban": sepa_iban(iban),
            "note": note.strip(),
        }
        sepa_name(told["payee"])
        body = body_of(**told)
        agreement = (
            SavingsAgreement.objects.select_for_update(of=("self",), no_key=True)
            .select_related("ledger", "tenancy__household")
            .get(pk=agreement.pk)
        )
        if known := sent_before(cls.objects.filter(agreement=agreement), client_id, body):
            return known
        if agreement.state == AgreementState.CLOSED:
            raise NotPossible(_("This savings agreement has ended."))
        if agreement.payouts.open().exists():
            raise NotPossible(_("Another payout is on its way. One can ask for the next when it has ended."))
        held = agreement.held
        if cents > held:
            raise NotPossible(_("This is more than there is."))
        if purpose == Purpose.EXIT:
            _must_have_signed_the_end(agreement)
        if purpose == Purpose.EXIT and cents != held:
            raise NotPossible(_("When the household moves on, all of it goes back: not a part."))
        if purpose != Purpose.ARREARS and _is_kept_for_others(told["iban"]):
            raise NotPossible(
                _(
                    "This is an account of the agency or of a landlord. What goes there is for what is owed to the "
                    "landlord: choose that, and the household signs it."
                )
            )
        payout = cls.objects.create(
            agreement=agreement,
            client_id=client_id,
            body=body,
            requested_by=by,
            requested_at=at or timezone.now(),
            needs_signature=purpose == Purpose.ARREARS or not is_theirs.test(by, agreement),
            **told,
        )
        record("risparmio.payout.requested", payout, by=by)
        return payout

    @property
    def terms(self) -> str:
        """The digest of what one approves: how much, what for, to whom, where to."""
        return body_of(cents=self.cents, purpose=self.purpose, payee=self.payee, iban=self.iban)

    @transaction.atomic
    def approve(self, *, by: Any, at: Any = None) -> None:
        """The second person says yes; of arrears the third one, too. Where the household has to sign, after it has.

        Twice by the same person is once. Raises NotPossible where somebody was quicker, or where all of it goes back
        and the household stays; PermissionDenied.
        """
        payout = self._locked(by, "approve")
        at = at or timezone.now()
        if by.pk in (payout.approved_by_id, payout.seconded_by_id):
            return self._follow(payout)
        payout._must("approve")
        payout._must_still_leave()
        if payout.lacks_signature:
            raise NotPossible(_("The household has not signed for this yet."))
        if payout.approved_by_id is None:
            payout.approved_by, payout.approved_at, payout.approved_digest = by, at, payout.terms
            if payout.purpose == Purpose.ARREARS:
                payout.save(update_fields=["approved_by", "approved_at", "approved_digest"])
                record("risparmio.payout.first_approved", payout, by=by)
                return self._follow(payout)
        else:
            payout._must_be_as_approved()
            payout.seconded_by = by
        payout._step("approve", "approved", by=by)
        return self._follow(payout)

    @transaction.atomic
    def refuse(self, *, by: Any, reason: str = "", why: str = "", at: Any = None) -> None:
        """why: a Refusal, or "" for a reason in own words alone.

        Raises NotPossible where somebody was quicker, ValueError for a reason of no words and for no Refusal;
        PermissionDenied.
        """
        payout = self._locked(by, "refuse")
        payout.refusal_reason = Refusal(why).value if why else ""
        payout.refusal = explained(reason) if reason or not why else ""
        payout._step("refuse", "refused", by=by, finished_at=at or timezone.now())
        self._follow(payout)

    @transaction.atomic
    def withdraw(self, *, by: Any, at: Any = None) -> None:
        payout = self._locked(by, "withdraw")
        payout._step("withdraw", "withdrawn", by=by, finished_at=at or timezone.now())
        self._follow(payout)

    @transaction.atomic
    def sign(self, *, by: Any, on_paper: bool = False, at: Any = None) -> None:
        """The household signs what others have asked for, and what is set against arrears. Twice is once. on_paper:
        somebody of the agency who did not ask for it has the paper, and does not approve it either.

        Raises NotPossible where nothing is to be signed; PermissionDenied.
        """
        payout = self._locked(by, "write_down_signature_of" if on_paper else "sign")
        if payout.signed_at is None:
            payout._must("approve")
            if not payout.needs_signature:
                raise NotPossible(_("The household has asked for this itself: it need not sign."))
            payout.signed_by, payout.signed_at, payout.signed_on_paper = by, at or timezone.now(), on_paper
            payout.save(update_fields=["signed_by", "signed_at", "signed_on_paper"])
            record(
                "risparmio.payout.signed_on_paper" if on_paper else "risparmio.payout.signed", payout, by=by
            )
        self._follow(payout)

    @transaction.atomic
    def order(self, *, by: Any, at: Any = None) -> None:
        """The bank is told: from now on the household has it no more. Raises NotPossible, LimitReached where there is
        less by now, DayClosed, PermissionDenied."""
        book_of_money().lock()  # before rows of our own, as wherever something is booked: nobody waits for ever
        payout = self._locked(by, "order")
        payout._must("order")
        payout._must_be_as_approved()
        payout._must_still_leave()
        at = at or timezone.now()
        booked = bookings.offset_arrears if payout.purpose == Purpose.ARREARS else bookings.order_payout
        entry = booked(
            payout.agreement.ledger,
            payout.cents,
            key=f"payout:{payout.pk}",
            about=payout,
            day=timezone.localdate(at),
            at=at,
        )
        payout._step("order", "ordered", by=by, ordered_by=by, ordered_at=at, entry=entry)
        self._follow(payout)

    @transaction.atomic
    def give_up(self, *, by: Any, reason: str, at: Any = None) -> None:
        """The bank did not do it, and it will stand on no statement: it is the household's own as before.

        By another person than who ordered it or asked for it. Raises NotPossible where it is on a statement, or may be:
        while a line of so much or more that went out is not settled; ValueError for a reason of no words;
        PermissionDenied.
        """
        book_of_money().lock()  # no line comes in meanwhile
        payout = self._locked(by, "give_up")
        payout._must("give_up")
        lines = apps.get_model("risparmio", "BankLine").objects.unknown()
        if lines.filter(cents__lte=-payout.cents).exists():
            raise NotPossible(
                _(
                    "A line of the bank that went out is not known yet. It may be this payout: settle it first."
                )
            )
        payout.failure, payout.given_up_by = explained(reason), by
        payout._step("give_up", "given_up", by=by, finished_at=at or timezone.now())
        payout.entry.reverse(
            key=f"payout-back:{payout.pk}", day=timezone.localdate(at) if at else None, at=at
        )
        self._follow(payout)

    @transaction.atomic
    def confirm(self, bank: Any, *, by: Any, key: str, day: Any, at: Any = None) -> Any:
        """It is on the statement of that bank's account, on that day. The entry."""
        book_of_money().lock()  # before rows of our own, as wherever something is booked
        payout = Payout.objects.select_for_update(of=("self",)).select_related("agreement").get(pk=self.pk)
        payout._step("confirm", "paid", by=by, finished_at=at or timezone.now())
        booked = bookings.landlord_paid if payout.purpose == Purpose.ARREARS else bookings.payout_confirmed
        entry = booked(bank, payout.cents, key=key, about=payout, day=day, at=at)
        payout.agreement.close_if_done(by=by, at=at)
        self._follow(payout)
        return entry

    @transaction.atomic
    def come_back(self, bank: Any, *, by: Any, key: str, day: Any, at: Any = None, kept: int = 0) -> Any:
        """The bank could not pay: it is on the statement again, and the household's own as before. The bank's entry.
        kept: cents that banks kept of it, which the agency bears.
        """
        book_of_money().lock()
        payout = (
            Payout.objects.select_for_update(of=("self",))
            .select_related("entry", "agreement")
            .get(pk=self.pk)
        )
        payout._step("come_back", "returned", by=by, finished_at=at or timezone.now())
        code = LANDLORD if payout.purpose == Purpose.ARREARS else PAYABLE
        booked = {"key": key, "about": payout, "day": day, "at": at}
        entry = bookings.payout_came_back(bank, payout.cents, code, kept=kept, **booked)
        # Not before it was ordered: on no day does the household have it twice.
        undone = {"day": max(day, payout.entry.day) if day else None, "at": at}
        payout.entry.reverse(key=f"payout-back:{payout.pk}", **undone)
        if not payout.agreement.reopen_if_held(by=by):
            payout.agreement.pass_on(key=f"payout-on:{payout.pk}", about=payout, **undone)
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

    @property
    def grouped_iban(self) -> str:
        """As people read it: in groups of four."""
        return grouped(self.iban)

    @property
    def is_under_way(self) -> bool:
        return self.state in OPEN

    @property
    def gives_all_back(self) -> bool:
        return self.purpose == Purpose.EXIT

    @property
    def has_a_yes(self) -> bool:
        """A second person has agreed, and the bank has not sent it back."""
        return self.state in (State.APPROVED, State.ORDERED, State.PAID)

    @property
    def is_paid(self) -> bool:
        return self.state == State.PAID

    @property
    def lacks_signature(self) -> bool:
        return self.needs_signature and self.signed_at is None

    def _must_still_leave(self) -> None:
        """Whoever stays does not get all of it back."""
        if self.purpose == Purpose.EXIT and self.agreement.state != AgreementState.LEAVING:
            raise NotPossible(_("The household stays: all of it would go back only if it moved on."))

    def _must(self, verb: str) -> State:
        target = target_of(self.state, verb)
        if target is None:
            raise NotPossible(_("This was decided on meanwhile."))
        return target

    def _must_be_as_approved(self) -> None:
        if self.approved_digest != self.terms:
            raise NotPossible(_("This is not what was approved: somebody has changed it. It is not paid."))

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


def _must_have_signed_the_end(agreement: SavingsAgreement) -> None:
    """What goes back in the end is what the household has read and signed. Raises NotPossible."""
    if agreement.state != AgreementState.LEAVING:
        raise NotPossible(_("All of it goes back when the household moves on. That has not been said yet."))
    last = agreement.final_statements.first()
    signed = last is not None and last.signatures.filter(side=Side.HOUSEHOLD).exists()
    if not signed or last.is_outdated:
        raise NotPossible(
            _("First the household reads and signs the final statement. Then all of it goes back.")
        )


def _is_kept_for_others(iban: str) -> bool:
    """Whether it is the agency's, or a landlord's to whom arrears were paid: no household gets its own there."""
    arrears = Payout.objects.filter(purpose=Purpose.ARREARS, iban=iban, state__in=DECIDED)
    return BankAccount.objects.filter(iban=iban).exists() or arrears.exists()
