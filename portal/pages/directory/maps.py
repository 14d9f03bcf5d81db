"""A plan with pins, drawn here: it needs no script and asks nobody. In Mercator's way, so that a street map fits."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from math import asinh, floor, pi, radians, tan
from typing import Any, NamedTuple

from .gazetteer import Point

WIDTH, HEIGHT = 360, 300  # units of the drawing, about a pixel each on a phone
MARGIN = 36
APART = 50  # pins nearer than this are one: a thumb could not tell them apart
NEAREST, FARTHEST = 14, 1  # zoom
COVERED = 17  # from the middle of a pin
LETTER, LINE = 6, 13  # how wide a letter of a name is about, and how high
DOT, GAP = 3, 5  # of a town, and from there to its name
WORLD = 256  # units of the whole world at zoom 0
PIECE = WORLD // 2  # a piece of the street map, drawn half as large: sharp on a phone


@dataclass
class Pin:
    x: float
    y: float
    things: list[Any] = field(default_factory=list)


@dataclass(frozen=True)
class Piece:
    """One picture of the street map."""

    url: str
    x: float
    y: float
    size: int = PIECE


@dataclass(frozen=True)
class Label:
    """A town at (x, y), whose name has its middle at (name_x, name_y)."""

    name: str
    x: float
    y: float
    name_x: float
    name_y: float


class Box(NamedTuple):
    """A middle, and how far it reaches to each side."""

    x: float
    y: float
    across: float
    down: float

    def is_free(self, taken: Iterable[Box]) -> bool:
        is_inside = self.across < self.x < WIDTH - self.across and self.down < self.y < HEIGHT - self.down
        return is_inside and not any(
            abs(self.x - other.x) < self.across + other.across
            and abs(self.y - other.y) < self.down + other.down
            for other in taken
        )


@dataclass(frozen=True)
class Map:
    pins: list[Pin]
    labels: list[Label]
    pieces: list[Piece]
    width: int = WIDTH
    height: int = HEIGHT


def draw(
    points: Sequence[tuple[Point, Any]], towns: Iterable[tuple[str, Point]] = (), tiles: str = ""
) -> Map | None:
    """Pins for things at points, names of towns behind them, and with `tiles` the pieces of the street map."""
    if not points:
        return None
    flat = [(_flat(point), thing) for point, thing in points]
    xs, ys = [x for (x, _y), _thing in flat], [y for (_x, y), _thing in flat]
    zoom = NEAREST
    while zoom > FARTHEST and (
        (max(xs) - min(xs)) * WORLD * 2**zoom > WIDTH - 2 * MARGIN
        or (max(ys) - min(ys)) * WORLD * 2**zoom > HEIGHT - 2 * MARGIN
    ):
        zoom -= 1
    scale = WORLD * 2**zoom
    left = (max(xs) + min(xs)) / 2 * scale - WIDTH / 2
    top = (max(ys) + min(ys)) / 2 * scale - HEIGHT / 2

    def here(x: float, y: float) -> tuple[float, float]:
        return round(x * scale - left, 1), round(y * scale - top, 1)

    pins = _pins([(here(*at), thing) for at, thing in flat])
    return Map(
        pins=pins,
        labels=list(_labels([(name, here(*_flat(point))) for name, point in towns], pins)),
        pieces=list(_pieces(tiles, zoom + 1, left, top)) if tiles else [],
    )


def _flat(point: Point) -> tuple[float, float]:
    """From 0 to 1, eastward and southward."""
    latitude, longitude = max(-85.0, min(85.0, point[0])), point[1]
    return (longitude + 180) / 360, (1 - asinh(tan(radians(latitude))) / pi) / 2


def _pins(placed: list[tuple[tuple[float, float], Any]]) -> list[Pin]:
    pins: list[Pin] = []
    for (x, y), thing in placed:
        near = next((p for p in pins if (p.x - x) ** 2 + (p.y - y) ** 2 < APART**2), None)
        if near is None:
            pins.append(near := Pin(x, y))
        near.things.append(thing)
    return sorted(pins, key=lambda pin: pin.y)  # those further south lie in front


def _labels(towns: Sequence[tuple[str, tuple[float, float]]], pins: Iterable[Pin]) -> Iterator[Label]:
    """Names where neither a pin nor another name covers them; where there is no room, none: the pin tells its own."""
    taken = [Box(pin.x, pin.y, COVERED, COVERED) for pin in pins]
    taken += [Box(x, y, DOT, DOT) for _name, (x, y) in towns]
    for name, (x, y) in towns:
        if not (0 < x < WIDTH and 0 < y < HEIGHT):
            continue
        half = len(name) * LETTER / 2
        spots = (Box(x + across, y + down, half, LINE / 2) for across, down in _around(half))
        if spot := next((spot for spot in spots if spot.is_free(taken)), None):
            taken.append(spot)
            yield Label(name, x, y, round(spot.x, 1), round(spot.y, 1))


def _around(half: float) -> Iterator[tuple[float, float]]:
    """From the middle of a town to that of its name: below, above, beside; first near, then past a pin on the town."""
    for far in (0, COVERED, 2 * COVERED):
        across, down = half + GAP + far, LINE / 2 + GAP + far
        yield from ((0, down), (0, -down), (across, 0), (-across, 0))
        yield from ((half, down), (-half, down), (half, -down), (-half, -down))


def _pieces(tiles: str, zoom: int, left: float, top: float) -> Iterable[Piece]:
    most = 2**zoom
    for row in range(floor(top / PIECE), floor((top + HEIGHT) / PIECE) + 1):
        for column in range(floor(left / PIECE), floor((left + WIDTH) / PIECE) + 1):
            if 0 <= row < most:
                url = tiles.format(z=zoom, x=column % most, y=row)
                yield Piece(url, round(column * PIECE - left, 1), round(row * PIECE - top, 1))
