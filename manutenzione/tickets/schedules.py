"""What comes round by itself."""

from __future__ import annotations

from contextlib import suppress

from .models import Ticket
from .workflow import TransitionError


def forget_words() -> None:
    """The words of whoever was erased before the repair go once it is finished."""
    Ticket.objects.finished().filter(reporter=None).exclude(text="").update(text="")


def close_unanswered() -> None:
    """Silence confirms a repair: close what was not doubted in time. Whoever reported it may still open it again."""
    for ticket in Ticket.objects.unanswered():
        with suppress(TransitionError):  # somebody has answered a moment ago
            ticket.confirm(by=None, seen=ticket.version)
