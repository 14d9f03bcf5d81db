"""From a private room to the room of all: what its author sees, what the mediator, and what nobody else."""

import re
import uuid

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from community.keys import AlreadySent
from community.mediation.notifications import NOTIFICATIONS
from community.mediation.pages.rooms import carrying as pages
from community.mediation.pages.rooms import views
from community.mediation.rooms import Carrying, Room, Word
from community.mediation.words import RoomKind
from community.testing import mediation_coordinator, mediator
from portal.events.models import Event
from portal.testing.clients import Browser
from portal.testing.factories import UserFactory
from portal.ui.words import plain
from tests.portal.proof.browsers import step_up_now
from tests.portal.uploads.pictures import photo

pytestmark = pytest.mark.django_db
SAID = "Lavora di notte, non lo sapevo."


@pytest.fixture
def case(case_in):
    return case_in("mediating")


@pytest.fixture
def private(case, amal):
    return case.rooms.get(party__person=amal)


@pytest.fixture
def joint(case):
    return case.rooms.get(kind=RoomKind.JOINT)


@pytest.fixture
def word(private, amal):
    return say(private, amal)


def say(room, by, text=SAID):
    return Room.objects.get(pk=room.pk).say(by=by, client_id=uuid.uuid4(), text=text)


def as_(person) -> Browser:
    browser = Browser()
    browser.force_login(person)
    step_up_now(browser)
    return browser


def at(word, verb="carry") -> str:
    return f"/en{reverse(f'community:mediation_{verb}', args=[word.pk])}"


def text_of(answer) -> str:
    return plain(answer.content.decode())


def test_the_author_says_it_to_all_in_words_of_their_own(private, joint, word, amal, bruno, marta):
    browser = as_(amal)
    assert at(word) in text_of(browser.get(f"/en{private.get_absolute_url()}"))
    page = text_of(browser.get(at(word)))
    assert f"{SAID}</textarea>" in page
    assert "All read this: you, Bruno, Marta (mediator)." in page
    assert not Word.objects.filter(room=joint).exists(), "looking says nothing"

    answer = browser.post(at(word), {"text": "Non lo sapevo."})

    said = joint.words.get()
    assert answer["Location"] == f"/en{said.get_absolute_url()}"
    assert (said.text, said.author) == ("Non lo sapevo.", amal)
    theirs = text_of(as_(bruno).get(f"/en{joint.get_absolute_url()}"))
    assert "Said first to the mediator alone" in theirs
    assert "Non lo sapevo." in theirs
    assert SAID not in theirs
    assert str(word.pk) not in theirs
    assert str(private.pk) not in theirs
    for person in (amal, marta):
        page = text_of(as_(person).get(f"/en{private.get_absolute_url()}"))
        assert "Said to all as well" in page
        assert f"{said.get_absolute_url()}" in page


def test_the_mediator_asks_and_the_author_says_no(private, joint, word, amal, marta):
    asks = as_(marta)
    assert at(word, "carry_ask") in text_of(asks.get(f"/en{private.get_absolute_url()}"))
    assert SAID in text_of(asks.get(at(word, "carry_ask")))
    assert not Carrying.objects.exists()

    for _ in range(2):
        assert asks.post(at(word, "carry_ask"))["Location"] == f"/en{word.get_absolute_url()}"

    assert asks.get(at(word, "carry_ask")).status_code == 302
    assert "We asked whether this may be said to all." in text_of(
        asks.get(f"/en{private.get_absolute_url()}")
    )
    theirs = as_(amal)
    page = text_of(theirs.get(f"/en{private.get_absolute_url()}"))
    assert "The mediator asks: may this be said to all?" in page
    assert at(word, "carry_keep") in page
    assert "The mediator thinks that it could help. You decide." in text_of(theirs.get(at(word)))

    for _ in range(2):
        assert theirs.post(at(word, "carry_keep"))["Location"] == f"/en{word.get_absolute_url()}"

    assert Carrying.objects.get().yes is False
    assert not joint.words.exists()
    assert "You have said: it stays here." in text_of(theirs.get(f"/en{private.get_absolute_url()}"))
    mediators = text_of(asks.get(f"/en{private.get_absolute_url()}"))
    assert "Amal has said: it stays here." in mediators
    assert at(word, "carry_ask") not in mediators, "it is asked once"
    assert theirs.post(at(word), {"text": SAID}).status_code == 302, "whoever said no may think again"


def test_an_open_page_learns_what_became_of_a_question(private, word, amal, marta):
    follow = f"/en{reverse('community:mediation_room_follow', args=[private.pk])}"
    assert 'data-number="1"' not in text_of(as_(amal).get(follow, {"version": "1"}))
    word.ask_to_carry(by=marta)

    part = text_of(as_(amal).get(follow, {"version": "1"}))

    assert "The mediator asks: may this be said to all?" in part
    assert 'data-version="1"' in part


def test_who_comes_to_the_pages_of_a_word(private, joint, word, amal, bruno, marta):
    others = [
        mediator(), mediation_coordinator(), UserFactory(roles=["portal.administrator"]),
        UserFactory(roles=["portal.caseworker"]), UserFactory(),
    ]  # fmt: skip
    to_all, mediators_own = say(joint, amal), say(private, marta, "Capisco.")
    may = {
        (word, amal): {"carry", "carry_keep"},
        (word, marta): {"carry_ask"},
    }
    for about in (word, to_all, mediators_own):
        for person in (amal, bruno, marta, *others):
            browser, allowed = as_(person), may.get((about, person), set())
            for verb in ("carry", "carry_ask", "carry_keep"):
                opened = browser.post(at(about, verb))
                if verb in allowed:
                    assert opened.status_code == (422 if verb == "carry" else 302)
                else:
                    assert opened.status_code == 404, (about.text, person, verb)
                    looked = browser.get(at(about, verb))
                    assert looked.status_code == (405 if verb == "carry_keep" else 404)
    for verb in ("carry", "carry_ask", "carry_keep"):
        assert Browser().post(at(word, verb)).status_code == 302
        path = reverse(f"community:mediation_{verb}", args=[uuid.uuid4()])
        assert as_(amal).post(path).status_code == 404, "a number that was guessed"
    assert joint.words.count() == 1


def test_what_the_mediator_says_is_not_carried(private, marta, amal):
    own = say(private, marta, "Capisco.")
    with pytest.raises(PermissionDenied):
        own.carry(by=marta, text="Capisco.")
    with pytest.raises(PermissionDenied):
        own.ask_to_carry(by=marta)
    for person in (amal, marta):
        page = text_of(as_(person).get(f"/en{private.get_absolute_url()}"))
        assert str(own.pk) not in page


def test_empty_or_too_long_it_comes_back_with_everything(joint, word, amal):
    browser = as_(amal)
    empty = browser.post(at(word), {"text": "  "})
    assert empty.status_code == 422
    assert "Write the words that everybody may read." in text_of(empty)
    long = "parola " * 600
    answer = browser.post(at(word), {"text": long})
    assert answer.status_code == 422
    assert long.strip() in text_of(answer)
    assert not joint.words.exists()


def test_sent_twice_it_is_said_once_and_other_words_come_back(joint, word, amal):
    browser = as_(amal)
    first = browser.post(at(word), {"text": "Non lo sapevo."})

    assert browser.post(at(word), {"text": "Non lo sapevo."})["Location"] == first["Location"]
    other = browser.post(at(word), {"text": "Mi dispiace molto."})

    assert other.status_code == 409
    assert "Mi dispiace molto.</textarea>" in text_of(other)
    assert "This has been said to all already." in text_of(other)
    assert joint.words.count() == 1
    assert browser.get(at(word)).status_code == 302
    with pytest.raises(AlreadySent):
        word.carry(by=amal, text="Mi dispiace molto.")


def test_photos_stay_where_they_are(private, joint, amal, bruno):
    browser = as_(amal)
    browser.post(
        private.get_absolute_url(), {"client_id": str(uuid.uuid4()), "text": "", "photos": [photo()]}
    )
    word = private.words.get()
    assert "Photos and voice notes stay here: only words are said to all." in text_of(browser.get(at(word)))

    browser.post(at(word), {"text": "Ho una foto del cortile."})

    assert not joint.words.get().photos.exists()
    assert as_(bruno).get(word.photos.get().get_absolute_url()).status_code == 404


def test_after_it_is_over_nothing_is_carried(case, word, amal, marta, joint):
    word.ask_to_carry(by=marta)
    case.parties.get(person=amal).withdraw(by=amal)

    for person in (amal, marta):
        for verb in ("carry", "carry_ask", "carry_keep"):
            assert as_(person).post(at(word, verb), {"text": SAID}).status_code == 404
    assert not joint.words.exists()


def test_whose_word_it_is_is_told_and_led_to_the_question(private, word, amal, marta, bruno):
    word.ask_to_carry(by=marta)
    event = Event.objects.get(kind="community.mediation.carrying_asked")
    asked = {kind.key: kind for kind in NOTIFICATIONS}[event.kind]

    assert asked.recipients(event) == [amal]
    assert asked.url(event) == reverse("community:mediation_carry", args=[word.pk])
    assert not asked.tells(event, bruno)
    word.forget()
    assert asked.recipients(event) == []


def test_an_old_word_is_shown_on_the_page_that_holds_it(private, word, amal, marta, monkeypatch):
    monkeypatch.setattr(pages, "PAGE", 2)
    for number in range(3):
        say(private, marta, f"Parola {number}")

    answer = as_(marta).post(at(word, "carry_ask"))

    assert re.search(r"/\?before=2#w1$", answer["Location"])


def test_a_question_about_what_was_said_long_ago_stands_above_the_newest(
    private, word, amal, marta, monkeypatch
):
    monkeypatch.setattr(views, "PAGE", 2)
    for number in range(3):
        say(private, marta, f"Parola {number}")
    browser, path = as_(amal), f"/en{private.get_absolute_url()}"
    assert at(word) not in text_of(browser.get(path))
    word.ask_to_carry(by=marta)

    page = text_of(browser.get(path))

    assert "The mediator asks whether something that you said earlier may be said to all." in page
    assert at(word) in page
    assert at(word) not in text_of(as_(marta).get(path))
    browser.post(at(word, "carry_keep"))
    assert at(word) not in text_of(browser.get(path))
