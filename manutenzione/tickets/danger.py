"""What puts people in danger, and what they are told before any form: a call comes first (DOMAIN.md §5)."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from .words import Category


@dataclass(frozen=True, kw_only=True)
class Danger:
    key: str
    label: str | Promise
    icon: str
    category: Category
    rules: tuple[str | Promise, ...]


DANGERS = (
    Danger(
        key="gas",
        label=_("It smells of gas"),
        icon="wind",
        category=Category.HEATING,
        rules=(
            _("Touch no switch and no bell."),
            _("Light no flame. Do not smoke."),
            _("Do not use the phone near the smell."),
            _("Close the tap at the gas meter, if you can."),
            _("Open the windows and go out. Tell the neighbours."),
            _("Call when you are outside."),
        ),
    ),
    Danger(
        key="fire",
        label=_("There is fire or smoke"),
        icon="flame",
        category=Category.FIRE_SAFETY,
        rules=(
            _("Go out by the stairs. Never take the lift."),
            _("Close the doors behind you."),
            _("If the stairs are full of smoke, stay inside with the door closed and call from the window."),
        ),
    ),
    Danger(
        key="wires",
        label=_("Bare wires, sparks, electric shock"),
        icon="zap",
        category=Category.LIGHTING,
        rules=(
            _("Do not touch the wire, nor anybody who touches it."),
            _("Keep children away."),
            _("Switch the power off at the meter, if you can reach it safely."),
        ),
    ),
    Danger(
        key="flood",
        label=_("A lot of water, it keeps rising"),
        icon="waves-arrow-up",
        category=Category.LEAK,
        rules=(
            _("Do not walk in water near sockets or wires."),
            _("Close the main water tap, if you know where it is."),
            _("Leave the cellar and the lift."),
        ),
    ),
    Danger(
        key="lift",
        label=_("Somebody is stuck in the lift"),
        icon="arrow-up-down",
        category=Category.LIFT,
        rules=(
            _("Press the bell in the lift, or call the number of the lift."),
            _("Do not force the doors. Do not try to climb out."),
            _("Talk to whoever is inside. If somebody feels ill, call 112."),
        ),
    ),
)

_BY_KEY = {danger.key: danger for danger in DANGERS}


def find_danger(key: str) -> Danger | None:
    return _BY_KEY.get(key)
