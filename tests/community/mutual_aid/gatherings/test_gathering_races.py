"""Who answer at the same moment, on a database whose commits are real."""

import uuid
from datetime import timedelta

from django.utils import timezone

from community.mutual_aid.gatherings.models import Gathering
from community.mutual_aid.gatherings.words import AnswerState
from community.mutual_aid.time_bank.models import HoursAccount
from community.testing import gathering_in
from portal.testing.factories import BuildingFactory, tenant_of


def test_the_last_seat_goes_to_one_of_four(races):
    for _round in range(min(races.rounds, 15)):
        supper = gathering_in(5, seats=1)
        people = [tenant_of(supper.building) for _ in range(4)]
        races.together(*[lambda p=p, pk=supper.pk: Gathering.objects.get(pk=pk).answer(by=p) for p in people])
        states = sorted(supper.answers.values_list("state", flat=True))
        assert states == [AnswerState.COMING, *[AnswerState.WAITING] * 3]


def test_two_phones_of_one_person_publish_one(races):
    building = BuildingFactory()
    anna = tenant_of(building)
    start = timezone.now() + timedelta(days=3)
    told = {
        "name": "Merenda",
        "occasion": "meal",
        "audience": "building",
        "building": building,
        "organization": None,
        "municipality": building.municipality,
        "starts_at": start,
        "ends_at": start + timedelta(hours=2),
        "place": "Cortile",
    }
    for number in range(min(races.rounds, 10)):
        once = {**told, "name": f"Merenda {number}"}
        outcomes = races.together(
            *[lambda t=once: Gathering.publish(by=anna, client_id=uuid.uuid4(), items=[], **t)] * 2
        )
        assert outcomes[0][0] == outcomes[1][0], outcomes


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
