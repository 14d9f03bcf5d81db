"""Who stands where, and what fits: worked examples for a caseworker to read, and what must hold for everybody."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.pages.orientation.engine import (
    Levels,
    Limit,
    Offer,
    Situation,
    State,
    check,
    fit,
    isee_of,
    orient,
    stand,
)
from portal.pages.orientation.figures import HOMES, SAVINGS, SHIPPED, STRENGTHS, URGENCIES, WORKS, read

FIGURES = read(str(SHIPPED))
EURO = 100
LOW, MIDDLE, HIGH = 1, 2, 3


def limit(what: str, value: int) -> Limit:
    return Limit(what, value, year=2025, source="DGR", area="Lombardia")


RECEPTION = Offer("answer", "reception house", Levels(LOW, LOW), Levels(LOW, MIDDLE))
SERVICE = Offer("answer", "service agreement", Levels(MIDDLE, MIDDLE), Levels(MIDDLE, HIGH))
AGREED_RENT = Offer("answer", "3+2", Levels(HIGH, HIGH), Levels(HIGH, HIGH))
RENT_GRANT = Offer(
    "call", "rent grant", limits=(limit("isee_max", 26_000 * EURO), limit("lease_months", 6)),
    situations=frozenset({"losing"}), closes_on=date(2026, 12, 1),
)  # fmt: skip
PUBLIC_HOUSING = Offer(
    "call", "public housing", limits=(limit("isee_max", 16_000 * EURO), limit("residence_years", 5))
)
EVICTION = Offer("guide", "eviction", situations=frozenset({"losing"}))
OFFERS = (RECEPTION, SERVICE, AGREED_RENT, RENT_GRANT, PUBLIC_HOUSING, EVICTION)


def ticks(*codes: str) -> frozenset[str]:
    return frozenset(codes)


EXAMPLES = {
    # ISEE 8,000, between two jobs, alone with a child; learns Italian: not much on either side yet.
    "no income, one strength": (
        Situation(isee=8_000 * EURO, work="looking", savings="no", people=2, strengths=ticks("learning")),
        (Levels(LOW, LOW), Levels(LOW, LOW)),
        {"reception house"},
    ),
    # ISEE 18,000, a steady job, nothing put aside; speaks the language, is known as a good tenant.
    "steady job in the grey band": (
        Situation(isee=18_000 * EURO, work="permanent", savings="no", strengths=ticks("language", "tenant")),
        (Levels(MIDDLE, MIDDLE), Levels(MIDDLE, MIDDLE)),
        {"service agreement"},
    ),
    # Casual work and a little put aside, but people, papers and a plan.
    "casual work, many strengths": (
        Situation(
            isee=17_000 * EURO, work="temporary", savings="some",
            strengths=ticks("people", "papers", "plan", "language"),
        ),
        (Levels(MIDDLE, MIDDLE), Levels(HIGH, HIGH)),
        {"service agreement"},
    ),
    "two wages and a deposit": (
        Situation(
            isee=32_000 * EURO, work="permanent", savings="yes",
            strengths=ticks("language", "people", "tenant", "papers", "plan"),
        ),
        (Levels(HIGH, HIGH), Levels(HIGH, HIGH)),
        {"3+2"},
    ),
    # Nothing said: anywhere, so each answer may be right and none is shut out.
    "nothing said": (
        Situation(),
        (Levels(LOW, HIGH), Levels(LOW, HIGH)),
        {"reception house", "service agreement", "3+2"},
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", EXAMPLES)
def test_where_a_household_stands_and_which_answers_may_fit(name):
    situation, (resources, potential), answers = EXAMPLES[name]
    outcome = orient(situation, OFFERS, FIGURES)
    assert (outcome.standing.resources, outcome.standing.potential) == (resources, potential)
    assert {one.offer.key for one in outcome.answers} == answers


def test_the_grey_band_begins_above_its_lower_limit_and_holds_its_upper_one():
    """Public housing asks for 16,000 at most; moderated rents go up to 40,000."""
    places = {
        isee: FIGURES.place_of(isee)
        for isee in (FIGURES.grey_from, FIGURES.grey_from + 1, FIGURES.grey_to, FIGURES.grey_to + 1)
    }
    assert list(places.values()) == ["below", "within", "within", "above"]


def test_an_isee_on_paper_decides_and_the_limit_itself_still_fits():
    most = limit("isee_max", 26_000 * EURO)
    said = [check(most, Situation(isee=cents), FIGURES).state for cents in (2_600_000, 2_600_001)]
    assert said == [State.YES, State.NO]


def test_a_guess_neither_promises_nor_shuts_out():
    """1,000 to 1,500 € a month for three people: the ISEE lies between some 5,900 and 8,800 €."""
    family = Situation(income="2", people=3)
    assert [
        round(edge / EURO, -2) for edge in (isee_of(family, FIGURES).low, isee_of(family, FIGURES).high)
    ] == [5900, 8800]
    assert check(limit("isee_max", 16_000 * EURO), family, FIGURES).code == "guess_yes"
    assert check(limit("isee_max", 5_000 * EURO), family, FIGURES).code == "guess_no"
    assert check(limit("isee_max", 7_000 * EURO), family, FIGURES).code == "unknown"
    assert {
        fit(PUBLIC_HOUSING, replace(family, income=band), stand(family, FIGURES), FIGURES).state
        for band in "012345"
    } == {State.CHECK}


def test_what_was_never_asked_remains_to_be_checked():
    assert check(limit("assets_max", 1), Situation(), FIGURES).state is State.CHECK
    assert check(limit("age_min", 65), Situation(), FIGURES).state is State.CHECK


def test_a_grant_for_tenants_is_for_whoever_has_a_contract():
    of_months = limit("lease_months", 6)
    assert check(of_months, Situation(home="lease"), FIGURES).state is State.CHECK
    assert check(of_months, Situation(home="guest"), FIGURES).code == "no_lease"


@pytest.mark.parametrize(
    ("band", "state"),
    [("0", State.NO), ("1", State.NO), ("2", State.NO), ("3", State.YES), ("", State.CHECK)],
)
def test_five_years_in_the_region_are_five_years(band, state):
    """The band "2 years or more, less than 5" does not reach 5."""
    assert check(limit("residence_years", 5), Situation(residence=band), FIGURES).state is state


def test_what_one_asked_about_comes_first_then_what_is_surer():
    asked = Situation(about=frozenset({"losing"}), home="lease", isee=10_000 * EURO, residence="3")
    outcome = orient(asked, OFFERS, FIGURES)
    assert [one.offer.key for one in outcome.calls] == ["rent grant", "public housing"]
    assert [one.offer.key for one in outcome.guides] == ["eviction"]


def test_a_call_for_another_situation_is_kept_apart_and_not_withheld():
    asked = Situation(about=frozenset({"arrived"}), home="lease", isee=10_000 * EURO, residence="3")
    outcome = orient(asked, OFFERS, FIGURES)
    assert [one.offer.key for one in outcome.calls] == ["public housing"]
    assert [one.offer.key for one in outcome.other_calls] == ["rent grant"]


def test_what_does_not_fit_says_why_and_what_lies_ahead_is_a_step():
    outcome = orient(EXAMPLES["steady job in the grey band"][0], OFFERS, FIGURES)
    assert [one.offer.key for one in outcome.further_on] == ["3+2"]
    refused = {one.offer.key: [r.code for r in one.reasons if r.state is State.NO] for one in outcome.not_now}
    assert refused == {"reception house": ["place_behind"], "public housing": ["no"]}


# -- for everybody -----------------------------------------------------------------------------------------------

NUMBERS = st.none() | st.integers(0, 10**12)
situations = st.builds(
    Situation,
    about=st.frozensets(st.sampled_from(["losing", "arrived"])),
    home=st.sampled_from(["", *HOMES]),
    isee=NUMBERS,
    income=st.sampled_from(["", *map(str, range(len(FIGURES.income_steps) + 1))]),
    savings=st.sampled_from(["", *SAVINGS]),
    work=st.sampled_from(["", *WORKS]),
    people=st.none() | st.integers(1, 20),
    minors=st.none() | st.integers(0, 19),
    strengths=st.frozensets(st.sampled_from(STRENGTHS)),
    urgency=st.sampled_from(["", *URGENCIES]),
    residence=st.sampled_from(["", *map(str, range(len(FIGURES.residence_steps) + 1))]),
)


@settings(max_examples=60, deadline=None)
@given(situations)
def test_whoever_asks_gets_an_answer(situation):
    outcome = orient(situation, OFFERS, FIGURES)
    assert outcome.desk.state is State.YES
    told = [
        *outcome.answers,
        *outcome.calls,
        *outcome.other_calls,
        *outcome.guides,
        *outcome.further_on,
        *outcome.not_now,
    ]
    assert {one.offer.key for one in told} | {"eviction"} == {offer.key for offer in OFFERS}
    assert all(one.reasons for one in told)
    for side in (outcome.standing.resources, outcome.standing.potential):
        assert LOW <= side.low <= side.high <= HIGH


@settings(max_examples=60, deadline=None)
@given(situations, st.integers(0, 10**8), st.integers(0, 10**8))
def test_more_income_never_lowers_resources(situation, isee, more):
    before = stand(replace(situation, isee=isee), FIGURES).resources
    after = stand(replace(situation, isee=isee + more), FIGURES).resources
    assert (before.low, before.high) <= (after.low, after.high)
    assert before.low <= after.low
    assert before.high <= after.high


@settings(max_examples=60, deadline=None)
@given(situations, st.sampled_from(STRENGTHS))
def test_one_strength_more_never_lowers_where_one_surely_stands(situation, strength):
    before = stand(situation, FIGURES)
    after = stand(replace(situation, strengths=situation.strengths | {strength}), FIGURES)
    assert before.resources.low <= after.resources.low
    assert before.potential.low <= after.potential.low


@settings(max_examples=60, deadline=None)
@given(situations, st.sampled_from(["work", "savings", "strengths"]))
def test_to_leave_a_question_out_costs_nothing(situation, question):
    """Who says less may stand wherever they might have stood, never only lower."""
    silent = stand(replace(situation, **{question: frozenset() if question == "strengths" else ""}), FIGURES)
    told = stand(situation, FIGURES)
    assert told.resources.within(silent.resources)
    assert told.potential.within(silent.potential)
