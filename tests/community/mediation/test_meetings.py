"""Meetings: a time that fits all, without anybody's calendar being seen."""

import uuid
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from community.keys import AlreadySent
from community.mediation.meetings import Meeting, MeetingState, Unanswered
from community.mediation.schedules import remind_of_meetings
from community.mediation.words import Outcome, RoomKind
from community.mediation.workflow import NotPossible
from portal.events import history_of
from portal.testing.factories import UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def joint(case_in):
    return case_in("mediating").rooms.get(kind=RoomKind.JOINT)


def in_days(*days):
    return [timezone.now() + timedelta(days=day) for day in days]


def propose(room, by, times=None, **told):
    told = {"client_id": uuid.uuid4(), "minutes": 60, "place": "Sala civica", **told}
    return Meeting.propose(room, by=by, times=in_days(3, 4) if times is None else times, **told)


def test_a_time_that_fits_all_is_fixed(joint, amal, bruno, marta):
    meeting = propose(joint, marta)
    first, second = meeting.times.all()
    meeting.answer(by=amal, fitting=[second.pk])
    meeting.answer(by=bruno, fitting=[first.pk, second.pk])

    with pytest.raises(NotPossible):
        meeting.fix(by=marta, time=first)
    with pytest.raises(PermissionDenied):
        meeting.fix(by=amal, time=second)
    meeting.fix(by=marta, time=second)

    meeting.refresh_from_db()
    assert (meeting.state, meeting.starts_at) == (MeetingState.FIXED, second.starts_at)
    assert meeting.ends_at - meeting.starts_at == timedelta(minutes=60)
    assert meeting.place == "Sala civica"
    with pytest.raises(NotPossible):
        meeting.answer(by=amal, fitting=[])


def test_before_all_have_answered_a_time_is_fixed_only_on_purpose(case_in, joint, amal, bruno, marta):
    meeting = propose(joint, marta)
    first, second = meeting.times.all()
    meeting.answer(by=amal, fitting=[first.pk])

    with pytest.raises(Unanswered) as refused:
        meeting.fix(by=marta, time=first)
    assert refused.value.missing == [bruno]
    with pytest.raises(NotPossible):
        meeting.fix(by=marta, time=second, anyway=True)  # it does not fit, whoever else has answered
    meeting.fix(by=marta, time=first, anyway=True)

    apart = propose(joint.case.rooms.get(party__person=amal), marta)
    apart.answer(by=amal, fitting=[apart.times.first().pk])
    apart.fix(by=marta, time=apart.times.first())  # nobody else is asked there


def test_whoever_has_left_is_not_waited_for(joint, amal, bruno, marta):
    lucia = UserFactory()
    row = joint.case.parties.create(
        person=lucia,
        side="other",
        language="it",
        answer="yes",
        answered_at=timezone.now(),
        pact_at=timezone.now(),
    )
    meeting = propose(joint, marta)
    for who in (amal, bruno):
        meeting.answer(by=who, fitting=[meeting.times.first().pk])
    with pytest.raises(Unanswered):
        meeting.fix(by=marta, time=meeting.times.first())
    row.withdraw(by=lucia)
    meeting.fix(by=marta, time=meeting.times.first())


def test_a_talk_apart_is_nobody_elses_business(case_in, amal, bruno, marta):
    room = case_in("mediating").rooms.get(party__person=amal)
    meeting = propose(room, marta)

    assert Meeting.objects.visible_to(amal).get() == Meeting.objects.visible_to(marta).get() == meeting
    assert not Meeting.objects.visible_to(bruno).exists()
    with pytest.raises(PermissionDenied):
        meeting.answer(by=bruno, fitting=[])


def test_parties_and_notes_call_no_meeting(case_in, joint, amal, marta):
    with pytest.raises(PermissionDenied):
        propose(joint, amal)
    with pytest.raises(PermissionDenied):
        propose(joint.case.rooms.get(kind=RoomKind.NOTES), marta)


@pytest.mark.parametrize("days", [(), (-1, 3), (1, 2, 3, 4, 5, 6, 7)])
def test_times_that_are_past_none_or_too_many_are_refused(joint, marta, days):
    with pytest.raises(NotPossible):
        propose(joint, marta, in_days(*days))


def test_sent_twice_it_is_one(joint, marta):
    client_id, times = uuid.uuid4(), in_days(3)
    meeting = propose(joint, marta, times, client_id=client_id)

    assert propose(joint, marta, times, client_id=client_id) == meeting
    with pytest.raises(AlreadySent):
        propose(joint, marta, in_days(9), client_id=client_id)


def test_a_time_that_has_passed_meanwhile_is_not_fixed(joint, marta):
    meeting = propose(joint, marta)
    time = meeting.times.first()
    time.starts_at = timezone.now() - timedelta(minutes=1)
    time.save()
    with pytest.raises(NotPossible):
        meeting.fix(by=marta, time=time)


def test_what_became_of_it_is_said_once_it_has_begun(joint, marta):
    meeting = propose(joint, marta)
    meeting.fix(by=marta, time=meeting.times.first(), anyway=True)
    with pytest.raises(NotPossible):
        meeting.note(by=marta, outcome=MeetingState.HELD)
    Meeting.objects.update(starts_at=timezone.now() - timedelta(hours=1))
    with pytest.raises(NotPossible):
        meeting.note(by=marta, outcome=MeetingState.CANCELLED)

    meeting.note(by=marta, outcome=MeetingState.HELD)

    assert Meeting.objects.get().state == MeetingState.HELD
    cancelled = propose(joint, marta)
    cancelled.note(by=marta, outcome=MeetingState.CANCELLED)
    assert not Meeting.objects.to_come().exists()


def test_they_are_reminded_once_on_the_day_before(joint, marta):
    meeting = propose(joint, marta, in_days(1, 2))
    meeting.fix(by=marta, time=meeting.times.last(), anyway=True)
    remind_of_meetings()
    near = history_of(joint.case, confidential=True).filter(kind="community.mediation.meeting_near")
    assert not near.exists()
    Meeting.objects.update(starts_at=timezone.now() + timedelta(hours=20))

    remind_of_meetings()
    remind_of_meetings()

    assert near.count() == 1


@pytest.mark.parametrize("ends", ["called_off", "over"])
def test_nobody_is_reminded_of_what_is_called_off_or_over_a_moment_before(joint, amal, marta, ends):
    meeting = propose(joint, marta, in_days(0.5))
    meeting.fix(by=marta, time=meeting.times.get(), anyway=True)
    read = Meeting.objects.to_remind().select_related("room__case").get()
    if ends == "over":
        joint.case.end(by=marta, outcome=Outcome.NONE)
    else:
        Meeting.objects.get().note(by=marta, outcome=MeetingState.CANCELLED)

    read.remind()

    assert not Meeting.objects.to_remind().exists()
    facts = history_of(joint.case, confidential=True)
    assert not facts.filter(kind="community.mediation.meeting_near").exists()
