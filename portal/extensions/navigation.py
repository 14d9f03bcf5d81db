from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from .registry import Declaration, Text


def everybody(user: Any) -> bool:
    return True


@dataclass(frozen=True, kw_only=True)
class NavigationItem(Declaration):
    """An entry of a menu, or of the page "My account" (place "my_account"), where `hint` says what it is for.

    The menu has a heading for each place: "main" and "account" are for everybody; whoever works for the agency has
    "staff" (the work of every day, which is under the thumb as well), "people" (who comes in, who acts for whom) and
    "upkeep" (what is looked after now and then).

    With the place "foot" it stands at the foot of every page, for everybody alike (`visible` is not asked): what is
    looked for there, booking an appointment or reporting a fault.

    With the place "shortcut" it stands in no page: a long press on the installed portal's icon offers it, to whoever
    holds the phone, signed in or not (`visible` is not asked).

    `badge` counts what waits there (None: nothing to show). `topic` ("portal.inbox:{user}", the person's id filled in)
    is the live topic that tells when the count changed, and `badge_url` names the address that gives the badges alone.
    """

    label: Text
    url_name: str
    icon: str
    place: Literal["main", "account", "staff", "people", "upkeep", "my_account", "foot", "shortcut"] = "main"
    hint: Text = ""
    visible: Callable[[Any], bool] = everybody
    badge: Callable[[Any], int | None] | None = None
    topic: str = ""
    badge_url: str = ""
