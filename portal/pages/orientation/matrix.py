"""The drawing of the matrix: resources upwards, potential along the line of writing. In its own units."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from .engine import Levels, Standing

LEVELS = (1, 2, 3)
CELL = 88
SIDE = 3 * CELL
EDGE, SCALE = 6, 50  # around the fields: empty, and what is written along them
WIDTH = EDGE + SIDE + SCALE
HEIGHT = EDGE + SIDE + SCALE + 6
INSET, NUMBER = 7, 22


@dataclass(frozen=True)
class Box:
    x: int
    y: int
    width: int
    height: int


@dataclass(frozen=True)
class Cell(Box):
    resources: int
    potential: int
    is_mine: bool


@dataclass(frozen=True)
class Place(Box):
    """The rectangle of an answer, with its number in the list at (at_x, at_y)."""

    number: int
    at_x: int
    at_y: int


@dataclass(frozen=True)
class Tick:
    """A level's word at (x, y); `level` from 0."""

    x: int
    y: int
    level: int


@dataclass(frozen=True)
class Drawing:
    width: int
    height: int
    cells: Sequence[Cell]
    places: Sequence[Place]
    along: Sequence[Tick]
    upwards: Sequence[Tick]
    title_x: int  # of what stands upwards
    middle_x: int
    middle_y: int
    left: int


def draw(
    standing: Standing, answers: Sequence[tuple[Levels, Levels]] = (), *, is_rtl: bool = False
) -> Drawing:
    """`answers` are (resources, potential), in the order of the list beside the drawing."""
    left = EDGE if is_rtl else SCALE

    def box(resources: Levels, potential: Levels, inset: int = 2) -> Box:
        first = 3 - potential.high if is_rtl else potential.low - 1
        return Box(
            left + first * CELL + inset,
            EDGE + (3 - resources.high) * CELL + inset,
            (potential.high - potential.low + 1) * CELL - 2 * inset,
            (resources.high - resources.low + 1) * CELL - 2 * inset,
        )

    cells = []
    for resources in LEVELS:
        for potential in LEVELS:
            place = box(Levels(resources, resources), Levels(potential, potential))
            mine = resources in standing.resources and potential in standing.potential
            cells.append(Cell(**place.__dict__, resources=resources, potential=potential, is_mine=mine))
    places = []
    for number, (resources, potential) in enumerate(answers, start=1):
        outline = box(resources, potential, INSET + 2 * (number - 1))
        # Side by side, so that answers in the same place can all be read.
        across = NUMBER // 2 + 4 + (number - 1) * NUMBER % (CELL - NUMBER)
        at_x = outline.x + outline.width - across if is_rtl else outline.x + across
        places.append(Place(**outline.__dict__, number=number, at_x=at_x, at_y=outline.y + NUMBER // 2 + 4))
    middle = [CELL // 2 + step * CELL for step in range(3)]
    beside = left + SIDE + 16 if is_rtl else left - 14
    return Drawing(
        width=WIDTH,
        height=HEIGHT,
        cells=cells,
        places=places,
        along=[
            Tick(left + (SIDE - middle[step] if is_rtl else middle[step]), EDGE + SIDE + 18, step)
            for step in range(3)
        ],
        upwards=[Tick(beside, EDGE + SIDE - middle[step], step) for step in range(3)],
        title_x=left + SIDE + 40 if is_rtl else left - 38,
        middle_x=left + SIDE // 2,
        middle_y=EDGE + SIDE // 2,
        left=left,
    )
