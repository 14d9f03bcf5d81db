"""What an organization takes along as a table: its hours by month and kind, the shifts held, its members' checks."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import Count, Q
from django.http import StreamingHttpResponse
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from community.mutual_aid.periods import Period
from community.mutual_aid.shifts.models import Shift
from community.mutual_aid.shifts.words import PlaceState
from portal.ui.spreadsheets import csv_answer

from .hours import by_month, lines
from .words import KINDS, TOO_FEW


def hours(organization: Any, months: list[Period]) -> StreamingHttpResponse:
    heads = (_("Month"), pgettext("of hours", "Kind"), _("Hours, in minutes"), _("Remark"))
    rows = (
        (period.code, KINDS[kind], *(("", TOO_FEW) if minutes is None else (minutes, "")))
        for period, kind, minutes in lines(by_month(organization, months))
    )
    return csv_answer(heads, rows, _named(organization, pgettext("a file", "hours")))


def shifts(organization: Any, months: list[Period]) -> StreamingHttpResponse:
    """Those in which somebody was seen by another, since the first of the months: how many were there."""
    heads = (
        _("Day"),
        pgettext("a time", "From"),
        pgettext("a time", "To"),
        pgettext("a shift", "Name"),
        _("How many were there"),
    )
    there = Count("places", filter=Q(places__state=PlaceState.ATTENDED, places__is_vouched=True))
    held = Shift.objects.filter(plan__host=organization, starts_at__gte=months[0].since)
    held = held.select_related("plan").annotate(there=there).filter(there__gt=0).order_by("starts_at", "pk")

    def rows() -> Iterator[tuple]:
        for shift in held.iterator(chunk_size=500):
            hours = (timezone.localtime(moment) for moment in (shift.starts_at, shift.ends_at))
            yield (shift.day.isoformat(), *(f"{hour:%H:%M}" for hour in hours), shift.plan.name, shift.there)

    return csv_answer(heads, rows(), _named(organization, pgettext("a file", "shifts")))


def members(organization: Any) -> StreamingHttpResponse:
    """For whoever may read their names; whoever takes them along has said why (views.py)."""
    heads = (
        pgettext("a person", "Name"),
        _("Member since"),
        pgettext("a member", "Coordinates"),
        _("Vouched for on"),
        _("Checked on"),
    )
    now = organization.members.filter(until=None).select_related("person")

    def day(moment) -> str:
        return timezone.localtime(moment).date().isoformat() if moment else ""

    rows = (
        (
            member.person.display_name,
            member.since.isoformat(),
            pgettext("a member coordinates", "yes") if member.is_coordinator else "",
            day(member.vouched_at),
            day(member.checked_at),
        )
        for member in now.order_by("person__display_name").iterator(chunk_size=500)
    )
    return csv_answer(heads, rows, _named(organization, pgettext("a file", "members")))


def _named(organization: Any, what: str) -> str:
    return f"{slugify(str(organization)) or organization.pk}-{slugify(what, allow_unicode=True)}"
