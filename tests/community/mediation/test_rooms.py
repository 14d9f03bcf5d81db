"""The rooms: who may enter which, what is said there, and what is carried from one to another."""

import uuid

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from community.keys import AlreadySent, ClientIdTaken
from community.mediation.live import TOPICS
from community.mediation.models import Case
from community.mediation.notifications import NOTIFICATIONS
from community.mediation.pages.answering.waiting import waiting_for
from community.mediation.rooms import Carrying, Room, RoomMark, Word
from community.mediation.waiting import to_answer
from community.mediation.words import OPEN, TALKING, RoomKind
from community.mediation.workflow import NotPossible
from community.testing import mediation_coordinator, mediation_in, mediator
from portal.events.models import Event
from portal.testing.factories import UserFactory

pytestmark = pytest.mark.django_db
SAID = "Lavora di notte, non lo sapevo."


@pytest.fixture
def case(case_in):
    return case_in("mediating")


@pytest.fixture
def rooms(case, amal, bruno):
    """Them, by the words for them."""
    return {
        "amal's": case.rooms.get(party__person=amal),
        "bruno's": case.rooms.get(party__person=bruno),
        "joint": case.rooms.get(kind=RoomKind.JOINT),
        "notes": case.rooms.get(kind=RoomKind.NOTES),
    }


def say(room, by, text=SAID, client_id=None):
    return room.say(by=by, client_id=client_id or uuid.uuid4(), text=text)


def test_who_may_enter_which(case, rooms, amal, bruno, marta, carla):
    may = {
        amal: {"amal's", "joint"},
        bruno: {"bruno's", "joint"},
        marta: {"amal's", "bruno's", "joint", "notes"},
        carla: set(),
        mediator(): set(),
        mediation_coordinator(): set(),
        UserFactory(roles=["portal.administrator"]): set(),
        UserFactory(roles=["portal.caseworker"]): set(),
        UserFactory(): set(),
    }
    word_of = {name: say(room, marta) for name, room in rooms.items()}
    for person, wanted in may.items():
        visible = set(Room.objects.visible_to(person))
        words = set(Word.objects.visible_to(person))
        for name, room in rooms.items():
            fresh = Room.objects.select_related("case").get(pk=room.pk)
            assert (room in visible) == (name in wanted), (person, name)
            assert person.has_perm("community.view_room", fresh) == (name in wanted), (person, name)
            assert (word_of[name] in words) == (name in wanted), (person, name)
            word = Word.objects.select_related("room__case").get(pk=word_of[name].pk)
            assert person.has_perm("community.view_word", word) == (name in wanted), (person, name)
            for topic in TOPICS:
                if topic.key == "community.mediation_room":
                    assert topic.allows(person, str(room.pk)) == (name in wanted), (person, name)
        if not wanted:
            for room in rooms.values():
                with pytest.raises(PermissionDenied):
                    say(room, person)


def test_another_case_of_the_same_people_opens_nothing_of_this_one(case, rooms, amal, bruno, marta):
    other = mediation_in("mediating", first=UserFactory(), other=amal, by=mediator())

    assert set(Room.objects.visible_to(amal).filter(case=case)) == {rooms["amal's"], rooms["joint"]}
    assert not Room.objects.visible_to(marta).filter(case=other).exists()
    assert Room.objects.visible_to(amal).filter(case=other).count() == 2


def test_sent_twice_it_is_said_once(rooms, amal, bruno):
    client_id = uuid.uuid4()
    first = say(rooms["joint"], amal, client_id=client_id)

    assert say(rooms["joint"], amal, client_id=client_id) == first
    with pytest.raises(AlreadySent):
        say(rooms["joint"], amal, "Altro", client_id=client_id)
    with pytest.raises(ClientIdTaken):
        say(rooms["amal's"], amal, client_id=client_id)
    assert say(rooms["joint"], bruno, client_id=client_id) != first, "a client id is its owner's"
    assert list(rooms["joint"].words.values_list("number", flat=True)) == [1, 2]


def test_what_is_said_moves_its_own_room_and_tells_those_who_are_in_it(rooms, amal, marta):
    say(rooms["amal's"], amal)

    event = Event.objects.filter(kind="community.mediation.said").get()
    room_topic, case_topic = TOPICS
    assert list(room_topic.identifiers(event)) == [str(rooms["amal's"].pk)]
    assert list(case_topic.identifiers(event)) == []
    assert set(event.data) == {"room", "number"}


def test_after_somebody_stopped_every_door_is_closed_to_all(case, rooms, amal, bruno, marta):
    word = say(rooms["joint"], bruno)
    case.parties.get(person=amal).withdraw(by=amal)

    for person in (amal, bruno, marta):
        assert not Room.objects.visible_to(person).exists()
        assert not Word.objects.visible_to(person).exists()
        for room in rooms.values():
            with pytest.raises(PermissionDenied):
                say(Room.objects.get(pk=room.pk), person)
            assert not TOPICS[0].allows(person, str(room.pk))
        assert not person.has_perm("community.view_word", Word.objects.get(pk=word.pk))
    assert not TOPICS[1].allows(amal, str(case.pk))
    assert TOPICS[1].allows(bruno, str(case.pk)), "he reads how it ended"


def test_a_topic_is_asked_for_by_its_own_name_only(rooms, marta):
    key = str(rooms["joint"].pk)
    for identifier in (key.upper(), key.replace("-", ""), f"{{{key}}}", "1", "", str(uuid.uuid4())):
        assert not TOPICS[0].allows(marta, identifier)


def test_a_word_goes_to_the_joint_room_with_its_authors_yes(rooms, amal, bruno, marta):
    word = say(rooms["amal's"], amal)
    with pytest.raises(PermissionDenied):
        word.carry(by=marta, text=SAID)
    with pytest.raises(PermissionDenied):
        word.ask_to_carry(by=bruno)
    word.ask_to_carry(by=marta)
    word.ask_to_carry(by=marta)
    assert Carrying.objects.get().yes is None
    assert not rooms["joint"].words.exists()

    said = word.carry(by=amal, text="Non lo sapevo.")

    assert word.carry(by=amal, text="Non lo sapevo.") == said
    assert (said.room, said.author, said.text, said.carried_from) == (
        rooms["joint"], amal, "Non lo sapevo.", word,
    )  # fmt: skip
    carrying = Carrying.objects.get()
    assert (carrying.asked_by, carrying.yes, carrying.carried) == (marta, True, said)
    assert said in Word.objects.visible_to(bruno)
    assert word not in Word.objects.visible_to(bruno)


def test_the_author_may_carry_by_themselves_and_may_say_no(rooms, amal, marta):
    own, asked = say(rooms["amal's"], amal), say(rooms["amal's"], amal, "Questo no.")
    assert own.carry(by=amal, text=SAID).room == rooms["joint"]
    with pytest.raises(NotPossible):
        asked.keep_here(by=amal)
    asked.ask_to_carry(by=marta)

    asked.keep_here(by=amal)

    assert Carrying.objects.get(word=asked).yes is False
    assert rooms["joint"].words.count() == 1


def test_what_a_mediator_says_and_what_is_said_to_all_is_not_carried(rooms, amal, marta):
    for word in (say(rooms["joint"], amal), say(rooms["notes"], marta)):
        with pytest.raises(PermissionDenied):
            word.carry(by=word.author, text=SAID)


def test_the_database_holds_that_nothing_is_carried_without_a_yes(rooms, amal, marta):
    word = say(rooms["amal's"], amal)
    word.ask_to_carry(by=marta)
    with pytest.raises(IntegrityError), transaction.atomic():
        Carrying.objects.update(carried=say(rooms["joint"], marta))


def test_a_private_room_is_a_partys_and_there_is_one_joint_room(case, rooms, amal):
    party = case.parties.get(person=amal)
    for wrong in (
        {"kind": RoomKind.PRIVATE},
        {"kind": RoomKind.JOINT},
        {"kind": RoomKind.NOTES, "party": party},
        {"kind": RoomKind.PRIVATE, "party": party},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            Room.objects.create(case=case, **wrong)


def test_what_is_new_is_counted_for_each(rooms, amal, marta):
    say(rooms["amal's"], amal)
    say(rooms["amal's"], amal)
    room = Room.objects.with_news_for(marta).get(pk=rooms["amal's"].pk)
    assert room.unread == 2
    room.read_by(marta, 1)
    room.read_by(marta, 99)
    room.read_by(marta, 1)

    assert RoomMark.objects.get(person=marta).number == 2
    assert Room.objects.with_news_for(amal).get(pk=room.pk).unread == 0


def test_one_word_of_news_is_enough_until_it_is_read(rooms, amal, bruno, marta):
    said = {kind.key: kind for kind in NOTIFICATIONS}["community.mediation.said"]
    for _word in range(2):
        say(rooms["joint"], amal)
    first, second = Event.objects.filter(kind=said.key).order_by("pk")

    assert set(said.recipients(first)) == {amal, bruno, marta}
    assert set(said.recipients(second)) == {amal}, "who has said it has read it, and is not told"
    assert said.tells(first, bruno)
    rooms["joint"].refresh_from_db()
    rooms["joint"].read_by(bruno, 2)
    assert set(said.recipients(second)) == {amal, bruno}
    assert not said.tells(second, bruno)


def test_whoever_carries_a_word_has_not_read_what_others_said_there(rooms, amal, bruno, marta):
    joint, hers = rooms["joint"], rooms["amal's"]

    def unread(person):
        return Room.objects.with_news_for(person).get(pk=joint.pk).unread

    def carried(text):
        hers.say(by=amal, client_id=uuid.uuid4(), text=text).carry(by=amal, text=text)

    carried("Mi dispiace.")
    assert unread(amal) == 0, "her own word is no news to her"
    joint.say(by=bruno, client_id=uuid.uuid4(), text="Grazie.")
    carried("Davvero.")
    assert unread(amal) == 2


def test_the_people_of_a_room_are_those_who_may_enter_it(amal, bruno, marta):
    """Both ways round, in every state and also once somebody has stopped."""
    now = timezone.now()
    for state in OPEN:
        case, dina = mediation_in(state, first=amal, other=bruno, by=marta), UserFactory()
        case.parties.create(
            person=dina, side="first", language="it", answer="yes", answered_at=now, pact_at=now
        )
        if state in TALKING:
            Room.open_all(case)
        everybody = {amal, bruno, marta, dina, UserFactory(), mediator()}
        for leaves in (False, True):
            if leaves:
                case.parties.get(person=dina).withdraw(by=dina)
            for room in Room.objects.filter(case=case).select_related("case"):
                may = {person for person in everybody if room in Room.objects.visible_to(person)}
                assert set(room.people()) == may, (state, room.kind, leaves)
        Case.objects.filter(pk=case.pk).delete()  # else it ties the mediator to them


def test_whoever_is_asked_about_a_word_has_something_to_answer(case, rooms, amal, marta):
    word = say(rooms["amal's"], amal)
    rooms["amal's"].read_by(amal, 9)
    assert not to_answer(amal).exists()
    word.ask_to_carry(by=marta)
    assert to_answer(amal).get() == case
    assert [str(row.word_id) for row in Carrying.objects.asked_of(amal)] == [str(word.pk)]
    assert [reverse("community:mediation_carry", args=[word.pk])] == [
        waiting.url for waiting in waiting_for(case, amal)
    ]
    word.keep_here(by=amal)
    assert not to_answer(amal).exists()
