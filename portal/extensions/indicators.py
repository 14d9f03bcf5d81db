from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from .registry import Declaration, Text


@dataclass(frozen=True, kw_only=True)
class Indicator(Declaration):
    """A figure of the agency over [since, until): a count, minutes or cents, for holders of `permission`.

    `value` gives None where it is of too few people to be shown; 0 is a figure like any other.
    """

    label: Text
    value: Callable[[datetime, datetime], int | None]
    unit: Literal["count", "minutes", "cents"] = "count"
    permission: str = "portal.view_indicators"
