"""The mediator's day, the cards and the menu: what waits, for whom it waits, and for nobody else."""

import uuid
from datetime import timedelta

import pytest
import time_machine
from django.core.cache import cache
from django.test import RequestFactory
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from community.mediation.agreements import FollowUp, Version
from community.mediation.dashboard import my_mediations, waits_for_me
from community.mediation.meetings import Meeting
from community.mediation.models import Case
from community.mediation.pages.day.agenda import agenda_of
from community.mediation.pages.day.menus import waiting_count
from community.mediation.pages.load import mediators_with_load
from community.mediation.waiting import to_answer, to_mediate
from community.mediation.words import RoomKind
from community.testing import mediation_coordinator, mediation_in, mediator, points_of, said_yes
from portal.testing.clients import Browser
from portal.testing.factories import UserFactory
from tests.portal.proof.browsers import step_up_now

pytestmark = pytest.mark.django_db
DAY = "community:mediation_day"


@pytest.fixture(autouse=True)
def nobody_has_looked_yet():
    cache.clear()


@pytest.fixture(autouse=True)
def in_english():
    with override("en"):
        yield


def day_of(person):
    client = Browser()
    client.force_login(person)
    step_up_now(client)
    return client.get(reverse(DAY))


def groups_of(person):
    return {str(group.title): [line.case for line in group.lines] for group in agenda_of(person)}


def step_of(person, case):
    return next(line.step for group in agenda_of(person) for line in group.lines if line.case == case)


def say(case, by, kind="joint"):
    room = case.rooms.get(kind=kind)
    return room.say(by=by, client_id=uuid.uuid4(), text="Un segreto.")


def meet(case, by, *days):
    room, now = case.rooms.get(kind=RoomKind.JOINT), timezone.now()
    times = [now + timedelta(days=day) for day in days or (3,)]
    return Meeting.propose(room, by=by, client_id=uuid.uuid4(), times=times, minutes=60)


def test_each_case_stands_under_the_first_thing_that_it_needs(marta):
    talks = mediation_in("mediating", by=marta)
    first, other = (party.person for party in talks.parties.all())
    said = mediation_in("agreement", by=marta)
    say(said, said.parties.first().person)
    tabled, follow_up = mediation_in("agreement", by=marta), mediation_in("follow_up", by=marta)
    agreed = mediation_in("agreed", by=marta)

    found = groups_of(marta)

    assert list(found) == [
        "Messages wait for you",
        "Agreements that wait for a yes",
        "To begin",
        "Nothing to do for you now",
    ]
    assert found["Messages wait for you"] == [said]
    assert found["Agreements that wait for a yes"] == [tabled]
    assert found["To begin"] == [agreed]
    assert found["Nothing to do for you now"] == [talks, follow_up]

    meeting = meet(talks, marta)
    assert groups_of(marta)["A time is looked for"] == [talks]
    assert step_of(marta, talks).words == "2 people have not said yet which times fit"
    meeting.answer(by=first, fitting=[meeting.times.get().pk])
    assert step_of(marta, talks).words == "1 person has not said yet which times fit"
    meeting.answer(by=other, fitting=[meeting.times.get().pk])
    assert step_of(marta, talks).words == "Choose the time of the meeting"
    meeting.fix(by=marta, time=meeting.times.get())
    assert step_of(marta, talks).words.startswith("You meet on")
    with time_machine.travel(timezone.now() + timedelta(days=3, hours=1)):
        assert step_of(marta, talks).words == "Say how the meeting went"
    meeting.note(by=marta, outcome="cancelled")
    with time_machine.travel(timezone.now() + timedelta(days=20)):
        assert talks in groups_of(marta)["Quiet for long"]


def test_who_has_not_accepted_is_named_of_the_version_that_stands(case_in, amal, bruno, marta):
    case = case_in("agreement")
    version = Version.objects.get()
    version.accept(by=amal, digest=version.digest)
    assert "Bruno" in step_of(marta, case).words
    assert "Amal" not in step_of(marta, case).words

    Version.table(case, by=marta, points=points_of(case, ("Altro.",)), instead_of=1)

    assert step_of(marta, case).words == "Nobody has accepted it yet"


def test_an_agreement_that_is_not_kept_is_to_be_talked_about(case_in, amal, bruno, marta):
    case = case_in("follow_up")
    FollowUp.objects.update(due_on=timezone.localdate())
    assert "not all have answered" in step_of(marta, case).words
    one, three = case.follow_ups.order_by("months")
    for follow_up in (one, three):
        follow_up.ask()

    one.answer(by=amal, kept={"1": "no"})
    assert "not kept" in step_of(marta, case).words
    one.answer(by=amal, kept={"1": "partly"})
    assert "not all have answered" in step_of(marta, case).words
    for follow_up, who in ((one, bruno), (three, amal), (three, bruno)):
        follow_up.answer(by=who, kept={"1": "yes"})
    assert "close" in step_of(marta, case).words
    assert step_of(marta, case).url == reverse("community:mediation_agreement", args=[case.pk])

    case.refresh_from_db()
    assert None not in (case.kept_after_1_at, case.kept_after_3_at)


def test_what_is_not_kept_is_not_noted_as_kept(case_in, amal, bruno):
    case = case_in("follow_up")
    FollowUp.objects.update(due_on=timezone.localdate())
    one = case.follow_ups.get(months=1)
    one.ask()
    one.answer(by=amal, kept={"1": "yes"})
    one.answer(by=bruno, kept={"1": "no"})

    case.refresh_from_db()
    one.refresh_from_db()
    assert (one.is_kept, case.kept_after_1_at) == (False, None)
    assert one.answered_at


def test_a_day_shows_first_names_and_numbers_and_nothing_that_was_said(case_in, marta):
    first = UserFactory(display_name="Amal Haddad")
    case = mediation_in("mediating", first=first, by=marta, told="Il segreto del cortile")
    say(case, first)

    page = day_of(marta).content.decode()

    assert "Amal" in page
    assert "Haddad" not in page
    assert str(case) in page
    assert "segreto" not in page
    assert case.rooms.get(kind=RoomKind.JOINT).get_absolute_url() in page


def test_what_a_mediator_is_proposed_for_stands_first_and_tells_no_state(case_in, bruno, marta):
    mediation_in("mediating", by=marta)
    case = case_in("inviting")
    first = agenda_of(marta)[0]
    assert str(first.title) == "You are proposed: can you?"
    assert [(line.case, line.state) for line in first.lines] == [(case, "")]
    assert first.lines[0].step.url == reverse("community:mediation_offer", args=[case.pk])
    assert "Bruno" in first.lines[0].names
    assert case.get_state_display() not in day_of(marta).content.decode()
    cache.clear()
    assert waiting_count(marta) == 1

    case.mediators.get().release(by=marta)

    cache.clear()
    assert waiting_count(marta) is None
    assert "You are proposed: can you?" not in groups_of(marta)


def test_without_a_case_it_is_kind(marta):
    assert "Take a breath" in day_of(marta).content.decode()


def test_to_everybody_else_it_is_missing(case_in, amal, bruno):
    case_in("mediating")
    others = (amal, bruno, UserFactory(), UserFactory(roles=["portal.administrator"]))
    assert {day_of(who).status_code for who in others} == {404}


def test_another_mediator_sees_nothing_of_it(case_in):
    case_in("mediating")
    assert groups_of(mediator()) == {}


def test_whoever_coordinates_sees_how_much_each_has_and_no_case(case_in, marta, carla):
    case = case_in("mediating")
    idle = mediator(display_name="Ines")
    released = mediator(display_name="Rosa")
    other = mediation_in("mediating", by=released)
    other.mediators.get().release(by=released)

    page = day_of(carla).content.decode()

    load = {str(person): person.open_cases for person in mediators_with_load()}
    assert load == {"Marta": 1, str(idle): 0, "Rosa": 0}
    assert "Ines" in page
    assert str(case) not in page
    assert "Amal" not in page
    assert "Ines" not in day_of(marta).content.decode()


def test_it_asks_few_questions_however_many_cases(marta, django_assert_max_num_queries):
    marta.give_role("community.mediation_coordinator", by=None)
    for state in ("agreed", "mediating", "agreement", "follow_up", "mediating"):
        case = mediation_in(state, by=marta)
        say(case, case.parties.first().person)
        meet(case, marta)
        mediation_in("inviting", by=marta)
    client = Browser()
    client.force_login(marta)
    step_up_now(client)
    client.get(reverse(DAY))
    with django_assert_max_num_queries(15):
        client.get(reverse(DAY))


# -- menu and cards ---------------------------------------------------------------------------------------------------


def asked_by(person):
    request = RequestFactory().get("/casa/")
    request.user = person
    return request


def test_the_menu_counts_the_cases_in_which_something_waits(marta, amal, carla):
    case = mediation_in("mediating", first=amal, by=marta)
    assert waiting_count(marta) is None
    say(case, amal)
    say(case, amal)
    cache.clear()

    assert waiting_count(marta) == 1
    assert waiting_count(amal) is None
    assert waiting_count(carla) is None
    assert waiting_count(mediator()) is None
    assert my_mediations(asked_by(marta)) == {"waiting": 1}
    assert my_mediations(asked_by(amal)) is None

    meeting = meet(case, marta)
    case.rooms.get(kind=RoomKind.JOINT).read_by(marta, 2)
    assert not to_mediate(marta).exists()
    for party in case.parties.all():
        meeting.answer(by=party.person, fitting=[])
    assert to_mediate(marta).get() == case


def test_a_party_learns_that_something_waits_and_not_what(amal, bruno, marta, carla):
    told = {"first": amal, "other": bruno, "by": marta, "coordinator": carla}
    inviting = mediation_in("inviting", **told)
    assert list(to_answer(bruno)) == [inviting]
    assert not to_answer(amal).exists()
    said_yes(inviting, bruno)
    assert not to_answer(bruno).exists()

    say(inviting, marta)
    assert list(to_answer(amal)) == list(to_answer(bruno)) == [inviting]
    for who in (amal, bruno):
        inviting.rooms.get(kind=RoomKind.JOINT).read_by(who, 1)
    meet(inviting, marta).answer(by=amal, fitting=[])
    assert not to_answer(amal).exists()
    assert list(to_answer(bruno)) == [inviting]

    client = Browser()
    client.force_login(bruno)
    step_up_now(client)
    page = client.get(reverse("portal:casa")).content.decode()
    assert "Something waits for you" in page
    assert str(inviting) not in page
    assert inviting.get_absolute_url() in page
    assert "Amal" not in page
    assert waits_for_me(asked_by(carla)) is None


def test_what_is_said_apart_waits_for_that_party_alone(case_in, amal, bruno, marta):
    case = case_in("mediating")
    case.rooms.get(party__person=amal).say(by=marta, client_id=uuid.uuid4(), text="Come va?")
    assert list(to_answer(amal)) == [case]
    assert not to_answer(bruno).exists()


def test_an_agreement_and_a_follow_up_wait_until_they_are_answered(case_in, amal, bruno):
    case = case_in("agreement")
    version = Version.objects.get()
    version.accept(by=amal, digest=version.digest)
    assert list(to_answer(bruno)) == [case]
    assert not to_answer(amal).exists()
    version.accept(by=bruno, digest=version.digest)
    assert not to_answer(bruno).exists()

    follow_up = case.follow_ups.get(months=1)
    follow_up.ask()
    follow_up.answer(by=bruno, kept={"1": "yes"})
    assert list(to_answer(amal)) == [case]
    assert not to_answer(bruno).exists()


def test_the_words_of_an_invitation_and_a_mediator_wait_for_whoever_asked(case_in, amal, carla, marta):
    case = case_in("intake")
    assert not to_answer(amal).exists()
    case.word_invitation(by=carla, text="Vorrei parlarne.")
    assert list(to_answer(amal)) == [case]
    Case.objects.get(pk=case.pk).agree_to_invitation(by=amal, text="Vorrei parlarne.")
    assert not to_answer(amal).exists()
    row = Case.objects.get(pk=case.pk).propose_mediator(marta, by=carla)
    assert list(to_answer(amal)) == [case]
    row.consent(by=amal, yes=True)
    assert not to_answer(amal).exists()


def test_whoever_has_left_is_told_of_nothing(case_in, amal, bruno):
    case = case_in("agreement")
    case.parties.get(person=amal).withdraw(by=amal)
    assert not to_answer(amal).exists()
    assert not to_answer(bruno).exists()


@pytest.mark.parametrize("card", [my_mediations, waits_for_me])
def test_a_card_asks_three_questions_at_most(card, case_in, amal, marta, django_assert_max_num_queries):
    say(case_in("mediating"), amal)
    for who in (amal, marta, mediation_coordinator()):
        who.role_keys  # noqa: B018 - read once for the menu
        with django_assert_max_num_queries(3):
            card(asked_by(who))
