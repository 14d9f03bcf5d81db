"""What they agree on: versions of points, each with who, what and by when; the same version accepted by all."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.events import record
from portal.sealing import SealedTextField, data_key

from .models import Case, Mediator, Party
from .words import AT_THE_TABLE, State
from .workflow import NotPossible, Overtaken

POINTS = 12  # of an agreement, at most
FOLLOW_UPS = (1, 3)  # months after all have accepted
MONTH = timedelta(days=30)


@dataclass(frozen=True)
class Point:
    """One point: what is to be done, in each language of the case, by whom (numbers of parties) and until when."""

    id: str
    what: Mapping[str, str]
    who: tuple[str, ...]
    by: date | None = None

    def in_language(self, language: str) -> str:
        """As it reads in that language; in the one it was written in where nobody has put it into that."""
        return self.what.get(language) or next(iter(self.what.values()), "")

    def as_data(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "what": dict(self.what),
            "who": list(self.who),
            "by": self.by.isoformat() if self.by else None,
        }

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Point:
        day = date.fromisoformat(data["by"]) if data["by"] else None
        return cls(id=data["id"], what=data["what"], who=tuple(data["who"]), by=day)


class VersionQuerySet(models.QuerySet):
    def visible_to(self, user) -> VersionQuerySet:
        """Those that somebody may read: at the table all, of a closed case the last that all have accepted, however it
        has ended. Agrees with the rule community.view_version."""
        later = Version.objects.settled().filter(case=OuterRef("case"), number__gt=OuterRef("number"))
        return self.filter(
            Q(case__state__in=AT_THE_TABLE) | Q(~Exists(later), settled_at__isnull=False),
            case__in=Case.objects.with_agreement_for(user),
        )

    def settled(self) -> VersionQuerySet:
        """Those that all who were in it have accepted, whatever became of them afterwards."""
        return self.filter(settled_at__isnull=False)

    def of(self, case: Case) -> VersionQuerySet:
        """Those of a case, the newest first: the first is what lies on the table, or what is left of a closed case."""
        versions = self.filter(case=case)
        return versions.settled() if case.state == State.CLOSED else versions


class Version(models.Model):
    """One version of the agreement of a case. Its points never change: other points are another version."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    case = models.ForeignKey(
        Case, models.CASCADE, related_name="versions", verbose_name=gettext_lazy("mediation")
    )
    number = models.PositiveIntegerField(gettext_lazy("number"))
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name=gettext_lazy("written by"),
    )
    written_at = models.DateTimeField(gettext_lazy("written on"), default=timezone.now, editable=False)
    body = SealedTextField(gettext_lazy("points"), sealed_by="case.key")
    # By which all know that they accept the same; without the case's key it says nothing of the points.
    digest = models.CharField(max_length=64, editable=False)
    # When the last of all who were in it had accepted it; that stays, where they come back to the table as well.
    settled_at = models.DateTimeField(gettext_lazy("settled on"), null=True, editable=False)

    objects = VersionQuerySet.as_manager()

    class Meta:
        verbose_name = gettext_lazy("version of an agreement")
        verbose_name_plural = gettext_lazy("versions of agreements")
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(fields=["case", "number"], name="version_number_once")]

    def __str__(self) -> str:
        return f"{self.case} · {self.number}"

    @property
    def points(self) -> list[Point]:
        return [Point.from_data(data) for data in json.loads(self.body)]

    @classmethod
    @transaction.atomic
    def table(cls, case: Case, *, by: Any, points: Iterable[Point], instead_of: int) -> Version:
        """Put a version on the table, in the place of the one with that number (0: of none).

        Raises Overtaken where another one lies there by now, NotPossible for none or too many points.
        """
        locked = case._locked()
        if not by.has_perm("community.table_case", locked):
            raise PermissionDenied
        points = list(points)
        if not 0 < len(points) <= POINTS:
            raise NotPossible(_("An agreement has between one and %(most)d points.") % {"most": POINTS})
        last = locked.versions.first()
        number = last.number if last else 0
        body = _written(points)
        if number != instead_of:
            if last and number == instead_of + 1 and last.written_by_id == by.pk and last.body == body:
                return last  # the phone has sent it twice
            raise Overtaken(_("Somebody has changed the agreement meanwhile. Look at the new version first."))
        if last and last.body == body and locked.state == State.AGREEMENT:
            return last  # nothing has changed: a yes to it stays one
        named = {who for point in points for who in point.who}
        if named - {str(pk) for pk in locked.parties.in_it().values_list("pk", flat=True)}:
            raise NotPossible(_("A point names somebody who is not part of it any more."))
        locked._step("table", by=by)
        return cls.objects.create(
            case=locked, number=number + 1, written_by=by, body=body, digest=_digest(locked, number + 1, body)
        )

    @transaction.atomic
    def accept(self, *, by: Any, digest: str) -> None:
        """A party accepts these very points. With the last yes the agreement stands. Twice is once.

        Raises Overtaken for a version that is not the newest, or a digest that is not this version's.
        """
        case = self.case._locked()
        party = case.parties.in_it().filter(person=by).first()
        if party is None or not by.has_perm("community.view_case", case):
            raise PermissionDenied
        newest = case.versions.first()
        if newest.pk != self.pk or not hmac.compare_digest(self.digest.encode(), digest.encode()):
            raise Overtaken(_("This version does not stand any more. Look at the new one, and accept that."))
        if case.state != State.AGREEMENT:
            if self.acceptances.filter(party=party).exists():
                return
            raise NotPossible(_("There is nothing to accept now."))
        _row, created = self.acceptances.get_or_create(party=party, defaults={"digest": digest})
        if created:
            record("community.mediation.version_accepted", case, by=by, version=self.number)
        accepted = self.acceptances.values("party")
        if not case.parties.in_it().exclude(pk__in=accepted).exists():
            now = timezone.now()
            case._step("settle", by=None, settled_at=now)
            self.settled_at = now
            self.save(update_fields=["settled_at"])
            case.follow_ups.filter(answered_at=None).delete()
            for months in FOLLOW_UPS:
                case.follow_ups.create(
                    months=months, due_on=timezone.localdate(now) + months * MONTH, version=self
                )


class Acceptance(models.Model):
    """That a party has accepted a version: which points that were, the digest says."""

    version = models.ForeignKey(Version, models.CASCADE, related_name="acceptances")
    party = models.ForeignKey(Party, models.CASCADE, related_name="+")
    digest = models.CharField(max_length=64, editable=False)
    at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        verbose_name = gettext_lazy("acceptance of an agreement")
        verbose_name_plural = gettext_lazy("acceptances of agreements")
        constraints = [
            models.UniqueConstraint(fields=["version", "party"], name="a_version_is_accepted_once")
        ]

    def __str__(self) -> str:
        return f"{self.version} · {self.party_id}"


class Kept(models.TextChoices):
    YES = "yes", gettext_lazy("it is kept")
    PARTLY = "partly", gettext_lazy("mostly")
    NO = "no", gettext_lazy("it is not kept")

    @property
    def icon(self) -> str:
        return {Kept.YES: "smile", Kept.PARTLY: "meh", Kept.NO: "frown"}[self]


class FollowUpQuerySet(models.QuerySet):
    def visible_to(self, user) -> FollowUpQuerySet:
        """Those that a party is asked, or was; for the mediators those to come as well. Agrees with the rule
        community.view_followup."""
        if not user.is_authenticated:
            return self.none()
        mediated = Mediator.objects.filter(person=user).assigned().values("case")
        return self.filter(
            Q(asked_at__isnull=False) | Q(case__in=mediated), version__in=Version.objects.visible_to(user)
        )

    def due(self) -> FollowUpQuerySet:
        return self.filter(due_on__lte=timezone.localdate(), asked_at=None, case__state=State.FOLLOW_UP)

    def open(self) -> FollowUpQuerySet:
        """Asked, and not answered by everybody."""
        return self.filter(asked_at__isnull=False, answered_at=None, case__state=State.FOLLOW_UP)


class FollowUp(models.Model):
    """A month, and three months, after an agreement: is it kept, point by point?"""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    case = models.ForeignKey(
        Case, models.CASCADE, related_name="follow_ups", verbose_name=gettext_lazy("mediation")
    )
    version = models.ForeignKey(Version, models.CASCADE, related_name="+")
    months = models.PositiveSmallIntegerField(gettext_lazy("months after"))
    due_on = models.DateField(gettext_lazy("to be asked on"))
    asked_at = models.DateTimeField(null=True, editable=False)
    answered_at = models.DateTimeField(null=True, editable=False)
    # As far as it was answered: nobody says of a point that it is not kept. What they say is sealed.
    is_kept = models.BooleanField(null=True, editable=False)

    objects = FollowUpQuerySet.as_manager()

    class Meta:
        verbose_name = gettext_lazy("follow-up of an agreement")
        verbose_name_plural = gettext_lazy("follow-ups of agreements")
        ordering = ["due_on"]
        constraints = [models.UniqueConstraint(fields=["version", "months"], name="one_follow_up_a_month")]

    def __str__(self) -> str:
        return f"{self.case} · {self.months}"

    def get_absolute_url(self) -> str:
        return reverse("community:mediation_follow_up", args=[self.pk])

    @classmethod
    def consider_answered(cls, case: Case) -> None:
        """What everybody who is in it has answered is answered, and kept where nobody says no of any point, whether
        or not they are in it still. In the transaction of who said it, or who left, under the case's lock."""
        for row in cls.objects.filter(case=case, asked_at__isnull=False, answered_at=None):
            answers = row.answers.select_related("follow_up__case")
            row.is_kept = all(Kept.NO not in answer.kept.values() for answer in answers) if answers else None
            if not case.parties.in_it().exclude(pk__in=answers.values("party")).exists():
                row.answered_at = timezone.now()
                if row.is_kept:
                    case.note_kept(row.months)
            row.save(update_fields=["answered_at", "is_kept"])

    @transaction.atomic
    def ask(self) -> None:
        """Once, when its day has come, and only as long as it is agreed what is asked about."""
        if self.case._locked().state != State.FOLLOW_UP:
            return
        if FollowUp.objects.filter(pk=self.pk, asked_at=None).update(asked_at=timezone.now()):
            record("community.mediation.follow_up_asked", self.case, months=self.months)

    @transaction.atomic
    def answer(self, *, by: Any, kept: Mapping[str, str], note: str = "") -> None:
        """A party says of each point whether it is kept; said again it replaces what was said, until all have answered.

        Raises NotPossible for points that are not of this agreement, or where one is left out.
        """
        case = self.case._locked()
        party = case.parties.in_it().filter(person=by).first()
        if party is None:
            raise PermissionDenied
        # It is gone where they have agreed on something else meanwhile.
        follow_up = FollowUp.objects.filter(pk=self.pk, asked_at__isnull=False, answered_at=None).first()
        if follow_up is None or case.state != State.FOLLOW_UP:
            raise NotPossible(_("There is nothing to answer now."))
        wanted = {point.id for point in self.version.points}
        if set(kept) != wanted or not set(kept.values()) <= set(Kept.values):
            raise NotPossible(_("Say it of each point."))
        said = _said(kept, note)
        row = follow_up.answers.filter(party=party).first() or PartysAnswer(follow_up=follow_up, party=party)
        if not row._state.adding and row.said == said:
            return  # the phone has sent it twice
        row.said, row.at = said, timezone.now()
        row.save()
        record("community.mediation.follow_up_answered", case, by=by, months=self.months)
        self.consider_answered(case)


class PartysAnswer(models.Model):
    """What a party says of each point, and of the whole: sealed, for the mediators and themselves."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    follow_up = models.ForeignKey(FollowUp, models.CASCADE, related_name="answers")
    party = models.ForeignKey(Party, models.CASCADE, related_name="+")
    said = SealedTextField(gettext_lazy("answer"), sealed_by="follow_up.case.key")
    at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        verbose_name = gettext_lazy("answer to a follow-up")
        verbose_name_plural = gettext_lazy("answers to follow-ups")
        constraints = [models.UniqueConstraint(fields=["follow_up", "party"], name="one_answer_a_follow_up")]

    def __str__(self) -> str:
        return f"{self.follow_up} · {self.party_id}"

    @property
    def kept(self) -> dict[str, str]:
        """By the points' ids: yes, partly, no."""
        return json.loads(self.said)["kept"]

    @property
    def note(self) -> str:
        return json.loads(self.said)["note"]


def _written(points: list[Point]) -> str:
    return json.dumps([point.as_data() for point in points], ensure_ascii=False)


def _said(kept: Mapping[str, str], note: str) -> str:
    return json.dumps({"kept": dict(kept), "note": note}, ensure_ascii=False, sort_keys=True)


def _digest(case: Case, number: int, body: str) -> str:
    secret = data_key(case.key).derived("agreement")
    return hashlib.blake2b(f"{case.pk}|{number}|{body}".encode(), key=secret, digest_size=32).hexdigest()
