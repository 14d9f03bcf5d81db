"""An invitation that went to the wrong person, or in the wrong words, is taken back while it waits for an answer."""

import pytest
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from community.mediation.models import Case, Party
from community.mediation.words import Answer, Side, State
from community.mediation.workflow import NotPossible
from community.testing import said_yes
from portal.events import history_of
from portal.extensions import NotificationKind, find
from portal.testing.clients import Browser
from portal.testing.factories import HouseholdFactory, UserFactory
from tests.portal.proof.browsers import step_up_now

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def nothing_remembered():
    cache.clear()


def again(case):
    return Case.objects.get(pk=case.pk)


def step_of(case, verb="recall"):
    return reverse("community:mediation_intake_step", args=[case.pk, verb])


@pytest.fixture
def desk(carla):
    browser = Browser()
    browser.force_login(carla)
    step_up_now(browser)
    return browser


def test_whoever_was_invited_finds_it_missing_and_it_is_prepared_anew(case_in, amal, bruno, marta, carla):
    case = case_in("inviting")
    assert Case.objects.visible_to(bruno).exists()

    case.recall(by=carla)

    assert (again(case).state, again(case).invited_at) == (State.INTAKE, None)
    assert not Case.objects.visible_to(bruno).exists()
    assert not Party.objects.knowing().filter(person=bruno).exists()
    assert Case.objects.visible_to(amal).get() == case
    assert case.parties.get(person=amal).answer == Answer.YES
    assert case.mediators.get().consents.get().party.person == amal, "her yes to the mediator stays"
    fact = history_of(case, confidential=True).last()
    assert fact.kind == "community.mediation.recalled"
    assert list(find(NotificationKind, fact.kind).recipients(fact)) == [amal]


def test_the_right_person_is_invited_in_their_place(case_in, amal, bruno, carla):
    case, right = case_in("inviting"), UserFactory()
    case.recall(by=carla)

    case.remove_party(case.parties.get(person=bruno), by=carla)
    case.add_party(by=carla, person=right, side=Side.OTHER, language="it")
    with pytest.raises(NotPossible):
        again(case).invite(by=carla)
    again(case).agree_to_invitation(by=amal, text=again(case).invitation)
    again(case).invite(by=carla)
    said_yes(case, right)

    assert again(case).state == State.AGREED
    assert not Case.objects.visible_to(bruno).exists()


def test_who_had_said_yes_is_asked_again_and_who_had_said_no_is_not(case_in, amal, bruno, marta, carla):
    case, wife, friend = case_in("intake"), UserFactory(), UserFactory()
    for person, side in ((bruno, Side.OTHER), (wife, Side.OTHER), (friend, Side.FIRST)):
        case.add_party(by=carla, person=person, side=side, language="it")
    case.propose_mediator(marta, by=carla).consent(by=amal, yes=True)
    case.word_invitation(by=carla, text="Ciao")
    case.agree_to_invitation(by=amal, text="Ciao")
    again(case).invite(by=carla)
    said_yes(case, wife)
    case.parties.get(person=friend).decline(by=friend)

    again(case).recall(by=carla)

    assert not Case.objects.visible_to(wife).exists()
    assert case.parties.get(person=wife).answer == Answer.WAITING
    assert case.parties.get(person=friend).answer == Answer.NO
    again(case).invite(by=carla)
    for person in (wife, bruno):
        said_yes(case, person)
    assert again(case).state == State.AGREED


def test_nobody_but_whoever_prepares_it_takes_it_back(case_in, amal, bruno, marta):
    case = case_in("inviting")
    for person in (amal, bruno, marta, UserFactory(roles=["portal.administrator"])):
        with pytest.raises(PermissionDenied):
            case.recall(by=person)
    assert again(case).state == State.INVITING


def test_once_all_have_said_yes_it_is_too_late(case_in, bruno, carla):
    case = case_in("agreed")
    with pytest.raises(PermissionDenied):
        case.recall(by=carla)


def test_the_page_offers_it_asks_and_does_it(case_in, desk):
    case = case_in("inviting")
    page = reverse("community:mediation_intake", args=[case.pk])
    assert step_of(case) in desk.get(page).content.decode()
    assert desk.get(step_of(case)).status_code == 200

    assert desk.post(step_of(case)).url == page

    assert again(case).state == State.INTAKE
    assert step_of(case) not in desk.get(page).content.decode()


def test_the_question_before_the_invitation_names_who_gets_it(case_in, bruno, carla, desk):
    case, friend = case_in("intake"), UserFactory(display_name="Fulvia")
    case.add_party(by=carla, person=bruno, side=Side.OTHER, language="it")
    case.add_party(by=carla, person=friend, side=Side.FIRST, language="it")

    page = desk.get(step_of(case, "invite")).content.decode()

    assert "Bruno" in page
    assert "Fulvia" in page


def test_who_is_found_is_told_apart_as_at_the_caseworkers(case_in, desk):
    case, household = case_in("intake"), HouseholdFactory(name="Rossi Bianchi")
    namesake = UserFactory(display_name="Marco Rossi", email="segreto@abitare.example")
    household.members.create(person=namesake)
    page = desk.post(
        reverse("community:mediation_add_party", args=[case.pk]), {"q": "Marco", "find": "1"}
    ).content.decode()

    assert "s•••@abitare.example" in page
    assert "segreto@" not in page
    assert "Rossi Bianchi" in page
