"""The figures by which the orientation weighs an answer: data of the installation (`figures.toml`), never code."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings

CENTS = 100
SHIPPED = Path(__file__).with_name("figures.toml")
BELOW, WITHIN, ABOVE = "below", "within", "above"

HOMES = ("lease", "no_contract", "guest", "shared", "agency", "owned", "none")
WORKS = ("permanent", "pension", "own", "temporary", "learning", "looking", "none")
SAVINGS = ("yes", "some", "no")
STRENGTHS = ("language", "people", "tenant", "learning", "papers", "plan", "guarantor")
URGENCIES = ("now", "months", "year", "calm")


class BadFigures(ValueError):
    """The file says something that nobody could be weighed by."""


@dataclass(frozen=True)
class Source:
    year: int
    area: str
    source: str


@dataclass(frozen=True)
class Axis:
    """From how many points on one stands in the middle, and high, and what gives points."""

    middle_from: int
    high_from: int
    points: Mapping[str, Mapping[str, int]]

    def level(self, points: int) -> int:
        """1 low, 2 middle, 3 high."""
        return 1 + (points >= self.middle_from) + (points >= self.high_from)


@dataclass(frozen=True)
class Figures:
    """Money in cents, time in years."""

    grey_from: int
    grey_to: int
    grey: Source
    scale: tuple[float, ...]
    each_more: float
    equivalence: Source
    income_steps: tuple[int, ...]
    residence_steps: tuple[int, ...]
    resources: Axis
    potential: Axis
    desk_topic: str = ""
    situations: Mapping[str, Mapping[str, str]] = field(default_factory=dict)  # slug of a page → topic, need

    def place_of(self, isee: float) -> str:
        """Where an ISEE of so many cents stands against the grey band."""
        if isee <= self.grey_from:
            return BELOW
        return WITHIN if isee <= self.grey_to else ABOVE

    def divisor(self, people: int) -> float:
        known = len(self.scale)
        return (
            self.scale[people - 1] if people <= known else self.scale[-1] + self.each_more * (people - known)
        )

    def topic_for(self, slugs: Iterable[str]) -> str:
        """Under which topic somebody books who has named the life situations of those pages."""
        return self._goes_with(slugs, "topic") or self.desk_topic

    def need_for(self, slugs: Iterable[str]) -> str:
        """What they look for first among the local resources; "" where the file does not say."""
        return self._goes_with(slugs, "need")

    def _goes_with(self, slugs: Iterable[str], what: str) -> str:
        named = set(slugs)
        told = (goes.get(what, "") for slug, goes in self.situations.items() if slug in named)
        return next(filter(None, told), "")

    def for_page(self) -> dict[str, Any]:
        """What the page needs to weigh by itself, as JSON: orientation.js computes as the engine does."""
        return {
            "grey": [self.grey_from, self.grey_to],
            "scale": self.scale,
            "eachMore": self.each_more,
            "incomeSteps": self.income_steps,
            "axes": {
                name: {"levels": [axis.middle_from, axis.high_from], "points": axis.points}
                for name, axis in (("resources", self.resources), ("potential", self.potential))
            },
        }


def current() -> Figures:
    """The installation's figures."""
    return read(str(settings.ORIENTATION_FIGURES or SHIPPED))


@lru_cache(maxsize=8)
def read(path: str) -> Figures:
    try:
        return parsed(tomllib.loads(Path(path).read_text(encoding="utf-8")))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise BadFigures(str(error)) from error


def parsed(told: Mapping[str, Any]) -> Figures:
    try:
        grey, equivalence, bands = told["grey_band"], told["equivalence"], told["bands"]
        resources, potential = told["resources"], told["potential"]
        figures = Figures(
            grey_from=int(grey["from"] * CENTS),
            grey_to=int(grey["to"] * CENTS),
            grey=_source(grey),
            scale=tuple(float(step) for step in equivalence["scale"]),
            each_more=float(equivalence["each_more"]),
            equivalence=_source(equivalence),
            income_steps=tuple(int(step * CENTS) for step in bands["income"]),
            residence_steps=tuple(int(step) for step in bands["residence"]),
            resources=_axis(
                resources,
                isee=(BELOW, WITHIN, ABOVE),
                work=WORKS,
                savings=SAVINGS,
                strengths=("guarantor",),
            ),
            potential=_axis(potential, strengths=tuple(code for code in STRENGTHS if code != "guarantor")),
            desk_topic=str(told.get("desk", {}).get("topic", "")),
            situations={
                str(slug): {str(what): str(code) for what, code in goes_with.items()}
                for slug, goes_with in told.get("situations", {}).items()
            },
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise BadFigures(f"{type(error).__name__}: {error}") from error
    _weighable(figures)
    return figures


def _source(told: Mapping[str, Any]) -> Source:
    return Source(year=int(told["year"]), area=str(told["area"]), source=str(told["source"]))


def _axis(told: Mapping[str, Any], **wanted: tuple[str, ...]) -> Axis:
    points = {}
    for question, codes in wanted.items():
        given = dict(told[question])
        if set(given) != set(codes):
            raise ValueError(f"[{question}] needs exactly {', '.join(codes)}")
        points[question] = {code: int(given[code]) for code in codes}
    return Axis(middle_from=int(told["middle_from"]), high_from=int(told["high_from"]), points=points)


def _weighable(figures: Figures) -> None:
    isee = figures.resources.points["isee"]
    rules = {
        "the grey band goes up": 0 <= figures.grey_from < figures.grey_to,
        "more ISEE never gives fewer points": isee[BELOW] <= isee[WITHIN] <= isee[ABOVE],
        "the scale begins with 1 and goes up": figures.scale[:1] == (1.0,)
        and _rises(figures.scale)
        and figures.each_more > 0,
        "bands go up": _rises(figures.income_steps) and _rises(figures.residence_steps),
        "bands are there": bool(figures.income_steps and figures.residence_steps),
        "levels go up": all(0 < a.middle_from < a.high_from for a in (figures.resources, figures.potential)),
        "no answer takes points away": all(
            points >= 0
            for axis in (figures.resources, figures.potential)
            for codes in axis.points.values()
            for points in codes.values()
        ),
    }
    if broken := [rule for rule, holds in rules.items() if not holds]:
        raise BadFigures("; ".join(broken))


def _rises(steps: tuple) -> bool:
    return all(first < second for first, second in zip(steps, steps[1:], strict=False))
