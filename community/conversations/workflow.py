"""Where a message stands and what may happen to it: one table, read by the model, the page and the tests."""

from __future__ import annotations

from datetime import timedelta

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

EDIT_WITHIN = timedelta(minutes=5)


class State(models.TextChoices):
    FRESH = "fresh", gettext_lazy("just sent")
    SENT = "sent", gettext_lazy("sent")
    DELETED = "deleted", gettext_lazy("deleted")


class NotPossible(Exception):
    """The message's state forbids the verb. The message is for the person who tried."""


TRANSITIONS = {
    # (from, verb): to
    (State.FRESH, "edit"): State.FRESH,
    (State.FRESH, "delete"): State.DELETED,
    (State.SENT, "delete"): State.DELETED,
}

# What a verb becomes once it is a fact.
FACTS = {
    "send": "community.message.sent",
    "edit": "community.message.edited",
    "delete": "community.message.deleted",
    "note": "community.message.noted",
    "moderate": "community.message.moderated",
}

_REFUSALS = {
    "edit": gettext_lazy("A message can be changed for five minutes after it was sent."),
    "delete": gettext_lazy("This message has been deleted already."),
}


def target_of(state: str, verb: str) -> State:
    try:
        return TRANSITIONS[State(state), verb]
    except KeyError:
        raise NotPossible(str(_REFUSALS.get(verb) or _("This cannot be done now."))) from None


def possible(state: str) -> list[str]:
    """The verbs that the state allows, whoever asks."""
    return [verb for source, verb in TRANSITIONS if source == state]
