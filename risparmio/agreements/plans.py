"""How much a month from a month on, until when, and what for: proposed by one side, signed by both, never changed."""

from __future__ import annotations

import uuid
from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.db import models, transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.events import record
from risparmio.sent import body_of, sent_before

from .errors import NotPossible
from .limits import REASON_LIMIT, check_aim, check_plan
from .querysets import PlanQuerySet
from .schedule import Terms, due_in, first_of, following
from .signing import Signature, put, side_of, side_to_sign, signed_once
from .words import LARGEST_GOAL, LARGEST_MONTH, LATEST_DUE_DAY, Asked, Goal, Kind, Side, State

AIMED = (Kind.FIRST, Kind.AIM)


class SavingsPlan(models.Model):
    """How much a month from a month on, as one side proposes and both sign. Never changed: a new one follows.

    The first one also says until when the agreement runs and what for. One of the kind `AIM` says that alone, and
    promises nothing: what was agreed for a month goes on.
    """

    client_id = models.UUIDField(editable=False)
    body = models.CharField(max_length=64, editable=False)
    agreement = models.ForeignKey(
        "risparmio.SavingsAgreement",
        models.CASCADE,
        related_name="plans",
        verbose_name=_("savings agreement"),
    )
    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices)
    since = models.DateField(_("from the month of"))
    until = models.DateField(_("until the month of"), null=True, blank=True)
    cents = models.PositiveBigIntegerField(_("each month"))
    due_day = models.PositiveSmallIntegerField(_("on which day"))
    ends_on = models.DateField(_("ends on"), null=True, blank=True)
    goal = models.CharField(_("goal"), max_length=20, choices=Goal.choices, blank=True)
    goal_cents = models.PositiveBigIntegerField(_("how much is needed"), null=True, blank=True)
    reason = models.CharField(_("reason"), max_length=REASON_LIMIT, blank=True)
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
                    | Q(kind=Kind.AIM, cents=0, until=None)
                    | (~Q(kind__in=(Kind.PAUSE, Kind.AIM)) & Q(cents__gt=0, until=None))
                ),
                name="savings_plan_is_an_amount_or_a_pause",
            ),
            models.CheckConstraint(
                condition=(
                    Q(kind__in=AIMED, ends_on__isnull=False, goal_cents__isnull=False)
                    & Q(goal_cents__gt=0, goal_cents__lte=LARGEST_GOAL)
                    & ~Q(goal="")
                )
                | (~Q(kind__in=AIMED) & Q(ends_on=None, goal="", goal_cents=None)),
                name="savings_plan_says_what_for",
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
        """A promise begins with the month in which the second side signed, at the earliest: nobody is late with what
        was not agreed yet. A pause holds from its own month on, also where it was signed afterwards.

        Where a new end was signed after the old one had passed, the months between are free: nobody had promised them.
        """
        agreed_on = timezone.localdate(self.decided_at) if self.decided_at else None
        since, until = self.since, self.until
        if self.kind == Kind.AIM:
            until = self._last_free(agreed_on or since)
        elif self.kind != Kind.PAUSE and agreed_on:
            since = max(since, first_of(agreed_on))
        return Terms(
            since=since,
            until=until,
            cents=self.cents,
            due_day=self.due_day,
            agreed_on=agreed_on,
            named=self.since,
        )

    def _last_free(self, agreed_on: date) -> date:
        """The last month whose day had passed when a new end was signed."""
        month = first_of(agreed_on)
        return month if due_in(month, self.due_day) < agreed_on else month - timedelta(days=1)

    @classmethod
    @transaction.atomic
    def propose(
        cls,
        agreement: Any,
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

        The same `client_id` and body again is the same plan; raises OtherBody for another body under that id,
        NotPossible where another one waits or the agreement ends, ValidationError by field, PermissionDenied.
        """
        side = side_of(by, agreement)
        now = agreement._locked()
        said = {
            "kind": kind,
            "since": since,
            "until": until,
            "cents": cents,
            "due_day": due_day,
            "reason": reason,
        }
        if known := sent_before(agreement.plans.all(), client_id, body_of(**said)):
            return known
        check_plan(
            **said,
            starts_on=now.starts_on,
            ends_on=now.ends_on,
            today=timezone.localdate(at),
        )
        _check_may_change(now)
        return cls._propose(agreement, by=by, side=side, client_id=client_id, at=at, **said)

    @classmethod
    @transaction.atomic
    def propose_aim(
        cls,
        agreement: Any,
        *,
        by: Any,
        client_id: uuid.UUID,
        ends_on: date,
        goal: str,
        goal_cents: int,
        reason: str,
        at: Any = None,
    ) -> SavingsPlan:
        """Another end of the agreement, later or earlier, or something else to save for. The agreement says so once
        the other side has signed. Also where its end has passed. As `propose`, and raises the same."""
        side = side_of(by, agreement)
        now = agreement._locked()
        said = {"ends_on": ends_on, "goal": goal, "goal_cents": goal_cents, "reason": reason}
        body = body_of(kind=Kind.AIM, **said)
        if known := sent_before(agreement.plans.all(), client_id, body):
            return known
        check_aim(**said, agreement=now, today=timezone.localdate(at))
        _check_may_change(now)
        return cls._propose(
            agreement,
            by=by,
            side=side,
            client_id=client_id,
            at=at,
            body=body,
            kind=Kind.AIM,
            since=following(first_of(now.ends_on)),
            cents=0,
            # Of the months that it makes free, where it is signed late.
            due_day=now.plans.order_by("id").last().due_day,
            **said,
        )

    @classmethod
    def _propose(
        cls,
        agreement: Any,
        *,
        by: Any,
        side: Side,
        client_id: uuid.UUID,
        at: Any,
        body: str = "",
        **said: Any,
    ) -> SavingsPlan:
        plan = cls.objects.create(
            agreement=agreement,
            client_id=client_id,
            body=body or body_of(**said),
            proposed_by=by,
            proposed_at=at or timezone.now(),
            **said,
        )
        plan.signatures.create(person=by, side=side, at=plan.proposed_at)
        record("risparmio.plan.proposed", plan, by=by, side=side.value)
        return plan

    @transaction.atomic
    def sign(self, *, by: Any, on_paper: bool = False, at: Any = None) -> None:
        """The other side agrees, and it holds. Twice is once. on_paper: staff write down what a household has signed.

        Raises NotPossible where it was decided otherwise meanwhile, or by whoever has signed for the agency;
        PermissionDenied.
        """
        plan = self._locked()
        side = side_to_sign(by, plan.agreement, on_paper=on_paper)
        if plan.signatures.filter(side=side).exists():
            return
        if plan.state != Asked.PROPOSED:
            raise NotPossible(_("This proposal was decided on meanwhile."))
        at = at or timezone.now()
        put(plan, by=by, side=side, on_paper=on_paper, at=at)
        plan._decide(Asked.AGREED, "agreed", by=by, at=at)
        if plan.kind == Kind.AIM:
            plan.agreement.aim(ends_on=plan.ends_on, goal=plan.goal, goal_cents=plan.goal_cents)
        self.state = plan.state

    @transaction.atomic
    def decline(self, *, by: Any, at: Any = None) -> None:
        """The other side does not agree; whoever proposed it takes it back. Nothing changes then."""
        plan = self._locked()
        side = side_of(by, plan.agreement)
        if plan.state != Asked.PROPOSED:
            raise NotPossible(_("This proposal was decided on meanwhile."))
        own = plan.signatures.filter(side=side).exists()
        plan._decide(
            Asked.WITHDRAWN if own else Asked.DECLINED, "withdrawn" if own else "declined", by=by, at=at
        )
        self.state = plan.state

    def _locked(self) -> SavingsPlan:
        """The agreement before the plan, as all verbs do: whoever signs and whoever begins an exit take their turn."""
        self.agreement._locked()
        return (
            SavingsPlan.objects.select_for_update(of=("self",), no_key=True)
            .select_related("agreement__tenancy__household")
            .get(pk=self.pk)
        )

    def _decide(self, state: Asked, verb: str, *, by: Any, at: Any = None) -> None:
        self.state, self.decided_at = state, at or timezone.now()
        self.save(update_fields=["state", "decided_at"])
        record(f"risparmio.plan.{verb}", self, by=by)


def _check_may_change(agreement: Any) -> None:
    if agreement.state != State.OPEN:
        raise NotPossible(_("This savings agreement ends: its plan is not changed any more."))
    if agreement.plans.waiting().exists():
        raise NotPossible(_("Another proposal waits for a signature. Decide on that one first."))


class PlanSignature(Signature):
    plan = models.ForeignKey(SavingsPlan, models.CASCADE, related_name="signatures")

    class Meta:
        verbose_name = _("signature of a savings plan")
        verbose_name_plural = _("signatures of savings plans")
        ordering = ["plan", "at", "id"]
        constraints = signed_once("plan", "savings_plan")

    def __str__(self) -> str:
        return f"{self.plan_id}: {self.get_side_display()}"
