"""Who comes, who waits, who brings what."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import IntegrityError, transaction
from django.utils import timezone

from community.mutual_aid.gatherings.models import Answer, Gathering
from community.mutual_aid.gatherings.privacy import erase_answers, erase_gatherings
from community.mutual_aid.gatherings.schedules import remind
from community.mutual_aid.gatherings.words import AnswerState
from community.mutual_aid.gatherings.workflow import TRANSITIONS, NotNow, TooMany
from community.mutual_aid.time_bank.models import HoursAccount
from community.testing import gathering_in
from portal.events import history_of
from portal.testing.factories import OrganizationFactory, UserFactory, tenant_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def supper():
    return gathering_in(5, seats=4, items=(("Torta", 2),))


def neighbour(gathering, **fields):
    return tenant_of(gathering.building, **fields)


def facts(gathering):
    return [event.kind.removeprefix("community.gathering.") for event in history_of(gathering)]


def begun(gathering):
    now = timezone.now()
    Gathering.objects.filter(pk=gathering.pk).update(starts_at=now - timedelta(hours=1))
    gathering.refresh_from_db()


def test_one_comes_with_two_others_and_answering_twice_is_one_answer(supper):
    anna = neighbour(supper)

    assert supper.answer(by=anna, companions=2) == supper.answer(by=anna, companions=2)
    assert supper.answers.seated().people() == 3
    assert facts(supper) == ["accepted"]


def test_who_finds_no_seat_waits_and_is_seated_when_somebody_stays_away(supper):
    anna, bruno = neighbour(supper), neighbour(supper)
    first = supper.answer(by=anna, companions=2)
    second = supper.answer(by=bruno, companions=1)
    assert (first.state, second.state) == (AnswerState.COMING, AnswerState.WAITING)

    first.withdraw(by=anna)

    second.refresh_from_db()
    assert second.state == AnswerState.COMING
    assert facts(supper) == ["accepted", "queued", "declined", "promoted"]


def test_nobody_new_passes_those_who_wait(supper):
    supper.answer(by=neighbour(supper), companions=2)
    waiting = supper.answer(by=neighbour(supper), companions=1)

    late = supper.answer(by=neighbour(supper))

    assert (waiting.state, late.state) == (AnswerState.WAITING, AnswerState.WAITING)


def test_of_those_who_wait_the_first_who_fits_is_seated(supper):
    first = supper.answer(by=neighbour(supper), companions=1)
    supper.answer(by=neighbour(supper), companions=1)
    three = supper.answer(by=neighbour(supper), companions=2)
    one = supper.answer(by=neighbour(supper))

    supper.answer(by=first.person, companions=0)  # a friend stays at home: one seat

    states = [Answer.objects.get(pk=answer.pk).state for answer in (three, one)]
    assert states == [AnswerState.WAITING, AnswerState.COMING]


def test_who_brings_more_than_there_is_room_for_keeps_what_they_had(supper):
    anna = neighbour(supper)
    supper.answer(by=anna, companions=1)
    supper.answer(by=neighbour(supper), companions=1)

    with pytest.raises(TooMany):
        supper.answer(by=anna, companions=2)
    assert supper.answer_of(anna).companions == 1


@pytest.mark.parametrize("companions", [-1, 4, 10**9])
def test_not_more_than_one_may_bring_along(supper, companions):
    with pytest.raises(TooMany):
        supper.answer(by=neighbour(supper), companions=companions)


def test_more_seats_are_filled_at_once(supper):
    supper.answer(by=neighbour(supper), companions=3)
    waiting = supper.answer(by=neighbour(supper))
    supper.change(by=supper.organizer, seats=6)

    waiting.refresh_from_db()
    assert waiting.state == AnswerState.COMING


def test_what_has_begun_or_is_off_takes_no_answer(supper):
    answer = supper.answer(by=neighbour(supper))
    begun(supper)
    with pytest.raises(NotNow):
        supper.answer(by=neighbour(supper))
    with pytest.raises(NotNow):
        answer.withdraw(by=answer.person)

    other = gathering_in(2)
    other.call_off(by=None)
    other.call_off(by=None)
    with pytest.raises(NotNow):
        other.answer(by=neighbour(other))
    assert facts(other) == ["called_off"]


def test_things_are_promised_until_there_are_enough(supper):
    anna, bruno = neighbour(supper), neighbour(supper)
    cake = supper.items.get()
    with pytest.raises(NotNow):
        cake.bring(1, by=anna)
    for person in (anna, bruno):
        supper.answer(by=person)
    cake.bring(2, by=anna)

    with pytest.raises(TooMany):
        cake.bring(1, by=bruno)
    cake.bring(1, by=anna)
    cake.bring(1, by=bruno)
    cake.bring(0, by=anna)

    assert [promise.person for promise in cake.contributions.all()] == [bruno]


def test_who_does_not_come_brings_nothing(supper):
    anna = neighbour(supper)
    answer = supper.answer(by=anna)
    supper.items.get().bring(2, by=anna)

    answer.withdraw(by=anna)

    assert not supper.items.get().contributions.exists()


@pytest.mark.parametrize("state", AnswerState)
@pytest.mark.parametrize("verb", ["attend", "miss"])
def test_the_table_says_what_can_be_noted(supper, state, verb):
    answer = supper.answer(by=neighbour(supper))
    Answer.objects.filter(pk=answer.pk).update(state=state)
    with pytest.raises(NotNow):
        getattr(answer, verb)(by=supper.organizer)  # it has not begun
    begun(supper)

    if (state, verb) in TRANSITIONS:
        getattr(answer, verb)(by=supper.organizer)
        assert answer.state == TRANSITIONS[state, verb]
    else:
        with pytest.raises(NotNow):
            getattr(answer, verb)(by=supper.organizer)


def test_whoever_was_there_on_a_shared_day_has_the_hours():
    day = gathering_in(2, credit=120)
    answers = [day.answer(by=neighbour(day)) for _ in range(2)]
    begun(day)
    for answer in answers:
        answer.attend(by=day.organizer)
    answers[0].miss(by=day.organizer)

    assert [HoursAccount.of(answer.person).balance for answer in answers] == [0, 120]


def test_whoever_comes_is_reminded_once(supper):
    soon = gathering_in(1)
    remind()
    remind()

    assert facts(soon) == ["near"]
    assert facts(supper) == []


def test_another_time_is_told_another_name_is_not(supper):
    later = {name: getattr(supper, name) + timedelta(hours=1) for name in ("starts_at", "ends_at")}
    supper.change(by=supper.organizer, name="Cena grande")
    for _time in range(2):
        supper.change(by=supper.organizer, **later)

    assert facts(supper) == ["changed", "moved"]


@pytest.mark.parametrize(
    "wrong",
    [{"seats": 0}, {"credit": 45}, {"companions": 10}, {"ends_at": timezone.now() - timedelta(days=9)}],
)
def test_the_database_refuses_what_cannot_be(supper, wrong):
    with pytest.raises(IntegrityError), transaction.atomic():
        Gathering.objects.filter(pk=supper.pk).update(**wrong)


def member(organization, **fields):
    person = UserFactory()
    organization.add(person, by=None, **fields)
    return person


def test_who_sees_it_and_who_runs_it():
    host = OrganizationFactory()
    supper = gathering_in(5, host=host)
    people = {
        "organizer": supper.organizer,
        "neighbour": neighbour(supper),
        "another building": neighbour(gathering_in()),
        "coordinator": member(host, is_coordinator=True),
        "member": member(host),
        "another coordinator": member(OrganizationFactory(), is_coordinator=True),
        "caseworker": UserFactory(roles=["portal.caseworker"]),
        "visitor": AnonymousUser(),
    }

    def those_with(permission):
        return {name for name, person in people.items() if person.has_perm(permission, supper)}

    assert those_with("community.view_gathering") == {"organizer", "neighbour", "coordinator", "caseworker"}
    assert those_with("community.run_gathering") == {"organizer", "coordinator", "caseworker"}
    assert those_with("community.answer_gathering") == {"organizer", "neighbour"}
    for name, person in people.items():
        listed = Gathering.objects.visible_to(person).filter(pk=supper.pk).exists()
        assert listed == person.has_perm("community.view_gathering", supper), name
        run = Gathering.objects.run_by(person).filter(pk=supper.pk).exists()
        assert run == person.has_perm("community.run_gathering", supper), name


def test_a_person_erased_gives_the_seat_back_and_what_they_ran_is_off(supper):
    anna, bruno = neighbour(supper), neighbour(supper)
    supper.answer(by=anna, companions=3)
    waiting = supper.answer(by=bruno)

    erase_answers(anna)
    erase_gatherings(supper.organizer)

    waiting.refresh_from_db()
    supper.refresh_from_db()
    assert waiting.state == AnswerState.COMING
    assert not supper.answers.filter(person=anna).exists()
    assert (supper.organizer, supper.is_off) == (None, True)


def test_what_is_promised_stays_with_the_thing_where_an_older_list_is_saved():
    """One tab takes the first thing away and adds another; in the other one the list is as it was."""
    supper = gathering_in(3, items=(("Acqua", 1), ("Pane", 2), ("Torta", 1)))
    anna = tenant_of(supper.building)
    supper.answer(by=anna)
    supper.items.get(name="Torta").bring(1, by=anna)

    supper.change(by=supper.organizer, items=[("", 1), ("Pane", 2), ("Torta", 1)])
    supper.change(by=supper.organizer, items=[("Acqua", 1), ("Pane", 3), ("Torta", 1)])

    assert list(supper.items.values_list("name", "wanted")) == [("Acqua", 1), ("Pane", 3), ("Torta", 1)]
    assert supper.items.get(contributions__person=anna).name == "Torta"
    # Under another name it is still what somebody brings.
    supper.change(by=supper.organizer, items=[("Acqua", 1), ("Pane", 3), ("Dolce", 1)])
    assert supper.items.get(contributions__person=anna).name == "Dolce"
