"""Who answer at the same moment, on a database whose commits are real."""

from datetime import timedelta

from django.utils import timezone

from community.mutual_aid.gatherings.models import Gathering
from community.mutual_aid.gatherings.words import AnswerState
from community.mutual_aid.gatherings.workflow import NotNow
from community.mutual_aid.time_bank.models import HoursAccount
from community.testing import gathering_in
from portal.testing.factories import tenant_of


def test_the_last_seat_goes_to_one_of_four(races):
    for _round in range(min(races.rounds, 15)):
        supper = gathering_in(5, seats=1)
        people = [tenant_of(supper.building) for _ in range(4)]
        races.together(*[lambda p=p, pk=supper.pk: Gathering.objects.get(pk=pk).answer(by=p) for p in people])
        states = sorted(supper.answers.values_list("state", flat=True))
        assert states == [AnswerState.COMING, *[AnswerState.WAITING] * 3]


def test_two_who_save_the_same_sheet_at_once_book_the_hours_once(races):
    for _round in range(min(races.rounds, 10)):
        day = gathering_in(5, credit=120)
        answer = day.answer(by=tenant_of(day.building))
        start = timezone.now() - timedelta(hours=3)
        Gathering.objects.filter(pk=day.pk).update(starts_at=start, ends_at=start + timedelta(hours=2))
        outcomes = races.together(
            *[lambda pk=day.pk, told={answer.pk: 120}: Gathering.objects.get(pk=pk).credit_all(told, by=None)]
            * 2
        )
        assert outcomes == [None, None]
        assert HoursAccount.of(answer.person).balance == 120


def test_who_is_added_twice_at_once_gets_the_hours_once(races):
    for _round in range(min(races.rounds, 10)):
        day = gathering_in(5, credit=120)
        start, anna = timezone.now() - timedelta(hours=3), tenant_of(day.building)
        Gathering.objects.filter(pk=day.pk).update(starts_at=start, ends_at=start + timedelta(hours=2))
        outcomes = races.together(
            *[
                lambda pk=day.pk, by=day.organizer, also=(anna,): Gathering.objects.get(pk=pk).credit_all(
                    {}, by=by, also=also
                )
            ]
            * 3
        )
        assert outcomes == [None] * 3
        assert HoursAccount.of(anna).balance == 120


def test_an_invitation_that_is_changed_while_it_is_called_off_stays_off(races):
    for number in range(min(races.rounds, 12)):
        supper = gathering_in(5)
        outcomes = races.together(
            lambda pk=supper.pk: Gathering.objects.get(pk=pk).call_off(by=None),
            lambda pk=supper.pk, name=f"Cena {number}": Gathering.objects.get(pk=pk).change(
                by=None, seen="0", name=name
            ),
        )
        assert outcomes[0] is None, outcomes
        assert isinstance(outcomes[1], NotNow | None), outcomes
        supper.refresh_from_db()
        assert supper.is_off
