from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from .registry import Declaration, Text


@dataclass(frozen=True, kw_only=True)
class Indicator(Declaration):
    """A figure of the agency over [since, until): a count, minutes or cents, for holders of `permission`."""

    label: Text
    value: Callable[[datetime, datetime], int]
    unit: Literal["count", "minutes", "cents"] = "count"
    permission: str = "portal.view_indicators"
