from collections.abc import Iterator
from typing import Any

from .models import Event


def export_events(user: Any) -> Iterator[dict[str, Any]]:
    """What the person did, fact by fact: ids and codes, times in UTC."""
    for event in Event.objects.filter(actor=user).select_related("content_type").order_by("id"):
        yield {
            "at": event.at.isoformat(),
            "kind": event.kind,
            "about": f"{event.content_type.app_label}.{event.content_type.model}:{event.object_id}",
        }


def erase_events(user: Any) -> int:
    """The facts stay, because others' histories are made of them; who did them is forgotten."""
    return Event.objects.filter(actor=user).update(actor=None)
