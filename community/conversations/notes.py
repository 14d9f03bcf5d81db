"""What happens to a thing is noted in what people say about it: the facts that the thing itself names.

A model says `facts_in_conversation = frozenset({"community.exchange.accepted", …})`: facts that whoever discusses it
may know anyway. What nobody has written about needs no notes: its page tells its history.
"""

from __future__ import annotations

from typing import Any

from .models import Conversation


def note_fact(event: Any) -> None:
    """Of an event sink: the same fact again is noted once."""
    if event.kind not in getattr(event.content_type.model_class(), "facts_in_conversation", ()):
        return
    subject = event.target
    if subject is None:
        return
    if found := Conversation.objects.on(subject).filter(last_number__gt=0).first():
        found.note(event)
