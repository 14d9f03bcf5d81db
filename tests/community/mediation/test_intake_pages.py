"""Whoever coordinates the mediators looks at a request and prepares it; to everybody else these pages are missing."""

import pytest
from django.core.cache import cache
from django.urls import reverse
from django.utils import timezone

from community.mediation.models import Case
from community.mediation.pages.finding import FOUND_AT_ONCE
from community.mediation.pages.intake.menus import waiting_count
from community.mediation.pages.marks import mark_of
from community.mediation.words import Answer, MediatorState, Outcome, Side, State
from community.testing import mediation_coordinator, mediation_in, mediator, said_yes
from portal.testing.clients import Browser
from portal.testing.factories import BuildingFactory, OrganizationFactory, UserFactory, tenant_of
from tests.portal.proof.browsers import step_up_now

pytestmark = pytest.mark.django_db
TOLD = "Non si dorme la notte"


@pytest.fixture(autouse=True)
def nothing_remembered():
    cache.clear()


def of(person):
    browser = Browser()
    browser.force_login(person)
    step_up_now(browser)
    return browser


def url(name, case=None, *more):
    return reverse(f"community:{name}", args=[case.pk, *more] if case else [])


def english(address):
    return f"/en{address}"


def again(case):
    return Case.objects.get(pk=case.pk)


def words(answer):
    return answer.content.decode()


@pytest.fixture
def desk(carla):
    return of(carla)


@pytest.fixture
def prepared(case_in, amal, bruno, marta, carla):
    """All is there but for the words and Amal's yes."""
    case = case_in("intake", told=TOLD)
    case.add_party(by=carla, person=bruno, side=Side.OTHER, language="ar")
    case.propose_mediator(marta, by=carla)
    return again(case)


# -- the list ---------------------------------------------------------------------------------------------------------


def test_requests_stand_by_what_they_need_and_tell_nothing_of_the_story(case_in, amal, bruno, desk):
    new, looked, out = case_in("requested", told=TOLD), case_in("intake", told=TOLD), case_in("inviting")

    page = desk.get(url("mediation_requests"))

    found = {need.value: [case.pk for case in cases] for need, cases in page.context["groups"]}
    assert found == {"look": [new.pk], "other_side": [looked.pk], "answer": [out.pk]}
    assert str(new) in words(page)
    assert "Amal" in words(page)
    assert TOLD not in words(page)
    assert "La vicina" not in words(page)


def test_what_a_coordinator_is_part_of_is_in_no_list_and_no_count(carla, desk):
    case = mediation_in("requested", first=carla)

    page = desk.get(url("mediation_requests"))

    assert page.context["groups"] == []
    assert waiting_count(carla) is None
    assert desk.get(url("mediation_intake", case)).status_code == 404


def test_the_menu_counts_what_waits_for_whoever_coordinates(case_in, carla, prepared):
    case_in("requested")
    mediation_in("inviting", coordinator=carla)
    assert waiting_count(carla) == 2, (
        "one to look at, one to put into words; the one that is out waits for others"
    )


def test_nobody_else_finds_the_pages(case_in, amal, bruno, marta, prepared):
    others = [
        amal,
        bruno,
        marta,
        mediator(),
        UserFactory(roles=["portal.administrator", "portal.caseworker"]),
    ]
    row, party = prepared.mediators.get(), prepared.parties.get(person=bruno)
    addresses = [
        url("mediation_requests"),
        *(
            url(name, prepared)
            for name in ("mediation_intake", "mediation_add_party", "mediation_wording", "mediation_propose")
        ),
        url("mediation_intake_step", prepared, "take_up"),
        url("mediation_remove_party", prepared, party.pk),
        url("mediation_release", prepared, row.pk),
    ]
    for person in others:
        browser = of(person)
        for address in addresses:
            for answer in (browser.get(address), browser.post(address)):
                assert answer.status_code in (404, 405), (person, address)
                assert "M-" not in words(answer)
        assert browser.post(url("mediation_notes", prepared)).status_code == 404


def test_how_much_each_mediates(marta, desk):
    for state in ("mediating", "inviting"):
        mediation_in(state, by=marta)

    (person,) = desk.get(url("mediation_requests")).context["mediators"]

    assert (person, person.open_cases, person.offers) == (marta, 1, 1)


# -- the page of a request --------------------------------------------------------------------------------------------


def test_she_reads_what_was_told_and_takes_it_up(case_in, desk):
    case = case_in("requested", told=TOLD)
    page = desk.get(url("mediation_intake", case))
    assert TOLD in words(page)
    assert "La vicina" in words(page)
    assert f"<title>{case} " in words(page)
    assert "no-store" in page.headers["Cache-Control"]

    answer = desk.post(url("mediation_intake_step", case, "take_up"))

    assert answer.url == url("mediation_intake", case)
    assert again(case).state == State.INTAKE


def test_whoever_holds_the_phone_proves_first_who_they_are(prepared, carla):
    browser = Browser()
    browser.force_login(carla)
    session = browser.session
    session.pop("portal_step_up_until", None)
    session.save()
    for address in (
        url("mediation_requests"),
        url("mediation_intake_step", prepared, "refer"),
        *(
            url(name, prepared)
            for name in ("mediation_intake", "mediation_add_party", "mediation_wording", "mediation_propose")
        ),
    ):
        answer = browser.get(address)
        assert answer.status_code == 302
        assert answer.url.startswith(reverse("portal:step_up"))
    browser.post(url("mediation_intake_step", prepared, "refer"))
    assert again(prepared).state == State.INTAKE


def test_notes_are_kept_and_never_cover_those_of_another(prepared, desk, carla):
    seen = mark_of("")
    desk.post(url("mediation_notes", prepared), {"text": "Ho chiamato.", "seen": seen})
    assert again(prepared).intake == "Ho chiamato."
    sent_twice = desk.post(url("mediation_notes", prepared), {"text": "Ho chiamato.", "seen": seen})
    assert sent_twice.status_code == 302

    late = desk.post(url("mediation_notes", prepared), {"text": "Non risponde.", "seen": seen})

    assert late.status_code == 409
    assert "Ho chiamato." in words(late)
    assert "Non risponde." in words(late)
    assert again(prepared).intake == "Ho chiamato."
    read = late.context["form"]["seen"].value()
    both = {"text": "Ho chiamato. Non risponde.", "seen": read}
    assert desk.post(url("mediation_notes", prepared), both).status_code == 302
    assert again(prepared).intake == "Ho chiamato. Non risponde."


def test_notes_that_are_too_long_come_back_whole(prepared, desk):
    answer = desk.post(url("mediation_notes", prepared), {"text": "x" * 4001, "seen": mark_of("")})
    assert answer.status_code == 422
    assert "x" * 4001 in words(answer)


@pytest.mark.parametrize(("verb", "outcome"), [("refuse", Outcome.UNSUITABLE), ("refer", Outcome.REFERRED)])
def test_it_is_ended_after_a_question(case_in, desk, verb, outcome):
    case = case_in("intake")
    assert desk.get(url("mediation_intake_step", case, verb)).status_code == 200
    assert again(case).state == State.INTAKE

    assert desk.post(url("mediation_intake_step", case, verb)).url == url("mediation_requests")

    assert again(case).outcome == outcome


def test_an_invented_verb_is_missing(case_in, desk):
    assert desk.post(url("mediation_intake_step", case_in("intake"), "finish")).status_code == 404


# -- who is in it -----------------------------------------------------------------------------------------------------


def test_somebody_is_looked_for_by_name_and_added(case_in, bruno, desk):
    case = case_in("intake")
    namesake = UserFactory(display_name="Brunori")
    gone = UserFactory(display_name="Bruna", is_active=False)
    address = url("mediation_add_party", case)

    found = desk.post(address, {"q": "bruno", "find": "1"})
    assert set(found.context["form"].found) == {bruno.pk, namesake.pk}
    assert gone.display_name not in words(found)

    desk.post(address, {"q": "bruno", "add": "1", "person": bruno.pk, "side": "other", "language": "ar"})

    party = case.parties.get(person=bruno)
    assert (party.side, party.language, party.answer) == (Side.OTHER, "ar", Answer.WAITING)
    assert party.invited_at is None


def test_without_a_language_it_is_their_own(case_in, desk):
    case, samira = case_in("intake"), UserFactory(display_name="Samira", language="ar")
    desk.post(
        url("mediation_add_party", case), {"q": "Sam", "add": "1", "person": samira.pk, "side": "other"}
    )
    assert case.parties.get(person=samira).language == "ar"


def test_what_tells_namesakes_apart_is_where_they_belong_and_no_address(carla, desk):
    building = BuildingFactory(address="via Segreta 9")
    amal, near = tenant_of(building), tenant_of(building)
    near.display_name = "Marco Rossi"
    near.save()
    UserFactory(display_name="Marco Rossi")
    case = mediation_in("intake", first=amal, coordinator=carla)

    page = desk.post(url("mediation_add_party", case), {"q": "Marco Rossi", "find": "1"})

    labels = [label for _pk, label in page.context["form"].fields["person"].choices]
    assert len([label for label in labels if str(amal) in label]) == 1
    assert "via Segreta" not in words(page)


@pytest.mark.parametrize("side", ["first", "other"])
def test_twice_or_on_both_sides_is_said_beside_the_field(prepared, bruno, amal, desk, side):
    for person in (bruno, amal):
        sent = {"q": person.display_name, "add": "1", "person": person.pk, "side": side}
        answer = desk.post(url("mediation_add_party", prepared), sent)
        assert answer.status_code == 422
        assert answer.context["form"].errors["person"]
    assert prepared.parties.count() == 2


def test_somebody_tied_to_the_mediator_is_refused_and_the_tie_is_named(prepared, marta, desk):
    friend = UserFactory(display_name="Friedrich")
    organization = OrganizationFactory()
    for person in (marta, friend):
        organization.add(person, by=None)

    sent = {"q": "Friedrich", "add": "1", "person": friend.pk, "side": "other"}
    answer = desk.post(url("mediation_add_party", prepared), sent)

    assert answer.status_code == 422
    assert len(answer.context["form"].errors["person"]) == 2


def test_whoever_coordinates_does_not_add_herself(prepared, carla, desk):
    sent = {"q": "Carla", "add": "1", "person": carla.pk, "side": "other"}
    assert desk.post(url("mediation_add_party", prepared), sent).status_code == 409
    assert Case.objects.prepared_by(carla).filter(pk=prepared.pk).exists()


@pytest.mark.parametrize(
    "sent",
    [{}, {"q": "x", "find": "1"}, {"q": "Bruno", "add": "1"}, {"q": "Bruno", "add": "1", "person": "9²"}],
)
def test_nonsense_comes_back_with_what_is_wrong(case_in, bruno, desk, sent):
    assert desk.post(url("mediation_add_party", case_in("intake")), sent).status_code == 422


def test_somebody_named_by_mistake_is_taken_away(prepared, bruno, desk):
    party = prepared.parties.get(person=bruno)
    assert desk.get(url("mediation_remove_party", prepared, party.pk)).status_code == 200
    desk.post(url("mediation_remove_party", prepared, party.pk))
    assert not prepared.parties.filter(person=bruno).exists()
    assert desk.post(url("mediation_remove_party", prepared, party.pk)).status_code == 404


def test_whoever_asked_is_not_taken_away(prepared, amal, desk):
    party = prepared.parties.get(person=amal)
    assert desk.post(url("mediation_remove_party", prepared, party.pk)).status_code == 404


def test_two_languages_need_an_interpreter_and_never_a_relative(prepared, desk):
    assert len(desk.get(url("mediation_intake", prepared)).context["languages"]) == 2


# -- the mediator -----------------------------------------------------------------------------------------------------


def test_all_mediators_are_shown_and_those_with_a_tie_cannot_be_chosen(case_in, carla, desk, marta):
    building = BuildingFactory()
    amal, neighbour = tenant_of(building), tenant_of(building)
    neighbour.give_role("community.mediator", by=None)
    case = mediation_in("intake", first=amal, coordinator=carla)
    address = url("mediation_propose", case)

    page = desk.get(address)

    ties = {person: person.ties for person in page.context["mediators"]}
    assert [str(tie.tie) for tie in ties[neighbour]] == ["building"]
    assert ties[marta] == []
    assert f'name="person" value="{marta.pk}"' in words(page)
    assert f'name="person" value="{neighbour.pk}"' not in words(page)
    refused = desk.post(address, {"person": neighbour.pk})
    assert refused.status_code == 422
    assert str(amal) in words(refused)

    assert desk.post(address, {"person": marta.pk}).url == url("mediation_intake", case)
    assert case.mediators.get().person == marta
    assert desk.post(address, {"person": marta.pk}).url == url("mediation_intake", case), "pressed twice"
    row = case.mediators.get()
    row.release(by=marta)
    assert desk.post(address, {"person": marta.pk}).status_code == 422, "once is enough"


def test_whoever_helped_to_ask_does_not_mediate(amal, carla, desk):
    helper = mediator()
    case = mediation_in("intake", first=amal, coordinator=carla)
    Case.objects.filter(pk=case.pk).update(helped_by=helper)

    answer = desk.post(url("mediation_propose", case), {"person": helper.pk})

    assert answer.status_code == 422
    assert [tie.tie for tie in answer.context["ties"]] == ["helped"]


def test_whoever_prepares_it_is_proposed_by_another(prepared, carla, desk):
    carla.give_role("community.mediator", by=None)
    answer = desk.post(url("mediation_propose", prepared), {"person": carla.pk})
    assert answer.status_code == 422


@pytest.mark.parametrize("person", ["", "x", "9" * 30, "-1"])
def test_nobody_is_proposed_by_nonsense(prepared, desk, person):
    assert desk.post(url("mediation_propose", prepared), {"person": person}).status_code == 422


def test_a_proposal_is_taken_back(prepared, desk):
    row = prepared.mediators.get()
    assert desk.get(url("mediation_release", prepared, row.pk)).status_code == 200
    desk.post(url("mediation_release", prepared, row.pk))
    row.refresh_from_db()
    assert row.state == MediatorState.RELEASED


# -- the words --------------------------------------------------------------------------------------------------------


def test_words_to_begin_with_stand_there_in_their_languages(prepared, desk):
    begun = desk.get(url("mediation_wording", prepared)).context["form"]["text"].value()
    assert len(begun.split("\n\n")) == 2


def test_the_words_are_written_and_whoever_asked_is_told(prepared, desk, carla):
    address = url("mediation_wording", prepared)
    assert desk.post(address, {"text": "", "seen": mark_of("")}).status_code == 422
    assert desk.post(address, {"text": "Parliamone.", "seen": mark_of("")}).status_code == 302
    assert again(prepared).invitation == "Parliamone."

    late = desk.post(address, {"text": "Altro.", "seen": mark_of("")})

    assert late.status_code == 409
    assert "Parliamone." in words(late)
    assert "Altro." in words(late)
    assert again(prepared).invitation == "Parliamone."


def test_once_it_is_out_the_words_and_the_people_stay(case_in, desk):
    case = case_in("inviting")
    for name in ("mediation_wording", "mediation_add_party"):
        assert desk.get(url(name, case)).status_code == 404
    assert desk.get(url("mediation_intake", case)).status_code == 200


def test_what_comes_too_late_is_refused_and_comes_back_with_its_words(case_in, amal, bruno, carla, desk):
    case = case_in("inviting")
    third = UserFactory(display_name="Tiziana")

    words_sent = {"text": "Altre parole.", "seen": mark_of("Vorrei parlarne.")}
    late = desk.post(english(url("mediation_wording", case)), words_sent)
    named = {"q": "Tizi", "add": "1", "person": third.pk, "side": "other"}
    added = desk.post(english(url("mediation_add_party", case)), named)
    row = case.parties.get(person=bruno)
    taken = desk.post(english(url("mediation_remove_party", case, row.pk)), follow=True)

    assert late.status_code == added.status_code == 409
    assert "Altre parole." in words(late)
    assert 'value="Tizi"' in words(added)
    for answer in (late, added, taken):
        assert "only while the request is being looked at" in words(answer)
    assert (case.parties.count(), again(case).invitation) == (2, "Vorrei parlarne.")
    said_yes(case, bruno)
    assert desk.post(url("mediation_wording", case), {"text": "Altro.", "seen": ""}).status_code == 404


def test_with_many_namesakes_it_says_to_write_more(case_in, desk):
    case = case_in("intake")
    UserFactory.create_batch(FOUND_AT_ONCE, display_name="Gianni Rossi")
    sent, more = {"q": "Gianni", "find": "1"}, "More people have this name"
    address = english(url("mediation_add_party", case))
    assert more not in words(desk.post(address, sent))
    UserFactory(display_name="Gianni Verdi")
    answer = desk.post(address, sent)
    assert more in words(answer)
    assert len(answer.context["form"].found) == FOUND_AT_ONCE


def test_it_says_on_which_day_it_was_asked(case_in, desk):
    assert "asked on " in words(desk.get(english(url("mediation_intake", case_in("intake")))))


def test_it_is_sent_once_all_is_there(prepared, amal, desk):
    page = desk.get(url("mediation_intake", prepared))
    assert [need.value for need in page.context["needs"]] == ["words", "accept"]
    desk.post(url("mediation_intake_step", prepared, "invite"))
    assert again(prepared).state == State.INTAKE
    desk.post(url("mediation_wording", prepared), {"text": "Parliamone.", "seen": mark_of("")})
    again(prepared).agree_to_invitation(by=amal, text="Parliamone.")
    prepared.mediators.get().consent(by=amal, yes=True)
    assert desk.get(url("mediation_intake", prepared)).context["need"] == "invite"

    desk.post(url("mediation_intake_step", prepared, "invite"))

    assert again(prepared).state == State.INVITING


# -- a mediator who has gone ------------------------------------------------------------------------------------------


def test_talks_without_a_mediator_are_found_and_nothing_of_them_is_told(case_in, amal, bruno, marta, carla):
    case = case_in("mediating", told=TOLD)
    desk = of(carla)
    assert not desk.get(url("mediation_requests")).context["without_mediator"]
    assert desk.get(url("mediation_propose", case)).status_code == 404
    case.mediators.get().release(by=marta)

    page = desk.get(url("mediation_requests"))

    assert list(page.context["without_mediator"]) == [case]
    assert str(case) in words(page)
    assert "Amal" not in words(page)
    cache.clear()
    assert waiting_count(carla) == 1
    assert desk.get(url("mediation_intake", case)).url == url("mediation_propose", case)
    found = desk.get(url("mediation_propose", case))
    assert "Amal" in words(found)
    assert TOLD not in words(found)
    assert desk.get(case.get_absolute_url()).status_code == 404
    assert desk.post(url("mediation_notes", case), {"text": "x"}).status_code == 404

    other = mediator(display_name="Olga")
    assert desk.post(url("mediation_propose", case), {"person": other.pk}).status_code == 302
    cache.clear()
    assert waiting_count(carla) is None, "it is with those who are asked"
    row = case.mediators.get(person=other)
    for person in (amal, bruno):
        row.consent(by=person, yes=True)
    assert desk.get(url("mediation_propose", case)).status_code == 404


def test_rule_and_questions_agree(case_in, amal, bruno, marta, carla):
    states = ("requested", "intake", "inviting", "mediating", "follow_up")
    cases = [case_in("inviting"), *(mediation_in(state, coordinator=carla) for state in states)]
    cases[4].mediators.get().release(by=cases[4].mediators.get().person)
    olga = mediation_coordinator()
    for person in (amal, bruno, marta, carla, olga, UserFactory()):
        for case in cases:
            found = Case.objects.prepared_by(person) | Case.objects.needing_mediator_from(person)
            assert (
                person.has_perm("community.find_mediator_for_case", again(case))
                == found.filter(pk=case.pk).exists()
            )
            assert person.has_perm("community.view_offer_of_case", again(case)) == (
                Case.objects.offered_to(person).filter(pk=case.pk).exists()
            )


def test_a_page_costs_the_same_however_many_there_are(case_in, desk, prepared, django_assert_max_num_queries):
    for _ in range(3):
        case_in("requested")
        mediator()
    for address in (
        url("mediation_requests"),
        url("mediation_intake", prepared),
        url("mediation_propose", prepared),
    ):
        desk.get(address)
        with django_assert_max_num_queries(15):
            assert desk.get(address).status_code == 200


def test_once_whoever_told_it_has_stopped_nobody_reads_it(case_in, amal, desk):
    case = case_in("inviting", told="Non dormo da tre mesi.")
    case.parties.create(
        person=UserFactory(),
        side="first",
        language="it",
        answer="yes",
        answered_at=timezone.now(),
        pact_at=timezone.now(),
    )
    assert "tre mesi" in desk.get(url("mediation_intake", case)).content.decode()
    case.parties.get(person=amal).withdraw(by=amal)
    page = desk.get(url("mediation_intake", case))
    assert page.status_code == 200
    assert "tre mesi" not in page.content.decode()


def test_all_yes_and_it_is_no_longer_hers(case_in, bruno, desk):
    case = case_in("inviting")
    said_yes(case, bruno)
    for name in ("mediation_intake", "mediation_propose"):
        assert desk.get(url(name, case)).status_code == 404


# -- how whoever asked is called, and what the mediator and they had with each other ----------------------------------


@pytest.mark.parametrize("step", [None, "refuse", "refer"])
def test_it_says_how_whoever_asked_is_called(case_in, amal, desk, step):
    amal.contact_phone, amal.email = "+390200000155", "amal@abitare.example"
    amal.save()
    case = case_in("requested")
    address = url("mediation_intake_step", case, step) if step else url("mediation_intake", case)

    page = words(desk.get(english(address)))

    assert 'href="tel:+390200000155"' in page
    assert "speaks Italian" in page
    amal.contact_phone = ""
    amal.save()
    page = words(desk.get(english(address)))
    assert "The portal knows no phone of theirs" in page
    assert "amal@abitare.example" in page


def test_who_has_mediated_between_the_same_people_is_said_to_all_whom_it_concerns(
    case_in, amal, bruno, marta, carla, desk
):
    case_in("mediating")
    case = case_in("intake")
    case.add_party(by=carla, person=bruno, side=Side.OTHER, language="it")
    page = words(desk.get(english(url("mediation_propose", case))))
    assert page.count("Has mediated between the same people before.") == 1
    assert "another request that is open" not in page, "who is in talks is nobody's business"

    row = again(case).propose_mediator(marta, by=carla)
    asked = words(of(amal).get(english(url("mediation_consent", case, row.pk))))
    assert "They have mediated between you before." in asked


def test_to_whoever_was_not_in_the_earlier_mediation_nothing_is_said_of_it(case_in, amal, marta, carla):
    before = mediation_in("mediating", by=marta)
    case = case_in("inviting")

    asked = words(of(amal).get(english(url("mediation_consent", case, case.mediators.get().pk))))

    assert "before, and found nothing" in asked
    assert "mediated between you" not in asked
    assert str(before) not in asked


def test_the_same_people_in_another_open_request_are_pointed_out(case_in, bruno, carla, desk):
    first, second = case_in("inviting"), case_in("intake")
    second.add_party(by=carla, person=bruno, side=Side.OTHER, language="it")

    page = words(desk.get(english(url("mediation_propose", second))))

    assert f"another request that is open: {first}" in page


# -- languages --------------------------------------------------------------------------------------------------------


def test_what_they_speak_is_noted_said_by_themselves_and_seen_where_a_meeting_is_proposed(
    case_in, amal, bruno, marta, desk
):
    case = case_in("inviting")
    first, other = case.parties.get(person=amal), case.parties.get(person=bruno)
    address = url("mediation_party_language", case, first.pk)
    assert desk.get(address).status_code == 200
    assert desk.post(address, {"language": "xx"}).status_code == 422
    desk.post(address, {"language": "ar", "needs_interpreter": "on"})
    assert "Arabic · needs an interpreter" in words(desk.get(english(url("mediation_intake", case))))

    brunos, answer = of(bruno), url("mediation_answer", case)
    shown = brunos.get(answer).context["shown"]
    brunos.post(answer, {"mediators": shown, "pact": "on", "language": "fr"})

    other.refresh_from_db()
    assert (other.answer, other.language, other.needs_interpreter) == (Answer.YES, "fr", False)
    room = case.rooms.get(kind="joint")
    page = words(of(marta).get(english(reverse("community:meeting_new", args=[room.pk]))))
    assert "Arabic · needs an interpreter" in page
    assert "French" in page
