"""What a household and the agency agree on, and what they change later."""

from __future__ import annotations

from datetime import date
from functools import partial

from risparmio.agreements.models import SavingsAgreement, SavingsPlan
from risparmio.agreements.words import Kind

from .clock import DAY, at, working
from .savers import Saver
from .stage import NEWS, Stage
from .texts import LESS, PAUSES


def plan(stage: Stage, saver: Saver) -> None:
    """It is opened on the first working day in the home. What there is no time left for does not happen."""
    stage.diary.on(at(saver.opens_on, 9, 30), partial(_open, stage, saver))
    end = saver.tenancy.left_on or stage.today - NEWS
    if saver.pauses and (day := working(saver.month(saver.pauses.start) - 8 * DAY)) < end - 70 * DAY:
        stage.diary.on(at(day, 11), partial(_pause, stage, saver))
    else:
        saver.pauses = range(0)
    if saver.change and (day := working(saver.month(saver.change[0]) - 10 * DAY)) < end - 30 * DAY:
        stage.diary.on(at(day, 15), partial(_change, stage, saver))
    else:
        saver.change = None


def _open(stage: Stage, saver: Saver) -> None:
    saver.agreement = SavingsAgreement.open(
        by=stage.caseworker,
        client_id=stage.new_id(),
        tenancy=saver.tenancy,
        goal=saver.goal,
        goal_cents=saver.goal_cents,
        starts_on=saver.starts_on,
        ends_on=saver.tenancy.ends_on,
        cents=saver.cents,
        due_day=saver.due_day,
        match_percent=saver.match_percent,
    )
    first = saver.agreement.plans.get()
    if saver.way == "cash":  # a paper with a signature, which somebody else than who opened it writes down
        first.sign(by=stage.treasurer, on_paper=True)
    else:
        first.sign(by=saver.adults[0])


def _pause(stage: Stage, saver: Saver) -> None:
    """The household asks, the agency agrees."""
    person = saver.adults[0]
    SavingsPlan.propose(
        saver.agreement,
        by=person,
        client_id=stage.new_id(),
        kind=Kind.PAUSE,
        since=saver.month(saver.pauses.start),
        until=saver.month(saver.pauses.stop - 1),
        cents=0,
        due_day=saver.due_day,
        reason=PAUSES.get(person.language, PAUSES["en"]),
    ).sign(by=stage.caseworker)


def _change(stage: Stage, saver: Saver) -> None:
    """The agency proposes, the household agrees."""
    place, cents = saver.change
    propose_less(stage, saver, since=saver.month(place), cents=cents, reason=LESS).sign(by=saver.adults[0])


def propose_less(stage: Stage, saver: Saver, *, since: date, cents: int, reason: str) -> SavingsPlan:
    return SavingsPlan.propose(
        saver.agreement,
        by=stage.caseworker,
        client_id=stage.new_id(),
        kind=Kind.CHANGE,
        since=since,
        cents=cents,
        due_day=saver.due_day,
        reason=reason,
    )
