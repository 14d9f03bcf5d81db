"""The picture of where an exchange stands: proposed, accepted, day set, done, confirmed; or how it ended otherwise."""

from __future__ import annotations

from dataclasses import dataclass

from .models import Exchange
from .words import State

_WAY = (State.PROPOSED, State.ACCEPTED, State.SCHEDULED, State.DONE, State.CONFIRMED)
_ENDED = {
    State.DECLINED: (State.PROPOSED,),
    State.WITHDRAWN: (State.PROPOSED,),
    State.LAPSED: (State.PROPOSED,),
    State.UNCONFIRMED: (State.PROPOSED, State.ACCEPTED),
    State.CANCELLED: (State.PROPOSED, State.ACCEPTED),
    State.DISPUTED: (State.PROPOSED, State.ACCEPTED, State.DONE),
    State.SETTLED: (State.PROPOSED, State.ACCEPTED, State.DONE),
}


@dataclass(frozen=True, kw_only=True)
class Milestone:
    label: str
    is_passed: bool
    is_here: bool


def milestones(exchange: Exchange) -> list[Milestone]:
    state = State(exchange.state)
    if state in _ENDED:
        way = [*_ENDED[state], state]
    else:
        way = [
            State.TO_APPROVE if (step, state) == (State.ACCEPTED, State.TO_APPROVE) else step for step in _WAY
        ]
        if state == State.THANKED:
            way[-1] = State.THANKED
        if exchange.starts_at is None and way.index(state) > way.index(State.SCHEDULED):
            way.remove(State.SCHEDULED)  # it was done without a day being set
    here = way.index(state)
    return [
        Milestone(label=step.shown, is_passed=place < here, is_here=place == here)
        for place, step in enumerate(way)
    ]
