from collections.abc import Iterator
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from portal.extensions import EventKind, find

from .models import Event


def export_events(user: Any) -> Iterator[dict[str, Any]]:
    """What the person did, and what others did for them, fact by fact: ids and codes, times in UTC.

    What a confidential fact was about is not said: a number in a file that others may open, too, would lead there.
    """
    concerning = Event.objects.filter(Q(actor=user) | Q(on_behalf_of=user))
    for event in concerning.select_related("content_type").order_by("id"):
        yield {
            "at": event.at.isoformat(),
            "kind": event.kind,
            "about": _what(event),
            "done": _how(event, user),
        }


def said_who(value: str, row: Any, person: Any) -> str:
    """Whether it was by the person or for them, as the page of a copy says it."""
    return {
        "by you": _("by you"),
        "for you by somebody else": _("for you, by somebody else"),
        "by you for somebody else": _("by you, for somebody else"),
    }[value]


def said_kind(value: str, row: Any, person: Any) -> str:
    """A fact with the name of whoever the copy is for, where it was they; of others it names nobody."""
    kind = find(EventKind, value)
    somebody = _("Somebody") if row.get("done") == "for you by somebody else" else str(person)
    return str(kind.sentence) % {"actor": somebody} if kind else value


def _what(event: Event) -> str | None:
    """None as well for a kind that no app declares any more: it may have been confidential."""
    if event.declaration is None or event.declaration.confidential:
        return None
    return f"{event.content_type.app_label}.{event.content_type.model}:{event.object_id}"


def _how(event: Event, user: Any) -> str:
    if event.on_behalf_of_id is None:
        return "by you"
    return "for you by somebody else" if event.on_behalf_of_id == user.pk else "by you for somebody else"


def erase_events(user: Any) -> int:
    """The facts stay, because others' histories are made of them; who did them, and for whom, is forgotten."""
    touched = Event.objects.filter(Q(actor=user) | Q(on_behalf_of=user)).count()
    Event.objects.filter(actor=user).update(actor=None)
    Event.objects.filter(on_behalf_of=user).update(on_behalf_of=None)
    return touched
