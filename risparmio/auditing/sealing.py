"""The sealed archives that were made, each with its seal and by whom; a new one is made in the background."""

from __future__ import annotations

import tempfile
import uuid
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.files import File
from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from portal.events import record
from portal.ledger import Head
from portal.tasks import background
from portal.uploads.storage import private_storage
from risparmio.agreements.models import NotPossible
from risparmio.book.accounts import book_of_money

from .archive import write
from .words import Work
from .work import LongWork


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


@background(attempts=5)
def make_archive(pk: int) -> None:
    """Made from the beginning by whichever worker takes it up; one that has ended stays as it is."""
    archive = YearArchive.objects.exclude(state=Work.DONE).select_related("asked_by").filter(pk=pk).first()
    if archive is None:
        return
    archive.says(0)
    field = archive.file
    with tempfile.TemporaryFile() as file:
        seal, last = write(file, archive.year, says=archive.says)
        size = file.tell()
        file.seek(0)
        field.save("", File(file), save=False)
    try:
        archive.finish(file=field.name, size=size, seal=seal, last=last)
    except BaseException:
        field.storage.delete(field.name)
        raise
