"""Whoever mediates no more reads nothing from that moment on, and another mediator is found for their cases."""

import pytest
from django.core.cache import cache
from django.urls import reverse
from django.utils import timezone

from community.mediation.agreements import Version
from community.mediation.live import TOPICS
from community.mediation.models import Case
from community.mediation.parting import give_back
from community.mediation.rooms import Room
from community.mediation.waiting import to_mediate
from community.mediation.words import MEDIATES, Answer, MediatorState, Outcome, State
from community.testing import mediation_coordinator, mediation_in, mediator, said_yes
from portal.events import history_of
from portal.events.dispatch import drain
from portal.events.models import Event
from portal.people.models import User
from portal.testing.clients import Browser
from portal.testing.factories import UserFactory
from tests.portal.proof.browsers import step_up_now

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def nothing_remembered():
    cache.clear()


def take_the_role(person):
    person.take_role(MEDIATES, by=None)


def close_the_account(person):
    person.close_account(by=None)


gone = pytest.mark.parametrize("goes", [take_the_role, close_the_account])


def now(thing):
    return type(thing).objects.get(pk=thing.pk)


def of(person):
    browser = Browser()
    browser.force_login(person)
    step_up_now(browser)
    return browser


@gone
def test_who_mediates_no_more_reads_nothing_before_anybody_has_reacted(case_in, marta, carla, goes):
    case, ended = case_in("agreement"), mediation_in("follow_up", by=marta)
    ended.finish(by=marta, outcome=Outcome.AGREEMENT)
    version = Version.objects.get(case=case)
    assert Case.objects.mediated_by(marta).count() == 2

    goes(marta)

    marta, case = now(marta), now(case)
    for found in (
        Case.objects.visible_to(marta),
        Case.objects.mediated_by(marta),
        Case.objects.with_agreement_for(marta),
        to_mediate(marta),
        Room.objects.visible_to(marta),
    ):
        assert not found.exists()
    for one in (case, now(ended)):
        assert not one.is_mediated_by(marta)
        assert not marta.has_perm("community.view_case", one)
        assert not Case.objects.with_people().get(pk=one.pk).is_mediated_by(marta)
    assert not marta.has_perm("community.begin_case", case)
    assert not marta.has_perm("community.view_version", version)
    assert not marta.has_perm("community.view_story", case.story)
    for room in case.rooms.all():
        assert not marta.has_perm("community.view_room", room)
        assert marta not in room.people()
        assert not TOPICS[0].allows(marta, str(room.pk))
    assert not TOPICS[1].allows(marta, str(case.pk))
    assert list(Case.objects.needing_mediator_from(carla)) == [case]
    assert carla.has_perm("community.find_mediator_for_case", case)


@gone
def test_who_is_proposed_and_mediates_no_more_learns_nothing_and_is_not_assigned(case_in, bruno, marta, goes):
    case = case_in("inviting")
    goes(marta)

    assert not Case.objects.offered_to(now(marta)).exists()
    assert not now(marta).has_perm("community.view_offer_of_case", now(case))
    said_yes(case, bruno)
    assert now(case).state == State.INVITING, "nobody mediates: the talks do not begin"


@gone
def test_the_case_is_given_back_and_does_not_come_back_with_the_role(case_in, amal, bruno, marta, goes):
    case, offered = case_in("mediating"), mediation_in("inviting", by=marta)
    goes(marta)
    drain()

    for one in (case, offered):
        assert one.mediators.get().state == MediatorState.RELEASED
    facts = [event.kind.rpartition(".")[2] for event in history_of(case, confidential=True)]
    assert facts[-2:] == ["mediator_released", "mediator_gone"], "those who are in it are told"
    assert "mediator_gone" not in [
        event.kind.rpartition(".")[2] for event in history_of(offered, confidential=True)
    ]
    User.objects.filter(pk=marta.pk).update(is_active=True)
    now(marta).give_role(MEDIATES, by=None)
    drain()
    assert not Case.objects.visible_to(now(marta)).exists()


def test_a_fact_that_arrives_late_takes_nothing_from_who_holds_the_role_again(case_in, marta):
    case = case_in("mediating")
    take_the_role(marta)
    taken = Event.objects.get(kind="portal.role.taken")
    now(marta).give_role(MEDIATES, by=None)

    give_back(taken)

    assert now(case).is_mediated_by(now(marta))


def test_another_role_that_is_taken_away_changes_nothing(case_in, marta):
    case = case_in("mediating")
    marta.give_role("portal.caseworker", by=None)
    marta.take_role("portal.caseworker", by=None)
    drain()
    assert now(case).is_mediated_by(now(marta))


def test_a_party_whose_account_is_closed_has_stopped_and_the_others_go_on(case_in, amal, bruno, marta):
    case, dina, then = case_in("mediating"), UserFactory(), timezone.now()
    case.parties.create(
        person=dina, side="first", language="it", answer="yes", answered_at=then, pact_at=then
    )
    alone = mediation_in("mediating", first=dina)
    dina.close_account(by=None)
    drain()
    drain()

    left = case.parties.get(person=dina)
    assert left.answer == Answer.LEFT
    assert now(case).state == State.MEDIATING
    assert now(alone).outcome == Outcome.WITHDRAWN
    fact = history_of(case, confidential=True).last()
    assert (fact.kind, fact.actor) == ("community.mediation.left", None)


# -- whoever coordinates takes it -------------------------------------------------------------------------------------


def release(case, row):
    return reverse("community:mediation_release", args=[case.pk, row.pk])


def test_from_a_mediator_who_does_not_answer_it_is_taken_and_nothing_of_it_is_read(
    case_in, amal, marta, carla
):
    case = case_in("agreement", told="Non si dorme la notte")
    row, desk = case.mediators.get(), of(carla)

    listed = desk.get(reverse("community:mediation_requests")).content.decode()
    assert release(case, row) in listed
    asked = desk.get(release(case, row))
    for page in (listed, asked.content.decode()):
        assert str(case) in page
        for secret in ("Amal", "Non si dorme", str(State.AGREEMENT.label)):
            assert secret not in page
    assert now(row).state == MediatorState.ASSIGNED, "it was only asked"

    answer = desk.post(release(case, row))

    assert answer.url == reverse("community:mediation_propose", args=[case.pk])
    assert now(row).state == MediatorState.RELEASED
    assert not Case.objects.visible_to(marta).exists()
    found = desk.get(answer.url).content.decode()
    assert "Amal" in found, "ties are looked for, and languages"
    for secret in ("Non si dorme", str(State.AGREEMENT.label)):
        assert secret not in found
    without = desk.get(reverse("community:mediation_requests")).content.decode()
    assert str(State.AGREEMENT.label) not in without


def test_of_two_mediators_one_is_taken_and_the_other_goes_on(case_in, amal, bruno, marta, carla):
    case = case_in("inviting")
    second = case.propose_mediator(mediator(), by=carla)
    second.consent(by=amal, yes=True)
    said_yes(case, bruno)

    answer = of(carla).post(release(case, case.mediators.get(person=marta)))

    assert answer.url == reverse("community:mediation_requests")
    assert now(case).is_mediated_by(second.person)


def test_to_nobody_else_is_there_a_page_that_takes_it(case_in, amal, marta, carla):
    case = case_in("mediating")
    named = mediation_coordinator()
    theirs = mediation_in("mediating", first=named)
    for person, one in ((amal, case), (marta, case), (mediator(), case), (named, theirs)):
        row = one.mediators.get()
        browser = of(person)
        assert browser.get(release(one, row)).status_code == 404
        assert browser.post(release(one, row)).status_code == 404
        assert now(row).state == MediatorState.ASSIGNED
    assert str(theirs) not in of(named).get(reverse("community:mediation_requests")).content.decode()
