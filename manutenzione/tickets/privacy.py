"""What tickets know about a person, how long they know it, and how they forget it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.contrib.contenttypes.models import ContentType
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from portal.extensions import EventKind, find, years
from portal.uploads.models import Photo
from portal.uploads.privacy import files_among, name_of

from .models import Ticket, TicketChange
from .words import FINISHED
from .workflow import fact

RETENTION = years(5)


def export_tickets(user) -> Iterator[dict]:
    reported = Ticket.objects.filter(reporter=user).select_related("building", "area")
    for ticket in reported.prefetch_related("photos"):
        yield {
            "number": ticket.number,
            "reported_on": ticket.created_at.isoformat(),
            "building": str(ticket.building),
            "place": str(ticket.area),
            "about": str(ticket.get_category_display()),
            "urgency": str(ticket.get_urgency_display()),
            "text": ticket.text,
            "state": str(ticket.get_state_display()),
            "files": [name_of(photo) for photo in ticket.photos.all()],
            "shows": [photo.alt for photo in ticket.photos.all() if photo.alt],
        }


def files_of_tickets(user):
    """What a helper sent with a report of the person's; what they sent themselves is among their photos."""
    return files_among(_photos_of_reports(user).exclude(owner=user))


def _photos_of_reports(user) -> QuerySet[Photo]:
    reported = [str(pk) for pk in Ticket.objects.filter(reporter=user).values_list("pk", flat=True)]
    kind = ContentType.objects.get_for_model(Ticket)
    return Photo.objects.filter(content_type=kind, object_id__in=reported)


def export_changes(user) -> Iterator[dict]:
    for change in TicketChange.objects.filter(Q(by=user) | Q(on_behalf_of=user)).select_related("ticket"):
        yield {
            "ticket": change.ticket.number,
            "at": change.at.isoformat(),
            "done": change.verb,
            "for_somebody_else": change.on_behalf_of_id not in (None, user.pk),
            "by_somebody_else": change.by_id != user.pk,
            "note": change.note,
        }


def said_step(value: str, row: dict, person) -> str:
    """What was done, with the name of whoever the copy is for, where it was they; of others it names nobody."""
    kind = find(EventKind, fact(value))
    actor = _("Somebody") if row["by_somebody_else"] else str(person)
    return str(kind.sentence) % {"actor": actor}


def erase_tickets(user) -> int:
    """Nobody is named any more. The words go once the fault is dealt with; until then a repair still needs them.

    Photos go at once, whoever sent them for the person: they may show a home.
    """
    _photos_of_reports(user).delete()
    reported = Ticket.objects.filter(reporter=user)
    reported.filter(state__in=FINISHED).update(text="")
    return reported.update(reporter=None) + Ticket.objects.filter(assignee=user).update(assignee=None)


def erase_changes(user) -> int:
    """A neighbour's words go with the name; what was written for the agency stays, without the name."""
    own = Q(by=user) | Q(on_behalf_of=user)
    TicketChange.objects.filter(own, for_agency=False).update(note="")
    touched = TicketChange.objects.filter(own | Q(assignee=user)).count()
    TicketChange.objects.filter(by=user).update(by=None)
    TicketChange.objects.filter(on_behalf_of=user).update(on_behalf_of=None)
    TicketChange.objects.filter(assignee=user).update(assignee=None)
    return touched


def expire_tickets(before: datetime) -> int:
    """Finished ones; their steps and photos go with them. An open one waits for its repair, however old it is."""
    _total, by_model = Ticket.objects.finished().filter(state_since__lt=before).delete()
    return by_model.get(Ticket._meta.label, 0)
