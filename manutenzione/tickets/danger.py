"""What puts people in danger, and what they are told before any form: a call comes first (DOMAIN.md §5)."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.utils.functional import Promise, lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from .words import Category

# Whom one can call: the emergency number, and the numbers that a building has of its own.
EMERGENCY, GAS, LIFT = "emergency", "gas", "lift"
ALL_CALLS = (EMERGENCY, GAS, LIFT)


@dataclass(frozen=True, kw_only=True)
class Step:
    """A few words to be read while running, and a pictogram for whoever cannot."""

    icon: str
    words: str | Promise


@dataclass(frozen=True, kw_only=True)
class Danger:
    """`before` is what is done before the call, above the numbers; `after` can wait until somebody is on the line."""

    key: str
    label: str | Promise
    icon: str
    category: Category
    heading: str | Promise = _("Call now")
    before: tuple[Step, ...] = ()
    calls: tuple[str, ...] = (EMERGENCY,)
    after: tuple[str | Promise, ...] = ()


def _talk_to_whoever_is_inside() -> str:
    return gettext("Talk to whoever is inside. If somebody feels ill, call %(number)s.") % {
        "number": settings.PORTAL_EMERGENCY_NUMBER
    }


DANGERS = (
    Danger(
        key="gas",
        label=_("It smells of gas"),
        icon="wind",
        category=Category.HEATING,
        heading=_("Go out. Then call."),
        before=(
            Step(icon="lightbulb-off", words=_("Touch no switch and no bell. Light no flame.")),
            Step(icon="phone-off", words=_("Do not use the phone near the smell.")),
            Step(icon="circle-off", words=_("Close the tap at the gas meter, if you can.")),
            Step(icon="door-open", words=_("Open the windows and go out. Tell the neighbours.")),
            Step(icon="phone-call", words=_("Call when you are outside.")),
        ),
        calls=(GAS, EMERGENCY),
    ),
    Danger(
        key="fire",
        label=_("There is fire or smoke"),
        icon="flame",
        category=Category.FIRE_SAFETY,
        heading=_("Go out. Then call."),
        before=(
            Step(icon="footprints", words=_("Go out by the stairs. Never take the lift.")),
            Step(icon="door-closed", words=_("Close the doors behind you.")),
            Step(
                icon="cloud",
                words=_("Smoke on the stairs? Stay inside, close the door, call from the window."),
            ),
        ),
    ),
    Danger(
        key="wires",
        label=_("Bare wires, sparks, electric shock"),
        icon="zap",
        category=Category.LIGHTING,
        before=(
            Step(icon="hand", words=_("Do not touch the wire, nor anybody who touches it.")),
            Step(icon="users", words=_("Keep children away.")),
        ),
        after=(_("Switch the power off at the meter, if you can reach it safely."),),
    ),
    Danger(
        key="flood",
        label=_("A lot of water, it keeps rising"),
        icon="waves-arrow-up",
        category=Category.LEAK,
        before=(
            Step(icon="zap-off", words=_("Do not walk in water near sockets or wires.")),
            Step(icon="log-out", words=_("Leave the cellar and the lift.")),
        ),
        after=(_("Close the main water tap, if you know where it is."),),
    ),
    Danger(
        key="lift",
        label=_("Somebody is stuck in the lift"),
        icon="arrow-up-down",
        category=Category.LIFT,
        calls=(LIFT, EMERGENCY),
        after=(
            _("Press the bell in the lift, or call the number of the lift."),
            _("Do not force the doors. Do not try to climb out."),
            lazy(_talk_to_whoever_is_inside, str)(),
        ),
    ),
)

_BY_KEY = {danger.key: danger for danger in DANGERS}


def find_danger(key: str) -> Danger | None:
    return _BY_KEY.get(key)
