"""What a household and the agency agree on: how much is put aside each month, until when, and what for.

An agreement has an account in the book of money. Its plans are only ever added to: what holds in a month is the last
plan that both sides have signed for it (`schedule.py`).
"""

from __future__ import annotations

import uuid
from datetime import date
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.events import record
from risparmio.book.accounts import book_of_money, open_household
from risparmio.book.bookings import OWN
from risparmio.reference import reference_for

from .querysets import AgreementQuerySet, PlanQuerySet
from .schedule import Month, Terms, first_of, promised, standing
from .words import LARGEST_GOAL, LARGEST_MONTH, LATEST_DUE_DAY, Asked, Goal, Kind, Side, State


class NotPossible(Exception):
    """Somebody was quicker, or it cannot be any more. The message is for the person, in their language."""


class SavingsAgreement(models.Model):
    """That a household puts money aside while it lives under a service agreement. All of it is theirs."""

    client_id = models.UUIDField(unique=True, editable=False)
    number = models.PositiveIntegerField(_("number"), unique=True, editable=False)
    tenancy = models.ForeignKey(
        "portal.Tenancy", models.PROTECT, related_name="+", verbose_name=_("service agreement")
    )
    ledger = models.OneToOneField("portal.LedgerAccount", models.PROTECT, related_name="+", editable=False)
    # What a transfer says, so that it finds its household (ISO 11649).
    reference = models.CharField(_("reference"), max_length=25, unique=True, editable=False)
    goal = models.CharField(_("goal"), max_length=20, choices=Goal.choices)
    goal_cents = models.PositiveBigIntegerField(_("how much is needed"))
    starts_on = models.DateField(_("starts on"))
    ends_on = models.DateField(_("ends on"))
    match_percent = models.PositiveSmallIntegerField(_("what the agency adds, in per cent"), default=0)
    state = models.CharField(
        _("state"), max_length=20, choices=State.choices, default=State.OPEN, editable=False
    )
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("opened by")
    )
    opened_at = models.DateTimeField(_("opened on"), default=timezone.now, editable=False)
    closed_on = models.DateField(_("closed on"), null=True, editable=False)

    objects = AgreementQuerySet.as_manager()

    class Meta:
        verbose_name = _("savings agreement")
        verbose_name_plural = _("savings agreements")
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["tenancy"], condition=~Q(state=State.CLOSED), name="savings_agreement_one_running"
            ),
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")), name="savings_agreement_in_order"
            ),
            models.CheckConstraint(
                condition=Q(goal_cents__gt=0, goal_cents__lte=LARGEST_GOAL), name="savings_goal_is_an_amount"
            ),
            models.CheckConstraint(condition=Q(match_percent__lte=100), name="savings_match_is_a_share"),
            models.CheckConstraint(
                condition=Q(closed_on=None) ^ Q(state=State.CLOSED), name="savings_agreement_closed_on_a_day"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} · {self.tenancy.household}"

    def get_absolute_url(self) -> str:
        return reverse("risparmio:agreement", args=[self.pk])

    @classmethod
    @transaction.atomic
    def open(
        cls,
        *,
        by: Any,
        client_id: uuid.UUID,
        tenancy: Any,
        goal: str,
        goal_cents: int,
        starts_on: date,
        ends_on: date,
        cents: int,
        due_day: int,
        match_percent: int = 0,
        at: Any = None,
    ) -> SavingsAgreement:
        """Open it with its first plan, signed by the agency; the household signs it afterwards. The same `client_id`
        again is the same agreement. Raises NotPossible where that household has one already, PermissionDenied.

        cents: a month. at: when, where that is not now (a demo tells what is past).
        """
        if not by.has_perm("risparmio.open_savingsagreement", tenancy):
            raise PermissionDenied
        book_of_money().lock()  # one after the other: the number counts without gaps
        if known := cls.objects.filter(client_id=client_id).first():
            return known
        if cls.objects.filter(tenancy=tenancy).exclude(state=State.CLOSED).exists():
            raise NotPossible(_("This household has a savings agreement already."))
        number = (cls.objects.aggregate(last=models.Max("number"))["last"] or 0) + 1
        agreement = cls.objects.create(
            client_id=client_id,
            number=number,
            tenancy=tenancy,
            ledger=open_household(),
            reference=reference_for(number),
            goal=goal,
            goal_cents=goal_cents,
            starts_on=starts_on,
            ends_on=ends_on,
            match_percent=match_percent,
            opened_by=by,
            opened_at=at or timezone.now(),
        )
        record("risparmio.agreement.opened", agreement, by=by)
        SavingsPlan._propose(
            agreement,
            by=by,
            side=Side.AGENCY,
            client_id=client_id,
            kind=Kind.FIRST,
            since=starts_on,
            cents=cents,
            due_day=due_day,
            at=at,
        )
        return agreement

    @property
    def household(self) -> Any:
        return self.tenancy.household

    def names_of_adults(self) -> list[str]:
        """Of those who live in the household now."""
        members = self.household.members.all()
        return [one.person.display_name for one in members if one.is_adult and one.until is None]

    def promised_now(self) -> int:
        """Cents, of this month."""
        month = first_of(timezone.localdate())
        holding = [plan for plan in self._agreed() if plan.terms.hold_in(month)]
        return holding[-1].cents if holding else 0

    def _agreed(self) -> list[SavingsPlan]:
        known = getattr(self, "plans_agreed", None)  # of many, fetched together
        return list(self.plans.agreed()) if known is None else known

    def still_runs(self) -> bool:
        """Asked anew: whoever looks at an old page may think so."""
        return SavingsAgreement.objects.running().filter(pk=self.pk).exists()

    @property
    def held(self) -> int:
        """Cents that are the household's now."""
        return -self.ledger.balance()

    def paid_in(self) -> int:
        """Cents that the household itself has put aside, whatever it took out again; not what the agency added."""
        own = self.ledger.postings.filter(entry__kind__in=OWN).aggregate(total=models.Sum("amount"))["total"]
        return -(own or 0)

    def close_if_done(self, *, by: Any, at: Any = None) -> None:
        """Whoever moves on and has received all of it has no agreement any more."""

    def months(self, today: date | None = None) -> list[Month]:
        """Promised and paid, month by month, as of today."""
        terms = [plan.terms for plan in self._agreed()]
        rows = promised(terms, self.starts_on, self.ends_on)
        return standing(rows, self.paid_in(), today or timezone.localdate())


class SavingsPlan(models.Model):
    """How much a month from a month on, as one side proposes and both sign. Never changed: a new one follows."""

    client_id = models.UUIDField(editable=False)
    agreement = models.ForeignKey(
        SavingsAgreement, models.CASCADE, related_name="plans", verbose_name=_("savings agreement")
    )
    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices)
    since = models.DateField(_("from the month of"))
    until = models.DateField(_("until the month of"), null=True, blank=True)
    cents = models.PositiveBigIntegerField(_("each month"))
    due_day = models.PositiveSmallIntegerField(_("on which day"))
    reason = models.CharField(_("reason"), max_length=500, blank=True)
    state = models.CharField(
        _("state"), max_length=20, choices=Asked.choices, default=Asked.PROPOSED, editable=False
    )
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("proposed by")
    )
    proposed_at = models.DateTimeField(_("proposed on"), default=timezone.now, editable=False)
    decided_at = models.DateTimeField(null=True, editable=False)

    objects = PlanQuerySet.as_manager()

    class Meta:
        verbose_name = _("savings plan")
        verbose_name_plural = _("savings plans")
        ordering = ["agreement", "id"]
        constraints = [
            models.UniqueConstraint(fields=["agreement", "client_id"], name="savings_plan_sent_once"),
            models.UniqueConstraint(
                fields=["agreement"], condition=Q(state=Asked.PROPOSED), name="savings_plan_one_waits"
            ),
            models.CheckConstraint(
                condition=Q(cents__lte=LARGEST_MONTH)
                & (
                    Q(kind=Kind.PAUSE, cents=0, until__isnull=False)
                    | (~Q(kind=Kind.PAUSE) & Q(cents__gt=0, until=None))
                ),
                name="savings_plan_is_an_amount_or_a_pause",
            ),
            models.CheckConstraint(
                condition=Q(until=None) | Q(until__gte=F("since")), name="savings_plan_in_order"
            ),
            models.CheckConstraint(
                condition=Q(due_day__gte=1, due_day__lte=LATEST_DUE_DAY), name="savings_plan_due_on_a_day"
            ),
            models.CheckConstraint(
                condition=Q(kind=Kind.FIRST) | ~Q(reason=""), name="savings_plan_change_has_a_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} · {self.since:%m/%Y}"

    @property
    def terms(self) -> Terms:
        return Terms(since=self.since, until=self.until, cents=self.cents, due_day=self.due_day)

    @classmethod
    @transaction.atomic
    def propose(
        cls,
        agreement: SavingsAgreement,
        *,
        by: Any,
        client_id: uuid.UUID,
        kind: str,
        since: date,
        cents: int,
        due_day: int,
        reason: str,
        until: date | None = None,
        at: Any = None,
    ) -> SavingsPlan:
        """A change or a pause, of the household or the agency; whoever proposes it signs for their side.

        The same `client_id` again is the same plan. Raises NotPossible where another one waits, or for months that are
        over; PermissionDenied.
        """
        side = side_of(by, agreement)
        SavingsAgreement.objects.select_for_update(no_key=True).get(pk=agreement.pk)
        if known := agreement.plans.filter(client_id=client_id).first():
            return known
        if agreement.plans.filter(state=Asked.PROPOSED).exists():
            raise NotPossible(_("Another proposal waits for a signature. Decide on that one first."))
        if first_of(since) < first_of(timezone.localdate(at)):
            raise NotPossible(_("A plan begins with this month or a later one."))
        return cls._propose(
            agreement,
            by=by,
            side=side,
            client_id=client_id,
            kind=kind,
            since=since,
            until=until,
            cents=cents,
            due_day=due_day,
            reason=reason,
            at=at,
        )

    @classmethod
    def _propose(
        cls, agreement: SavingsAgreement, *, by: Any, side: Side, at: Any, **terms: Any
    ) -> SavingsPlan:
        plan = cls.objects.create(
            agreement=agreement, proposed_by=by, proposed_at=at or timezone.now(), **terms
        )
        plan.signatures.create(person=by, side=side, at=plan.proposed_at)
        record("risparmio.plan.proposed", plan, by=by, side=side.value)
        return plan

    @transaction.atomic
    def sign(self, *, by: Any, on_paper: bool = False, at: Any = None) -> None:
        """The other side agrees, and it holds. Twice is once. on_paper: staff write down what a household has signed.

        Raises NotPossible where it was decided otherwise meanwhile; PermissionDenied.
        """
        plan = self._locked()
        side = Side.HOUSEHOLD if on_paper else side_of(by, plan.agreement)
        if on_paper and not by.has_perm("risparmio.write_down_signature", plan.agreement):
            raise PermissionDenied
        if plan.signatures.filter(side=side).exists():
            return
        if plan.state != Asked.PROPOSED:
            raise NotPossible(_("This proposal was decided on meanwhile."))
        at = at or timezone.now()
        plan.signatures.create(person=by, side=side, on_paper=on_paper, at=at)
        plan._decide(Asked.AGREED, "agreed", by=by, at=at)
        self.state = plan.state

    @transaction.atomic
    def decline(self, *, by: Any) -> None:
        """The other side does not agree; whoever proposed it takes it back. Nothing changes then."""
        plan = self._locked()
        side = side_of(by, plan.agreement)
        if plan.state != Asked.PROPOSED:
            raise NotPossible(_("This proposal was decided on meanwhile."))
        own = plan.signatures.filter(side=side).exists()
        plan._decide(Asked.WITHDRAWN if own else Asked.DECLINED, "withdrawn" if own else "declined", by=by)
        self.state = plan.state

    def _locked(self) -> SavingsPlan:
        return (
            SavingsPlan.objects.select_for_update(of=("self",), no_key=True)
            .select_related("agreement__tenancy__household")
            .get(pk=self.pk)
        )

    def _decide(self, state: Asked, verb: str, *, by: Any, at: Any = None) -> None:
        self.state, self.decided_at = state, at or timezone.now()
        self.save(update_fields=["state", "decided_at"])
        record(f"risparmio.plan.{verb}", self, by=by)


class PlanSignature(models.Model):
    """That one side agrees to a plan: who, when, and whether on paper (then `person` is whoever wrote it down)."""

    plan = models.ForeignKey(SavingsPlan, models.CASCADE, related_name="signatures")
    side = models.CharField(max_length=20, choices=Side.choices)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    on_paper = models.BooleanField(default=False)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("signature of a savings plan")
        verbose_name_plural = _("signatures of savings plans")
        ordering = ["plan", "at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "side"], name="savings_plan_signed_once_by_each_side"),
            models.UniqueConstraint(
                fields=["plan", "person"],
                condition=Q(on_paper=False),
                name="savings_plan_nobody_signs_for_both",
            ),
            models.CheckConstraint(
                condition=Q(on_paper=False) | Q(side=Side.HOUSEHOLD),
                name="savings_plan_paper_is_the_households",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.plan_id}: {self.get_side_display()}"


def side_of(user: Any, agreement: SavingsAgreement) -> Side:
    """For whom somebody signs. Raises PermissionDenied for whoever belongs to neither side."""
    if user.has_perm("risparmio.sign_for_household", agreement):
        return Side.HOUSEHOLD
    if user.has_perm("risparmio.sign_for_agency", agreement):
        return Side.AGENCY
    raise PermissionDenied
