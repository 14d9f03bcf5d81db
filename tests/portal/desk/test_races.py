"""People who write and answer at the same moment, on a database whose commits are real."""

import uuid

from portal.desk.models import AnsweredMeanwhile, Letter
from portal.testing.factories import adult_of

from .writing import answer, caseworker, last, write


def test_a_phone_that_sends_twice_at_once_sends_once(races):
    samira = adult_of()
    for _round in range(races.rounds):
        client_id = uuid.uuid4()
        outcomes = races.together(*[lambda i=client_id: write(samira, client_id=i).pk] * 2)
        assert outcomes[0] == outcomes[1], outcomes
        assert Letter.objects.filter(client_id=client_id).count() == 1


def test_of_two_who_answer_at_once_one_is_held_back(races):
    samira, elena, bruno = adult_of(), caseworker(), caseworker()
    for _round in range(races.rounds // 2):
        thread = write(samira, f"Lettera {_round}").thread
        seen = last(thread)
        outcomes = races.together(
            *[lambda t=thread, s=seen, who=who: answer(t, who, seen=s) for who in (elena, bruno)]
        )
        assert sum(isinstance(outcome, AnsweredMeanwhile) for outcome in outcomes) == 1, outcomes
