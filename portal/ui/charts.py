"""Geometry of the charts.

Numbers leave as text with a decimal point, whatever the reader's language writes: SVG knows no other.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

Row = tuple[str, float]  # name, number

WIDTH, HEIGHT = 320, 140  # of a line chart, in its own units
TOP = 10


def percent(value: float, of: float) -> str:
    """The part of a whole, between 0 and 100; of nothing it is 0."""
    return f"{max(0.0, min(100.0, 100 * value / of)):.2f}" if of > 0 else "0.00"


@dataclass(frozen=True)
class Line:
    """A curve over a ground: `path` is the stroke, `area` what it encloses, `end` its last point."""

    path: str
    area: str
    end: tuple[str, str]


def line(points: Sequence[Row]) -> Line | None:
    """The curve through the points, from left to right; None when there is nothing to draw."""
    if not points:
        return None
    highest = max(max(value for _, value in points), 0) or 1
    step = WIDTH / max(len(points) - 1, 1)
    spots = [
        (f"{index * step:.2f}", f"{TOP + (HEIGHT - TOP) * (1 - max(value, 0) / highest):.2f}")
        for index, (_, value) in enumerate(points)
    ]
    path = "M" + " L".join(f"{x} {y}" for x, y in spots)
    return Line(path=path, area=f"{path} L{spots[-1][0]} {HEIGHT} L0 {HEIGHT} Z", end=spots[-1])


@dataclass(frozen=True)
class Scale:
    """A bar from zero to a value on a ground that reaches from the lowest to the highest: parts of a hundred."""

    zero: str
    start: str
    length: str


def scale(value: float, lowest: float, highest: float) -> Scale:
    """`lowest` is at most zero, `highest` at least. A value that lies outside ends at the edge."""
    whole = highest - lowest
    zero = 100 * -lowest / whole if whole else 0.0
    there = max(0.0, min(100.0, 100 * (value - lowest) / whole)) if whole else 0.0
    return Scale(f"{zero:.2f}", f"{min(zero, there):.2f}", f"{abs(there - zero):.2f}")
