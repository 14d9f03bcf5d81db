"""A plan with pins, drawn here: it needs no script and asks nobody. In Mercator's way, so that a street map fits."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from math import asinh, floor, pi, radians, tan
from typing import Any

from .gazetteer import Point

WIDTH, HEIGHT = 360, 300  # units of the drawing, about a pixel each on a phone
MARGIN = 36
APART = 50  # pins nearer than this are one: a thumb could not tell them apart
NEAREST, FARTHEST = 14, 1  # zoom
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
    name: str
    x: float
    y: float


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

    labels = []
    for name, point in towns:
        x, y = here(*_flat(point))
        if 0 < x < WIDTH and 0 < y < HEIGHT:
            labels.append(Label(name, x, y))
    return Map(
        pins=_pins([(here(*at), thing) for at, thing in flat]),
        labels=labels,
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


def _pieces(tiles: str, zoom: int, left: float, top: float) -> Iterable[Piece]:
    most = 2**zoom
    for row in range(floor(top / PIECE), floor((top + HEIGHT) / PIECE) + 1):
        for column in range(floor(left / PIECE), floor((left + WIDTH) / PIECE) + 1):
            if 0 <= row < most:
                url = tiles.format(z=zoom, x=column % most, y=row)
                yield Piece(url, round(column * PIECE - left, 1), round(row * PIECE - top, 1))
