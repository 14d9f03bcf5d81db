"""What all pages of mediation share, whatever happens in them."""

import re
import uuid
from datetime import timedelta

import pytest
from django.contrib.messages import get_messages
from django.core.exceptions import ObjectDoesNotExist, PermissionDenied
from django.http import Http404
from django.urls import reverse
from django.utils import timezone

from community.mediation.diary import Diary
from community.mediation.glass import BrokenGlass
from community.mediation.meetings import Meeting
from community.mediation.models import Case, Party
from community.mediation.pages.opening import shut
from community.mediation.pages.shared import confidential
from community.mediation.workflow import Overtaken
from community.testing import mediation_in, mediator
from portal.notifications.preferences import subjects
from portal.sealing import KeyMissing
from portal.testing.clients import Browser
from portal.testing.factories import UserFactory
from tests.portal.proof.browsers import step_up_now

pytestmark = pytest.mark.django_db


def of(person) -> Browser:
    browser = Browser()
    browser.force_login(person)
    step_up_now(browser)
    return browser


def english(name, *arguments) -> str:
    return f"/en{reverse(f'community:{name}', args=arguments)}"


def text_of(answer) -> str:
    return answer.content.decode()


# -- who has lost the right meanwhile -----------------------------------------------------------------------------


@pytest.mark.parametrize("raced", [PermissionDenied, ObjectDoesNotExist, Party.DoesNotExist])
def test_what_has_gone_since_it_was_asked_for_is_missing(rf, amal, raced):
    @confidential
    def view(request):
        raise raced("English words of a model")

    request = rf.post("/")
    request.user = amal
    with pytest.raises(Http404):
        view(request)


def test_a_party_taken_away_by_another_coordinator_is_missing(case_in, bruno, carla, monkeypatch):
    case = case_in("intake")
    party = case.add_party(by=carla, person=bruno, side="other", language="it")
    browser, path = of(carla), english("mediation_remove_party", case.pk, party.pk)
    take_away = Case.remove_party

    def both(self, row, *, by):
        for _twice in range(2):
            take_away(self, row, by=by)

    monkeypatch.setattr(Case, "remove_party", both)

    answer = browser.post(path)

    assert answer.status_code == 404
    assert "matching query" not in text_of(browser.get(english("mediation_intake", case.pk)))


def test_a_diary_torn_up_twice_is_gone_and_what_is_written_meanwhile_stays_in_the_form(amal):
    diary, same = Diary.of(amal), Diary.of(amal)
    assert diary.tear_up() == 0
    assert same.tear_up() == 0
    then = timezone.now() - timedelta(hours=1)
    with pytest.raises(Overtaken):
        same.write(client_id=uuid.uuid4(), happened_at=then, kind="noise", note="")


def test_a_page_of_a_diary_that_goes_meanwhile_comes_back_with_its_words(amal, monkeypatch):
    gone = Diary.of(amal)
    gone.tear_up()
    monkeypatch.setattr(Diary, "of", lambda person: gone)
    then = timezone.localtime() - timedelta(hours=1)
    told = {
        "client_id": uuid.uuid4(),
        "happened_at_0": f"{then:%Y-%m-%d}",
        "happened_at_1": f"{then:%H:%M}",
        "kind": "noise",
        "note": "Di nuovo alle tre.",
    }

    answer = of(amal).post(english("diary"), told)

    assert answer.status_code == 409
    assert "Di nuovo alle tre." in text_of(answer)
    assert "Your diary was deleted meanwhile." in text_of(answer)


# -- what stays on the phone --------------------------------------------------------------------------------------


def test_what_waits_in_a_cookie_names_nobody(case_in, carla):
    case, named, who = case_in("intake"), UserFactory(display_name="Zoe Quarto"), mediator()
    who.display_name = "Mila Quinto"
    who.save()
    browser = of(carla)

    told = {"q": "Zoe", "add": "1", "person": named.pk, "side": "other", "language": "it"}
    for page, sent in (("mediation_add_party", told), ("mediation_propose", {"person": who.pk})):
        answer = browser.post(english(page, case.pk), sent)
        assert answer.status_code == 302
        *_before, said = (str(message) for message in get_messages(answer.wsgi_request))
        assert said.startswith(("Added.", "Proposed."))
        assert not re.search("Zoe|Mila", said)
    shown = text_of(browser.get(english("mediation_intake", case.pk)))
    assert "Zoe Quarto" in shown
    assert "Mila Quinto" in shown


def test_the_window_of_a_question_says_nothing_of_it(case_in, amal, marta, carla):
    case, prepared = case_in("mediating"), mediation_in("requested", coordinator=carla)
    then = timezone.now() - timedelta(hours=1)
    entry = Diary.of(amal).write(client_id=uuid.uuid4(), happened_at=then, kind="noise", note="")
    for person, *page in (
        (amal, "mediation_leave", case.pk),
        (marta, "mediation_give_back", case.pk),
        (marta, "mediation_step", case.pk, "pericolo"),
        (carla, "mediation_intake_step", prepared.pk, "refuse"),
        (amal, "diary_share", entry.pk, case.pk),
        (amal, "diary_tear_out", entry.pk),
        (amal, "diary_tear_up"),
    ):
        answer = of(person).get(english(*page))
        assert re.search(r"<title>\s*Mediation ·", text_of(answer)), page
        assert "breadcrumbs" in text_of(answer), page


def test_the_way_out_in_a_hurry_stands_where_it_covers_nothing(case_in, amal, bruno, marta, carla):
    """In a room it would lie over what one writes with."""
    case = case_in("mediating")
    inviting = mediation_in("inviting", other=bruno)
    then = timezone.now() - timedelta(hours=1)
    entry = Diary.of(amal).write(client_id=uuid.uuid4(), happened_at=then, kind="noise", note="")
    word = case.rooms.get(party__person=amal).say(by=amal, client_id=uuid.uuid4(), text="Ciao")
    joint, then = case.rooms.get(kind="joint"), timezone.now() + timedelta(days=2)
    meeting = Meeting.propose(joint, by=marta, client_id=uuid.uuid4(), times=[then], minutes=60)
    glass = BrokenGlass.ask(case, by=carla, reason="life", words="Pericolo.")
    for person, stands, *page in (
        (amal, True, "mediation", case.pk),
        (amal, True, "mediation_past", case.pk),
        (amal, True, "mediation_leave", case.pk),
        (amal, True, "mediation_agreement", case.pk),
        (amal, True, "meeting", meeting.pk),
        (amal, True, "mediation_carry", word.pk),
        (amal, True, "mediation_glass_told", glass.pk),
        (amal, True, "diary_share", entry.pk, case.pk),
        (amal, True, "diary_tear_up"),
        (bruno, True, "mediation_answer", inviting.pk),
        (bruno, True, "mediation_decline", inviting.pk),
        (amal, True, "diary"),
        (amal, True, "diary_entry", entry.pk),
        (amal, False, "mediation_room", case.rooms.get(party__person=amal).pk),
    ):
        assert ("data-quick-exit" in text_of(of(person).get(english(*page)))) == stands, page


def test_whose_choice_about_news_there_is_says_nothing_of_who_is_in_a_case(case_in, amal):
    case_in("mediating")

    for person in (amal, UserFactory()):
        assert any(
            subject.key == "community.mediation" and subject.concerns(person) for subject in subjects()
        )


# -- what is sealed does not open ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "is_shown"),
    [
        ("Dopo le 22 si abbassa la voce.", True),
        ("due\nrighe", True),
        ("parolalunghissimasenzaunsolospazioinmezzo", True),
        ("noise", False),
        ("00000000-0000-4000-8000-000000000001", False),
        ("00000000-0000-4000-8000-000000000001 00000000-0000-4000-8000-000000000002", False),
        ("0f" * 32, False),
    ],
)
def test_what_somebody_wrote_is_shown_and_sent_again_whatever_its_field_is_called(rf, amal, value, is_shown):
    request = rf.post("/", {"points-0-it": value, "points-1-it": "Un altro punto."})
    request.user = amal

    page = text_of(shut(request, KeyMissing()))

    area, hidden = f">{value}</textarea>", f'type="hidden" name="points-0-it" value="{value}"'
    assert (area in page, hidden in page) == (is_shown, not is_shown)
    assert "Un altro punto.</textarea>" in page
    identifiers = re.findall(r'id="(sent-[^"]+)"', page)
    assert len(identifiers) == len(set(identifiers)) == 2 * (1 + is_shown)
