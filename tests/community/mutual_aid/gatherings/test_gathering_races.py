"""Who answer at the same moment, on a database whose commits are real."""

from community.mutual_aid.gatherings.models import Gathering
from community.mutual_aid.gatherings.words import AnswerState
from community.testing import gathering_in
from portal.testing.factories import tenant_of


def test_the_last_seat_goes_to_one_of_four(races):
    for _round in range(min(races.rounds, 15)):
        supper = gathering_in(5, seats=1)
        people = [tenant_of(supper.building) for _ in range(4)]
        races.together(*[lambda p=p, pk=supper.pk: Gathering.objects.get(pk=pk).answer(by=p) for p in people])
        states = sorted(supper.answers.values_list("state", flat=True))
        assert states == [AnswerState.COMING, *[AnswerState.WAITING] * 3]
