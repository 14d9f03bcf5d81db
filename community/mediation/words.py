"""The words of mediation: what can be chosen, and what the code calls it."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

TEXT_LIMIT = 4000  # characters of what somebody tells
LINE_LIMIT = 200  # characters of a line
MEDIATES = "community.mediator"  # the role without which nobody mediates


# The pact: what everybody in a case promises, whoever asked and whoever is invited. Its moment is `Party.pact_at`.
PACT = _("What is said in the mediation I keep to myself, also afterwards.")


class State(models.TextChoices):
    """Where a case stands. Only those who belong to it ever read one."""

    REQUESTED = "requested", pgettext_lazy("a mediation", "asked for")
    INTAKE = "intake", _("being looked at")
    INVITING = "inviting", _("the other side is invited")
    AGREED = "agreed", _("all have said yes")
    MEDIATING = "mediating", _("the talks go on")
    AGREEMENT = "agreement", _("an agreement is on the table")
    FOLLOW_UP = "follow_up", _("agreed, and we ask how it goes")
    CLOSED = "closed", pgettext_lazy("a mediation", "closed")


OPEN = tuple(state for state in State if state != State.CLOSED)
# In which whoever coordinates the mediators prepares it.
INTAKE = (State.REQUESTED, State.INTAKE, State.INVITING)
# In which those who said yes talk in their rooms.
TALKING = (State.AGREED, State.MEDIATING, State.AGREEMENT, State.FOLLOW_UP)
# In which they read what they agree on, as far as it has come.
AT_THE_TABLE = TALKING[1:]


class Outcome(models.TextChoices):
    """How a case has ended: a code, and all that is kept of it in the end."""

    AGREEMENT = "agreement", _("an agreement")
    PARTIAL = "partial", _("an agreement on some points")
    NONE = "none", _("no agreement")
    DECLINED = "declined", _("the other side did not want to")
    WITHDRAWN = "withdrawn", _("somebody stopped")
    UNSUITABLE = "unsuitable", _("not for mediation")
    REFERRED = "referred", _("somebody else helps better")


# Those that count as agreed.
AGREED_ON = (Outcome.AGREEMENT, Outcome.PARTIAL)


class Side(models.TextChoices):
    FIRST = "first", _("who asked")
    OTHER = "other", _("the other side")


class Answer(models.TextChoices):
    """What somebody has said to being part of it."""

    WAITING = "waiting", _("has not answered yet")
    YES = "yes", pgettext_lazy("an invitation", "said yes")
    NO = "no", pgettext_lazy("an invitation", "said no")
    LEFT = "left", _("has stopped")


class RoomKind(models.TextChoices):
    PRIVATE = "private", _("With the mediator alone")
    JOINT = "joint", _("All together")
    NOTES = "notes", _("Notes of the mediators")


class MediatorState(models.TextChoices):
    PROPOSED = "proposed", _("waits for a yes from everybody")
    ASSIGNED = "assigned", _("is the mediator")
    REFUSED = "refused", _("somebody said no")
    RELEASED = "released", _("is the mediator no more")


class Tie(models.TextChoices):
    """What ties a mediator to somebody in a case, as far as the portal knows."""

    SELF = "self", _("is in it")
    HELPED = "helped", _("has helped to ask for it")
    HOUSEHOLD = "household", _("has lived in the same household")
    BUILDING = "building", _("lives, or has lived, in the same building")
    ORGANIZATION = "organization", _("is in the same organization")
    CASE = "case", _("was part of an earlier case with them")
