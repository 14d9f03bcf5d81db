"""Work on the whole book that takes a while, done in the background: looking at every entry, sealing a year."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.events import record
from portal.ledger import Head
from portal.uploads.storage import private_storage
from risparmio.agreements.models import NotPossible
from risparmio.book.accounts import book_of_money

from .words import Work

# Work says every few hundred entries how far it is. What has said nothing for so long is given up: the tasks' own
# patience with a worker that died is shorter.
SILENCE = timedelta(minutes=30)


class LongWork(models.Model):
    """Asked for by somebody, one at a time, and begun anew by another worker where one dies."""

    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("asked by")
    )
    asked_at = models.DateTimeField(_("asked on"), default=timezone.now, editable=False)
    state = models.CharField(_("state"), max_length=10, choices=Work.choices, default=Work.WAITING)
    percent = models.PositiveSmallIntegerField(_("percent done"), default=0)
    heard_at = models.DateTimeField(_("last heard of"), default=timezone.now, editable=False)
    finished_at = models.DateTimeField(_("finished on"), null=True, editable=False)

    class Meta:
        abstract = True

    @classmethod
    def under_way(cls) -> models.QuerySet:
        return cls._default_manager.exclude(state=Work.DONE).filter(heard_at__gte=timezone.now() - SILENCE)

    @property
    def is_under_way(self) -> bool:
        return self.state != Work.DONE and self.heard_at >= timezone.now() - SILENCE

    @property
    def is_given_up(self) -> bool:
        return self.state != Work.DONE and not self.is_under_way

    def says(self, percent: int) -> None:
        self.state, self.percent, self.heard_at = Work.UNDER_WAY, min(percent, 99), timezone.now()
        self.save(update_fields=["state", "percent", "heard_at"])

    def _end(self) -> None:
        self.state, self.percent, self.finished_at = Work.DONE, 100, timezone.now()
        self.save()


class Verification(LongWork):
    """That every entry of the book was looked at again, and what was found."""

    # A head that the auditor has kept themselves, to be found in the chain again.
    known_number = models.PositiveBigIntegerField(null=True, editable=False)
    known_hash = models.CharField(max_length=64, blank=True, editable=False)
    entries = models.PositiveBigIntegerField(_("entries"), default=0, editable=False)
    hash = models.CharField(max_length=64, blank=True, editable=False)  # of the last of them
    wrong = models.PositiveIntegerField(_("found wrong"), default=0, editable=False)
    found = models.JSONField(default=list, editable=False)  # the first of them: [what, number, account]

    class Meta:
        verbose_name = _("check of the book")
        verbose_name_plural = _("checks of the book")
        ordering = ["-asked_at", "-id"]

    def __str__(self) -> str:
        return f"{self.asked_at:%Y-%m-%d}"

    @classmethod
    @transaction.atomic
    def ask(cls, *, by: Any, known: Head | None = None) -> Verification:
        """Have the book checked in the background. While one is being made, that one. Raises PermissionDenied."""
        from .verifying import verify_book

        if not by.has_perm("risparmio.check_book"):
            raise PermissionDenied
        book_of_money().lock()  # two who ask at the same moment: one after the other
        if running := cls.under_way().first():
            return running
        verification = cls.objects.create(
            asked_by=by,
            known_number=known.number if known else None,
            known_hash=known.hash if known else "",
        )
        verify_book.enqueue(verification.pk)
        return verification

    @property
    def known(self) -> list[Head]:
        return [] if self.known_number is None else [Head(self.known_number, self.known_hash)]

    @property
    def is_whole(self) -> bool:
        return self.state == Work.DONE and not self.wrong

    @transaction.atomic
    def finish(self, *, head: Head, wrong: int, found: list[list[Any]]) -> None:
        self.entries, self.hash, self.wrong, self.found = head.number, head.hash, wrong, found
        self._end()
        record("risparmio.book.verified", self, by=self.asked_by, number=head.number, wrong=wrong)


def _archive_name(instance: Any, filename: str) -> str:
    name = uuid.uuid4().hex
    return f"archives/{name[:2]}/{name}.zip"


class YearArchive(LongWork):
    """A year of the book with its papers in one file; `seal` is the sha256 of the list of all that is in it."""

    year = models.PositiveSmallIntegerField(_("year"))
    file = models.FileField(
        _("file"), storage=private_storage, upload_to=_archive_name, blank=True, editable=False
    )
    bytes = models.PositiveBigIntegerField(_("size in bytes"), default=0, editable=False)
    seal = models.CharField(_("seal"), max_length=64, blank=True, editable=False)
    last_number = models.PositiveBigIntegerField(_("last entry"), null=True, editable=False)
    last_hash = models.CharField(max_length=64, blank=True, editable=False)

    class Meta:
        verbose_name = _("sealed archive of a year")
        verbose_name_plural = _("sealed archives of years")
        ordering = ["-asked_at", "-id"]

    def __str__(self) -> str:
        return str(self.year)

    @classmethod
    @transaction.atomic
    def ask(cls, year: int, *, by: Any) -> YearArchive:
        """Have a year sealed in the background. While one is being made of it, that one. Raises NotPossible where
        nothing counts in that year, PermissionDenied."""
        from .archive import make_archive

        if not by.has_perm("risparmio.check_book"):
            raise PermissionDenied
        book = book_of_money()
        book.lock()
        if running := cls.under_way().filter(year=year).first():
            return running
        if not book.entries.filter(day__year=year).exists():
            raise NotPossible(_("Nothing was booked in that year."))
        archive = cls.objects.create(year=year, asked_by=by)
        make_archive.enqueue(archive.pk)
        return archive

    @transaction.atomic
    def finish(self, *, file: str, size: int, seal: str, last: Head) -> None:
        self.file, self.bytes, self.seal = file, size, seal
        self.last_number, self.last_hash = last.number, last.hash
        self._end()
        record(
            "risparmio.archive.sealed",
            self,
            by=self.asked_by,
            year=self.year,
            seal=seal,
            number=last.number,
            hash=last.hash,
        )
