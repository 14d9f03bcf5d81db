"""What an agreement and a plan may say. Each wrong value is named by its field, in words for whoever typed it.

Amounts in cents. All raise ValidationError, whose keys are the names of the arguments.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from portal.ui.amounts import money

from .schedule import first_of
from .words import LARGEST_GOAL, LARGEST_MONTH, LATEST_DUE_DAY, Goal, Kind

REASON_LIMIT = 500  # characters

Said = str | Promise

NO_DUE_DAY = format_lazy(
    _("Write a day from 1 to {last}: these days every month has."),
    last=LATEST_DUE_DAY,
)


def check_agreement(
    *,
    goal: Any,
    goal_cents: Any,
    starts_on: Any,
    ends_on: Any,
    match_percent: Any,
    cents: Any,
    due_day: Any,
    tenancy: Any,
) -> None:
    """It lies within the service agreement, and all else is what it may be."""
    wrong: dict[str, Said] = {
        **_amount("goal_cents", goal_cents, LARGEST_GOAL),
        **_amount("cents", cents, LARGEST_MONTH),
        **_due_day(due_day),
    }
    if goal not in Goal.values:
        wrong["goal"] = _("Choose one of the list.")
    if type(match_percent) is not int or not 0 <= match_percent <= 100:
        wrong["match_percent"] = _("Write a number from 0 to 100.")
    if not isinstance(starts_on, date):
        wrong["starts_on"] = _("Choose a day.")
    elif starts_on < tenancy.starts_on:
        wrong["starts_on"] = _("The service agreement has not begun on that day.")
    if not isinstance(ends_on, date):
        wrong["ends_on"] = _("Choose a day.")
    elif isinstance(starts_on, date) and ends_on < starts_on:
        wrong["ends_on"] = _("It cannot end before it starts.")
    elif ends_on > tenancy.ends_on:
        wrong["ends_on"] = _("The service agreement has ended by that day.")
    _raise(wrong)


def check_plan(
    *,
    kind: Any,
    since: Any,
    until: Any,
    cents: Any,
    due_day: Any,
    reason: Any,
    starts_on: date,
    ends_on: date,
    today: date,
) -> None:
    """Of a change or a pause, of an agreement from `starts_on` to `ends_on`, as one proposes it `today`."""
    wrong: dict[str, Said] = _due_day(due_day)
    if kind not in (Kind.CHANGE, Kind.PAUSE):  # the first one comes with the agreement
        wrong["kind"] = _("Choose one of the list.")
    if kind == Kind.PAUSE and cents != 0:
        wrong["cents"] = _("Nothing is put aside in a pause.")
    elif kind != Kind.PAUSE:
        wrong |= _amount("cents", cents, LARGEST_MONTH)
    if not isinstance(since, date):
        wrong["since"] = _("Choose a month.")
    elif first_of(since) < first_of(today):
        wrong["since"] = _("A plan begins with this month or a later one.")
    elif not first_of(starts_on) <= first_of(since) <= ends_on:
        wrong["since"] = _("The savings agreement does not run in that month.")
    if kind != Kind.PAUSE and until is not None:
        wrong["until"] = _("Only a pause ends by itself.")
    elif kind == Kind.PAUSE and not isinstance(until, date):
        wrong["until"] = _("Choose a month.")
    elif kind == Kind.PAUSE and isinstance(since, date) and until < since:
        wrong["until"] = _("It cannot end before it starts.")
    elif kind == Kind.PAUSE and first_of(until) > ends_on:
        wrong["until"] = _("The savings agreement does not run in that month.")
    _raise(wrong | _reason(reason))


def check_aim(*, ends_on: Any, goal: Any, goal_cents: Any, reason: Any, agreement: Any, today: date) -> None:
    """Of another end, or another goal, of an agreement, as one proposes it `today`. It stays within the service
    agreement."""
    wrong: dict[str, Said] = _amount("goal_cents", goal_cents, LARGEST_GOAL) | _reason(reason)
    if goal not in Goal.values:
        wrong["goal"] = _("Choose one of the list.")
    if not isinstance(ends_on, date):
        wrong["ends_on"] = _("Choose a day.")
    elif ends_on < max(today, agreement.starts_on):
        wrong["ends_on"] = _("Choose a day that is still to come.")
    elif ends_on > agreement.tenancy.ends_on:
        wrong["ends_on"] = _("The service agreement has ended by that day.")
    if (ends_on, goal, goal_cents) == (agreement.ends_on, agreement.goal, agreement.goal_cents):
        wrong["ends_on"] = _("This is what is agreed already: change the day, or what it is for.")
    _raise(wrong)


def _reason(reason: Any) -> dict[str, Said]:
    if not isinstance(reason, str) or not reason.strip():
        return {"reason": _("Write in a few words why.")}
    if len(reason) > REASON_LIMIT:
        return {"reason": format_lazy(_("Write {limit} characters at most."), limit=REASON_LIMIT)}
    return {}


def _amount(name: str, cents: Any, most: int) -> dict[str, Said]:
    if type(cents) is not int or cents <= 0:
        return {name: _("Write an amount above zero.")}
    if cents > most:
        return {name: format_lazy(_("Write {amount} at most."), amount=money(most))}
    return {}


def _due_day(day: Any) -> dict[str, Said]:
    if type(day) is int and 1 <= day <= LATEST_DUE_DAY:
        return {}
    return {"due_day": NO_DUE_DAY}


def _raise(wrong: Mapping[str, Said]) -> None:
    if wrong:
        raise ValidationError(dict(wrong))
