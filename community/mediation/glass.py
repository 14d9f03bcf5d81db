"""Breaking the glass: where a life is at stake, or a court asks, two people together open a case that is not theirs.

One asks and says why, another agrees, the one who asked reads for an hour; those who are in the case are told at once.
"""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.events import record
from portal.sealing import SealedTextField

from .models import Case, Mediator, Party
from .workflow import NotPossible

MAY_BREAK = ("portal.administrator", "community.mediation_coordinator")  # two of them, or one of each
HOLDS = timedelta(hours=1)
ANSWER_WITHIN = timedelta(hours=24)
ROLE_LENGTH = 40  # characters of a role's key
NUMBER = re.compile(r"M?([0-9a-f]{6,32})", re.IGNORECASE | re.ASCII)


class Reason(models.TextChoices):
    LIFE = "life", gettext_lazy("Somebody's life or health is in danger")
    CHILD = "child", gettext_lazy("A child is in danger")
    COURT = "court", gettext_lazy("A court or the police ask for it, in writing")


def digits_of(number: str) -> str | None:
    """The hexadecimal digits of a case's number as people write it, six at least; None for what is none."""
    found = NUMBER.fullmatch(re.sub(r"[\s\u2010-\u2015-]+", "", number))
    return found[1].lower() if found else None


def _role_of(person: Any) -> str:
    """The key of the first of the roles by which somebody may do this now."""
    return next((key for key in MAY_BREAK if person.has_role(key)), "")


class GlassQuerySet(models.QuerySet):
    def waiting(self) -> GlassQuerySet:
        """Asked for a short time ago, and agreed to by nobody yet."""
        return self.filter(
            agreed_at=None, asked_at__gt=timezone.now() - ANSWER_WITHIN, case__destroyed_at=None
        )

    def waiting_for(self, user) -> GlassQuerySet:
        """Those that others have asked for, and somebody may agree to."""
        return self.waiting().exclude(asked_by=user)._of_cases_of_others(user)

    def open_to(self, user) -> GlassQuerySet:
        """Those by which somebody may read now, asked anew each time: whoever has lost the role reads no more.

        The one place that a reading through a broken glass asks: neither a case nor a room is visible by it.
        """
        mine = self.filter(asked_by=user, agreed_at__isnull=False, until__gt=timezone.now())
        return mine.filter(case__destroyed_at=None)._of_cases_of_others(user)

    def told_to(self, user) -> GlassQuerySet:
        """Those of cases in which somebody is, or was: they learn of it, also when they have stopped since."""
        if not user.is_authenticated:
            return self.none()
        return self.filter(
            Q(case__in=Party.objects.knowing().filter(person=user).values("case"))
            | Q(case__in=Mediator.objects.ever_assigned().filter(person=user).values("case"))
        )

    def _of_cases_of_others(self, user) -> GlassQuerySet:
        """Agrees with the rule community.break_glass."""
        if not user.has_perm("community.ask_for_glass"):
            return self.none()
        return self.exclude(case__in=Party.objects.filter(person=user).values("case")).exclude(
            case__in=Mediator.objects.filter(person=user).values("case")
        )


class BrokenGlass(models.Model):
    """That somebody asked to read a case that is not theirs, why, and who agreed."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    case = models.ForeignKey(
        Case, models.CASCADE, related_name="glasses", verbose_name=gettext_lazy("mediation")
    )
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        verbose_name=gettext_lazy("asked by"),
    )
    asked_at = models.DateTimeField(gettext_lazy("asked on"), default=timezone.now, editable=False)
    reason = models.CharField(gettext_lazy("reason"), max_length=5, choices=Reason.choices)
    words = SealedTextField(gettext_lazy("what has happened"), sealed_by="case.key")
    asked_as = models.CharField(
        gettext_lazy("asked in the role of"), max_length=ROLE_LENGTH, blank=True, editable=False
    )
    agreed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=gettext_lazy("agreed by"),
    )
    agreed_as = models.CharField(
        gettext_lazy("agreed in the role of"), max_length=ROLE_LENGTH, blank=True, editable=False
    )
    agreed_at = models.DateTimeField(gettext_lazy("agreed on"), null=True, editable=False)
    until = models.DateTimeField(gettext_lazy("open until"), null=True, editable=False)

    objects = GlassQuerySet.as_manager()

    # Its readings are told to whom they are about and to nobody who watches over readings: two of them in one second
    # would say who is in a case with whom.
    read_in_confidence = True

    class Meta:
        # So the parties find it under “Who read my data and why”, perhaps with somebody who looks over their shoulder.
        verbose_name = gettext_lazy("what was told in confidence")
        verbose_name_plural = gettext_lazy("what was told in confidence")
        ordering = ["-asked_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(agreed_by=None) | ~Q(agreed_by=F("asked_by")), name="two_people_break_the_glass"
            ),
            models.CheckConstraint(
                condition=Q(agreed_by=None, agreed_at=None, until=None)
                | Q(agreed_by__isnull=False, agreed_at__isnull=False, until__isnull=False),
                name="a_glass_is_whole_or_broken",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case} · {self.reason}"

    @classmethod
    @transaction.atomic
    def ask(cls, case: Case, *, by: Any, reason: str, words: str) -> BrokenGlass:
        """Somebody asks to read. It opens nothing yet; who is in the case is told, and who may agree.

        Said again in the same words it is the same question. In others it is another one, and both wait: an answer that
        says "you have asked already" would say that there is such a case.
        """
        locked = case._locked()
        if not by.has_perm("community.break_glass", locked):
            raise PermissionDenied
        for known in locked.glasses.waiting().filter(asked_by=by, reason=reason):
            if known.words == words:
                return known
        glass = cls.objects.create(
            case=locked, asked_by=by, asked_as=_role_of(by), reason=reason, words=words
        )
        # By nobody: their own facts are in the copy of somebody's data, and this one says that there is such a case.
        record("community.mediation.glass_asked", locked, glass=str(glass.pk))
        record("community.mediation.glass_waits", locked, glass=str(glass.pk))
        return glass

    @classmethod
    def case_of_number(cls, number: str) -> Case | None:
        """The case that is called that: "M-1A2B3C", or as many more of its digits as somebody knows.

        None where there is no such case, and where there are two: whoever opened both would open one that has nothing
        to do with it. The address of its page has all the digits.
        """
        digits = digits_of(number)
        if digits is None:
            return None
        least, most = (UUID(digits.ljust(32, filling)) for filling in "0f")
        found = list(Case.objects.filter(pk__gte=least, pk__lte=most, destroyed_at=None)[:2])
        return found[0] if len(found) == 1 else None

    @property
    def is_waiting(self) -> bool:
        return self.agreed_at is None and self.asked_at > timezone.now() - ANSWER_WITHIN

    @property
    def is_open(self) -> bool:
        return self.until is not None and self.until > timezone.now()

    @property
    def why(self) -> str:
        """The same reason as the log of confidential readings has it."""
        return "control" if self.reason == Reason.COURT else "danger"

    @transaction.atomic
    def agree(self, *, by: Any) -> None:
        """A second person agrees, and the first one reads for an hour. NotPossible for the same person, or too late."""
        case = self.case._locked()
        glass = BrokenGlass.objects.select_for_update().get(pk=self.pk)
        if not by.has_perm("community.break_glass", case):
            raise PermissionDenied
        if glass.asked_by_id == by.pk:
            raise NotPossible(_("Another person has to agree, not whoever asks."))
        if glass.agreed_at is not None:
            return
        if not glass.asked_by.has_perm("community.break_glass", case):
            raise NotPossible(_("Whoever asked may not read it any more."))
        now = timezone.now()
        if glass.asked_at <= now - ANSWER_WITHIN:
            raise NotPossible(_("This was asked too long ago. Whoever needs it asks again."))
        glass.agreed_by, glass.agreed_as, glass.agreed_at, glass.until = by, _role_of(by), now, now + HOLDS
        glass.save(update_fields=["agreed_by", "agreed_as", "agreed_at", "until"])
        record("community.mediation.glass_broken", case, by=by, glass=str(glass.pk))
        record("community.mediation.glass_opened", case, glass=str(glass.pk))  # for whoever asked


class AskedNumber(models.Model):
    """That somebody has asked to read a mediation of that number, whether or not there is one: what they see of their
    own questions is the same in either case, until a second person has agreed."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    asked_at = models.DateTimeField(gettext_lazy("asked on"), default=timezone.now, editable=False)
    number = models.CharField(gettext_lazy("number"), max_length=32)  # its digits
    glass = models.ForeignKey(BrokenGlass, models.SET_NULL, null=True, related_name="+")

    class Meta:
        verbose_name = gettext_lazy("number that was asked for")
        verbose_name_plural = gettext_lazy("numbers that were asked for")
        ordering = ["-asked_at", "id"]

    def __str__(self) -> str:
        return f"M-{self.number.upper()}"

    @classmethod
    @transaction.atomic
    def ask(cls, number: str, *, by: Any, reason: str, words: str) -> None:
        """Ask, where there is such a case and they may; nothing tells whether."""
        case, glass = BrokenGlass.case_of_number(number), None
        if case is not None:
            with suppress(PermissionDenied):
                glass = BrokenGlass.ask(case, by=by, reason=reason, words=words)
        cls.objects.create(asked_by=by, number=digits_of(number) or "", glass=glass)

    @classmethod
    def of(cls, user: Any) -> list[AskedNumber]:
        """The numbers that somebody has asked for, each once, as it was asked last; what was agreed to goes before."""
        found: dict[str, AskedNumber] = {}
        for asked in cls.objects.filter(asked_by=user).select_related("glass"):
            known = found.setdefault(asked.number, asked)
            if asked.is_agreed and not known.is_agreed:
                found[asked.number] = asked
        return list(found.values())

    @property
    def is_agreed(self) -> bool:
        return self.glass is not None and self.glass.agreed_at is not None

    @property
    def is_waiting(self) -> bool:
        """By its own moment: what has become of a case meanwhile would say that there is one."""
        return not self.is_agreed and self.asked_at > timezone.now() - ANSWER_WITHIN
