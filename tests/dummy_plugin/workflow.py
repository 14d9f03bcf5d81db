"""Where a loan stands and what may happen to it: one table, read by the model, the page and the tests."""

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy


class State(models.TextChoices):
    ASKED = "asked", gettext_lazy("asked for")
    LENT = "lent", gettext_lazy("lent")
    RETURNED = "returned", gettext_lazy("given back")
    WITHDRAWN = "withdrawn", gettext_lazy("withdrawn")


class NotPossible(Exception):
    """The loan's state forbids the verb. The message is for the person who tried."""


TRANSITIONS = {
    # (from, verb): to
    (State.ASKED, "lend"): State.LENT,
    (State.ASKED, "withdraw"): State.WITHDRAWN,
    (State.LENT, "take_back"): State.RETURNED,
}

# What a verb becomes once it is a fact.
FACTS = {
    "lend": "keys.loan.lent",
    "withdraw": "keys.loan.withdrawn",
    "take_back": "keys.loan.returned",
}

LABELS = {
    "lend": gettext_lazy("Hand over"),
    "withdraw": gettext_lazy("I do not need it any more"),
    "take_back": gettext_lazy("Take back"),
}


def target_of(state: str, verb: str) -> State:
    try:
        return TRANSITIONS[State(state), verb]
    except KeyError:
        raise NotPossible(_("This cannot be done now: the key is “%s”.") % State(state).label) from None


def possible(state: str) -> list[str]:
    """The verbs that the state allows, whoever asks."""
    return [verb for source, verb in TRANSITIONS if source == state]
