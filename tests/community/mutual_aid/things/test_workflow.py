"""The two tables: what may happen to a loan and to a thing, and nothing else."""

import pytest

from community.mutual_aid.things.words import LoanState, ThingState
from community.mutual_aid.things.workflow import (
    LOAN_FACTS,
    OF_LOANS,
    OF_THINGS,
    THING_FACTS,
    NotPossible,
    loan_target,
    possible_for_loan,
    thing_target,
)
from portal.extensions import EventKind, find


@pytest.mark.parametrize("verb", LOAN_FACTS)
@pytest.mark.parametrize("state", LoanState)
def test_a_loan_moves_as_the_table_says(state, verb):
    if (state, verb) in OF_LOANS:
        assert loan_target(state, verb) == OF_LOANS[state, verb]
    else:
        with pytest.raises(NotPossible, match=str(state.label)):
            loan_target(state, verb)


@pytest.mark.parametrize("verb", THING_FACTS)
@pytest.mark.parametrize("state", ThingState)
def test_a_thing_moves_as_the_table_says(state, verb):
    if (state, verb) in OF_THINGS:
        assert thing_target(state, verb) == OF_THINGS[state, verb]
    else:
        with pytest.raises(NotPossible):
            thing_target(state, verb)


def test_every_step_is_a_fact_with_a_sentence():
    assert {verb for _state, verb in OF_LOANS} == set(LOAN_FACTS)
    assert {verb for _state, verb in OF_THINGS} == set(THING_FACTS)
    for noun, facts in (("reservation", LOAN_FACTS), ("thing", THING_FACTS)):
        assert all(find(EventKind, f"community.{noun}.{fact}") for fact in facts.values())


def test_what_has_ended_is_over():
    for state in (
        LoanState.RETURNED,
        LoanState.DECLINED,
        LoanState.CANCELLED,
        LoanState.LAPSED,
        LoanState.LOST,
    ):
        assert possible_for_loan(state) == []
