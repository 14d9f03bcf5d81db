"""The pages of the rooms: who comes in by whichever address, and what nobody should send."""

import logging
import re
import uuid

import pytest
from django.core.cache import cache
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from community.mediation.history import history_for
from community.mediation.live import TOPICS
from community.mediation.models import Party
from community.mediation.pages.rooms import views
from community.mediation.pages.rooms.listing import rooms_for
from community.mediation.rooms import Room, RoomMark, Word
from community.mediation.words import TEXT_LIMIT, Answer, RoomKind
from community.safety.models import Block
from community.testing import mediation_coordinator, mediator
from portal.events import history_of
from portal.events.models import Event
from portal.sealing import destroy_key
from portal.testing.clients import Browser
from portal.testing.factories import UserFactory
from portal.ui.words import plain
from portal.uploads.models import Photo, VoiceNote
from tests.portal.proof.browsers import step_up_now
from tests.portal.uploads.pictures import photo
from tests.portal.uploads.sounds import recording

pytestmark = pytest.mark.django_db
SAID = "Lavora di notte, non lo sapevo."


@pytest.fixture(autouse=True)
def nobody_has_written_yet(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
    cache.clear()


@pytest.fixture
def case(case_in):
    return case_in("mediating")


@pytest.fixture
def rooms(case, amal, bruno):
    """Them, by the words for them."""
    return {
        "amal": case.rooms.get(party__person=amal),
        "bruno": case.rooms.get(party__person=bruno),
        "joint": case.rooms.get(kind=RoomKind.JOINT),
        "notes": case.rooms.get(kind=RoomKind.NOTES),
    }


def as_(person) -> Browser:
    browser = Browser()
    browser.force_login(person)
    step_up_now(browser)
    return browser


def say(room, by, text=SAID):
    return Room.objects.get(pk=room.pk).say(by=by, client_id=uuid.uuid4(), text=text)


def form(text=SAID, **more):
    return {"client_id": str(uuid.uuid4()), "text": text, **more}


def english(room, name="mediation_room") -> str:
    return f"/en{reverse(f'community:{name}', args=[room.pk])}"


def text_of(answer) -> str:
    return plain(answer.content.decode())


# -- who comes in -------------------------------------------------------------------------------------------------

READS = {
    "amal": {"amal", "joint"},
    "bruno": {"bruno", "joint"},
    "marta": {"amal", "bruno", "joint", "notes"},
}


def test_who_comes_in_where_by_every_address(case, rooms, amal, bruno, marta, carla):
    people = {
        "amal": amal, "bruno": bruno, "marta": marta, "coordinator": carla, "another mediator": mediator(),
        "another coordinator": mediation_coordinator(), "administrator": UserFactory(roles=["portal.administrator"]),
        "caseworker": UserFactory(roles=["portal.caseworker"]), "stranger": UserFactory(),
    }  # fmt: skip
    for which, room in rooms.items():
        say(room, marta, f"Detto in {which}")
    nothing = uuid.uuid4()
    for name, person in people.items():
        browser = as_(person)
        for which, room in rooms.items():
            comes_in = which in READS.get(name, set())
            for address, method, opened in (
                ("mediation_room", "get", 200),
                ("mediation_room_follow", "get", 200),
                ("mediation_room_read", "post", 204),
                ("mediation_room", "post", 422),
            ):
                path = reverse(f"community:{address}", args=[room.pk])
                answer = getattr(browser, method)(path)
                assert answer.status_code == (opened if comes_in else 404), (name, which, address)
                if not comes_in:
                    missing = reverse(f"community:{address}", args=[nothing])
                    same = getattr(browser, method)(missing)
                    told = [a.content.replace(p.encode(), b"") for a, p in ((answer, path), (same, missing))]
                    assert _without_token(told[0]) == _without_token(told[1]), (name, which, address)
                elif opened == 200:
                    assert f"Detto in {which}" in answer.content.decode()
                    assert "no-store" in answer.headers["Cache-Control"]
    assert Word.objects.count() == 4


def _without_token(body: bytes) -> bytes:
    return re.sub(rb'(csrfmiddlewaretoken" value="|X-CSRFToken": ?")[^"]+', b"", body)


def test_a_visitor_is_sent_to_sign_in_whether_it_exists_or_not(client, rooms):
    for key in (rooms["joint"].pk, uuid.uuid4()):
        path = reverse("community:mediation_room", args=[key])
        assert client.get(path)["Location"].startswith("/account/login/?next=")


def test_files_are_their_rooms(rooms, amal, bruno, marta):
    as_(amal).post(rooms["amal"].get_absolute_url(), form(photos=[photo()], voice=[recording()]))
    word = Word.objects.get()
    files = [word.photos.get(), word.voice_notes.get()]
    addresses = [file.get_absolute_url() for file in files] + [files[0].small_url]

    assert {file.key for file in files} == {rooms["amal"].case.key}, "sealed, as what is said"
    for person, status in ((amal, 200), (marta, 200), (bruno, 404), (UserFactory(), 404)):
        assert [as_(person).get(address).status_code for address in addresses] == [status] * 3
    page = text_of(as_(marta).get(english(rooms["amal"])))
    assert all(address in page for address in addresses)

    word.room.case.parties.get(person=amal).withdraw(by=amal)
    for person in (amal, marta):
        assert [as_(person).get(address).status_code for address in addresses] == [404] * 3


def test_a_form_of_one_room_sent_to_another_takes_no_files_and_no_words_along(rooms, amal):
    """What was sent to the mediator stays with them, whatever the same form is sent to afterwards."""
    once = form(photos=[photo()])
    browser = as_(amal)
    browser.post(rooms["amal"].get_absolute_url(), once)

    answer = browser.post(rooms["joint"].get_absolute_url(), {**once, "photos": []})

    assert answer.status_code == 422
    assert SAID in text_of(answer)
    assert not rooms["joint"].words.exists()
    assert Photo.objects.get().target == rooms["amal"].words.get()


# -- what they see ------------------------------------------------------------------------------------------------


def test_it_says_who_reads_it_to_each(rooms, amal, bruno, marta):
    wanted = {
        ("amal", amal): ("With the mediator alone", "Only you and the mediator read this.", "Send"),
        ("amal", marta): ("With Amal alone", "Only you and Amal read this.", "Send"),
        ("joint", amal): ("All together", "All read this: you, Bruno, Marta (mediator).", "Send to all"),
        ("joint", marta): ("All together", "All read this: you, Bruno, Amal.", "Send to all"),
        ("notes", marta): ("Notes of the mediators", "Only the mediators read this.", "Keep"),
    }
    for (which, person), sentences in wanted.items():
        page = text_of(as_(person).get(english(rooms[which])))
        for sentence in sentences:
            if sentence.startswith("All read this: you, Bruno, Amal"):
                assert re.search(r"All read this: you, (Bruno, Amal|Amal, Bruno)\.", page)
            else:
                assert sentence in page, (which, person, sentence)
        assert f"room--{rooms[which].kind}" in page
        assert re.search(r"<title>\s*Mediation\s·", page)


def test_each_name_in_a_sentence_has_its_own_direction(rooms, amal, marta):
    assert "you, \u2068Bruno\u2069, \u2068Marta\u2069 (mediator)." in words_of(amal, rooms["joint"])
    alone = words_of(marta, rooms["amal"])
    assert "With \u2068Amal\u2069 alone" in alone
    assert "Only you and \u2068Amal\u2069 read this." in alone


def words_of(person, room):
    return as_(person).get(english(room)).content.decode()


def test_without_a_mediator_for_a_while_it_says_so(case, rooms, amal, marta):
    case.mediators.get().release(by=marta)

    assert "Only you read this, until there is a mediator again." in text_of(
        as_(amal).get(english(rooms["amal"]))
    )
    assert "All read this: you, Bruno." in text_of(as_(amal).get(english(rooms["joint"])))
    assert as_(marta).get(english(rooms["notes"])).status_code == 404


def test_parties_read_first_names_and_who_mediates(rooms, amal, bruno, marta):
    bruno.display_name = "Bruno Bianchi"
    bruno.save()
    say(rooms["joint"], bruno)
    say(rooms["joint"], marta)

    page = text_of(as_(amal).get(english(rooms["joint"])))

    assert "<bdi>Bruno</bdi>" in page
    assert "Bianchi" not in page
    assert re.search(r'<bdi>Marta</bdi>\s*<span class="badge badge--info">Mediator</span>', page)
    assert "Bruno Bianchi" in text_of(as_(marta).get(english(rooms["joint"])))


def test_a_block_between_the_two_hides_nothing_where_they_agreed_to_talk(rooms, amal, bruno):
    Block.objects.create(person=amal, other=bruno)
    say(rooms["joint"], bruno)

    assert SAID in text_of(as_(amal).get(english(rooms["joint"])))
    assert as_(amal).post(rooms["joint"].get_absolute_url(), form("Capisco.")).status_code == 302


def test_one_gets_from_room_to_room_and_sees_where_there_is_news(case, rooms, amal, marta):
    for _ in range(2):
        say(rooms["amal"], amal)
    with override("en"):
        assert [(plain(listed.label), listed.unread) for listed in rooms_for(case, marta)] == [
            ("With Amal alone", 2),
            ("With Bruno alone", 0),
            ("All together", 0),
            ("Notes of the mediators", 0),
        ]
        assert [listed.label for listed in rooms_for(case, amal)] == [
            "With the mediator alone",
            "All together",
        ]
    assert rooms_for(case, UserFactory()) == []

    page = text_of(as_(marta).get(english(rooms["joint"])))

    assert all(f'href="/en{room.get_absolute_url()}#latest"' in page for room in rooms.values())
    assert '<span class="count__number">2</span>' in page
    theirs = text_of(as_(amal).get(english(rooms["joint"])))
    assert str(rooms["bruno"].pk) not in theirs
    assert str(rooms["notes"].pk) not in theirs


def test_the_list_costs_one_query(case, rooms, marta, django_assert_num_queries):
    with django_assert_num_queries(1):
        rooms_for(case, marta)


def test_a_page_costs_the_same_with_one_word_and_with_thirty(
    rooms, amal, marta, django_assert_max_num_queries
):
    say(rooms["amal"], amal)
    browser = as_(marta)
    for room in (rooms["amal"], rooms["joint"]):
        browser.get(english(room))
    for number in range(29):
        say(rooms["amal"], amal, f"Parola {number}")
    browser.get(english(rooms["amal"]))
    with django_assert_max_num_queries(15):
        browser.get(english(rooms["amal"]))


def test_looking_is_reading_and_getting_ready_is_not(rooms, amal, marta):
    say(rooms["amal"], amal)
    browser, path = as_(marta), english(rooms["amal"])
    browser.get(path, headers={"Sec-Purpose": "prefetch"})
    browser.get(english(rooms["amal"], "mediation_room_follow"))
    assert not RoomMark.objects.filter(person=marta).exists()

    browser.get(path)

    assert RoomMark.objects.get(person=marta).number == 1
    say(rooms["amal"], amal, "Ancora una cosa.")
    page = text_of(browser.get(path))
    assert page.index("conversation__news") > page.index('id="w1"')
    assert page.index("conversation__news") < page.index('id="w2"')
    browser.post(english(rooms["amal"], "mediation_room_read"), {"number": "2"})
    assert "conversation__news" not in text_of(browser.get(path))


def test_what_lies_further_back_is_a_page_away(rooms, amal, monkeypatch):
    monkeypatch.setattr(views, "PAGE", 3)
    for number in range(1, 6):
        say(rooms["joint"], amal, f"Parola numero {number}")
    browser = as_(amal)

    newest = text_of(browser.get(english(rooms["joint"])))

    assert re.findall(r'data-number="(\d+)"', newest) == ["3", "4", "5"]
    earlier = text_of(browser.get(english(rooms["joint"]), {"before": "3"}))
    assert re.findall(r'data-number="(\d+)"', earlier) == ["1", "2"]
    assert "data-follow" not in earlier
    assert "data-watched" in earlier, "it leaves the screen with whoever may not read it any more"


def test_who_comes_back_fetches_what_was_said_meanwhile(rooms, amal, bruno, monkeypatch):
    monkeypatch.setattr(views, "FOLLOWING", 2)
    for number in range(1, 6):
        say(rooms["joint"], bruno, f"Parola numero {number}")
    browser, version, got = as_(amal), 1, []
    while True:
        part = text_of(browser.get(english(rooms["joint"], "mediation_room_follow"), {"version": version}))
        got += re.findall(r'data-number="(\d+)"', part)
        version = re.search(r'data-version="(\d+)"', part)[1]
        if "data-more" not in part:
            break
    assert got == ["2", "3", "4", "5"]
    for nonsense in ("", "-1", "x", "²", "9" * 30, "999999999"):
        part = browser.get(english(rooms["joint"], "mediation_room_follow"), {"version": nonsense})
        assert part.status_code == 200
        assert re.search(r'data-version="(\d+)"', text_of(part))[1] in "25"


def test_whoever_left_took_their_words_along(rooms, amal, bruno):
    say(rooms["joint"], bruno).forget()

    page = text_of(as_(amal).get(english(rooms["joint"])))

    assert "Whoever said this has left, and took their words along." in page
    assert SAID not in page


# -- what is sent -------------------------------------------------------------------------------------------------


def test_sent_twice_it_is_one_and_is_sealed(rooms, amal):
    browser, once = as_(amal), form()
    first = browser.post(rooms["amal"].get_absolute_url(), once)

    assert first["Location"] == rooms["amal"].get_absolute_url() + "#w1"
    assert browser.post(rooms["amal"].get_absolute_url(), once)["Location"] == first["Location"]
    assert Word.objects.count() == 1
    raw = Word.objects.get().__dict__["text"].raw
    assert SAID.encode() not in raw


def test_other_words_under_a_used_client_id_are_kept_for_another_try(rooms, amal):
    browser, once = as_(amal), form("Uno")
    browser.post(rooms["joint"].get_absolute_url(), once)
    answer = browser.post(rooms["joint"].get_absolute_url(), {**once, "text": "Due"})
    assert answer.status_code == 422
    fresh = re.search(r'name="client_id" value="([^"]+)"', text_of(answer))[1]
    again = {"client_id": fresh, "text": "Due"}
    assert browser.post(rooms["joint"].get_absolute_url(), again).status_code == 302
    assert [word.text for word in rooms["joint"].words.all()] == ["Uno", "Due"]


def test_photos_and_voice_without_a_word(rooms, amal, marta):
    more = {"photos": [photo()], "voice": [recording()], "voice_words": "Si sente il basso"}
    assert as_(amal).post(rooms["amal"].get_absolute_url(), form("", **more)).status_code == 302

    page = text_of(as_(marta).get(english(rooms["amal"])))

    assert "Si sente il basso" in page
    assert VoiceNote.objects.get().words == "", "what it says is sealed as well"


@pytest.mark.parametrize(
    ("sent", "says"),
    [
        ({"text": " \n "}, "Write some words, or add a photo or a voice note."),
        ({"text": "parola " * (TEXT_LIMIT // 7 + 2)}, "This is too long"),
        ({"photos": "renamed"}, "is not a photo"),
        ({"voice": "renamed"}, "is not a recording"),
        ({"client_id": "1"}, "We did not recognise this form."),
    ],
)
def test_what_is_wrong_is_named_and_nothing_typed_is_lost(rooms, amal, sent, says):
    renamed = {
        "photos": recording(b"MZ this is a program" * 50, "vacanza.jpg"),
        "voice": recording(b"%PDF-1.7 no sound" * 50, "nota.webm"),
    }
    sent = {name: [renamed[name]] if value == "renamed" else value for name, value in sent.items()}

    answer = as_(amal).post(english(rooms["joint"]), form(**{"text": "Senti qui", **sent}))

    assert answer.status_code == 422
    assert says in text_of(answer), re.findall(r"field__errors.*?</div>", text_of(answer), re.S)
    assert sent.get("text", "Senti qui").strip() in text_of(answer)
    assert "Send to all" in text_of(answer)
    assert not Word.objects.exists()


def test_too_fast_is_too_fast_and_nothing_is_lost(rooms, amal, monkeypatch):
    monkeypatch.setattr(views, "WORDS", "2/1h")
    browser = as_(amal)
    answers = [browser.post(english(rooms["joint"]), form(f"Parola numero {number}")) for number in range(3)]

    assert [answer.status_code for answer in answers] == [302, 302, 429]
    assert "Parola numero 2" in text_of(answers[-1])


def test_hostile_html_is_text(rooms, amal, marta):
    as_(amal).post(rooms["amal"].get_absolute_url(), form("<script>alert(1)</script>"))
    amal.display_name = "<b>Amal</b>"
    amal.save()

    page = text_of(as_(marta).get(english(rooms["amal"])))

    assert "<script>alert" not in page
    assert "<b>Amal" not in page


def test_the_form_is_kept_on_no_phone(rooms, amal):
    composer = re.search(r'<form[^>]+id="composer"[^>]+>', text_of(as_(amal).get(english(rooms["joint"]))))[0]

    assert "data-no-draft" in composer
    assert "data-draft=" not in composer
    assert "data-closed" in composer


def test_it_goes_on_by_itself(rooms, amal):
    for query in ("", "?before=2"):
        log = re.search(r'<ol[^>]+id="said"[^>]+>', text_of(as_(amal).get(english(rooms["joint"]) + query)))[
            0
        ]
        assert f'data-live="community.mediation_room:{rooms["joint"].pk}"' in log
        assert "data-live-own" in log


# -- whoever stops ------------------------------------------------------------------------------------------------


def test_after_somebody_stopped_all_is_closed_at_once(case, rooms, amal, bruno, marta):
    """Missing to whoever stopped; whoever is in the case still is led there from the rooms that were theirs."""
    browsers = {"amal": as_(amal), "bruno": as_(bruno), "marta": as_(marta)}
    for browser in browsers.values():
        assert browser.get(rooms["joint"].get_absolute_url()).status_code == 200
    case.parties.get(person=amal).withdraw(by=amal)

    for name, browser in browsers.items():
        for which, room in rooms.items():
            was_theirs = name != "amal" and which in READS[name]
            answer = browser.get(english(room))
            assert answer.status_code == (302 if was_theirs else 404), (name, which)
            if was_theirs:
                assert answer.url.endswith(case.get_absolute_url())
                assert "This room is closed." in text_of(browser.get(f"/en{case.get_absolute_url()}"))
            assert browser.get(reverse("community:mediation_room_follow", args=[room.pk])).status_code == 404
            assert browser.post(room.get_absolute_url(), form()).status_code == 404
    assert not Word.objects.exists()


def test_what_a_closed_room_leads_to_is_for_who_proves_who_they_are(case, rooms, amal, bruno):
    case.parties.get(person=amal).withdraw(by=amal)
    browser = Browser()
    browser.force_login(bruno)
    assert reverse("portal:step_up") in browser.get(rooms["bruno"].get_absolute_url()).url
    assert "This room is closed." not in text_of(browser.get(f"/en{reverse('portal:step_up')}"))


def test_whoever_types_in_a_room_that_closes_has_a_way_out(case, rooms, amal):
    page = text_of(as_(amal).get(english(rooms["joint"])))
    way = re.search(r'<p hidden data-way><a class="button" href="([^"]+)">', page)
    assert way[1].endswith(case.get_absolute_url())


@pytest.fixture
def dina(case):
    """Who came to the first side beside Amal, and has a room of her own."""
    dina = UserFactory(display_name="Dina")
    now = timezone.now()
    party = Party.objects.create(
        case=case,
        person=dina,
        side="first",
        language="it",
        answer=Answer.YES,
        answered_at=now,
        pact_at=now,
    )
    Room.open_all(case)
    assert party.room
    return dina


def test_a_private_room_is_closed_to_the_mediator_once_its_party_has_stopped(
    case, rooms, amal, bruno, marta, dina
):
    hers = case.rooms.get(party__person=dina)
    word = say(hers, dina, "Solo per Lei.")
    say(rooms["joint"], dina, "Per tutti.")
    case.parties.get(person=dina).withdraw(by=dina)

    case.refresh_from_db()
    assert case.state == "mediating", "the others talk on"
    for person in (dina, marta, amal, bruno):
        status = 302 if person == marta else 404  # she finds in the case that it is closed
        assert as_(person).get(hers.get_absolute_url()).status_code == status
        assert word not in Word.objects.visible_to(person)
        assert not TOPICS[0].allows(person, str(hers.pk))
    assert Room.objects.get(pk=hers.pk).people() == []
    assert hers not in [listed.room for listed in rooms_for(case, marta)]
    assert as_(dina).get(rooms["joint"].get_absolute_url()).status_code == 404
    assert "Per tutti." in text_of(as_(amal).get(english(rooms["joint"])))


def test_whoever_has_a_room_open_is_woken_when_it_may_be_closed_to_them(case, rooms, amal, marta):
    every = {str(room.pk) for room in rooms.values()}
    say(rooms["amal"], amal)
    case.mediators.get().release(by=marta)
    case.parties.get(person=amal).withdraw(by=amal)

    moved = {event.kind.rsplit(".", 1)[1]: set(TOPICS[0].identifiers(event)) for event in Event.objects.all()}

    assert moved["said"] == {str(rooms["amal"].pk)}
    assert moved["mediator_released"] == moved["left"] == moved["closed"] == every
    assert moved["begun"] == set()


def test_what_happened_in_a_room_is_told_to_those_who_may_enter_it(
    case, rooms, amal, bruno, marta, carla, dina
):
    for which, by in (("amal", amal), ("bruno", bruno), ("joint", bruno), ("notes", marta)):
        say(rooms[which], by)
    hers = case.rooms.get(party__person=dina)
    say(hers, dina)
    case.parties.get(person=dina).withdraw(by=dina)

    def told_to(person):
        events = history_for(case, person)
        return [event.data["room"] for event in events if event.kind == "community.mediation.said"]

    assert told_to(amal) == [str(rooms[which].pk) for which in ("amal", "joint")]
    assert told_to(marta) == [str(rooms[which].pk) for which in ("amal", "bruno", "joint", "notes")]
    assert history_for(case, amal).filter(kind="community.mediation.begun").exists()
    for stranger in (dina, carla, mediator(), UserFactory()):
        assert not history_for(case, stranger).exists()
    assert not history_of(case).exists(), "nobody is told any of it by the way"


# -- the key ------------------------------------------------------------------------------------------------------


def _another_key(case, keys_folder):
    """Under the case's number lies a key, and not the one that its texts were sealed with."""
    from portal.sealing import new_key

    destroy_key(case.key)
    new_key(case.key)


def _no_master(case, keys_folder, settings):
    settings.PORTAL_MASTER_KEYS = ""


@pytest.mark.parametrize("how", ["missing", "another"])
def test_without_the_right_key_nothing_is_shown_and_nothing_lost(
    case, rooms, amal, marta, keys_folder, how, caplog
):
    word = say(rooms["amal"], amal)
    kept = {path: path.read_bytes() for path in keys_folder.rglob(str(case.key))}
    if how == "missing":
        destroy_key(case.key)
    else:
        _another_key(case, keys_folder)

    with caplog.at_level(logging.ERROR):
        shown = [
            as_(marta).get(english(rooms["amal"])),
            as_(amal).get(f"/en{reverse('community:mediation_carry', args=[word.pk])}"),
        ]
        sent = as_(amal).post(english(rooms["amal"]), form("Una cosa nuova.", photos=[photo()]))

    for answer in (*shown, sent):
        assert answer.status_code == 503
        assert "This cannot be opened now" in text_of(answer)
        assert SAID not in text_of(answer)
        assert re.search(r"<title>\s*Mediation\s·", text_of(answer))
    assert "Una cosa nuova." in text_of(sent)
    assert Word.objects.count() == 1, "nothing is written that the right key could not open"
    assert "cosa nuova" not in caplog.text
    assert SAID not in caplog.text
    for person in (UserFactory(), mediator()):
        assert as_(person).get(english(rooms["amal"])).status_code == 404

    for path, content in kept.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    again = re.search(r'name="client_id" value="([^"]+)"', text_of(sent))[1]
    assert (
        as_(amal).post(english(rooms["amal"]), {"client_id": again, "text": "Una cosa nuova."}).status_code
        == 302
    )
    assert "Una cosa nuova." in text_of(as_(marta).get(english(rooms["amal"])))


def test_with_another_key_a_file_is_missing(case, rooms, amal, keys_folder, client):
    as_(amal).post(rooms["amal"].get_absolute_url(), form(photos=[photo()]))
    _another_key(case, keys_folder)

    assert as_(amal).get(Photo.objects.get().get_absolute_url()).status_code == 404


def test_a_cell_put_in_the_place_of_another_shows_neither_and_closes_nothing(rooms, amal, marta, caplog):
    one, other = say(rooms["amal"], amal, "Prima parola."), say(rooms["amal"], amal, "Seconda parola.")
    taken = Word.objects.get(pk=one.pk).__dict__["text"]
    moved = Word.objects.get(pk=other.pk)
    moved.__dict__["text"] = taken
    moved.save(update_fields=["text"])

    page = text_of(as_(marta).get(english(rooms["amal"])))

    assert page.count("Prima parola.") == 1
    assert "Seconda parola." not in page
    assert "This cannot be opened." in page
    assert str(other.pk) in caplog.text
