"""The pages of a conversation, as a phone without JavaScript meets them, and what nobody should send."""

import re
import uuid
from datetime import timedelta

import pytest
import time_machine
from django.core.cache import cache
from django.urls import reverse
from django.utils import timezone

from community.conversations import views
from community.conversations.models import TEXT_LIMIT, Conversation, Message, ReadMark
from community.testing import said
from manutenzione.testing import ticket_in
from portal.testing.factories import UserFactory
from portal.uploads.models import Photo, VoiceNote
from tests.portal.uploads.pictures import photo
from tests.portal.uploads.sounds import recording

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def nobody_has_written_yet():
    cache.clear()


@pytest.fixture
def url(talk):
    return talk.get_absolute_url()


def form(text="Quando passate?", **more):
    return {"client_id": str(uuid.uuid4()), "text": text, **more}


def text_of(answer) -> str:
    return answer.content.decode()


def test_the_first_message_begins_the_conversation(client, ticket, reporter):
    client.force_login(reporter)
    ticket_page = text_of(client.get(ticket.get_absolute_url()))
    address = re.search(r'href="(/conversazioni/su/[^"]+)"', ticket_page)[1]
    assert "Nobody has written yet" in text_of(client.get(f"/en{address}"))
    assert not Conversation.objects.exists(), "looking makes none"

    sent = client.post(address, form())

    talk = Conversation.objects.get()
    assert sent["Location"] == f"{talk.get_absolute_url()}#m1"
    assert "Quando passate?" in text_of(client.get(ticket.get_absolute_url()))


def test_neighbours_see_no_conversation_on_the_report(client, ticket, reporter, neighbour):
    said(ticket, reporter, "Quando passate?")
    client.force_login(neighbour)
    page = text_of(client.get(ticket.get_absolute_url()))
    assert "/conversazioni/" not in page
    assert (
        client.get(
            reverse("community:conversation_about", args=["manutenzione.ticket", ticket.pk])
        ).status_code
        == 404
    )


@pytest.mark.parametrize(
    "label", ["manutenzione.ticket", "nothing.atall", "portal", "auth.group", "portal.user"]
)
@pytest.mark.parametrize("key", ["0", "99999999999999999999999999", "' or 1=1", "x"])
def test_what_cannot_be_talked_about_is_missing(client, reporter, label, key):
    client.force_login(reporter)
    assert client.get(reverse("community:conversation_about", args=[label, key])).status_code == 404


def test_sent_twice_it_is_one(client, url, reporter, talk):
    client.force_login(reporter)
    once = form()
    assert client.post(url, once)["Location"] == client.post(url, once)["Location"]
    assert talk.messages.count() == 1


def test_with_photos_and_a_voice_note(client, url, reporter, repairs, talk):
    client.force_login(reporter)
    client.post(url, form("", photos=[photo()], voice=[recording()], voice_words="Perde ancora"))

    message = talk.messages.get()
    assert (message.photos.count(), message.voice_notes.get().words) == (1, "Perde ancora")
    client.force_login(repairs)
    page = text_of(client.get(url))
    assert 'preload="none"' in page
    assert client.get(message.voice_notes.get().get_absolute_url()).status_code == 200
    client.force_login(UserFactory())
    assert client.get(message.voice_notes.get().get_absolute_url()).status_code == 404


def test_what_is_deleted_takes_its_files_along(client, url, reporter, talk):
    client.force_login(reporter)
    client.post(url, form(photos=[photo()], voice=[recording()]))

    client.post(reverse("community:message_delete", args=[talk.pk, 1]))

    assert not Photo.objects.exists()
    assert not VoiceNote.objects.exists()
    page = text_of(client.get(f"/en{url}"))
    assert "Message deleted" in page
    assert "Quando passate?" not in page


def test_a_message_is_changed(client, url, ticket, reporter, talk):
    client.force_login(reporter)
    said(ticket, reporter, "Alle 9")
    address = reverse("community:message_edit", args=[talk.pk, 1])
    assert client.post(address, {"text": ""}).status_code == 422
    assert client.post(address, {"text": "Alle 10"}).status_code == 302
    page = text_of(client.get(f"/en{url}"))
    assert "Alle 10" in page
    assert "Alle 9" not in page
    assert "edited" in page

    with time_machine.travel(timezone.now() + timedelta(minutes=6)):
        late = client.post(f"/en{address}", {"text": "Alle 11, con tante parole"})

    assert late.status_code == 409
    assert "Alle 11, con tante parole" in text_of(late)


# -- what nobody should send --------------------------------------------------------------------------------------


def test_an_empty_message_is_asked_for_again(client, url, reporter, talk):
    client.force_login(reporter)
    answer = client.post(f"/en{url}", form(" \n "))
    assert answer.status_code == 422
    assert "Write some words, or add a photo or a voice note." in text_of(answer)
    assert not talk.messages.exists()


def test_a_hundred_thousand_characters_come_back_with_the_error_beside_them(client, url, reporter, talk):
    client.force_login(reporter)
    long = "parola " * 14_286
    answer = client.post(f"/en{url}", form(long))
    assert answer.status_code == 422
    assert f"write {TEXT_LIMIT:,} characters at most".replace(",", "") in text_of(answer).replace(",", "")
    assert long.strip() in text_of(answer)
    assert not talk.messages.exists()


def test_what_no_keyboard_writes_is_left_out(client, url, reporter, talk):
    client.force_login(reporter)
    client.post(url, form("Ciao\x00\x07\x1b[31m a\u0085tutti\r\nqui"))
    assert talk.messages.get().text == "Ciao[31m a\ntutti\nqui"


def test_hostile_html_is_shown_as_text_and_addresses_as_links(client, url, reporter, talk):
    client.force_login(reporter)
    client.post(
        url,
        form(
            '<script>alert(1)</script><img src=x onerror=alert(1)> https://example.org/?a=1&b="> javascript:alert(1)'
        ),
    )
    page = text_of(client.get(url))
    assert "<script>alert" not in page
    assert "<img src=x" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert 'rel="nofollow"' in page
    assert 'href="javascript:' not in page


def test_a_hundred_messages_a_second_are_too_many_and_nothing_is_lost(
    client, url, reporter, talk, monkeypatch
):
    monkeypatch.setattr(views, "MESSAGES", "3/1h")
    client.force_login(reporter)
    answers = [client.post(f"/en{url}", form(f"Messaggio numero {number}")) for number in range(5)]

    assert [answer.status_code for answer in answers] == [302, 302, 302, 429, 429]
    assert "You write very fast" in text_of(answers[-1])
    assert "Messaggio numero 4" in text_of(answers[-1])
    assert talk.messages.count() == 3
    again = form("Messaggio numero 0")
    again["client_id"] = str(talk.messages.get(number=1).client_id)
    assert client.post(url, again).status_code == 302, "what has arrived is not counted again"


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("voce.webm", b"", "is empty"),
        ("voce.webm", b"no sound at all" * 100, "is not a recording"),
    ],
)
def test_a_voice_note_that_is_none_loses_no_words(client, url, reporter, talk, name, content, says):
    client.force_login(reporter)
    answer = client.post(f"/en{url}", form("Senti qui", voice=[recording(content, name)]))
    assert answer.status_code == 422
    assert says in text_of(answer)
    assert "Senti qui" in text_of(answer)
    assert not talk.messages.exists()


def test_an_hour_of_voice_is_too_long(client, url, reporter, talk, settings):
    settings.PORTAL_VOICE_SECONDS = 1  # an hour at the speed of a test
    client.force_login(reporter)
    from tests.portal.uploads.sounds import sound

    answer = client.post(f"/en{url}", form("Senti qui", voice=[recording(sound(8))]))
    assert answer.status_code == 422
    assert "is too long" in text_of(answer)


@pytest.mark.parametrize("client_id", ["", "not-a-number", "1"])
def test_a_forged_client_id_is_named_and_the_words_stay(client, url, reporter, talk, client_id):
    client.force_login(reporter)
    answer = client.post(url, {"client_id": client_id, "text": "Quando passate?"})
    assert answer.status_code == 422
    assert "Quando passate?" in text_of(answer)


def test_other_words_under_a_used_client_id_are_kept_for_another_try(client, url, reporter, talk):
    client.force_login(reporter)
    once = form("Uno")
    client.post(url, once)
    answer = client.post(url, {**once, "text": "Due"})
    assert answer.status_code == 422
    fresh = re.search(r'name="client_id" value="([^"]+)"', text_of(answer))[1]
    assert client.post(url, {"client_id": fresh, "text": "Due"}).status_code == 302


# -- reading ------------------------------------------------------------------------------------------------------


def mark_of(person) -> int:
    return ReadMark.objects.filter(person=person).values_list("number", flat=True).first() or 0


def test_looking_is_reading_and_getting_ready_is_not(client, ticket, url, reporter, repairs):
    said(ticket, reporter)
    client.force_login(repairs)
    client.get(url, headers={"sec-purpose": "prefetch"})
    assert mark_of(repairs) == 0
    client.get(url)
    assert mark_of(repairs) == 1


def test_the_list_says_where_there_is_news(client, ticket, url, reporter, repairs):
    said(ticket, reporter, "Quando passate?")
    client.force_login(repairs)
    listed = text_of(client.get("/en/conversazioni/"))
    assert "1 new" in listed
    assert "Quando passate?" in listed
    client.get(url)
    assert "1 new" not in text_of(client.get("/en/conversazioni/"))


def test_the_latest_thirty_and_the_way_to_those_before(client, ticket, url, reporter):
    for number in range(1, 36):
        said(ticket, reporter, f"messaggio-{number:02}")
    client.force_login(reporter)
    page = text_of(client.get(url))
    assert "messaggio-06" in page
    assert "messaggio-05" not in page
    before = re.search(r'href="([^"]+\?before=\d+)"', page)[1]
    earlier = text_of(client.get(before))
    assert "messaggio-05" in earlier
    assert "messaggio-06" not in earlier


def test_what_follows_comes_with_what_has_changed(client, ticket, talk, reporter, repairs):
    first, second = said(ticket, reporter, "uno"), said(ticket, reporter, "due")
    talk.refresh_from_db()
    seen = {"version": talk.version}
    first.delete_by(reporter)
    said(ticket, repairs, "tre")
    client.force_login(reporter)

    part = client.get(reverse("community:conversation_follow", args=[talk.pk]), seen)

    numbers = re.findall(r'data-number="(\d+)"', text_of(part))
    assert numbers == ["1", "3"], "in the order in which it came about"
    assert 'data-after="3"' in text_of(part)
    assert mark_of(reporter) < 3, "a page in the background has read nothing"
    talk.refresh_from_db()
    nothing = client.get(reverse("community:conversation_follow", args=[talk.pk]), {"version": talk.version})
    assert "data-number" not in text_of(nothing)
    assert second.number == 2


def test_whoever_slept_for_long_fetches_in_parts(client, ticket, talk, reporter, monkeypatch):
    monkeypatch.setattr(views, "FOLLOWING", 4)
    for number in range(10):
        said(ticket, reporter, f"m{number}")
    client.force_login(reporter)
    version, got, rounds = 0, [], 0
    while True:
        part = text_of(
            client.get(reverse("community:conversation_follow", args=[talk.pk]), {"version": version})
        )
        got += [number for number in map(int, re.findall(r'data-number="(\d+)"', part)) if number not in got]
        version = int(re.search(r'data-version="(\d+)"', part)[1])
        rounds += 1
        if "data-more" not in part:
            break
    assert got == list(range(1, 11))
    assert rounds <= 4


@pytest.mark.parametrize("number", ["", "-1", "x", "²", "99999999999999999999"])
def test_nonsense_for_a_number_is_the_beginning(client, ticket, talk, reporter, number):
    said(ticket, reporter, "uno")
    client.force_login(reporter)
    part = client.get(reverse("community:conversation_follow", args=[talk.pk]), {"version": number})
    assert 'data-number="1"' in text_of(part)
    assert client.get(talk.get_absolute_url(), {"before": number}).status_code == 200


def test_muting_is_one_tap(client, talk, ticket, url, reporter, repairs):
    said(ticket, reporter)
    client.force_login(repairs)
    client.post(reverse("community:conversation_mute", args=[talk.pk]), {"on": "1"})
    assert ReadMark.objects.get(person=repairs).is_muted
    assert "Tell me of new messages again" in text_of(client.get(f"/en{url}"))


def test_with_ten_and_with_many_messages_it_costs_the_same(
    client, ticket, url, reporter, repairs, django_assert_max_num_queries
):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def cost(address):
        client.get(address)
        with CaptureQueriesContext(connection) as captured:
            client.get(address)
        return len(captured)

    client.force_login(repairs)
    for _ in range(10):
        said(ticket, reporter)
    few = cost(url), cost("/conversazioni/"), cost(ticket.get_absolute_url())
    talk = Conversation.objects.get()
    Message.objects.bulk_create(
        Message(
            conversation=talk,
            number=number,
            version=number,
            author=reporter,
            text="x",
            client_id=uuid.uuid4(),
        )
        for number in range(11, 1001)
    )
    Conversation.objects.update(last_number=1000, version=1000)
    for _ in range(10):
        said(ticket_in(reporter=reporter, area=ticket.area, text=f"Guasto {uuid.uuid4()}"), reporter)
    assert (cost(url), cost("/conversazioni/"), cost(ticket.get_absolute_url())) == few
    assert max(few) <= 20
