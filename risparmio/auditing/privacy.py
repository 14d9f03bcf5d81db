"""What the checks of the book know about those who made them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import partial

from django.db import transaction
from django.db.models import Max, Min, QuerySet
from django.utils.translation import gettext_lazy as _

from portal.extensions import PersonalData
from risparmio.agreements.privacy import KEPT, TEN_YEARS, ended_of, expired

from .closing import PeriodClosing
from .sealing import YearArchive
from .verifying import Verification

# A sealed file holds other people's payments: whoever asked for it has taken it along, and it can be made again.
ARCHIVE_KEPT = timedelta(days=30)


def export_closings(user) -> Iterator[dict]:
    for closing in PeriodClosing.objects.filter(closed_by=user).select_related("closing"):
        yield {"until": closing.closing.until.isoformat(), "at": closing.closed_at.isoformat()}


def erase_closings(user) -> int:
    return PeriodClosing.objects.filter(closed_by=user).update(closed_by=None)


def expire_closings(before: datetime) -> int:
    return expired(PeriodClosing.objects.filter(closed_at__lt=before))


def export_checks(user) -> Iterator[dict]:
    for check in Verification.objects.filter(asked_by=user):
        yield {"asked_at": check.asked_at.isoformat()}


def erase_checks(user) -> int:
    return Verification.objects.filter(asked_by=user).update(asked_by=None)


def expire_checks(before: datetime) -> int:
    return expired(Verification.objects.filter(asked_at__lt=before))


def export_archives(user) -> Iterator[dict]:
    for archive in YearArchive.objects.filter(asked_by=user):
        yield {"asked_at": archive.asked_at.isoformat(), "year": archive.year}


def erase_archives(user) -> int:
    """The files, too, in which their household's payments and accounts stand: made again, nothing tells of them but the
    banks' own files, papers of the accounts as these are (bank/privacy.py)."""
    span = ended_of(user).aggregate(first=Min("opened_at__year"), last=Max("closed_on__year"))
    touched = YearArchive.objects.filter(asked_by=user).update(asked_by=None)
    if span["first"] is None:
        return touched
    years_of_theirs = YearArchive.objects.filter(year__range=(span["first"], span["last"]))
    return touched + _without_files(years_of_theirs)


def expire_archives(before: datetime) -> int:
    """The file goes, and its seal stays: whoever has kept theirs can have it compared."""
    return _without_files(YearArchive.objects.filter(finished_at__lt=before))


def _without_files(archives: QuerySet[YearArchive]) -> int:
    rows = list(archives.exclude(file=""))
    for archive in rows:
        transaction.on_commit(partial(archive.file.storage.delete, archive.file.name))
    return YearArchive.objects.filter(pk__in=[archive.pk for archive in rows]).update(file="")


DATA = (
    PersonalData(
        key="risparmio.PeriodClosing",
        title=_("Periods of the book that you closed"),
        export=export_closings,
        erase=erase_closings,
        stays=_("That a period was closed and when, and not by whom."),
        retention=KEPT,
        expire=expire_closings,
        reason=TEN_YEARS,
    ),
    PersonalData(
        key="risparmio.Verification",
        title=_("Checks of the book that you asked for"),
        export=export_checks,
        erase=erase_checks,
        stays=_("What a check found and when, and not who asked for it."),
        retention=KEPT,
        expire=expire_checks,
        reason=TEN_YEARS,
    ),
    PersonalData(
        key="risparmio.YearArchive",
        title=_("Sealed archives that you asked for"),
        labels={"year": _("Year")},
        export=export_archives,
        erase=erase_archives,
        stays=_("That an archive was made, and its seal, and not who asked for it."),
        retention=ARCHIVE_KEPT,
        expire=expire_archives,
        reason=_("A month: the file holds other people's payments, and can be made again. Its seal stays."),
    ),
)
