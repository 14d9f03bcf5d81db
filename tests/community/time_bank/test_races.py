"""Two phones at once, on a database whose commits are real."""

import uuid

from community.mutual_aid.time_bank.accounts import NotEnough, credit_exchange, give_to_pot
from community.mutual_aid.time_bank.models import HoursAccount, book_of_hours
from community.mutual_aid.time_bank.pot import NotPossible, PotRequest
from community.testing import credited
from portal.ledger import LedgerEntry, verify
from portal.testing.factories import BuildingFactory, UserFactory, tenant_of

ROUNDS = 5  # for what opens new accounts each time


def test_both_confirm_at_once_and_help_each_other_at_once(races):
    """Nobody has an account yet: they are opened in one order, so that nobody waits for ever."""
    building = BuildingFactory()
    for number in range(ROUNDS):
        anna, bruno = UserFactory.create_batch(2)
        outcomes = races.together(
            *[
                lambda a=a, b=b, key=f"exchange:{number}:{turn}": (
                    credit_exchange(a, b, 60, key, building).number
                )
                for a, b, turn in ((anna, bruno, 1), (bruno, anna, 2), (anna, bruno, 1))
            ]
        )
        assert all(isinstance(outcome, int) for outcome in outcomes), outcomes
        assert outcomes[0] == outcomes[2]
    assert LedgerEntry.objects.count() == 2 * ROUNDS
    assert set(book_of_hours().replay().values()) == {0}
    assert list(verify(book_of_hours())) == []


def test_nobody_gives_the_same_hours_twice(races):
    anna = UserFactory()
    for number in range(races.rounds // 5):
        credited(anna, minutes=60)
        outcomes = races.together(
            *[lambda key=f"gift:{number}:{turn}": give_to_pot(anna, 60, key=key) for turn in range(2)]
        )
        assert sum(isinstance(outcome, NotEnough) for outcome in outcomes) == 1, outcomes
        assert HoursAccount.of(anna).balance == 0


def test_of_two_who_answer_one_does_and_of_two_questions_one_stands(races):
    building = BuildingFactory()
    anna, bruno = tenant_of(building), tenant_of(building)
    elena, gino = (UserFactory(roles=["portal.caseworker"]) for _ in range(2))
    for number in range(ROUNDS):
        outcomes = races.together(
            *[
                lambda: (
                    PotRequest.ask(
                        by=bruno,
                        minutes=30,
                        client_id=uuid.uuid4(),
                        municipality_id=building.municipality_id,
                    ).pk
                )
            ]
            * 2
        )
        assert outcomes[0] == outcomes[1], outcomes
        credited(anna, minutes=30)
        give_to_pot(anna, 30, key=f"gift:{number}")
        answers = races.together(
            lambda: PotRequest.objects.waiting().get().grant(by=elena),
            lambda: PotRequest.objects.waiting().get().grant(by=gino),
        )
        assert sum(isinstance(one, NotPossible | PotRequest.DoesNotExist) for one in answers) == 1, answers
        assert HoursAccount.of(bruno).balance == 30 * (number + 1)
