"""What few people did is theirs: figures of fewer than five are not told."""

from __future__ import annotations

SMALLEST_GROUP = 5  # people [rule]


def is_told(people: int) -> bool:
    return people >= SMALLEST_GROUP


def in_fives(number: int, of: int = 1) -> int:
    """Rounded down to five of a unit: for figures of days that move on. From that of today and that of yesterday nobody
    reckons what a single person did."""
    step = SMALLEST_GROUP * of
    return number // step * step
