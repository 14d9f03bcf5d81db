from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import models, transaction
from django.utils import timezone

from portal.extensions import EventKind, EventSink, declared, find
from portal.extensions.delegations import never_delegated

from .dispatch import wake
from .models import Event


class NeverOnBehalf(ValueError):
    """A fact of this kind nobody makes for another person: see NeverDelegated in portal.extensions."""


class UnknownEventKind(ValueError):
    """The fact's kind was declared by nobody: see EventKind in portal.extensions."""


def record(
    kind: str,
    target: models.Model,
    *,
    by: Any = None,
    on_behalf_of: Any = None,
    at: datetime | None = None,
    **data: int | str | bool | None,
) -> Event:
    """State a fact in the caller's transaction; the sinks hear of it after the commit.

    `at` is when it became one: now, unless what is past is told. `data` takes ids and codes only. Raises
    UnknownEventKind, or ValueError for prose. `on_behalf_of` is for whom `by` did it, where it was not for themselves;
    raises NeverOnBehalf in a subject, or for a confidential kind, in which nobody acts for another.
    """
    declaration = find(EventKind, kind)
    if declaration is None:
        raise UnknownEventKind(kind)
    if on_behalf_of is not None and (declaration.confidential or never_delegated(kind)):
        raise NeverOnBehalf(kind)
    for name, value in data.items():
        if isinstance(value, str) and (len(value) > 64 or any(c.isspace() for c in value)):
            raise ValueError(f"{kind}: {name!r} looks like prose; an event holds ids and codes")
    event = Event.objects.create(
        kind=kind,
        target=target,
        actor=by,
        on_behalf_of=on_behalf_of,
        at=at or timezone.now(),
        data=data,
    )
    transaction.on_commit(wake)
    return event


def history_of(obj: models.Model, *, confidential: bool = False) -> models.QuerySet[Event]:
    """The facts about an object, oldest first. Who sees the object need not know all of them: confidential ones come
    only for a caller that says so, having asked for the right."""
    events = Event.objects.about(obj)
    return events if confidential else events.not_confidential()


def forget_who(obj: models.Model) -> int:
    """Take out of an object's facts by whom and with what they were; that they happened stays. Returns how many.

    For what must not be told of anybody any more, where the object itself stays. Who was told of them is forgotten as
    well: every sink lets go of what it made of them (`EventSink.forget`).
    """
    with transaction.atomic():
        # First the facts, which a dispatcher holds locked: what it makes of one at this moment is there afterwards.
        Event.objects.about(obj).update(actor=None, on_behalf_of=None, data={})
        numbers = list(Event.objects.about(obj).values_list("pk", flat=True))
        for sink in declared(EventSink):
            if sink.forget is not None:
                sink.forget(numbers)
    return len(numbers)
