"""What the parties answer: to words, to a mediator, to an invitation; and what somebody who is proposed learns."""

import uuid

import pytest
from django.core.cache import cache
from django.urls import reverse
from django.utils import timezone

from community.mediation.models import Case
from community.mediation.pages.answering.waiting import waiting_for
from community.mediation.words import MediatorState, Outcome, Side, State
from community.testing import mediation_coordinator, mediation_in, mediator, said_yes
from portal.notifications.models import Notification
from portal.testing.clients import Browser
from portal.testing.factories import UserFactory
from tests.portal.proof.browsers import step_up_now

pytestmark = pytest.mark.django_db
TOLD, WORDS = "Non si dorme la notte", "Vorrei parlarne con calma."


@pytest.fixture(autouse=True)
def nothing_remembered():
    cache.clear()


def of(person):
    browser = Browser()
    browser.force_login(person)
    step_up_now(browser)
    return browser


def url(name, case, *more):
    return reverse(f"community:{name}", args=[case.pk, *more])


def english(address):
    return f"/en{address}"


def again(case):
    return Case.objects.get(pk=case.pk)


def words(answer):
    return answer.content.decode()


@pytest.fixture
def prepared(case_in, bruno, marta, carla):
    """Whoever asked is asked for a yes to the words, and to the mediator."""
    case = case_in("intake", told=TOLD)
    case.add_party(by=carla, person=bruno, side=Side.OTHER, language="ar")
    case.propose_mediator(marta, by=carla)
    case.word_invitation(by=carla, text=WORDS)
    return again(case)


@pytest.fixture
def inviting(case_in):
    return case_in("inviting", told=TOLD)


def shown(page):
    return page.context["shown"]


# -- the words ------------------------------------------------------------------------------------------------------


def test_whoever_asked_reads_the_very_words_and_agrees(prepared, amal):
    amals = of(amal)
    page = amals.get(url("mediation_words", prepared))
    assert WORDS in words(page)

    answer = amals.post(url("mediation_words", prepared), {"seen": page.context["form"]["seen"].value()})

    assert answer.url == prepared.get_absolute_url()
    assert again(prepared).invitation_agreed_at is not None


def test_nobody_agrees_to_words_they_have_not_read(prepared, amal, carla):
    amals = of(amal)
    seen = amals.get(url("mediation_words", prepared)).context["form"]["seen"].value()
    again(prepared).word_invitation(by=carla, text="Sono altre parole.")

    answer = amals.post(url("mediation_words", prepared), {"seen": seen})

    assert answer.status_code == 409
    assert "Sono altre parole." in words(answer)
    assert again(prepared).invitation_agreed_at is None
    assert amals.post(url("mediation_words", prepared), {}).status_code == 409
    now = {"seen": answer.context["form"]["seen"].value()}
    assert amals.post(url("mediation_words", prepared), now).status_code == 302
    assert amals.post(url("mediation_words", prepared), now).status_code == 302, "sent twice"


def test_a_yes_to_words_that_comes_too_late_is_told_so(inviting, amal):
    amals = of(amal)
    assert amals.get(url("mediation_words", inviting)).url == inviting.get_absolute_url()
    answer = amals.post(english(url("mediation_words", inviting)), {"seen": ""}, follow=True)
    assert "only while the request is being looked at" in words(answer)


def test_to_everybody_else_the_words_are_missing(prepared, bruno, marta, carla):
    admin = UserFactory(roles=["portal.administrator"])
    for person in (bruno, marta, carla, mediator(), admin, UserFactory()):
        assert of(person).get(url("mediation_words", prepared)).status_code == 404
    assert Browser().get(url("mediation_words", prepared)).url.startswith("/account/login/")


# -- a mediator -----------------------------------------------------------------------------------------------------


def test_a_yes_to_the_mediator(prepared, amal, marta):
    row, amals = prepared.mediators.get(), of(amal)
    assert "Marta" in words(amals.get(url("mediation_consent", prepared, row.pk)))
    assert amals.post(url("mediation_consent", prepared, row.pk)).status_code == 422

    amals.post(url("mediation_consent", prepared, row.pk), {"yes": "1"})

    assert row.consents.get().yes
    assert not any("mediatore/" in waiting.url for waiting in waiting_for(again(prepared), amal))


def test_with_a_no_nobody_learns_whose(prepared, amal):
    row, amals = prepared.mediators.get(), of(amal)
    amals.post(url("mediation_consent", prepared, row.pk), {"yes": "0"})
    row.refresh_from_db()
    assert row.state == MediatorState.REFUSED


def test_what_is_answered_already_leads_back_and_says_so(inviting, amal, bruno, marta, carla):
    address = url("mediation_consent", inviting, inviting.mediators.get().pk)
    said_yes(inviting, bruno)
    for person in (amal, bruno):
        browser = of(person)
        for answer in (browser.get(address), browser.post(address, {"yes": "0"})):
            assert answer.url == inviting.get_absolute_url()
        assert "There is nothing to answer now." in words(browser.get(english(address), follow=True))
    assert inviting.mediators.get().state == MediatorState.ASSIGNED
    for person in (marta, carla, mediator(), UserFactory(roles=["portal.administrator"])):
        assert of(person).get(address).status_code == of(person).post(address).status_code == 404


def test_a_mediator_of_another_case_is_missing(prepared, amal):
    other = mediation_in("inviting").mediators.get()
    assert of(amal).get(url("mediation_consent", prepared, other.pk)).status_code == 404


def test_only_those_who_have_said_yes_are_asked_about_a_mediator(inviting, bruno, marta, carla):
    row = inviting.mediators.get()
    for person in (bruno, marta, carla, UserFactory()):
        answer = of(person).post(url("mediation_consent", inviting, row.pk), {"yes": "0"})
        assert answer.status_code == 404
    row.refresh_from_db()
    assert row.state == MediatorState.PROPOSED


# -- the invitation -------------------------------------------------------------------------------------------------


def test_the_other_side_reads_the_invitation_and_nothing_of_the_story(inviting, bruno):
    page = of(bruno).get(url("mediation_answer", inviting))
    text = words(page)
    assert "Vorrei parlarne." in text
    assert "Amal" in text
    assert "Marta" in text
    assert TOLD not in text
    assert f"<title>{inviting} " in text


def test_it_names_whoever_has_said_yes_and_nobody_else(prepared, amal, bruno, carla):
    friend = UserFactory(display_name="Dina")
    prepared.add_party(by=carla, person=friend, side=Side.FIRST, language="it")
    prepared.mediators.get().consent(by=amal, yes=True)
    again(prepared).agree_to_invitation(by=amal, text=WORDS)
    again(prepared).invite(by=carla)

    brunos, dinas = (
        words(of(person).get(english(url("mediation_answer", prepared)))) for person in (bruno, friend)
    )

    assert "\u2068Amal\u2069 would like to talk with you, with the help of a mediator." in brunos
    assert "Dina" not in brunos
    assert "\u2068Amal\u2069 would like to talk with somebody, with the help of a mediator" in dinas
    assert "Dina" not in dinas[dinas.index("<main") : dinas.index("</main>")]
    said_yes(prepared, friend)
    assert "\u2068Dina\u2069" in words(of(bruno).get(url("mediation_answer", prepared)))


def test_yes_with_the_promise(inviting, bruno):
    brunos = of(bruno)
    address = url("mediation_answer", inviting)
    sent = {"mediators": shown(brunos.get(address))}
    without = brunos.post(address, sent)
    assert without.status_code == 422
    assert without.context["form"].errors["pact"]

    answer = brunos.post(address, {**sent, "pact": "on"})

    assert answer.url == inviting.get_absolute_url()
    assert again(inviting).state == State.AGREED
    assert brunos.post(address, {**sent, "pact": "on"}).url == inviting.get_absolute_url(), "sent twice"
    late = brunos.post(english(url("mediation_decline", inviting)), follow=True)
    assert "There is nothing to answer now." in words(late)


def test_a_yes_is_to_those_who_were_shown(inviting, bruno, carla):
    brunos, address = of(bruno), url("mediation_answer", inviting)
    sent = {"mediators": shown(brunos.get(address)), "pact": "on"}
    inviting.mediators.get().release(by=carla)
    again(inviting).propose_mediator(mediator(display_name="Olga"), by=carla)

    answer = brunos.post(address, sent)

    assert answer.status_code == 409
    assert "Olga" in words(answer)
    assert again(inviting).state == State.INVITING
    for nonsense in ("", "x", "1 2"):
        assert brunos.post(address, {"mediators": nonsense, "pact": "on"}).status_code == 409
    assert brunos.post(address, {"mediators": shown(answer), "pact": "on"}).status_code == 302


def test_no_thank_you_and_it_is_over(inviting, amal, bruno):
    brunos = of(bruno)
    assert brunos.get(url("mediation_decline", inviting)).status_code == 200

    answer = brunos.post(url("mediation_decline", inviting), follow=True)

    assert answer.status_code == 200
    assert again(inviting).outcome == Outcome.DECLINED
    for name in ("mediation_answer", "mediation_decline", "mediation"):
        assert brunos.get(url(name, inviting)).status_code == 404
    assert brunos.post(url("mediation_decline", inviting)).status_code == 404
    assert waiting_for(again(inviting), bruno) == waiting_for(again(inviting), amal) == []


def test_who_has_not_been_invited_finds_no_invitation(inviting, amal, marta, carla):
    for person in (amal, marta, carla, UserFactory(), mediator()):
        finds_no_invitation(inviting, person)


def test_who_is_named_and_not_invited_yet_finds_none(prepared, bruno):
    finds_no_invitation(prepared, bruno)


def finds_no_invitation(case, person):
    browser = of(person)
    for name in ("mediation_answer", "mediation_decline"):
        assert browser.get(url(name, case)).status_code == 404
        assert browser.post(url(name, case)).status_code == 404


def test_without_a_fresh_sign_in_nothing_is_read_or_answered(inviting, bruno):
    browser = Browser()
    browser.force_login(bruno)
    session = browser.session
    session.pop("portal_step_up_until", None)
    session.save()
    for name in ("mediation_answer", "mediation_decline"):
        answer = browser.get(url(name, inviting))
        assert answer.url.startswith(reverse("portal:step_up"))
        assert browser.post(url(name, inviting), {"x": "y"}).status_code in (302, 403)
    assert again(inviting).state == State.INVITING


# -- what waits -----------------------------------------------------------------------------------------------------


def test_what_waits_for_each(prepared, amal, bruno, marta, carla, django_assert_max_num_queries):
    case = again(prepared)
    with django_assert_max_num_queries(3):
        waiting = waiting_for(case, amal)
    assert [one.url for one in waiting] == [
        url("mediation_words", prepared),
        url("mediation_consent", prepared, prepared.mediators.get().pk),
    ]
    for person in (bruno, marta, carla):
        assert waiting_for(case, person) == []


def test_the_invitation_waits_for_whoever_is_invited(inviting, amal, bruno):
    assert [one.url for one in waiting_for(inviting, bruno)] == [url("mediation_answer", inviting)]
    assert waiting_for(inviting, amal) == []


def test_a_new_mediator_waits_for_everybody(case_in, amal, bruno, marta, carla):
    case = case_in("mediating")
    case.mediators.get().release(by=marta)
    again(case).propose_mediator(mediator(), by=carla)
    assert len(waiting_for(again(case), amal)) == len(waiting_for(again(case), bruno)) == 1


# -- whoever is proposed ----------------------------------------------------------------------------------------------


def test_somebody_who_is_proposed_reads_who_is_in_it_and_nothing_else(prepared, marta, bruno):
    martas = of(marta)
    text = words(martas.get(url("mediation_offer", prepared)))
    assert "Amal" in text
    assert "Bruno" in text
    assert TOLD not in text
    assert WORDS not in text
    for name in ("mediation", "mediation_intake", "mediation_words", "mediation_answer"):
        assert martas.get(url(name, prepared)).status_code == 404


def test_somebody_who_cannot_says_so(prepared, marta, carla):
    martas = of(marta)
    martas.post(url("mediation_offer", prepared))
    assert prepared.mediators.get().state == MediatorState.RELEASED
    assert martas.get(url("mediation_offer", prepared)).status_code == 404
    assert martas.post(url("mediation_offer", prepared)).status_code == 404


def test_somebody_who_is_proposed_takes_nothing_from_another(prepared, marta, carla):
    second = prepared.propose_mediator(mediator(), by=carla)
    of(marta).post(url("mediation_offer", prepared))
    second.refresh_from_db()
    assert second.state == MediatorState.PROPOSED


def test_to_everybody_else_an_offer_is_missing(prepared, case_in, amal, bruno, carla, marta):
    for person in (amal, bruno, carla, mediator(), UserFactory(roles=["portal.administrator"])):
        assert of(person).get(url("mediation_offer", prepared)).status_code == 404
        assert of(person).post(url("mediation_offer", prepared)).status_code == 404


def test_with_everybodys_yes_it_is_an_offer_no_more_and_leads_to_the_case(
    inviting, amal, bruno, carla, marta
):
    said_yes(inviting, bruno)
    address, martas = url("mediation_offer", inviting), of(marta)
    assert martas.get(address).url == inviting.get_absolute_url()
    assert "give it back" in words(martas.post(english(address), follow=True))
    assert inviting.mediators.get().state == MediatorState.ASSIGNED
    for person in (amal, bruno, carla, mediator(), UserFactory(roles=["portal.administrator"])):
        assert of(person).get(address).status_code == of(person).post(address).status_code == 404


# -- who is told ------------------------------------------------------------------------------------------------------


def told(person):
    return [
        one.event.kind.rpartition(".")[2]
        for one in Notification.objects.filter(
            person=person, channel="inbox", event__kind__startswith="community.mediation."
        )
    ]


def test_those_who_are_asked_are_told_and_no_title_says_of_what(
    committing, case_in, amal, bruno, marta, carla
):
    with committing():
        case = case_in("mediating")
    Notification.objects.all().delete()
    with committing():
        case.mediators.get().release(by=marta)
    assert told(carla) == ["mediator_released"]
    assert told(amal) == told(bruno) == ["mediator_gone"], "who was to talk with her tomorrow knows"

    Notification.objects.all().delete()
    olga = mediator()
    other = mediation_coordinator()
    with committing():
        again(case).propose_mediator(olga, by=carla)

    assert told(olga) == ["mediator_asked"]
    assert told(amal) == told(bruno) == ["mediator_proposed"]
    assert told(other) == []
    with committing():
        case.mediators.get(person=olga).release(by=olga)
    assert told(other) == ["mediator_released"]


def test_a_mediator_who_takes_the_talks_over_is_told_and_of_what_is_said_from_then_on(
    committing, case_in, amal, bruno, marta, carla
):
    with committing():
        case, olga = case_in("mediating"), mediator()
    joint = case.rooms.get(kind="joint")

    def say(text):
        with committing():
            joint.say(by=amal, client_id=uuid.uuid4(), text=text)

    for text in ("Uno.", "Due.", "Tre."):
        say(text)
    with committing():
        case.mediators.get().release(by=marta)
        row = case.propose_mediator(olga, by=carla)
        row.consent(by=amal, yes=True)
    Notification.objects.all().delete()
    with committing():
        row.consent(by=bruno, yes=True)

    assert told(olga) == told(amal) == told(bruno) == ["mediator_assigned"]
    say("Quattro.")
    say("Cinque.")
    assert told(olga) == ["said", "mediator_assigned"], "one word of news until she has read it"


def test_a_party_who_stops_while_others_of_their_side_stay_is_told_to_the_mediators(
    committing, case_in, amal, bruno, marta
):
    with committing():
        case, dina, now = case_in("mediating"), UserFactory(), timezone.now()
        case.parties.create(
            person=dina, side="first", language="it", answer="yes", answered_at=now, pact_at=now
        )
    Notification.objects.all().delete()
    with committing():
        case.parties.get(person=dina).withdraw(by=dina)
    assert told(marta) == ["left"]
    assert told(amal) == told(bruno) == told(dina) == []
    Notification.objects.all().delete()
    with committing():
        case.parties.get(person=amal).withdraw(by=amal)
    assert told(marta) == told(bruno) == ["closed"]


def test_the_end_of_what_is_prepared_is_told_to_those_who_prepare_it(
    committing, case_in, amal, bruno, marta, carla
):
    named = mediation_coordinator()
    with committing():
        case = case_in("inviting")
        theirs = mediation_in("inviting", first=named)
    Notification.objects.all().delete()

    with committing():
        case.parties.get(person=bruno).decline(by=bruno)

    assert told(amal) == ["closed"]
    assert told(carla) == told(marta) == told(named) == ["preparing_ended"]
    assert told(bruno) == told(mediator()) == []
    for person in (carla, marta):
        notice = Notification.objects.get(
            person=person, channel="inbox", event__kind="community.mediation.preparing_ended"
        )
        assert notice.title == "C'è una novità per te"
        assert of(person).get(notice.url).status_code == 200
    Notification.objects.all().delete()
    with committing():
        theirs.parties.get(person=named).withdraw(by=named)
    assert "preparing_ended" not in told(named)
    assert told(carla) == ["preparing_ended"]


def test_not_like_this_says_what_should_be_different_and_the_words_are_written_anew(prepared, amal, carla):
    amals, address = of(amal), url("mediation_words", prepared)
    seen = amals.get(address).context["form"]["seen"].value()
    assert amals.post(address, {"object": "1", "seen": seen, "objection": " "}).status_code == 422

    sent = amals.post(address, {"object": "1", "seen": seen, "objection": "Senza il mio nome."})

    assert sent.url == prepared.get_absolute_url()
    assert again(prepared).objection == "Senza il mio nome."
    assert [one.url for one in waiting_for(again(prepared), amal) if one.url == address] == []
    page = of(carla).get(url("mediation_intake", prepared))
    assert "Senza il mio nome." in words(page)
    assert page.context["need"] == "words"

    again(prepared).word_invitation(by=carla, text="Buongiorno.")
    assert again(prepared).objection is None
    late = amals.post(address, {"object": "1", "seen": seen, "objection": "Ancora"})
    assert late.status_code == 409
    assert "Ancora" in words(late)
    assert "Buongiorno." in words(late)
