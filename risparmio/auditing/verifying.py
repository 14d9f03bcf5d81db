"""Every entry of the book is looked at again, however many there are: in the background, telling how far it is."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from portal.events import record
from portal.ledger import Head, head, verify
from portal.tasks import background
from risparmio.book.accounts import book_of_money

from .words import Work
from .work import LongWork

MOST = 100  # discrepancies that are kept; how many there are is counted


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


@background(attempts=5)
def verify_book(pk: int) -> None:
    """Begun anew by whichever worker takes it up; one that has ended stays as it is."""
    verification = (
        Verification.objects.exclude(state=Work.DONE).select_related("asked_by").filter(pk=pk).first()
    )
    if verification is None:
        return
    book = book_of_money()
    end = head(book)
    verification.says(0)
    wrong, found = 0, []
    told = verify(
        book,
        verification.known,
        says=lambda seen: verification.says(seen * 100 // max(end.number, 1)),
    )
    for one in told:
        wrong += 1
        if len(found) < MOST:
            found.append([one.what, one.number, one.account])
    verification.finish(head=end, wrong=wrong, found=found)
