"""What waits for nobody ends: an invitation without an answer, and a case in which nothing happens any more."""

from datetime import timedelta

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from community.mediation.agreements import FollowUp
from community.mediation.models import LAPSES_AFTER, QUIET_FOR, TIME_TO_ANSWER, Case, Party
from community.mediation.schedules import end_what_waits_for_nobody
from community.mediation.words import OPEN, Answer, Outcome, Side, State
from community.mediation.workflow import NotPossible
from community.testing import mediation_in, said_yes
from portal.events import history_of
from portal.events.models import Event
from portal.testing.clients import Browser
from portal.testing.factories import HouseholdFactory, UserFactory
from tests.portal.proof.browsers import step_up_now

pytestmark = pytest.mark.django_db
A_LITTLE = timedelta(minutes=5)


def again(case):
    return Case.objects.get(pk=case.pk)


def facts_of(case):
    return [event.kind.rpartition(".")[2] for event in history_of(case, confidential=True)]


def ago(case, time):
    """All of it happened so long ago."""
    then = timezone.now() - time
    Case.objects.filter(pk=case.pk).update(asked_at=then, invited_at=then)
    case.parties.exclude(invited_at=None).update(invited_at=then)
    Event.objects.about(case).update(at=then)


# -- an invitation ----------------------------------------------------------------------------------------------------


def test_an_invitation_without_an_answer_ends_as_declined(case_in, amal, bruno, carla):
    case = case_in("inviting")
    ago(case, TIME_TO_ANSWER - A_LITTLE)
    with pytest.raises(NotPossible):
        case.lapse(by=carla)
    ago(case, TIME_TO_ANSWER)

    case.lapse(by=carla)

    assert (again(case).state, again(case).outcome) == (State.CLOSED, Outcome.DECLINED)
    assert facts_of(case)[-3:] == ["lapsed", "closed", "preparing_ended"]
    assert not Case.objects.visible_to(bruno).exists()
    assert Case.objects.visible_to(amal).get() == case


def test_nobody_but_whoever_prepares_it_ends_it(case_in, amal, bruno, marta):
    case = case_in("inviting")
    ago(case, LAPSES_AFTER)
    for person in (amal, bruno, marta, UserFactory(roles=["portal.administrator"])):
        with pytest.raises(PermissionDenied):
            case.lapse(by=person)
    assert again(case).state == State.INVITING


def test_after_a_month_it_ends_by_itself(case_in):
    waiting, late = case_in("inviting"), mediation_in("inviting")
    ago(waiting, LAPSES_AFTER - A_LITTLE)
    ago(late, LAPSES_AFTER)

    end_what_waits_for_nobody()

    assert again(waiting).state == State.INVITING
    assert again(late).outcome == Outcome.DECLINED


def test_those_who_have_said_yes_go_on_without_who_has_not_answered(case_in, amal, bruno, marta, carla):
    case, wife = case_in("intake"), UserFactory()
    for person in (bruno, wife):
        case.add_party(by=carla, person=person, side=Side.OTHER, language="it")
    case.propose_mediator(marta, by=carla).consent(by=amal, yes=True)
    case.word_invitation(by=carla, text="Ciao")
    case.agree_to_invitation(by=amal, text="Ciao")
    again(case).invite(by=carla)
    said_yes(case, wife)
    ago(case, LAPSES_AFTER)

    end_what_waits_for_nobody()

    assert again(case).state == State.AGREED
    assert case.parties.get(person=bruno).answer == Answer.NO
    assert not Case.objects.visible_to(bruno).exists()


def test_the_page_offers_it_in_time(case_in, carla):
    case, desk = case_in("inviting"), Browser()
    desk.force_login(carla)
    step_up_now(desk)
    page = reverse("community:mediation_intake", args=[case.pk])
    step = reverse("community:mediation_intake_step", args=[case.pk, "lapse"])
    assert step not in desk.get(page).content.decode()
    assert desk.post(step).url == page, "too early: said, and nothing done"
    assert again(case).state == State.INVITING
    ago(case, TIME_TO_ANSWER)
    assert step in desk.get(page).content.decode()
    assert desk.get(step).status_code == 200

    assert desk.post(step).url == reverse("community:mediation_requests")

    assert again(case).outcome == Outcome.DECLINED


# -- a year -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("state", OPEN)
def test_what_is_quiet_for_a_year_ends(state):
    case = mediation_in(state)
    if state == State.INVITING:  # ends long before
        Party.objects.filter(case=case).update(invited_at=timezone.now() + QUIET_FOR)
    with time_machine.travel(timezone.now() + QUIET_FOR - timedelta(days=1)):
        end_what_waits_for_nobody()
        assert again(case).state == state
    with time_machine.travel(timezone.now() + QUIET_FOR + timedelta(days=1)):
        end_what_waits_for_nobody()
    holds = state == State.FOLLOW_UP
    assert again(case).outcome == (Outcome.AGREEMENT if holds else Outcome.WITHDRAWN)


def test_what_somebody_said_is_not_kept_is_an_agreement_in_part(case_in, amal):
    case = case_in("follow_up")
    first = case.follow_ups.first()
    FollowUp.objects.filter(pk=first.pk).update(due_on=timezone.localdate())
    first.ask()
    first.answer(by=amal, kept={"1": "no"})
    with time_machine.travel(timezone.now() + QUIET_FOR + timedelta(days=1)):
        again(case).expire()
    assert again(case).outcome == Outcome.PARTIAL


def test_who_has_answered_or_is_out_is_not_reminded(case_in, bruno):
    case = case_in("inviting")
    party = case.parties.get(person=bruno)  # as whoever reminds has read it
    said_yes(case, bruno)
    party.remind()
    assert "reminded" not in facts_of(case)
    case = mediation_in("inviting")
    party = case.parties.waiting().get()
    party.remind()
    party.remind()
    assert facts_of(case).count("reminded") == 1


def test_one_word_is_a_sign_of_life(case_in, amal):
    case = case_in("mediating")
    ago(case, QUIET_FOR + A_LITTLE)
    case.rooms.get(kind="joint").say(by=amal, client_id=case.pk, text="Ci sono.")
    end_what_waits_for_nobody()
    assert again(case).state == State.MEDIATING


# -- who may be in it, and what they promise --------------------------------------------------------------------------


@pytest.fixture
def child():
    """Somebody under 18, as their household says."""
    child = UserFactory(display_name="Leo")
    HouseholdFactory().members.create(person=child, is_adult=False)
    return child


def test_whoever_is_under_18_is_not_added_and_it_is_said_beside_the_field(case_in, carla, child):
    case, desk = case_in("intake"), Browser()
    desk.force_login(carla)
    step_up_now(desk)

    sent = {"q": "Leo", "add": "1", "person": child.pk, "side": "other"}
    answer = desk.post(f"/en{reverse('community:mediation_add_party', args=[case.pk])}", sent)

    assert answer.status_code == 422
    assert "adults" in answer.context["form"].errors["person"][0]
    assert not case.parties.filter(person=child).exists()


def test_whoever_turns_out_to_be_under_18_cannot_say_yes_and_can_say_no(case_in, bruno, child):
    case = case_in("inviting")
    child.household_memberships.update(person=bruno)
    browser = Browser()
    browser.force_login(bruno)
    step_up_now(browser)
    page = f"/en{reverse('community:mediation_answer', args=[case.pk])}"
    shown = browser.get(page).context["shown"]

    answer = browser.post(page, {"mediators": shown, "pact": "on"})

    assert answer.status_code == 409
    assert "adults" in answer.content.decode()
    assert case.parties.get(person=bruno).answer == Answer.WAITING
    case.parties.get(person=bruno).decline(by=bruno)


def test_everybody_who_says_yes_has_promised_to_keep_it_to_themselves(case_in, amal, bruno):
    case = case_in("inviting")
    assert case.parties.get(person=amal).pact_at is not None
    assert case.parties.get(person=bruno).pact_at is None
    said_yes(case, bruno)
    assert case.parties.get(person=bruno).pact_at is not None
    with pytest.raises(IntegrityError), transaction.atomic():
        case.parties.update(pact_at=None)
