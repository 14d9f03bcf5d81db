"""Two administrators who get rid of each other at the same moment: one of them remains."""

import pytest

from portal.people.models import LastAdministrator, User
from portal.testing.factories import UserFactory

ROLE = "portal.administrator"


def take(person):
    return lambda: User.objects.get(pk=person).take_role(ROLE, by=None)


def close(person):
    return lambda: User.objects.get(pk=person).close_account(by=None)


@pytest.mark.parametrize(("first", "second"), [(take, take), (take, close), (close, close)])
def test_one_remains(races, first, second):
    for _round in range(races.rounds // 2):
        User.objects.with_role(ROLE).update(is_active=False)
        anna, bruno = (UserFactory(roles=[ROLE]).pk for _ in range(2))

        outcomes = races.together(first(anna), second(bruno))

        assert sum(isinstance(outcome, LastAdministrator) for outcome in outcomes) == 1, outcomes
        assert User.objects.with_role(ROLE).count() == 1
