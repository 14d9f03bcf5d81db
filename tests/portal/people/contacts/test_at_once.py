"""Two tabs that take away one way in each leave one."""

from portal.people.models import LastWayIn, User
from portal.testing.factories import UserFactory


def test_two_tabs_leave_one_way_in(races):
    for round_ in range(races.rounds):
        person = UserFactory(phone=f"+3902000{round_:05}")

        def without(verb, pk=person.pk):
            somebody = User.objects.get(pk=pk)
            getattr(somebody, verb)(None, by=somebody)

        outcomes = races.together(
            lambda without=without: without("change_email"), lambda without=without: without("change_phone")
        )
        assert sum(isinstance(outcome, LastWayIn) for outcome in outcomes) == 1
        person.refresh_from_db()
        assert bool(person.email) != bool(person.phone)
