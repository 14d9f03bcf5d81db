"""An appointment as a calendar keeps it (RFC 5545): booked, changed, called off.

No link of the appointment stands in it, and not what it is about: calendars are shared.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext as _
from icalendar import Calendar
from icalendar import Event as CalendarEvent

from portal.ui.characters import in_one_line

from .models import Appointment
from .workflow import State


def calendar_of(appointment: Appointment) -> bytes:
    """The file, in the language that is active. Raises ValueError for one without a time."""
    if appointment.quarter is None:
        raise ValueError("it has no time")
    is_off = appointment.state == State.CANCELLED
    calendar = Calendar()
    calendar.add("prodid", f"-//{settings.PORTAL_NAME}//appointments//")
    calendar.add("version", "2.0")
    calendar.add("method", "CANCEL" if is_off else "PUBLISH")
    event = CalendarEvent()
    event.add("uid", f"{appointment.pk}@{urlsplit(settings.WAGTAILADMIN_BASE_URL).hostname}")
    event.add("dtstamp", appointment.changed_at)
    event.add("last-modified", appointment.changed_at)
    event.add("dtstart", appointment.starts_at)
    event.add("dtend", appointment.ends_at)
    event.add("sequence", appointment.sequence)
    event.add("status", "CANCELLED" if is_off else "CONFIRMED")
    desk, address = in_one_line(appointment.desk.name), in_one_line(appointment.desk.address)
    event.add("summary", _("Appointment at %(desk)s") % {"desk": desk})
    event.add("location", ", ".join(filter(None, (desk, address))))
    event.add("description", _("Receipt number: %(receipt)s") % {"receipt": appointment.receipt})
    calendar.add_component(event)
    return calendar.to_ical()
