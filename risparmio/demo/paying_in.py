"""Transfers of households and of a parish, and cash: taken at a desk, counted, carried to the bank. Cents."""

from __future__ import annotations

from datetime import date, timedelta
from functools import partial
from typing import Any

from risparmio.book.accounts import till_of
from risparmio.payments.models import CashReceipt
from risparmio.payments.tills import CashCount, CashTrip

from .banks import CASH
from .clock import DAY, at
from .ibans import NEITHER, PARISH, RELATIVES, iban
from .savers import Saver
from .stage import NEWS, Stage
from .texts import MISSES, SLIP

_MISSING_AT = 40  # the count that finds a euro too little
_KNOWN_AFTER = 2  # payments by their reference: then their account is enough
_LEAVE_IT_OUT = 0.25  # of them


def plan(stage: Stage, saver: Saver) -> None:
    for place, day, cents in saver.payments(stage.yesterday, stage.dice):
        if saver.way == "cash":
            bring_cash(stage, saver, day, cents, slip=place == saver.slip_in)
        else:
            _transfer(stage, saver, place, day, cents)


def plan_counts(stage: Stage) -> None:
    """At the end of each day on which a desk has taken cash."""
    for number, (day, desk) in enumerate(
        sorted(stage.desk_days, key=lambda one: (one[0], one[1].pk)), start=1
    ):
        stage.diary.on(at(day, 17, 45), partial(count, stage, desk, misses=number == _MISSING_AT))


def _transfer(stage: Stage, saver: Saver, place: int, day: date, cents: int) -> None:
    line: dict[str, Any] = {
        "of": saver,
        "name": saver.name,
        "iban": saver.iban,
        "text": f"Risparmio {day:%m/%Y}",
    }
    if saver.way == "parish":
        line |= {"name": "Parrocchia di San Rocco", "iban": iban(PARISH, NEITHER)}
    elif place == saver.forgets_reference_in:  # from the account of a brother or a daughter
        line |= {"of": None, "iban": iban(RELATIVES + saver.tenancy.pk), "means": saver}
    elif place >= _KNOWN_AFTER and stage.dice.random() < _LEAVE_IT_OUT:
        line |= {"of": None}
    stage.bank_of(day).will_tell(day=day, cents=cents, **line)


def bring_cash(stage: Stage, saver: Saver, day: date, cents: int, *, slip: bool = False) -> None:
    """On that day or the next one on which the desk is open; nothing of the last days, which are told hour by hour."""
    desk = stage.desk_of(saver)
    opens = {
        hours.weekday: hours.opens
        for hours in sorted(desk.hours.all(), key=lambda one: one.opens, reverse=True)
    }
    while day.weekday() not in opens:
        day += DAY
    if day > stage.today - NEWS:
        return
    opening = opens[day.weekday()]
    when = at(day, opening.hour, opening.minute) + timedelta(minutes=stage.dice.randint(5, 100))
    if slip:
        stage.diary.on(when - timedelta(minutes=4), partial(_slip, stage, saver, desk, cents * 10))
    stage.diary.on(when, partial(take_cash, stage, saver, desk, cents))
    stage.desk_days.add((day, desk))


def take_cash(stage: Stage, saver: Saver, desk: Any, cents: int) -> None:
    by = stage.treasurer if stage.dice.random() < 0.2 else stage.caseworker
    CashReceipt.take(saver.agreement, by=by, desk=desk, cents=cents, client_id=stage.new_id())


def _slip(stage: Stage, saver: Saver, desk: Any, cents: int) -> None:
    receipt = CashReceipt.take(
        saver.agreement, by=stage.caseworker, desk=desk, cents=cents, client_id=stage.new_id()
    )
    receipt.take_back(by=stage.treasurer, reason=SLIP)


def count(stage: Stage, desk: Any, *, misses: bool = False) -> None:
    there = till_of(desk.pk).balance() - (100 if misses else 0)
    note = MISSES if misses else ""
    CashCount.take(desk, by=stage.caseworker, counted=there, client_id=stage.new_id(), note=note)


def carry(stage: Stage, desk: Any, *, arrives: date | None) -> None:
    """All that there is; the bank tells of it on a day that has come, or has not yet."""
    if cents := till_of(desk.pk).balance():
        CashTrip.begin(desk, by=stage.treasurer, cents=cents, client_id=stage.new_id())
        if arrives:
            stage.new.will_tell(day=arrives, cents=cents, text="VERSAMENTO CONTANTI", code=CASH)
