"""A gathering as a calendar keeps it (RFC 5545): made, changed, called off. Nobody's name stands in it."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.conf import settings
from icalendar import Event

from portal.ui.characters import in_one_line
from portal.ui.words import plain

from .models import Gathering


def event_of(gathering: Gathering) -> Event:
    event = Event()
    event.add("uid", f"gathering-{gathering.pk}@{urlsplit(settings.WAGTAILADMIN_BASE_URL).hostname}")
    event.add("dtstamp", gathering.cancelled_at or gathering.starts_at)
    event.add("dtstart", gathering.starts_at)
    event.add("dtend", gathering.ends_at)
    event.add("sequence", gathering.sequence)
    event.add("status", "CANCELLED" if gathering.is_off else "CONFIRMED")
    event.add("summary", in_one_line(gathering.name))
    event.add("location", in_one_line(plain(gathering.place_name)))
    return event
