"""A household's own goals: how it splits, for itself, what it has put aside beyond what it promised.

No money moves and no account of the book knows of it: a goal is a mark on what is there. So what is free may become
less than what is set aside (a payout, a month that falls due). Nothing is taken from a goal then: the household says
itself from which one.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date
from typing import Any

from babel.numbers import format_percent
from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.db.models import Q
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.events import record
from portal.ui.languages import locale
from risparmio.agreements.models import NotPossible, SavingsAgreement
from risparmio.sent import body_of, sent_before

from .querysets import GoalQuerySet
from .words import ICONS, LARGEST_TARGET, MOST_GOALS, Picture, State


class NameTaken(Exception):
    """Another goal of that household has this name."""


class MoreThanFree(Exception):
    """`most` cents can be set aside for that goal, and not more."""

    def __init__(self, most: int) -> None:
        super().__init__(most)
        self.most = most


@dataclass(frozen=True)
class Split:
    """What can be split today, and what is set aside. Cents."""

    beyond: int
    set_aside: int

    @classmethod
    def of(cls, agreement: SavingsAgreement, today: date | None = None) -> Split:
        return cls(beyond_promise(agreement, today), agreement.own_goals.open().total())

    @property
    def free(self) -> int:
        return max(0, self.beyond - self.set_aside)

    @property
    def too_much(self) -> int:
        """By how much the goals hold more than there is to split."""
        return max(0, self.set_aside - self.beyond)


def beyond_promise(agreement: SavingsAgreement, today: date | None = None) -> int:
    """Cents that the household has put aside itself beyond all that was due by today; never more than is there."""
    today = today or timezone.localdate()
    due = sum(row.promised for row in agreement.months(today) if row.due <= today)
    return max(0, min(agreement.held, agreement.paid_in() - due))


class SavingsGoal(models.Model):
    """Something that a household saves for besides what it agreed on with the agency. `set_aside`, `target`: cents."""

    client_id = models.UUIDField(editable=False)
    body = models.CharField(max_length=64, editable=False)
    agreement = models.ForeignKey(
        SavingsAgreement, models.CASCADE, related_name="own_goals", verbose_name=_("savings agreement")
    )
    name = models.CharField(_("name"), max_length=40)
    picture = models.CharField(_("picture"), max_length=20, choices=Picture.choices, default=Picture.OTHER)
    target = models.PositiveBigIntegerField(_("how much is needed"), null=True, blank=True)
    set_aside = models.PositiveBigIntegerField(_("set aside"), default=0)
    state = models.CharField(
        _("state"), max_length=20, choices=State.choices, default=State.OPEN, editable=False
    )
    begun_at = models.DateTimeField(pgettext_lazy("a goal", "begun on"), default=timezone.now, editable=False)
    ended_at = models.DateTimeField(_("ended on"), null=True, editable=False)

    objects = GoalQuerySet.as_manager()

    class Meta:
        verbose_name = _("savings goal of a household")
        verbose_name_plural = _("savings goals of households")
        ordering = ["agreement", "begun_at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["agreement", "client_id"], name="savings_own_goal_sent_once"),
            models.UniqueConstraint(
                "agreement", Lower("name"), condition=Q(state=State.OPEN), name="savings_own_goal_named_once"
            ),
            models.CheckConstraint(condition=~Q(name=""), name="savings_own_goal_has_a_name"),
            models.CheckConstraint(condition=Q(set_aside__gte=0), name="savings_own_goal_not_below_zero"),
            models.CheckConstraint(
                condition=Q(target=None) | Q(target__gt=0, target__lte=LARGEST_TARGET),
                name="savings_own_goal_target_is_an_amount",
            ),
            models.CheckConstraint(
                condition=Q(state=State.OPEN, ended_at=None)
                | (~Q(state=State.OPEN) & Q(ended_at__isnull=False, set_aside=0)),
                name="savings_own_goal_ended_holds_nothing",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("risparmio:goal", args=[self.pk])

    @property
    def icon(self) -> str:
        return ICONS.get(Picture(self.picture), "star")

    @property
    def is_open(self) -> bool:
        return self.state == State.OPEN

    @property
    def missing(self) -> int:
        """Cents to the target; 0 where there is none, or it is reached."""
        return max(0, (self.target or 0) - self.set_aside)

    @property
    def share(self) -> str:
        """Of the target, as the reader writes it, rounded down; "" where there is none."""
        if not self.target:
            return ""
        return format_percent(min(100, 100 * self.set_aside // self.target) / 100, locale=locale())

    @classmethod
    @transaction.atomic
    def begin(
        cls,
        agreement: SavingsAgreement,
        *,
        by: Any,
        client_id: uuid.UUID,
        name: str,
        picture: str,
        target: int | None = None,
        at: Any = None,
    ) -> SavingsGoal:
        """A new one, with nothing in it. The same `client_id` and words again is the same goal.

        Raises OtherBody, NameTaken; NotPossible where there are many already, or the agreement has ended;
        PermissionDenied.
        """
        _may_split(by, agreement)
        body = body_of(agreement=agreement.pk, name=name, picture=picture, target=target)
        if known := sent_before(cls.objects.filter(agreement=agreement), client_id, body):
            return known
        running = agreement.own_goals.open()
        if running.named(name).exists():
            raise NameTaken
        if running.count() >= MOST_GOALS:
            raise NotPossible(_("You have many goals already. Put one away first."))
        goal = cls.objects.create(
            agreement=agreement,
            client_id=client_id,
            body=body,
            name=name,
            picture=picture,
            target=target,
            begun_at=at or timezone.now(),
        )
        record("risparmio.goal.begun", goal, by=by)
        return goal

    @transaction.atomic
    def change(self, *, by: Any, name: str, picture: str, target: int | None) -> None:
        """What it is called and how much is needed. Raises NameTaken, NotPossible, PermissionDenied."""
        goal = self._locked(by)
        others = goal.agreement.own_goals.open().exclude(pk=goal.pk)
        if others.named(name).exists():
            raise NameTaken
        if (goal.name, goal.picture, goal.target) != (name, picture, target):
            goal.name, goal.picture, goal.target = name, picture, target
            goal.save(update_fields=["name", "picture", "target"])
            record("risparmio.goal.changed", goal, by=by)
        self._follow(goal)

    @transaction.atomic
    def set_to(self, cents: int, *, seen: int, by: Any, today: date | None = None) -> None:
        """From now on so much of what is free is for this goal: 0 or more. Twice is once; less is always possible.

        seen: how much it was on the page. Raises NotPossible where somebody has changed it meanwhile, MoreThanFree,
        ValueError for less than nothing, PermissionDenied.
        """
        if type(cents) is not int or cents < 0:
            raise ValueError(f"{cents!r} is no amount of cents")
        goal = self._locked(by)
        if goal.set_aside != cents:
            if goal.set_aside != seen:
                raise NotPossible(
                    _("Somebody of your household has changed this meanwhile. Look at it again.")
                )
            if cents > goal.set_aside:
                most = goal.set_aside + Split.of(goal.agreement, today).free
                if cents > most:
                    raise MoreThanFree(most)
            goal.set_aside = cents
            goal.save(update_fields=["set_aside"])
            record("risparmio.goal.set", goal, by=by)
        self._follow(goal)

    def finish(self, *, by: Any, at: Any = None) -> None:
        """The household has what it saved for. What was set aside is free. Twice is once."""
        self._end(State.DONE, "finished", by=by, at=at)

    def remove(self, *, by: Any, at: Any = None) -> None:
        """They want it no more. What was set aside is free. Twice is once."""
        self._end(State.REMOVED, "removed", by=by, at=at)

    @transaction.atomic
    def _end(self, state: State, fact: str, *, by: Any, at: Any) -> None:
        goal = self._locked(by, ended=state)
        if goal.is_open:
            goal.state, goal.set_aside, goal.ended_at = state, 0, at or timezone.now()
            goal.save(update_fields=["state", "set_aside", "ended_at"])
            record(f"risparmio.goal.{fact}", goal, by=by)
        self._follow(goal)

    def _locked(self, by: Any, *, ended: State | None = None) -> SavingsGoal:
        """As it stands now; raises NotPossible where it has ended, other than as `ended`."""
        _may_split(by, self.agreement)
        goal = SavingsGoal.objects.select_related("agreement__ledger").get(pk=self.pk)
        if not goal.is_open and goal.state != ended:
            raise NotPossible(_("This goal has ended meanwhile."))
        return goal

    def _follow(self, goal: SavingsGoal) -> None:
        """This object is the row again, as it has become."""
        self.__dict__.update(
            {field.attname: getattr(goal, field.attname) for field in self._meta.concrete_fields}
        )


def _may_split(by: Any, agreement: SavingsAgreement) -> None:
    """And nobody else splits it at the same time: all goals of an agreement wait on its row."""
    if not by.has_perm("risparmio.split_savings", agreement):
        raise PermissionDenied
    SavingsAgreement.objects.select_for_update(no_key=True).get(pk=agreement.pk)
    if not agreement.still_runs():
        raise NotPossible(_("This savings agreement has ended."))
