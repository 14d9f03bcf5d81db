"""What has happened to a ticket, in the reader's language, with as many names as the reader may see."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from portal.events import history_of

from .models import Ticket, TicketChange
from .words import State
from .workflow import facts


@dataclass(frozen=True, kw_only=True)
class Entry:
    at: datetime
    icon: str
    sentence: str
    change: TicketChange | None = None

    @property
    def note(self) -> str:
        return self.change.note if self.change else ""

    @property
    def photos(self) -> list:
        return list(self.change.photos.all()) if self.change else []


def told(ticket: Ticket, viewer, *, follows: bool = False) -> list[Entry]:
    """Newest first: the ticket's own steps, and what other apps have recorded about it.

    `follows` for whoever may act for the reporter, and so knows who that is.
    """
    names = viewer.has_perm("manutenzione.see_names", ticket)
    changes = ticket.changes.select_related("by", "on_behalf_of", "assignee").prefetch_related("photos")
    entries = [
        Entry(
            at=change.at,
            icon=change.kind.icon,
            sentence=_sentence(change, viewer, names or follows and change.by_id == ticket.reporter_id),
            change=change,
        )
        for change in changes
    ]
    for event in history_of(ticket).exclude(kind__in=facts()):
        if kind := event.declaration:
            # Who it was stays open: another app's fact does not say on which side its author stands.
            actor = str(event.actor) if names and event.actor else "…"
            entries.append(Entry(at=event.at, icon=kind.icon, sentence=str(kind.sentence) % {"actor": actor}))
    return sorted(entries, key=lambda entry: entry.at)[::-1]  # of the same moment, the later step first


def _sentence(change: TicketChange, viewer, names: bool) -> str:
    sentence = change.sentence_for(viewer, names=names)
    if change.assignee and (names or change.assignee_id == viewer.pk):
        return f"{sentence}: {change.assignee}"
    return sentence


@dataclass(frozen=True, kw_only=True)
class Milestone:
    label: str
    is_passed: bool
    is_here: bool


def milestones(ticket: Ticket) -> list[Milestone]:
    """The picture of where it stands: sent, taken on (or waiting), repaired, closed; or how it ended otherwise."""
    if ticket.state in (State.REJECTED, State.CANCELLED):
        way = [State.SUBMITTED, State(ticket.state)]
    else:
        way = [State.SUBMITTED, State.TRIAGED, State.RESOLVED, State.CLOSED]
        if ticket.state == State.ON_HOLD:
            way[1] = State.ON_HOLD
    here = way.index(State(ticket.state))
    return [
        Milestone(label=s.label, is_passed=place < here, is_here=place == here) for place, s in enumerate(way)
    ]
