"""What a household and the agency agree on: how much is put aside each month, until when, and what for.

An agreement has an account in the book of money. Its plans are only ever added to: what holds in a month is the last
plan that both sides have signed for it (`schedule.py`), and its end and its goal are those of the last one that says
so.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import date
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from portal.events import record
from portal.ledger import KeyTaken
from risparmio.book import bookings
from risparmio.book.accounts import book_of_money, open_household
from risparmio.reference import reference_for
from risparmio.sent import body_of, sent_before

from .errors import NotPossible
from .limits import check_agreement
from .plans import SavingsPlan
from .querysets import AgreementQuerySet
from .schedule import Month, Terms, first_of, following, holding, months, promised, standing
from .signing import side_of
from .words import LARGEST_GOAL, Asked, Goal, Kind, Side, State

LONGEST_NOTICE = 366  # days before or after today that a household leaves, as staff write it down


class SavingsAgreement(models.Model):
    """That a household puts money aside while it lives under a service agreement. All of it is theirs."""

    client_id = models.UUIDField(unique=True, editable=False)
    body = models.CharField(max_length=64, editable=False)
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
    supporter = models.ForeignKey(
        "portal.Organization",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("an organization that also pays in"),
    )
    state = models.CharField(
        _("state"), max_length=20, choices=State.choices, default=State.OPEN, editable=False
    )
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("opened by")
    )
    opened_at = models.DateTimeField(_("opened on"), default=timezone.now, editable=False)
    # Who would like to talk, and since when; empty once they have.
    talk_wanted_by = models.CharField(max_length=20, choices=Side.choices, blank=True, editable=False)
    talk_wanted_at = models.DateTimeField(null=True, editable=False)
    exit_asked_at = models.DateTimeField(_("the household asked to leave on"), null=True, editable=False)
    # Nothing is promised for the months after this day.
    leaving_on = models.DateField(_("leaves on"), null=True, editable=False)
    leaving_reason = models.CharField(_("why the household leaves"), max_length=300, blank=True)
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
            models.CheckConstraint(
                condition=Q(state=State.OPEN, leaving_on=None)
                | Q(state=State.LEAVING, leaving_on__isnull=False)
                | Q(state=State.CLOSED),
                name="savings_agreement_leaves_on_a_day",
            ),
            models.CheckConstraint(
                condition=Q(talk_wanted_by="", talk_wanted_at=None)
                | (~Q(talk_wanted_by="") & Q(talk_wanted_at__isnull=False)),
                name="savings_talk_is_wanted_since",
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
        supporter: Any = None,
        at: Any = None,
    ) -> SavingsAgreement:
        """Open it with its first plan, signed by the agency; the household signs it afterwards. The same `client_id`
        and body again is the same agreement; raises OtherBody for another body under that id.

        cents: a month. at: when, where that is not now (a demo tells what is past). Raises NotPossible where that
        household has one already, or lives there no more or otherwise; ValidationError by field; PermissionDenied.
        """
        if not by.has_perm("risparmio.open_savingsagreement", tenancy):
            raise PermissionDenied
        said = {
            "goal": goal,
            "goal_cents": goal_cents,
            "starts_on": starts_on,
            "ends_on": ends_on,
            "match_percent": match_percent,
        }
        body = body_of(
            **said, tenancy=tenancy.pk, cents=cents, due_day=due_day, supporter=supporter and supporter.pk
        )
        book_of_money().lock()  # one after the other: the number counts without gaps
        if known := sent_before(cls.objects.all(), client_id, body):
            return known
        check_agreement(**said, cents=cents, due_day=due_day, tenancy=tenancy)
        if tenancy.kind != "service_agreement":
            raise NotPossible(_("Only who lives under a service agreement has a savings agreement."))
        if tenancy.left_on is not None and tenancy.left_on <= timezone.localdate(at):
            raise NotPossible(_("This household does not live there any more."))
        if cls.objects.filter(tenancy=tenancy).exclude(state=State.CLOSED).exists():
            raise NotPossible(_("This household has a savings agreement already."))
        number = (cls.objects.aggregate(last=models.Max("number"))["last"] or 0) + 1
        agreement = cls.objects.create(
            client_id=client_id,
            body=body,
            number=number,
            tenancy=tenancy,
            ledger=open_household(),
            reference=reference_for(number),
            supporter=supporter,
            opened_by=by,
            opened_at=at or timezone.now(),
            **said,
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
            ends_on=ends_on,
            goal=goal,
            goal_cents=goal_cents,
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

    @cached_property
    def adult_members(self) -> list[Any]:
        """Of the household, the longest there first; also those who have left since."""
        adults = self.household.members.filter(is_adult=True)
        return list(adults.select_related("person").order_by("since", "pk"))

    @cached_property
    def adults(self) -> list[Any]:
        """Whose savings they are: the adults of the household, the longest there first; of one that nobody lives in any
        more, those who did."""
        members = self.adult_members
        return [one.person for one in members if one.until is None] or [one.person for one in members]

    def promised_now(self) -> int:
        """Cents, of this month."""
        terms = self.terms_now()
        return terms.cents if terms else 0

    def terms_now(self) -> Terms | None:
        """What holds in this month; None where nothing was agreed for it, or the agreed end has passed."""
        month = first_of(timezone.localdate())
        return None if month > self.ends_on else holding([plan.terms for plan in self._agreed()], month)

    def to_come(self, plans: Iterable[SavingsPlan]) -> list[SavingsPlan]:
        """Of its plans in the order in which they were decided, those that hold from a later month on, the first one
        first; not what another one has put an end to before it begins."""
        today = timezone.localdate()
        if self.state != State.OPEN:
            return []
        agreed = [(plan, plan.terms) for plan in plans if plan.state == Asked.AGREED]
        terms = [said for _plan, said in agreed]
        ahead = {id(holding(terms, month)) for month in months(following(first_of(today)), self.ends_on)}
        later = [
            (said.since, plan)
            for plan, said in agreed
            if plan.kind != Kind.AIM and said.since > today and id(said) in ahead
        ]
        return [plan for _since, plan in sorted(later, key=lambda one: one[0])]

    @property
    def has_run_out(self) -> bool:
        """Its end has passed and nobody has said how it goes on: nothing is promised, and nothing is given back."""
        return self.state == State.OPEN and self.ends_on < timezone.localdate()

    def is_late(self, today: date | None = None) -> bool:
        """Whether a month whose day has passed is not covered. No household is told so in this word."""
        return any(month.days_late for month in self.months(today))

    def fetch_plans(self) -> SavingsPlan | None:
        """For a page: the plans that hold, known from now on, and the one that waits, in one query."""
        plans = list(self.plans.filter(state__in=(Asked.AGREED, Asked.PROPOSED)).order_by("decided_at", "id"))
        self.plans_agreed = [plan for plan in plans if plan.state == Asked.AGREED]
        return next((plan for plan in plans if plan.state == Asked.PROPOSED), None)

    def fetch_sums(self) -> None:
        """For a page: what is theirs and what they paid in, known from now on, in one query. No verb begins with it."""
        came = self.came_by_kind()
        self.held_cents, self.own_cents = sum(came.values()), sum(came.get(kind, 0) for kind in bookings.OWN)

    def _agreed(self) -> list[SavingsPlan]:
        known = getattr(self, "plans_agreed", None)  # of many, fetched together
        return list(self.plans.agreed()) if known is None else known

    def still_runs(self) -> bool:
        """Asked anew: whoever looks at an old page may think so."""
        return SavingsAgreement.objects.running().filter(pk=self.pk).exists()

    @property
    def held(self) -> int:
        """Cents that are the household's now; of many, as `with_held` has fetched them."""
        known = self.__dict__.get("held_cents")
        return -self.ledger.balance() if known is None else known

    def paid_in(self) -> int:
        """Cents that the household itself has put aside, whatever it took out again; not what the agency added."""
        known = self.__dict__.get("own_cents")
        return self._came(*bookings.OWN) if known is None else known

    def brought(self) -> int:
        """As `paid_in`, with what came over from an earlier agreement."""
        return self._came(*bookings.BROUGHT)

    def matched(self) -> int:
        """Cents that the agency has added."""
        return self._came(bookings.MATCHED)

    def taken_out(self) -> int:
        """Cents that were ordered to be paid out, without those that came back; not what went to the landlord."""
        return -self._came(bookings.ORDERED)

    def offset(self) -> int:
        """Cents that were set against arrears."""
        return -self._came(bookings.OFFSET)

    def came_by_kind(self) -> dict[str, int]:
        """All of these figures at once: cents by the kind of entry, above zero where they came in."""
        rows = self.ledger.postings.order_by().values_list("entry__kind")
        return {kind: -cents for kind, cents in rows.annotate(total=models.Sum("amount"))}

    def _came(self, *kinds: str) -> int:
        """Of these kinds of entries, above zero where they came in. Reversals count against them."""
        rows = self.ledger.postings.filter(entry__kind__in=kinds)
        return -(rows.aggregate(total=models.Sum("amount"))["total"] or 0)

    def months(self, today: date | None = None) -> list[Month]:
        """Promised and paid, month by month, as of today. Whoever leaves promises nothing for the months afterwards."""
        terms = [plan.terms for plan in self._agreed()]
        last = min(self.ends_on, self.leaving_on) if self.leaving_on else self.ends_on
        rows = promised(terms, self.starts_on, last)
        return standing(rows, self.paid_in(), today or timezone.localdate())

    def aim(self, *, ends_on: date, goal: str, goal_cents: int) -> None:
        """As both sides have signed it, in a plan. This row is locked."""
        self.ends_on, self.goal, self.goal_cents = ends_on, goal, goal_cents
        self.save(update_fields=["ends_on", "goal", "goal_cents"])

    # -- what the agency adds, and who else pays in --------------------------------------------------------------

    def share(self) -> int:
        """Cents that the agency adds: of what covers the months that were agreed, each once. What is taken out and paid
        in again, beyond them, has no share."""
        return sum(month.paid for month in self.months()) * self.match_percent // 100

    @transaction.atomic
    def match(self, *, by: Any = None, at: Any = None) -> Any:
        """Bring what the agency has added to its `share`; the entry, or None where nothing was missing. It is never
        taken back. by: None where the clock does it.

        Raises LimitReached where the agency's account holds too little: then nothing is booked, and the agreement is
        among `match_missing`. PermissionDenied.
        """
        if by is not None and not by.has_perm("risparmio.match_savingsagreement", self):
            raise PermissionDenied
        book_of_money().lock()
        target = self._locked().share()
        missing = target - self.matched()
        if missing <= 0:
            return None
        try:
            entry = bookings.agency_matches(
                self.ledger,
                missing,
                key=f"match:{self.pk}:{target}",
                about=self,
                day=timezone.localdate(at) if at else None,
                at=at,
            )
        except KeyTaken:  # somebody has taken it back by hand, and knows why
            return None
        if not entry.is_new:
            return None
        record("risparmio.agreement.matched", self, by=by)
        return entry

    @transaction.atomic
    def support(self, organization: Any, *, by: Any) -> None:
        """Another organization also pays in; None: no more. Raises PermissionDenied."""
        if not by.has_perm("risparmio.change_savingsagreement", self):
            raise PermissionDenied
        agreement = self._locked()
        if agreement.supporter_id != (organization and organization.pk):
            agreement.supporter = organization
            agreement.save(update_fields=["supporter"])
            record("risparmio.agreement.supported", self, by=by)
        self.supporter = agreement.supporter

    # -- a talk --------------------------------------------------------------------------------------------------

    @transaction.atomic
    def want_talk(self, *, by: Any, at: Any = None) -> None:
        """A household or its caseworker would like to talk about it. As long as one is wanted, again is once.

        Raises NotPossible where the agreement has ended; PermissionDenied.
        """
        side = side_of(by, self)
        agreement = self._locked()
        if agreement.state == State.CLOSED:
            raise NotPossible(_("This savings agreement has ended."))
        if not agreement.talk_wanted_by:
            agreement.talk_wanted_by, agreement.talk_wanted_at = side, at or timezone.now()
            agreement.save(update_fields=["talk_wanted_by", "talk_wanted_at"])
            record("risparmio.talk.wanted", self, by=by, side=side.value)
        self._follow(agreement)

    @transaction.atomic
    def end_talk(self, *, by: Any) -> None:
        """They have talked, or whoever wanted it does not any more. Raises PermissionDenied."""
        side = side_of(by, self)
        agreement = self._locked()
        if side == Side.HOUSEHOLD and agreement.talk_wanted_by == Side.AGENCY:
            raise PermissionDenied
        if agreement.talk_wanted_by:
            agreement.talk_wanted_by, agreement.talk_wanted_at = "", None
            agreement.save(update_fields=["talk_wanted_by", "talk_wanted_at"])
            record("risparmio.talk.ended", self, by=by)
        self._follow(agreement)

    # -- moving on: final.py holds the statement that both sign --------------------------------------------------

    @transaction.atomic
    def ask_exit(self, *, by: Any, at: Any = None) -> None:
        """The household says that it moves on; staff begin it then. Twice is once. Raises NotPossible where it has
        begun; PermissionDenied."""
        agreement = self._locked_for(by, "risparmio.sign_for_household")
        if agreement.state != State.OPEN:
            raise NotPossible(_("This was decided on meanwhile."))
        if agreement.exit_asked_at is None:
            agreement.exit_asked_at = at or timezone.now()
            agreement.save(update_fields=["exit_asked_at"])
            record("risparmio.exit.asked", self, by=by)
        self._follow(agreement)

    @transaction.atomic
    def begin_exit(self, *, by: Any, on: date, reason: str = "", at: Any = None) -> None:
        """The household moves on: nothing is promised for the months after `on`. Twice is once.

        Raises NotPossible where it has ended; ValidationError for a day far away; PermissionDenied.
        """
        agreement = self._locked_for(by, "risparmio.sign_for_agency")
        if agreement.state == State.CLOSED:
            raise NotPossible(_("This savings agreement has ended."))
        if agreement.state == State.OPEN:
            if abs((on - timezone.localdate(at)).days) > LONGEST_NOTICE:
                raise ValidationError({"on": _("Choose a day within a year from today.")})
            agreement.state, agreement.leaving_on, agreement.leaving_reason = State.LEAVING, on, reason
            agreement.save(update_fields=["state", "leaving_on", "leaving_reason"])
            # A plan that nobody has signed yet is for months that do not come.
            for plan in agreement.plans.waiting():
                plan._decide(Asked.WITHDRAWN, "withdrawn", by=by, at=at)
            record("risparmio.exit.begun", self, by=by)
        self._follow(agreement)

    @transaction.atomic
    def stay(self, *, by: Any) -> None:
        """The household stays: as long as nobody has signed a final statement, and its money is not on its way. Also
        where it only asked, and then by the household itself. Twice is once. Raises NotPossible, PermissionDenied."""
        side = side_of(by, self)
        agreement = self._locked()
        if (
            agreement.state == State.CLOSED
            or agreement.final_statements.filter(signatures__isnull=False).exists()
        ):
            raise NotPossible(_("The final statement is signed: this cannot be taken back any more."))
        if agreement.payouts.open().giving_all_back().exists():
            raise NotPossible(_("The savings are being paid out: that payout is taken back first."))
        if agreement.state == State.LEAVING and side == Side.HOUSEHOLD:
            raise PermissionDenied
        if agreement.state == State.LEAVING or agreement.exit_asked_at:
            agreement.state, agreement.leaving_on, agreement.leaving_reason = State.OPEN, None, ""
            agreement.exit_asked_at = None
            agreement.save(update_fields=["state", "leaving_on", "leaving_reason", "exit_asked_at"])
            record("risparmio.exit.taken_back", self, by=by)
        self._follow(agreement)

    @transaction.atomic
    def close_if_done(self, *, by: Any, at: Any = None) -> bool:
        """Close it once all has gone back and both have signed the last statement, which is still right. Whether it is
        closed. For whoever has just signed or confirmed a payout: it asks for no right."""
        book_of_money().lock()  # nobody pays in between the question and the answer
        agreement = self._locked()
        if agreement.state == State.LEAVING and agreement._is_done():
            agreement.state, agreement.closed_on = State.CLOSED, timezone.localdate(at)
            agreement.talk_wanted_by, agreement.talk_wanted_at = "", None
            agreement.save(update_fields=["state", "closed_on", "talk_wanted_by", "talk_wanted_at"])
            record("risparmio.agreement.closed", self, by=by)
        self._follow(agreement)
        return self.state == State.CLOSED

    def _is_done(self) -> bool:
        last = self.final_statements.first()
        return bool(
            last
            and last.is_signed
            and not last.is_outdated
            and not self.held
            and not self.payouts.open().exists()
        )

    @transaction.atomic
    def reopen_if_held(self, *, by: Any) -> bool:
        """A payout came back from the bank after all was closed: the household leaves once more. Whether it does; not
        where a newer agreement runs."""
        book_of_money().lock()
        agreement = self._locked()
        others = SavingsAgreement.objects.running().filter(tenancy=agreement.tenancy_id)
        if agreement.state != State.CLOSED or not agreement.held or others.exists():
            return False
        agreement.state, agreement.leaving_on, agreement.closed_on = (
            State.LEAVING,
            agreement.leaving_on or agreement.closed_on,
            None,
        )
        agreement.save(update_fields=["state", "leaving_on", "closed_on"])
        record("risparmio.exit.begun", self, by=by)
        self._follow(agreement)
        return True

    @transaction.atomic
    def pass_on(self, *, key: str, about: Any, day: date | None = None, at: Any = None) -> Any:
        """What came back after all was closed goes to the agreement that the household has now in the same home; the
        entry, or None where there is nothing, or no such agreement. For whoever books what came back: it asks for no
        right."""
        book_of_money().lock()
        agreement = self._locked()
        newer = SavingsAgreement.objects.running().filter(tenancy=agreement.tenancy_id).exclude(pk=self.pk)
        newer = newer.select_related("ledger").first()
        if agreement.state != State.CLOSED or not agreement.held or newer is None:
            return None
        booked = {"key": key, "about": about, "day": day, "at": at}
        return bookings.pass_on(agreement.ledger, newer.ledger, agreement.held, **booked)

    def _locked(self) -> SavingsAgreement:
        return (
            SavingsAgreement.objects.select_for_update(of=("self",), no_key=True)
            .select_related("ledger", "tenancy__household")
            .get(pk=self.pk)
        )

    def _locked_for(self, by: Any, permission: str) -> SavingsAgreement:
        if not by.has_perm(permission, self):
            raise PermissionDenied
        return self._locked()

    def _follow(self, agreement: SavingsAgreement) -> None:
        """This object is the row again, as it has become."""
        for name in (
            "state",
            "talk_wanted_by",
            "talk_wanted_at",
            "exit_asked_at",
            "leaving_on",
            "leaving_reason",
            "closed_on",
        ):
            setattr(self, name, getattr(agreement, name))
