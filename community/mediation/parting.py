"""What ends when a mediator is one no more, or a party's account is closed: nobody waits for who is gone."""

from __future__ import annotations

from typing import Any

from portal.extensions import EventSink

from .models import Mediator, Party
from .words import MEDIATES, OPEN, Answer

_ENDS = ("portal.role.taken", "portal.person.closed")


def give_back(event: Any) -> None:
    """They read nothing from the moment on (`MediatorQuerySet.assigned`); this tells whoever finds another one, and
    lets nothing come back with a role that is given again later."""
    if event.kind not in _ENDS or event.target is None or event.target.has_role(MEDIATES):
        return
    held = Mediator.objects.filter(person=event.target, case__state__in=OPEN).not_released()
    for row in held.select_related("case"):
        row.lose()


def let_go(event: Any) -> None:
    """A party whose account is closed has stopped: without them the others can accept, or end it."""
    if event.kind != "portal.person.closed" or event.target is None or event.target.is_active:
        return
    taken = Party.objects.filter(person=event.target, answer=Answer.YES, case__state__in=OPEN)
    for row in taken.select_related("case"):
        row.lose()


SINKS = (
    EventSink(key="community.mediation.give_back", receive=give_back),
    EventSink(key="community.mediation.let_go", receive=let_go),
)
