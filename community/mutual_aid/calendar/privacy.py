"""What a calendar link knows about a person: that there is one."""

from __future__ import annotations

from collections.abc import Iterator

from .models import CalendarLink


def export(user) -> Iterator[dict]:
    for link in CalendarLink.objects.filter(person=user):
        yield {"made_at": link.made_at.isoformat()}


def erase(user) -> int:
    deleted, _by_model = CalendarLink.objects.filter(person=user).delete()
    return deleted
