"""Which answer fits whom: pure, of plain values, so that a caseworker can read the worked examples in its tests.

Nothing here asks a database, a clock or a language. Whoever does not answer a question is not counted as having
nothing: what is not known widens where one may stand, and what a guess says never shuts anybody out. Money is in cents.
"""

from __future__ import annotations

import enum
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from .figures import Figures

UNBOUNDED = math.inf
MONTHS = 12
USUAL_HOUSEHOLDS = 5  # people; between one and so many, while nobody has said how many they are
STEADY = ("permanent", "pension")


class State(enum.Enum):
    YES = "yes"
    CHECK = "check"
    NO = "no"


@dataclass(frozen=True)
class Situation:
    """What somebody said, and nothing else about them. Empty: not said."""

    about: frozenset[str] = frozenset()  # life situations, by the translation key of their page
    home: str = ""
    isee: int | None = None
    income: str = ""  # number of the band, "0" the lowest
    savings: str = ""
    work: str = ""
    people: int | None = None
    minors: int | None = None
    strengths: frozenset[str] = frozenset()
    urgency: str = ""
    residence: str = ""  # number of the band


@dataclass(frozen=True)
class Span:
    """Between which figures something lies. `sure`: somebody knows it; otherwise it was worked out from a guess."""

    low: float = 0
    high: float = UNBOUNDED
    sure: bool = False


@dataclass(frozen=True)
class Levels:
    """From which level to which one may stand: 1 low, 2 middle, 3 high."""

    low: int
    high: int

    def __len__(self) -> int:
        return self.high - self.low + 1

    def __contains__(self, level: int) -> bool:
        return self.low <= level <= self.high

    def within(self, other: Levels) -> bool:
        return other.low <= self.low and self.high <= other.high

    def meets(self, other: Levels) -> bool:
        return self.low <= other.high and other.low <= self.high


@dataclass(frozen=True)
class Standing:
    """Where one stands on the matrix; the fields between the two levels of each side."""

    resources: Levels
    potential: Levels


@dataclass(frozen=True)
class Limit:
    """A figure that an offer asks for, as its page states it: "isee_max", 26,000 €, 2025, Lombardy, the source."""

    what: str
    value: int
    year: int
    source: str
    area: str = ""


@dataclass(frozen=True)
class Offer:
    """What there is: a housing answer, a call that is open, a guide."""

    kind: str  # "answer", "call", "guide"
    key: str
    resources: Levels | None = None
    potential: Levels | None = None
    limits: tuple[Limit, ...] = ()
    situations: frozenset[str] = frozenset()
    closes_on: date | None = None

    @property
    def breadth(self) -> int:
        """How many fields of the matrix it is meant for."""
        if not (self.resources and self.potential):
            return 0
        return len(self.resources) * len(self.potential)


@dataclass(frozen=True)
class Reason:
    """Why, as a code that words.py puts into words."""

    state: State
    code: str
    limit: Limit | None = None
    situation: str = ""


@dataclass(frozen=True)
class Fit:
    offer: Offer
    reasons: tuple[Reason, ...]

    @property
    def state(self) -> State:
        states = {reason.state for reason in self.reasons}
        return State.NO if State.NO in states else State.CHECK if State.CHECK in states else State.YES

    @property
    def is_further_on(self) -> bool:
        """Not today's answer, and a step ahead."""
        return any(reason.code == "place_ahead" for reason in self.reasons)


@dataclass(frozen=True)
class Outcome:
    """What fits, the surest first. The desk is always an answer: no outcome is empty."""

    standing: Standing
    has: tuple[str, ...]
    answers: tuple[Fit, ...] = ()
    calls: tuple[Fit, ...] = ()
    other_calls: tuple[Fit, ...] = ()  # open to them, for other life situations than those they named
    guides: tuple[Fit, ...] = ()
    further_on: tuple[Fit, ...] = ()
    not_now: tuple[Fit, ...] = ()
    missing: tuple[str, ...] = ()
    desk: Fit = field(
        default_factory=lambda: Fit(Offer("desk", "desk"), (Reason(State.YES, "desk_for_everybody"),))
    )


def orient(situation: Situation, offers: Iterable[Offer], figures: Figures) -> Outcome:
    standing = stand(situation, figures)
    fits = [fit(offer, situation, standing, figures) for offer in offers]
    chosen = [one for one in fits if one.state is not State.NO]

    def sorted_of(kind: str) -> tuple[Fit, ...]:
        return tuple(sorted((one for one in chosen if one.offer.kind == kind), key=_order))

    calls = sorted_of("call")
    refused = [one for one in fits if one.state is State.NO and one.offer.kind != "guide"]
    return Outcome(
        standing=standing,
        has=tuple(what_one_has(situation)),
        answers=sorted_of("answer"),
        calls=tuple(one for one in calls if not _is_for_others(one.offer, situation)),
        other_calls=tuple(one for one in calls if _is_for_others(one.offer, situation)),
        guides=sorted_of("guide"),
        further_on=tuple(one for one in refused if one.is_further_on),
        not_now=tuple(one for one in refused if not one.is_further_on),
        missing=tuple(missing(situation)),
    )


def _is_for_others(offer: Offer, situation: Situation) -> bool:
    return bool(situation.about and offer.situations and not situation.about & offer.situations)


def _order(one: Fit) -> tuple:
    """What was asked about comes first, then what is surer, what is meant for fewer, what closes sooner."""
    meant = any(reason.situation for reason in one.reasons)
    return not meant, one.state is not State.YES, one.offer.breadth, one.offer.closes_on or date.max


# -- where one stands --------------------------------------------------------------------------------------------


def stand(situation: Situation, figures: Figures) -> Standing:
    points = figures.resources.points
    spans = [
        _isee_points(isee_of(situation, figures), figures),
        _points(points["work"], situation.work),
        _points(points["savings"], situation.savings),
        _ticked(points["strengths"], situation.strengths),
    ]
    resources, potential = figures.resources, figures.potential
    brings = _ticked(potential.points["strengths"], situation.strengths)
    return Standing(
        resources=Levels(
            resources.level(sum(low for low, _high in spans)),
            resources.level(sum(high for _low, high in spans)),
        ),
        potential=Levels(potential.level(brings[0]), potential.level(brings[1])),
    )


def _isee_points(isee: Span, figures: Figures) -> tuple[int, int]:
    points = figures.resources.points["isee"]
    return points[figures.place_of(isee.low)], points[figures.place_of(isee.high)]


def _points(points: dict[str, int], answer: str) -> tuple[int, int]:
    if answer:
        return points[answer], points[answer]
    return min(points.values()), max(points.values())


def _ticked(points: dict[str, int], ticked: frozenset[str]) -> tuple[int, int]:
    """Nothing ticked says nothing: it is no list of what somebody lacks."""
    if not ticked:
        return 0, sum(points.values())
    found = sum(number for code, number in points.items() if code in ticked)
    return found, found


def isee_of(situation: Situation, figures: Figures) -> Span:
    """The ISEE as it stands on paper, or between which figures it may lie by what comes in each month."""
    if situation.isee is not None:
        return Span(situation.isee, situation.isee, sure=True)
    income = income_of(situation, figures)
    if not situation.income:
        return income
    fewest, most = (situation.people,) * 2 if situation.people else (1, USUAL_HOUSEHOLDS)
    return Span(income.low / figures.divisor(most), income.high / figures.divisor(fewest))


def income_of(situation: Situation, figures: Figures) -> Span:
    """What comes in, in a year."""
    if not situation.income:
        return Span()
    low, high = _band(figures.income_steps, situation.income)
    return Span(low * MONTHS, high * MONTHS)


def _band(steps: Sequence[int], number: str) -> tuple[float, float]:
    edges = [0, *steps, UNBOUNDED]
    return edges[int(number)], edges[int(number) + 1]


def what_one_has(situation: Situation) -> Iterable[str]:
    """A household is read by what it has."""
    if situation.home in ("lease", "agency"):
        yield "contract"
    if situation.home == "owned":
        yield "owner"
    if situation.work in STEADY:
        yield "steady"
    elif situation.work in ("own", "temporary"):
        yield "work"
    if situation.savings in ("yes", "some"):
        yield "savings"
    if situation.isee is not None:
        yield "isee"
    yield from sorted(situation.strengths)


def missing(situation: Situation) -> Iterable[str]:
    """Questions whose answers would say more."""
    if situation.isee is None and not situation.income:
        yield "isee"
    for question in ("work", "savings", "people", "strengths", "residence"):
        if not getattr(situation, question):
            yield question


# -- what fits ---------------------------------------------------------------------------------------------------


def fit(offer: Offer, situation: Situation, standing: Standing, figures: Figures) -> Fit:
    reasons = [*_by_situation(offer, situation)]
    if offer.resources and offer.potential:
        reasons.append(_by_place(offer.resources, offer.potential, standing))
    reasons += [check(limit, situation, figures) for limit in offer.limits]
    if not reasons:
        # Nobody is shut out, and nobody is promised what its own page may ask for in words.
        reasons.append(Reason(State.CHECK, "read_for_whom"))
    return Fit(offer, tuple(reasons))


def _by_situation(offer: Offer, situation: Situation) -> Iterable[Reason]:
    for key in sorted(offer.situations & situation.about):
        yield Reason(State.YES, "about", situation=key)


def _by_place(resources: Levels, potential: Levels, standing: Standing) -> Reason:
    sides = ((standing.resources, resources), (standing.potential, potential))
    if all(mine.within(theirs) for mine, theirs in sides):
        return Reason(State.YES, "place_yes")
    if all(mine.meets(theirs) for mine, theirs in sides):
        return Reason(State.CHECK, "place_perhaps")
    if any(mine.low > theirs.high for mine, theirs in sides):
        return Reason(State.NO, "place_behind")
    return Reason(State.NO, "place_ahead")


def check(limit: Limit, situation: Situation, figures: Figures) -> Reason:
    subject, _under, bound = limit.what.rpartition("_")
    if bound not in ("max", "min"):
        subject, bound = limit.what.partition("_")[0], "min"
    if subject in ("lease", "rent"):
        return _about_a_lease(limit, situation)
    span = _span(subject, situation, figures)
    if span is None:
        return Reason(State.CHECK, "unknown", limit)
    holds = _at_most(span, limit.value) if bound == "max" else _at_least(span, limit.value)
    if not span.sure and holds is not State.CHECK:
        # The paper decides, not the guess.
        return Reason(State.CHECK, "guess_yes" if holds is State.YES else "guess_no", limit)
    return Reason(holds, holds.value if span.sure else "unknown", limit)


def _about_a_lease(limit: Limit, situation: Situation) -> Reason:
    if situation.home in ("", "lease", "agency"):
        return Reason(State.CHECK, "unknown", limit)
    return Reason(State.NO, "no_lease", limit)


def _span(subject: str, situation: Situation, figures: Figures) -> Span | None:
    if subject == "isee":
        known = isee_of(situation, figures)
        return known if known.sure or situation.income else None
    if subject == "income" and situation.income:
        return income_of(situation, figures)
    if subject == "household" and situation.people:
        return Span(situation.people, situation.people, sure=True)
    if subject == "residence" and situation.residence:
        low, high = _band(figures.residence_steps, situation.residence)
        return Span(low, high, sure=True)
    return None


def _at_most(span: Span, value: int) -> State:
    if span.high <= value:
        return State.YES
    return State.NO if span.low > value else State.CHECK


def _at_least(span: Span, value: int) -> State:
    if span.low >= value:
        return State.YES
    # The upper end of a band belongs to the next one.
    below = span.high < value or (span.high == value and span.low < span.high)
    return State.NO if below else State.CHECK
