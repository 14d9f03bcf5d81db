from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.db import IntegrityError, models, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.events import record
from portal.extensions import Impediment, PersonalData, declared
from portal.uploads.storage import private_storage

from .querysets import DataExportQuerySet, ErasureRequestQuerySet

EXPORT_LIFE = timedelta(days=7)
# An export says after every kind of data how far it is. One that has said nothing for so long is given up: the tasks'
# own patience with a worker that died is shorter.
SILENCE = timedelta(minutes=30)
TIME_TO_THINK = timedelta(days=14)
# What had begun when somebody was erased (a page sent, a task, a photo that lies in the storage and has no row yet) has
# come to its end by then.
UNDER_WAY = timedelta(hours=1)


def random_archive_name(instance: Any, filename: str) -> str:
    name = uuid4().hex
    return f"exports/{name[:2]}/{name}.zip"


class DataExport(models.Model):
    """All that concerns a person, gathered for them into one file, which is kept for some days."""

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        MAKING = "making", _("being made")
        READY = "ready", _("ready")
        FAILED = "failed", _("did not succeed")

    UNDER_WAY = (State.WAITING, State.MAKING)

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("person")
    )
    language = models.CharField(_("language"), max_length=10, choices=settings.LANGUAGES)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.WAITING)
    percent = models.PositiveSmallIntegerField(_("percent done"), default=0)
    asked_at = models.DateTimeField(_("asked for on"), default=timezone.now, editable=False)
    heard_at = models.DateTimeField(_("last heard of"), default=timezone.now, editable=False)
    expires_at = models.DateTimeField(_("kept until"), null=True, editable=False)
    file = models.FileField(_("file"), storage=private_storage, upload_to=random_archive_name, blank=True)
    bytes = models.PositiveBigIntegerField(_("size in bytes"), default=0)

    objects = DataExportQuerySet.as_manager()

    class Meta:
        verbose_name = _("copy of my data")
        verbose_name_plural = _("copies of my data")
        ordering = ["-asked_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["person"],
                condition=models.Q(state__in=("waiting", "making")),
                name="export_one_at_a_time",
            )
        ]

    def __str__(self) -> str:
        return str(self.pk)

    def get_absolute_url(self) -> str:
        return reverse("portal:my_data")

    @property
    def is_under_way(self) -> bool:
        return self.state in self.UNDER_WAY

    @property
    def is_ready(self) -> bool:
        return self.state == self.State.READY and self.expires_at > timezone.now()

    @classmethod
    def ask(cls, person: Any, *, language: str) -> DataExport:
        """Have one made in the background. While one is being made, that one: however often somebody asks."""
        from .exporting import make_export

        cls.give_up_silent()
        if under_way := cls.objects.under_way().filter(person=person).first():
            return under_way
        try:
            with transaction.atomic():
                export = cls.objects.create(person=person, language=language)
                make_export.enqueue(str(export.pk))
        except IntegrityError:  # asked for twice at the same moment
            return cls.objects.under_way().get(person=person)
        return export

    @classmethod
    def give_up_silent(cls) -> int:
        silent = cls.objects.under_way().filter(heard_at__lt=timezone.now() - SILENCE)
        return silent.update(state=cls.State.FAILED)

    def says(self, percent: int) -> bool:
        """How far it is; False where it has been given up meanwhile."""
        self.state, self.percent, self.heard_at = self.State.MAKING, percent, timezone.now()
        return bool(
            DataExport.objects.under_way()
            .filter(pk=self.pk)
            .update(state=self.state, percent=percent, heard_at=self.heard_at)
        )

    @transaction.atomic
    def finish(self, file: str, size: int) -> bool:
        """The file lies in the storage: the person is told, and older ones go. False where another was faster."""
        now = timezone.now()
        mine = DataExport.objects.under_way().filter(pk=self.pk)
        finished = mine.update(
            state=self.State.READY,
            percent=100,
            heard_at=now,
            file=file,
            bytes=size,
            expires_at=now + EXPORT_LIFE,
        )
        if finished:
            self.refresh_from_db()
            DataExport.objects.filter(person=self.person_id).exclude(pk=self.pk).forget()
            record("portal.data.ready", self)
        return bool(finished)


class StandsAgainst(Exception):
    """Why nothing is erased now: `reasons`, as Impediments."""

    def __init__(self, reasons: Iterable[Impediment]) -> None:
        self.reasons = list(reasons)
        super().__init__("; ".join(str(reason.staff) for reason in self.reasons))


def against_erasing(person: Any) -> list[Impediment]:
    """What stands against erasing somebody now, as the apps say; empty: nothing does."""
    return [reason for data in declared(PersonalData) if data.against for reason in data.against(person)]


class ErasureRequest(models.Model):
    """That somebody asked to be erased, and what became of it.

    asked → confirmed by the staff → (14 days after it was asked) erased → (an hour later, once more) done; withdrawn
    until it begins. The row stays when it is done: it says which number is nobody's any more, so that a backup that is
    put back can be made to forget them again.
    """

    class State(models.TextChoices):
        ASKED = "asked", _("asked for")
        CONFIRMED = "confirmed", _("confirmed")
        ERASED = "erased", _("being carried out")
        DONE = "done", _("carried out")
        WITHDRAWN = "withdrawn", _("taken back")

    OPEN = (State.ASKED, State.CONFIRMED, State.ERASED)
    BEFORE_IT_BEGINS = (State.ASKED, State.CONFIRMED)

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("person")
    )
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.ASKED)
    asked_at = models.DateTimeField(_("asked on"), default=timezone.now, editable=False)
    due_at = models.DateTimeField(_("not before"), editable=False)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("confirmed by"),
    )
    confirmed_at = models.DateTimeField(_("confirmed on"), null=True, editable=False)
    ended_at = models.DateTimeField(_("ended on"), null=True, editable=False)
    # The digest of the name that only machines read, once it is nobody's: a number may be given out again.
    was = models.CharField(max_length=64, blank=True, editable=False)

    objects = ErasureRequestQuerySet.as_manager()

    class Meta:
        verbose_name = _("request to be erased")
        verbose_name_plural = _("requests to be erased")
        ordering = ["due_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["person"],
                condition=models.Q(state__in=("asked", "confirmed", "erased")),
                name="erasure_asked_once",
            )
        ]

    def __str__(self) -> str:
        return f"#{self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("portal:erasure", args=[self.pk])

    @property
    def can_be_withdrawn(self) -> bool:
        return self.state in self.BEFORE_IT_BEGINS

    @property
    def nothing_is_under_way(self) -> bool:
        """Whether what had begun when the person was erased has come to its end."""
        return self.ended_at is not None and self.ended_at <= timezone.now() - UNDER_WAY

    @classmethod
    def ask(cls, person: Any) -> ErasureRequest:
        """The person asks; asking twice is asking once."""
        now = timezone.now()
        try:
            with transaction.atomic():
                request = cls.objects.create(person=person, asked_at=now, due_at=now + TIME_TO_THINK)
                record("portal.erasure.asked", request, by=person)
        except IntegrityError:
            return cls.objects.open().get(person=person)
        return request

    @transaction.atomic
    def withdraw(self, *, by: Any) -> bool:
        """The person has changed their mind. False where it was too late, or done already."""
        waiting = ErasureRequest.objects.filter(pk=self.pk, state__in=self.BEFORE_IT_BEGINS)
        withdrawn = waiting.update(state=self.State.WITHDRAWN, ended_at=timezone.now())
        if withdrawn:
            record("portal.erasure.withdrawn", self, by=by)
        self.refresh_from_db()
        return bool(withdrawn)

    @transaction.atomic
    def confirm(self, *, by: Any) -> None:
        """The staff has looked: it will be carried out when the time to think is over.

        Raises StandsAgainst. Confirming twice is confirming once; what was withdrawn stays withdrawn.
        """
        if reasons := against_erasing(self.person):
            raise StandsAgainst(reasons)
        asked = ErasureRequest.objects.filter(pk=self.pk, state=self.State.ASKED)
        if asked.update(state=self.State.CONFIRMED, confirmed_by=by, confirmed_at=timezone.now()):
            record("portal.erasure.confirmed", self, by=by)
        self.refresh_from_db()
