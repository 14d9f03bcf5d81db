"""The same word from a phone that lost its connection, and many at once."""

import uuid
from datetime import timedelta

from django.utils import timezone

from community.mediation.diary import Diary, Entry
from community.mediation.meetings import Meeting
from community.mediation.models import Case
from community.mediation.rooms import Room, RoomMark, Word
from community.mediation.words import RoomKind
from community.testing import mediation_in, mediator
from portal.testing.factories import UserFactory


def test_one_client_id_from_two_phones_at_once_is_one_word(races):
    amal = UserFactory()
    room = mediation_in("mediating", first=amal).rooms.get(party__person=amal)
    for _ in range(min(races.rounds, 10)):
        client_id = uuid.uuid4()

        def send(client_id=client_id):
            return Room.objects.get(pk=room.pk).say(by=amal, client_id=client_id, text="Eccomi").pk

        outcomes = races.together(send, send, send)
        assert len(set(outcomes)) == 1, outcomes
    numbers = list(room.words.values_list("number", flat=True))
    assert numbers == list(range(1, len(numbers) + 1))


def test_a_word_carried_twice_at_once_is_said_to_all_once(races):
    amal = UserFactory()
    case = mediation_in("mediating", first=amal)
    room, joint = case.rooms.get(party__person=amal), case.rooms.get(kind=RoomKind.JOINT)
    for number in range(min(races.rounds, 5)):
        word = room.say(by=amal, client_id=uuid.uuid4(), text="Eccomi")

        def carry(word=word):
            return type(word).objects.get(pk=word.pk).carry(by=amal, text="Eccomi").pk

        outcomes = races.together(carry, carry, carry)
        assert len(set(outcomes)) == 1, outcomes
        assert joint.words.count() == number + 1


def test_two_who_talk_at_once_have_numbers_without_gaps(races):
    amal, marta = UserFactory(), mediator()
    room = mediation_in("mediating", first=amal, by=marta).rooms.get(party__person=amal)

    def say(by):
        return lambda: Room.objects.get(pk=room.pk).say(by=by, client_id=uuid.uuid4(), text="Ciao").number

    outcomes = races.together(*[say(by) for by in (amal, marta) * 3])

    assert sorted(outcomes) == [1, 2, 3, 4, 5, 6]
    assert RoomMark.objects.filter(room=room).count() == 2


def _all_done(outcomes):
    """Nobody waited for somebody who waited for them: PostgreSQL ends that with an error for one of the two."""
    assert not [outcome for outcome in outcomes if isinstance(outcome, Exception)], outcomes


def test_said_to_all_while_a_word_is_carried_there(races):
    amal, marta = UserFactory(), mediator()
    case = mediation_in("mediating", first=amal, by=marta)
    apart, joint = case.rooms.get(party__person=amal), case.rooms.get(kind=RoomKind.JOINT)

    def say():
        return Room.objects.get(pk=joint.pk).say(by=marta, client_id=uuid.uuid4(), text="Ciao").number

    for _ in range(min(races.rounds, 20)):
        word = apart.say(by=amal, client_id=uuid.uuid4(), text="Eccomi")

        def carry(word=word):
            return Word.objects.get(pk=word.pk).carry(by=amal, text="Eccomi").number

        _all_done(races.together(say, carry, say, say))
    numbers = list(joint.words.values_list("number", flat=True))
    assert numbers == list(range(1, len(numbers) + 1))


def test_said_while_a_meeting_is_proposed_and_a_page_of_the_diary_shared(races):
    amal, marta = UserFactory(), mediator()
    case = mediation_in("mediating", first=amal, by=marta)
    room = case.rooms.get(party__person=amal)

    def say(by):
        return lambda: Room.objects.get(pk=room.pk).say(by=by, client_id=uuid.uuid4(), text="Ciao").number

    def propose():
        times = [timezone.now() + timedelta(days=3)]
        found = Room.objects.get(pk=room.pk)
        return Meeting.propose(found, by=marta, client_id=uuid.uuid4(), times=times, minutes=60).pk

    for _ in range(min(races.rounds, 20)):
        then = timezone.now() - timedelta(hours=1)
        entry = Diary.of(amal).write(client_id=uuid.uuid4(), happened_at=then, kind="noise", note="A")

        def share(entry=entry):
            Entry.objects.get(pk=entry.pk).share(Case.objects.get(pk=case.pk), by=amal)

        _all_done(races.together(say(amal), propose, share, say(marta)))


def test_said_and_read_for_the_first_time_at_once(races):
    """What says how far somebody has read is made by whoever says something, and by whoever looks."""
    for _ in range(min(races.rounds, 10)):
        amal = UserFactory()
        room = mediation_in("mediating", first=amal).rooms.get(party__person=amal)

        def say(room=room, amal=amal):
            return Room.objects.get(pk=room.pk).say(by=amal, client_id=uuid.uuid4(), text="Ciao").number

        def read(room=room, amal=amal):
            Room.objects.get(pk=room.pk).read_by(amal, 0)

        _all_done(races.together(say, read, say, read))
