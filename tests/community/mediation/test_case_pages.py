"""The page of a case: what each who is in it sees there, and does."""

import uuid
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from community.mediation.agreements import FollowUp
from community.mediation.history import history_for
from community.mediation.meetings import Meeting
from community.mediation.models import Case, Story
from community.mediation.pages.cases.steps import STEPS
from community.mediation.words import Answer, Outcome, Side, State
from community.mediation.workflow import TRANSITIONS
from community.testing import anew, mediation_coordinator, mediation_in, mediator, said_yes
from portal.testing.clients import Browser
from portal.testing.factories import UserFactory
from portal.ui.words import plain
from tests.portal.proof.browsers import step_up_now

pytestmark = pytest.mark.django_db


def at(case, name="mediation", *more):
    return reverse(f"community:{name}", args=[case.pk, *more])


def english(address):
    return f"/en{address}"


def opened(person, address, **told):
    browser = Browser()
    browser.force_login(person)
    step_up_now(browser)
    return browser.post(address, told) if told else browser.get(address)


def sent(person, address):
    browser = Browser()
    browser.force_login(person)
    step_up_now(browser)
    return browser.post(address)


def state_of(case):
    return Case.objects.get(pk=case.pk).state


def test_the_page_says_in_one_picture_where_it_stands(case_in, amal):
    page = opened(amal, at(case_in("mediating")))
    steps = page.context["now"]()["milestones"]
    assert [step.is_here for step in steps] == [False, False, True, False, False]
    assert page.content.decode().count('aria-current="step"') == 1


def test_who_finds_it_and_who_finds_it_missing(case_in, amal, bruno, marta, carla):
    case = case_in("mediating")
    for person in (amal, bruno, marta):
        assert opened(person, at(case)).status_code == 200
    strangers = [carla, mediator(), mediation_coordinator(), UserFactory(roles=["portal.administrator"])]
    for person in (*strangers, UserFactory(roles=["portal.caseworker"]), UserFactory()):
        assert opened(person, at(case)).status_code == 404


def test_whoever_is_invited_is_led_to_the_invitation_and_who_prepares_it_to_the_preparation(
    case_in, bruno, carla
):
    case = case_in("inviting")
    assert opened(bruno, at(case)).url == at(case, "mediation_answer")
    assert opened(carla, at(case)).url == at(case, "mediation_intake")


def test_the_story_is_for_whoever_told_it_and_the_mediator(case_in, amal, bruno, marta):
    case = case_in("mediating", told="Non dormo da tre mesi.")
    for person in (amal, marta):
        assert "tre mesi" in opened(person, at(case, "mediation_past")).content.decode()
    for name in ("mediation", "mediation_past"):
        assert "tre mesi" not in opened(bruno, at(case, name)).content.decode()


@pytest.mark.parametrize("state", ["requested", "mediating", "agreement", "follow_up"])
def test_the_page_costs_no_more_than_a_page_may(state, case_in, amal, marta, django_assert_max_num_queries):
    case = case_in(state)
    for person in (amal, marta) if state != "requested" else (amal,):
        browser = Browser()
        browser.force_login(person)
        step_up_now(browser)
        browser.get(at(case))
        with django_assert_max_num_queries(15):
            assert browser.get(at(case)).status_code == 200


def test_no_page_is_kept_and_no_title_tells(case_in, amal):
    page = opened(amal, at(case_in("mediating")))
    assert "no-store" in page["Cache-Control"]
    title = page.content.decode().split("<title>")[1].split("</title>")[0]
    assert "Amal" not in title
    assert "mediat" not in title.lower()


def test_the_mediator_begins_the_talks_after_being_asked_whether_they_are_sure(case_in, marta, bruno):
    case = case_in("agreed")
    address = at(case, "mediation_step", "inizia")
    assert opened(bruno, address).status_code == 404
    assert opened(marta, address).status_code == 200
    assert state_of(case) == State.AGREED
    assert sent(marta, address).url == at(case)
    assert state_of(case) == State.MEDIATING
    # Sent once more it says that this is done, and shows the case.
    assert sent(marta, address).url == at(case)


@pytest.mark.parametrize(
    ("state", "slug", "outcome"),
    [
        ("mediating", "senza-accordo", Outcome.NONE),
        ("mediating", "altrove", Outcome.REFERRED),
        ("agreed", "pericolo", Outcome.UNSUITABLE),
    ],
)
def test_the_mediator_closes_it_with_an_outcome(case_in, marta, amal, state, slug, outcome):
    case = case_in(state)
    assert opened(amal, at(case, "mediation_step", slug)).status_code == 404
    sent(marta, at(case, "mediation_step", slug))
    case.refresh_from_db()
    assert (case.state, case.outcome) == (State.CLOSED, outcome)
    page = opened(amal, at(case))
    assert page.status_code == 200
    assert str(Outcome(outcome).label) in page.content.decode()


def test_it_closes_with_a_part_only_where_all_have_accepted_something(case_in, marta, amal):
    case = case_in("agreement")
    address = at(case, "mediation_step", "in-parte")
    assert address not in opened(marta, at(case)).content.decode()
    browser = Browser()
    browser.force_login(marta)
    step_up_now(browser)
    browser.post(english(address))
    assert "Nothing was accepted by all." in browser.get(english(at(case))).content.decode()
    assert state_of(case) == State.AGREEMENT

    case = case_in("follow_up")
    case.reopen(by=amal)
    address = at(case, "mediation_step", "in-parte")
    assert address in opened(marta, at(case)).content.decode()
    sent(marta, address)
    case.refresh_from_db()
    assert (case.state, case.outcome) == (State.CLOSED, Outcome.PARTIAL)
    assert str(Outcome.PARTIAL.label) in opened(amal, at(case)).content.decode()


def test_whoever_stops_after_an_agreement_is_told_that_it_stands(case_in, bruno):
    for state, is_told in (("mediating", False), ("follow_up", True)):
        question = opened(bruno, english(at(case_in(state), "mediation_leave"))).content.decode()
        assert ("What all have accepted stands." in question) is is_told
        assert "unless a life is in danger or a court asks" in question


def test_whoever_wrote_with_a_caseworker_is_not_told_that_nobody_else_knows(case_in, amal):
    for helper, is_alone in ((None, True), (UserFactory(), False)):
        case = case_in("requested")
        Case.objects.filter(pk=case.pk).update(helped_by=helper)
        page = opened(amal, english(at(case))).content.decode()
        assert ("Nobody else knows of it." in page) is is_alone


def test_each_name_on_it_has_its_own_direction(case_in, amal, marta):
    case = case_in("mediating")
    theirs, hers = (opened(person, english(at(case))).content.decode() for person in (amal, marta))
    assert "You talk with \u2068Bruno\u2069. The mediator is \u2068Marta\u2069." in theirs
    assert "\u2068Amal\u2069" in hers


def test_nobody_reads_the_story_once_it_is_closed_or_whoever_told_it_has_stopped(case_in, amal, bruno, marta):
    case = case_in("mediating", told="Non dormo da tre mesi.")
    case.end(by=marta, outcome=Outcome.NONE)
    for person in (amal, marta, bruno):
        assert "tre mesi" not in opened(person, at(case, "mediation_past")).content.decode()
        assert stories_of(person, case) == 0

    case = case_in("mediating", told="Non dormo da tre mesi.")
    husband = UserFactory()
    case.parties.create(
        person=husband,
        side=Side.FIRST,
        language="it",
        answer=Answer.YES,
        answered_at=timezone.now(),
        pact_at=timezone.now(),
    )
    assert "tre mesi" in opened(marta, at(case, "mediation_past")).content.decode()
    assert [stories_of(person, case) for person in (amal, marta, husband)] == [1, 1, 0]
    case.parties.get(person=amal).withdraw(by=amal)
    assert state_of(case) == State.MEDIATING
    assert "tre mesi" not in opened(marta, at(case, "mediation_past")).content.decode()
    assert [stories_of(person, case) for person in (amal, marta, husband)] == [0, 0, 0]


def stories_of(person, case):
    """By the list and by the rule, which say the same."""
    found = Story.objects.visible_to(person).filter(case=case).count()
    fresh = Story.objects.select_related("case").get(case=case)
    assert bool(found) == anew(person).has_perm("community.view_story", fresh)
    return found


def test_no_party_learns_that_a_mediator_was_not_accepted(case_in, amal, bruno, marta, carla):
    refused = mediator()
    case = case_in("intake")
    case.propose_mediator(refused, by=carla).consent(by=amal, yes=False)
    case.add_party(by=carla, person=bruno, side=Side.OTHER, language="it")
    case.propose_mediator(marta, by=carla).consent(by=amal, yes=True)
    case.word_invitation(by=carla, text="Vorrei parlarne.")
    case.agree_to_invitation(by=amal, text="Vorrei parlarne.")
    Case.objects.get(pk=case.pk).invite(by=carla)
    said_yes(case, bruno)
    case = Case.objects.get(pk=case.pk)
    seen = {
        person: history_for(case, person).filter(kind="community.mediation.mediator_refused").count()
        for person in (amal, bruno, marta)
    }
    assert seen == {amal: 0, bruno: 0, marta: 1}


def test_who_stops_finds_it_missing_at_once(case_in, amal, bruno):
    case = case_in("mediating")
    assert opened(bruno, at(case, "mediation_leave")).status_code == 200
    assert sent(bruno, at(case, "mediation_leave")).url == reverse("community:mediation_home")
    for name in ("mediation", "mediation_leave"):
        assert opened(bruno, at(case, name)).status_code == 404
    assert state_of(case) == State.CLOSED  # nobody is left on that side
    assert Case.objects.get(pk=case.pk).outcome == Outcome.WITHDRAWN


def test_a_mediator_gives_it_back_and_reads_nothing_of_it_any_more(case_in, marta, amal):
    case = case_in("mediating")
    assert opened(amal, at(case, "mediation_give_back")).status_code == 404
    assert sent(marta, at(case, "mediation_give_back")).status_code == 302
    assert opened(marta, at(case)).status_code == 404
    assert opened(amal, at(case)).status_code == 200


def test_every_step_is_a_verb_of_the_table():
    assert {step.verb for step in STEPS} <= {verb for _state, verb in TRANSITIONS}
    assert len({step.slug for step in STEPS}) == len(STEPS)


def test_a_step_that_does_not_exist_is_missing(case_in, marta):
    assert opened(marta, at(case_in("mediating"), "mediation_step", "altro")).status_code == 404


def text_of(answer):
    return plain(answer.content.decode())


def test_whoever_stays_reads_that_the_agreement_stands_and_what_they_can_do(case_in, amal, bruno, marta):
    case = case_in("follow_up")
    one = case.follow_ups.get(months=1)
    FollowUp.objects.filter(pk=one.pk).update(due_on=timezone.localdate())
    one.ask()
    one.answer(by=amal, kept={"1": "no"})
    case.parties.get(person=bruno).withdraw(by=bruno)
    page = text_of(opened(amal, english(at(case))))
    assert "Somebody takes part no more" in page
    assert "What all have agreed on stands." in page
    assert "The rooms are closed" in page
    assert "Well done" not in page
    assert reverse("community:mediation_safety") in page.split('id="mediation"')[1]
    assert "Ask for a mediation" not in text_of(opened(marta, english(at(case)))).split('id="mediation"')[1]


def test_what_one_has_answered_is_not_to_be_read_off_the_end(case_in, amal, bruno, marta):
    case = case_in("follow_up")
    one = case.follow_ups.get(months=1)
    FollowUp.objects.filter(pk=one.pk).update(due_on=timezone.localdate())
    one.ask()
    one.answer(by=amal, kept={"1": "no"})
    Case.objects.get(pk=case.pk).finish(by=marta, outcome=Outcome.AGREEMENT)
    for person in (amal, bruno):
        page = text_of(opened(person, english(at(case))))
        assert "You have agreed, and what you agreed on stands." in page
        assert "Somebody takes part no more" not in page
        assert "Well done" not in page


def test_of_a_request_that_came_to_no_talks_no_rooms_are_spoken_of(case_in, amal, bruno, carla):
    case = case_in("inviting")
    case.parties.get(person=bruno).decline(by=bruno)
    assert "The rooms are closed" not in text_of(opened(amal, english(at(case))))


def test_times_to_answer_stand_with_what_waits(case_in, amal, marta):
    case = case_in("mediating")
    meeting = Meeting.propose(
        case.rooms.get(kind="joint"),
        by=marta,
        client_id=uuid.uuid4(),
        times=[timezone.now() + timedelta(days=3)],
        minutes=60,
    )
    waits = text_of(opened(amal, english(at(case)))).split('id="waits"')[1].split("</section>")[0]
    assert "Say which times fit you" in waits
    assert meeting.get_absolute_url() in waits
    assert 'id="waits"' not in text_of(opened(marta, english(at(case))))


def test_those_who_asked_stand_first_on_every_page(case_in, amal, bruno, marta):
    case = case_in("mediating")
    for path in (english(at(case)), f"/en{reverse('community:mediation_day')}"):
        assert "Amal, Bruno" in text_of(opened(marta, path))


@pytest.mark.parametrize(
    ("slug", "button"),
    [("senza-accordo", "Yes, close the mediation"), ("pericolo", "Yes, close the mediation")],
)
def test_the_button_says_what_will_happen(case_in, marta, slug, button):
    page = text_of(opened(marta, english(at(case_in("mediating"), "mediation_step", slug))))
    assert f'type="submit">{button}<' in page


def test_the_buttons_of_who_goes_say_it_too(case_in, amal, marta):
    case = case_in("mediating")
    leaving = text_of(opened(amal, english(at(case, "mediation_leave"))))
    assert 'type="submit">Yes, I stop<' in leaving
    giving = text_of(opened(marta, english(at(case, "mediation_give_back"))))
    assert 'type="submit">Yes, give it back<' in giving


def test_my_mediations_are_told_apart_by_who_is_in_them(case_in, amal, bruno, django_assert_max_num_queries):
    case_in("mediating")
    mediation_in("mediating", first=amal, other=UserFactory(display_name="Dina Neri"))
    mediation_in("inviting", first=amal, other=UserFactory(display_name="Ezio"))
    over = mediation_in("mediating", first=amal, other=UserFactory(display_name="Franca"))
    over.end(by=over.mediators.get().person, outcome=Outcome.NONE)
    address = f"/en{reverse('community:mediation_mine')}"
    page = text_of(opened(amal, address))
    for name in ("With Bruno", "With Dina", "With Franca"):
        assert name in page
    assert "Neri" not in page
    assert "Ezio" not in page, "who has not said yes is named to nobody"
    assert "With Amal" in text_of(opened(bruno, address))
    browser = Browser()
    browser.force_login(amal)
    step_up_now(browser)
    with django_assert_max_num_queries(15):
        browser.get(address)
