"""What has a time, as calendars keep it (RFC 5545). Nobody's name stands in it: calendars are shared."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from urllib.parse import urlsplit

from django.conf import settings
from icalendar import Calendar, Event

from portal.ui.characters import in_one_line
from portal.ui.words import plain


@dataclass(frozen=True, kw_only=True)
class Entry:
    """`uid` is unique in the portal ("shift-12"). Times have a zone; a `date` is a whole day. `sequence` grows with
    each change that a calendar has to be told of."""

    uid: str
    starts_at: datetime | date
    ends_at: datetime | date
    summary: str
    location: str = ""
    changed_at: datetime
    is_off: bool = False
    sequence: int = 0

    def as_event(self) -> Event:
        event = Event()
        event.add("uid", f"{self.uid}@{urlsplit(settings.WAGTAILADMIN_BASE_URL).hostname}")
        event.add("dtstamp", self.changed_at)
        event.add("dtstart", self.starts_at)
        event.add("dtend", self.ends_at)
        event.add("sequence", self.sequence)
        event.add("status", "CANCELLED" if self.is_off else "CONFIRMED")
        event.add("summary", in_one_line(plain(self.summary)))
        if self.location:
            event.add("location", in_one_line(plain(self.location)))
        return event


def calendar_of(entries: Iterable[Entry], *, name: str = "") -> bytes:
    """The file that a calendar reads; `name` is what it calls it, where it is followed."""
    calendar = Calendar()
    calendar.add("prodid", f"-//{settings.PORTAL_NAME}//calendar//")
    calendar.add("version", "2.0")
    if name:
        calendar.add("x-wr-calname", name)
        calendar.add("refresh-interval;value=duration", "PT4H")
    for entry in entries:
        calendar.add_component(entry.as_event())
    return calendar.to_ical()
