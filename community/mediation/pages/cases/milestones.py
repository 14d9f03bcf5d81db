"""The picture of where a mediation stands, from asking to how it goes; or how it ended."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from community.mediation.models import Case
from community.mediation.words import Outcome, State

# What people see of the way; and in which of them a state lies.
_WAY = (
    pgettext_lazy("a mediation", "Asked"),
    _("Invited"),
    _("Talks"),
    _("Agreement"),
    _("How it goes"),
)
_PLACE = {
    State.REQUESTED: 0,
    State.INTAKE: 0,
    State.INVITING: 1,
    State.AGREED: 2,
    State.MEDIATING: 2,
    State.AGREEMENT: 3,
    State.FOLLOW_UP: 4,
}
_ENDED: dict[Outcome, Any] = {
    Outcome.AGREEMENT: _(
        "You have agreed, and what you agreed on stands. If it does not hold one day, you can ask for a mediation "
        "again."
    ),
    Outcome.PARTIAL: _("You have agreed on some points. The others stay open, and that is allowed."),
    Outcome.NONE: _("You have not agreed. You have tried, and nobody is to blame."),
    Outcome.DECLINED: _("The other side did not want to. That happens often, and nobody is to blame."),
    Outcome.WITHDRAWN: _("Somebody has stopped. Anybody may, at any time, and nobody asks why."),
    Outcome.UNSUITABLE: _("This is nothing for a mediation. Ask us who can help you."),
    Outcome.REFERRED: _("Somebody else helps you better. You have been told who."),
}
_OUTLASTED = _(
    "Somebody takes part no more, so we do not ask any more how it goes. What all have agreed on stands. If it does "
    "not hold, you can ask for a mediation again."
)
_ROOMS_CLOSED = _(
    "The rooms are closed, also those with the mediator alone: you can read nothing there any more."
)
_DELETED = _("What was said is deleted half a year after the end, for everybody.")


def ended(case: Case) -> str:
    """How it has ended, in words that blame nobody; "" while it goes on. What somebody has answered to a follow-up is
    for the mediators: the others read the same, whatever it was."""
    if case.state != State.CLOSED:
        return ""
    how = _OUTLASTED if case.has_outlasted else _ENDED[Outcome(case.outcome)]
    rooms = [_ROOMS_CLOSED] if case.rooms.exists() else []
    return " ".join(map(str, [how, *rooms, _DELETED]))


@dataclass(frozen=True, kw_only=True)
class Milestone:
    label: Any
    is_passed: bool
    is_here: bool


def milestones(case: Case) -> list[Milestone]:
    """The way of a case; of one that is closed only what it has come through, and the outcome."""
    if case.state != State.CLOSED:
        here = _PLACE[State(case.state)]
        return [
            Milestone(label=label, is_passed=place < here, is_here=place == here)
            for place, label in enumerate(_WAY)
        ]
    reached = zip(_WAY, (True, case.invited_at, case.begun_at, case.settled_at), strict=False)
    return [
        *(Milestone(label=label, is_passed=True, is_here=False) for label, was in reached if was),
        Milestone(label=Outcome(case.outcome).label, is_passed=False, is_here=True),
    ]
