"""Something in a case that waits for whoever looks at it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Waiting:
    """A door: what is to be done, where, and its picture."""

    title: str
    url: str
    icon: str
