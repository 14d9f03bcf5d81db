"""What a phone sends twice at the same moment is one page of the diary."""

import uuid

from django.utils import timezone

from community.mediation.diary import Diary
from portal.testing.factories import UserFactory


def test_the_same_form_twice_at_once_is_one(races):
    person = UserFactory()
    for _ in range(min(races.rounds, 10)):
        told = {"client_id": uuid.uuid4(), "happened_at": timezone.now(), "kind": "noise", "note": "A"}

        def write(told=told):
            return Diary.of(person).write(**told).pk

        outcomes = races.together(write, write, write)
        assert len(set(outcomes)) == 1, outcomes
    assert Diary.objects.count() == 1
