"""What keeps people safe from each other: distance, reports of abuse, a parent's word, and who answers for an area."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey, GenericRelation
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, models, transaction
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext, pgettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from community.keys import ClientIdTaken
from portal.events import history_of, record
from portal.ui.words import isolated
from portal.uploads.copies import discard, keep_copies

from .names import first_name
from .querysets import AbuseReportQuerySet, ApprovalQuerySet, BarrierQuerySet
from .reporting import author_of, text_of
from .words import Reason, State
from .workflow import FACTS, possible, target_of

TEXT_LIMIT = 2000  # characters
NAME_LIMIT = 200  # characters


class Barrier(models.Model):
    """That one person keeps another at a distance. The other is not told."""

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("person")
    )
    other = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("kept at a distance")
    )
    since = models.DateTimeField(_("since"), default=timezone.now, editable=False)

    objects = BarrierQuerySet.as_manager()

    fact = ""  # what is recorded of it, if anything follows from it

    class Meta:
        abstract = True
        ordering = ["-since", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["person", "other"], name="%(app_label)s_%(class)s_once"),
            models.CheckConstraint(
                condition=~Q(person=F("other")), name="%(app_label)s_%(class)s_is_not_oneself"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} → {self.other_id}"

    @property
    def name(self) -> str:
        """What the person calls the other: more than neighbours know of each other stands on no page."""
        return first_name(self.other)

    @classmethod
    @transaction.atomic
    def put_up(cls, *, by: Any, against: Any) -> Barrier:
        """Twice is once. Raises ValidationError for oneself."""
        if by.pk == against.pk:
            raise ValidationError(_("You cannot do this to yourself."))
        barrier, is_new = cls.objects.get_or_create(person=by, other=against)
        if is_new and cls.fact:
            record(cls.fact, barrier, by=by)
        return barrier


class Block(Barrier):
    """Neither sees anything of the other any more."""

    fact = "community.block.made"

    class Meta(Barrier.Meta):
        verbose_name = _("block")
        verbose_name_plural = _("blocks")


class Mute(Barrier):
    """The one hears nothing of the other any more; the other notices nothing."""

    class Meta(Barrier.Meta):
        verbose_name = pgettext_lazy("of a person", "mute")
        verbose_name_plural = pgettext_lazy("of people", "mutes")


class AbuseReport(models.Model):
    """Somebody says that something that another wrote or did is not right; whoever answers for the area decides.

    What can be reported offers `reportable_author` (the person who answers for it, or None), or, where that depends on
    who asks, `reportable_author_for(person)`. It may offer `reportable_name` (what it is called, if not str() of it),
    `reportable_text` (what a moderator has to read; `reportable_text_for(person)` where several write there: all but
    that person's own words), `photos` and `voice_notes`, `sent_at`, `municipality`, and `hide(by=)` and `restore(by=)`,
    which take it away from everybody and bring it back. Name, text, photos and voice notes are kept as they were when
    it was reported: they may be changed or deleted the moment after. All reports of the same thing by the same person
    are decided together.
    """

    client_id = models.UUIDField(_("client id of the form"), unique=True, editable=False)
    content_type = models.ForeignKey(ContentType, models.CASCADE, related_name="+", editable=False)
    object_id = models.CharField(max_length=36, editable=False)
    target = GenericForeignKey()
    reporter = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name=_("reported by"),
    )
    reported = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name=_("whose it is"),
    )
    # Who answers there decides; without one, the agency's caseworkers.
    municipality = models.ForeignKey(
        "portal.Municipality", models.PROTECT, null=True, related_name="+", verbose_name=_("municipality")
    )
    # The reported person's own words: whoever decides reads them, and they go with the report.
    reported_name = models.CharField(
        _("what it was called"), max_length=NAME_LIMIT, blank=True, editable=False
    )
    reported_text = models.TextField(_("what stood there when it was reported"), blank=True, editable=False)
    reason = models.CharField(_("what is wrong with it"), max_length=20, choices=Reason.choices)
    text = models.TextField(_("what happened"), max_length=TEXT_LIMIT, blank=True)
    state = models.CharField(
        _("state"), max_length=20, choices=State.choices, default=State.OPEN, editable=False
    )
    made_at = models.DateTimeField(_("reported on"), default=timezone.now, editable=False)
    decided_at = models.DateTimeField(_("decided on"), null=True, editable=False)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("decided by"),
    )
    decision = models.TextField(_("why it was decided so"), max_length=TEXT_LIMIT, blank=True)

    # Copies: whoever decides sees them, and they go with the report.
    photos = GenericRelation("portal.Photo")
    voice_notes = GenericRelation("portal.VoiceNote")
    keeps_copies = True

    objects = AbuseReportQuerySet.as_manager()

    class Meta:
        verbose_name = _("report of abuse")
        verbose_name_plural = _("reports of abuse")
        ordering = ["-made_at", "-id"]
        indexes = [
            models.Index(fields=["content_type", "object_id"], name="abuse_report_target"),
            models.Index(fields=["state", "municipality"], name="abuse_report_waiting"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["reporter", "content_type", "object_id"], name="abuse_reported_once"
            ),
            models.CheckConstraint(condition=Q(state__in=State.values), name="abuse_report_state_is_known"),
            models.CheckConstraint(condition=Q(reason__in=Reason.values), name="abuse_reason_is_known"),
            models.CheckConstraint(
                condition=Q(state=State.OPEN) | Q(decided_at__isnull=False), name="abuse_report_decided_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_reason_display()} #{self.pk}"

    def get_absolute_url(self) -> str:
        """For whoever decides."""
        return reverse("community:abuse_report", args=[self.pk])

    @property
    def icon(self) -> str:
        return Reason(self.reason).icon

    @property
    def about(self) -> str:
        """What it is about, as a list calls it: what kind of thing it is, and what it was called."""
        kind = capfirst(self.content_type.name)
        return f"{kind} · {isolated(self.reported_name)}" if self.reported_name else kind

    @property
    def takes_away(self) -> bool:
        """Whether it can be taken away at all: what two people do together cannot, a post can."""
        return hasattr(self.content_type.model_class(), "hide")

    @property
    def state_shown(self) -> str | Promise:
        if self.state == State.UPHELD and not self.takes_away:
            return pgettext("of a report of abuse", "it was right")
        return self.get_state_display()

    @property
    def is_open(self) -> bool:
        return self.state == State.OPEN

    def verbs(self) -> list[str]:
        return possible(self.state)

    def parties(self) -> set[int]:
        """Ids of those who have reported the same thing or are reported for it: none of them decides."""
        rows = AbuseReport.objects.of_the_same(self).values_list("reporter", "reported")
        return {pk for row in rows for pk in row if pk}

    # -- the verbs --------------------------------------------------------------------------------------------------

    @classmethod
    @transaction.atomic
    def make(cls, *, by: Any, target: Any, client_id: UUID, reason: str, text: str = "") -> AbuseReport:
        """Report something; a second time by the same person is the first one still. Raises ClientIdTaken."""
        kind = ContentType.objects.get_for_model(target)
        mine = {"reporter": by, "content_type": kind, "object_id": str(target.pk)}
        told = {
            "client_id": client_id,
            "reported": author_of(target, by),
            "reported_name": str(getattr(target, "reportable_name", target))[:NAME_LIMIT],
            "reported_text": text_of(target, by) or "",
            "municipality": getattr(target, "municipality", None),
            "reason": reason,
            "text": text,
        }
        try:
            with transaction.atomic():
                report, is_new = cls.objects.get_or_create(**mine, defaults=told)
        except IntegrityError:
            raise ClientIdTaken from None
        if is_new:
            copies = []
            try:
                for name in ("photos", "voice_notes"):
                    if (attached := getattr(target, name, None)) is not None:
                        copies += keep_copies(attached.exclude(owner=by), report)
                record("community.abusereport.made", report, by=by)
            except BaseException:
                discard(copies)
                raise
        return report

    def uphold(self, *, by: Any, note: str) -> None:
        """It is taken away from everybody, for the reason in `note`; its author reads it, and never who reported."""
        self._decide("uphold", by=by, note=note)

    def dismiss(self, *, by: Any, note: str) -> None:
        """It stays."""
        self._decide("dismiss", by=by, note=note)

    def reverse(self, *, by: Any, note: str) -> None:
        """It comes back after all."""
        self._decide("reverse", by=by, note=note)

    @transaction.atomic
    def _decide(self, verb: str, *, by: Any, note: str) -> None:
        """Raises NotPossible, PermissionDenied, ValidationError without a reason; then nothing has changed."""
        AbuseReport.objects.select_for_update().get(pk=self.pk)
        self.refresh_from_db()
        target_of(self.state, verb)
        if not by.has_perm("community.decide_abusereport", self):
            raise PermissionDenied
        if not note.strip():
            raise ValidationError({"note": gettext("Write the reason: whoever is concerned reads it.")})
        for report in self._with_those_alike():
            report._settle(verb, by=by, note=note.strip())
        self.refresh_from_db()
        self._follow(verb, by=by)

    def _with_those_alike(self) -> models.QuerySet[AbuseReport]:
        """All reports of the same that stand where this one stands: one decision is for all."""
        return AbuseReport.objects.select_for_update().alike(self).filter(state=self.state)

    def _settle(self, verb: str, *, by: Any, note: str) -> None:
        self.state, self.decision = target_of(self.state, verb), note
        self.decided_by, self.decided_at = by, timezone.now()
        # Whoever has been erased since left their words for the decision, and no longer.
        if self.reporter_id is None:
            self.text = ""
        if self.reported_id is None:
            self.reported_name = self.reported_text = ""
            self.forget_copies()
        self.save()
        record(FACTS[verb], self, by=by)

    def copies_of(self, name: str) -> list[Any]:
        """Of "photos" or "voice_notes". Of what never has any nothing is asked."""
        return list(getattr(self, name).all()) if hasattr(self.content_type.model_class(), name) else []

    def forget_copies(self) -> None:
        """Of photos and voice notes, files and all."""
        self.photos.all().delete()
        self.voice_notes.all().delete()

    def _follow(self, verb: str, *, by: Any) -> None:
        """What the decision does to the thing itself; where there is nothing to take away, its author is told."""
        name, fact = {"uphold": ("hide", "hidden"), "reverse": ("restore", "restored")}.get(verb, ("", ""))
        act = getattr(self.target, name, None) if name else None
        if act is not None:
            act(by=by)
            record(f"community.abusereport.{fact}", self, by=by)
        elif verb == "uphold":
            record("community.abusereport.warned", self, by=by)


class Steward(models.Model):
    """Which organization answers for the mutual aid of a municipality."""

    municipality = models.OneToOneField(
        "portal.Municipality", models.CASCADE, related_name="+", verbose_name=_("municipality")
    )
    organization = models.ForeignKey(
        "portal.Organization", models.CASCADE, related_name="+", verbose_name=_("organization")
    )

    class Meta:
        verbose_name = _("who answers for mutual aid")
        verbose_name_plural = _("who answers for mutual aid")
        ordering = ["municipality__name"]

    def __str__(self) -> str:
        return f"{self.municipality} · {self.organization}"


class ParentalApproval(models.Model):
    """An adult of the household lets a minor take part in mutual aid, until they withdraw it."""

    minor = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("minor")
    )
    # None once they are erased.
    given_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="+", verbose_name=_("given by")
    )
    given_at = models.DateTimeField(_("given on"), default=timezone.now, editable=False)
    withdrawn_at = models.DateTimeField(_("withdrawn on"), null=True, editable=False)

    objects = ApprovalQuerySet.as_manager()

    class Meta:
        verbose_name = _("approval by a parent")
        verbose_name_plural = _("approvals by a parent")
        ordering = ["-given_at"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(minor=F("given_by")), name="approval_is_not_given_to_oneself"
            ),
            models.CheckConstraint(
                condition=Q(given_by__isnull=False) | Q(withdrawn_at__isnull=False),
                name="approval_in_force_is_somebodys",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.minor_id} ← {self.given_by_id}"

    @classmethod
    @transaction.atomic
    def give(cls, minor: Any, *, by: Any) -> ParentalApproval:
        """Raises PermissionDenied for whoever is no adult of the minor's household."""
        _refuse_unless_parent(by, minor)
        if in_force := cls.objects.in_force().filter(minor=minor).first():
            return in_force
        approval, _is_new = cls.objects.update_or_create(
            minor=minor, defaults={"given_by": by, "given_at": timezone.now(), "withdrawn_at": None}
        )
        record("community.approval.given", approval, by=by)
        return approval

    @classmethod
    @transaction.atomic
    def withdraw(cls, minor: Any, *, by: Any) -> None:
        """Any adult of the household may, whoever gave it. It holds at once. Raises PermissionDenied."""
        _refuse_unless_parent(by, minor)
        cls.objects.filter(minor=minor).end(by=by)

    @classmethod
    def ask(cls, *, by: Any) -> None:
        """A minor asks the adults of their household. Once a day: they hear it, and decide when they do. Raises
        PermissionDenied for whoever needs to ask nobody."""
        if not by.has_perm("community.ask_parent"):
            raise PermissionDenied
        if not cls.asked_today(by):
            record("community.approval.asked", by, by=by)

    @staticmethod
    def asked_today(minor: Any) -> bool:
        since = timezone.now() - timedelta(days=1)
        return (
            history_of(minor, confidential=True)
            .filter(kind="community.approval.asked", at__gte=since)
            .exists()
        )


def _refuse_unless_parent(adult: Any, minor: Any) -> None:
    if not adult.has_perm("community.approve_minor", minor):
        raise PermissionDenied
