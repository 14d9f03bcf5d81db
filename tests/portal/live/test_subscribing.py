"""Who may open the socket, what they may ask it, and what it never says."""

from __future__ import annotations

import json
import time
from socket import SHUT_RDWR

import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus

from portal.extensions import LiveTopic
from portal.live import consumer
from portal.live.consumer import MISUNDERSTOOD, MOST_MESSAGES, MOST_SOCKETS, MOST_TOPICS, TOO_MUCH
from portal.live.watch import SIGNED_OUT
from portal.testing.factories import UserFactory
from tests.portal.live.sockets import (
    BINARY,
    CONTINUATION,
    TEXT,
    about,
    ask,
    end_of,
    frame,
    hear,
    is_quiet,
    refused,
    say,
    sockets_kept_for,
    write_about,
)

# -- the way in -----------------------------------------------------------------------------------------------------


def test_a_visitor_is_told_to_sign_in_and_nothing_else(portal):
    with portal.browser_of(None).socket() as opened, pytest.raises(ConnectionClosed) as closed:
        opened.recv(timeout=5)

    assert closed.value.rcvd.code == SIGNED_OUT


def test_a_session_that_somebody_made_up_is_a_visitors(portal, note):
    with portal.browser_of(None).socket(Cookie="sessionid=abcdefghijklmnopqrstuvwxyz012345") as opened:
        assert end_of(opened) == SIGNED_OUT


@pytest.mark.parametrize(
    "origin",
    [
        None,
        "",
        "null",
        "http://evil.example",
        "http://{address}.evil.example",
        "http://evil.example/{address}",
        "http://evil.example#http://{address}",
        "http://localhost@evil.example",
        "http://localhost",
        "http://localhost:1",
        "http://127.0.0.1:{port}",
        "https://{address}",
        "{address}",
        "//{address}",
    ],
)
def test_a_page_of_anybody_elses_opens_no_socket_with_our_session(portal, anna, origin):
    """The browser sends the cookies along; whose page it is stands in the Origin, to the port."""
    browser = portal.browser_of(anna)
    if origin:
        origin = origin.format(address=browser.address, port=browser.address.partition(":")[2])

    with pytest.raises(InvalidStatus) as answer:
        browser.socket(origin=origin)

    assert answer.value.response.status_code == 403


def test_a_name_that_somebody_else_has_for_this_machine_opens_no_socket(portal, anna):
    """A page of evil.example whose name leads here today: its origin and its host agree, and are not ours."""
    browser = portal.browser_of(anna)
    port = browser.address.partition(":")[2]

    with pytest.raises(InvalidStatus) as answer:
        browser.socket(origin=f"http://evil.example:{port}", host=f"evil.example:{port}")

    assert answer.value.response.status_code == 403


def test_behind_a_proxy_that_ends_tls_the_origin_is_https(portal, anna, settings):
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    browser = portal.browser_of(anna)

    with browser.socket(origin=f"https://{browser.address}", **{"X-Forwarded-Proto": "https"}) as opened:
        assert is_quiet(opened, 0.1)
    with pytest.raises(InvalidStatus):
        browser.socket(origin=f"http://{browser.address}", **{"X-Forwarded-Proto": "https"})


def test_a_trusted_origin_opens_the_socket(portal, anna, settings):
    settings.CSRF_TRUSTED_ORIGINS = ["https://abitare.example"]

    with portal.browser_of(anna).socket(origin="https://abitare.example") as opened:
        assert is_quiet(opened, 0.1)


@pytest.mark.parametrize("path", ["/", "/ws", "/ws/x/", "/en/ws/", "/admin/"])
def test_there_is_one_address(portal, anna, path):
    with pytest.raises(InvalidStatus) as answer:
        portal.browser_of(anna).socket(path=path)

    assert answer.value.response.status_code == 403


# -- asking ---------------------------------------------------------------------------------------------------------


def test_who_subscribes_learns_where_the_topic_stands_and_then_each_step(portal, note, anna):
    hers = portal.socket_of(anna)

    assert ask(hers, about(anna)) == {"topic": about(anna), "event": 0}
    first, second = write_about(anna), None
    assert hear(hers) == {"topic": about(anna), "event": first.pk}
    second = write_about(anna)
    assert hear(hers) == {"topic": about(anna), "event": second.pk}


def test_a_foreign_topic_an_unknown_one_and_one_that_stumbles_are_refused_alike(portal, note, anna, bruno):
    refused.add(anna.pk)
    hers = portal.socket_of(anna)
    topics = [about(bruno), f"{note}:999999", f"{note}:stumble", f"{note}:", note, "no.such.topic:1", ":", ""]

    assert [ask(hers, topic) for topic in topics] == [{"refused": topic} for topic in topics]
    write_about(bruno)
    assert is_quiet(hers)


def test_a_refused_topic_moves_without_a_word(quick_watch, portal, note, anna, bruno):
    hers = portal.socket_of(anna, about(anna))
    refused.add(anna.pk)
    assert ask(hers, about(bruno)) == {"refused": about(bruno)}

    write_about(bruno)

    assert is_quiet(hers, 3 * quick_watch), "neither by hint nor by the watch"


def test_who_may_watch_no_longer_hears_no_more_though_no_right_of_theirs_was_taken(
    portal, note, anna, bruno, monkeypatch
):
    """A tenancy ends with a day and a ticket is given to somebody else: that closes no socket."""
    monkeypatch.setattr(consumer, "BELIEVED", 0)
    hers = portal.socket_of(anna, about(bruno))
    refused.add(anna.pk)

    write_about(bruno)

    assert hear(hers) == {"refused": about(bruno)}
    write_about(bruno)
    assert is_quiet(hers)


def test_who_unsubscribes_hears_no_more(portal, note, anna, bruno):
    hers = portal.socket_of(anna, about(anna), about(bruno))
    say(hers, {"unsubscribe": about(anna)})
    say(hers, {"unsubscribe": about(anna)})
    assert ask(hers, "no:topic") == {"refused": "no:topic"}, "what was said before has been done"

    write_about(anna)
    write_about(bruno)

    assert hear(hers)["topic"] == about(bruno)
    assert is_quiet(hers)


def test_a_message_carries_a_topic_and_a_number_and_no_content(portal, note, anna, bruno, declare):
    """Whatever the fact is about: who wants to know more asks the page, which asks who is asking."""
    declare(
        LiveTopic(
            key="tests.everything",
            kinds=("*",),
            identifiers=lambda event: ["all"],
            allows=lambda user, identifier: identifier == "all",
        )
    )
    hers = portal.socket_of(anna, about(bruno), f"portal.inbox:{anna.pk}", "tests.everything:all")
    topics = {about(bruno), "tests.everything:all"}
    write_about(bruno)
    bruno.change_email("geheim@abitare.example", by=anna)
    UserFactory().give_role("portal.editor", by=bruno)

    while topics:
        words = hers.recv(timeout=5)
        message = json.loads(words)
        assert message.keys() == {"topic", "event"}
        assert type(message["event"]) is int
        assert not any(name in words for name in ("Anna", "Bruno", "geheim", "editor", "written"))
        topics.discard(message["topic"])


# -- what is none of our messages -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "message",
    [
        "",
        "hello",
        "null",
        "[]",
        "1",
        "{}",
        '{"subscribe": null}',
        '{"subscribe": 1}',
        '{"subscribe": ["tests.note:1"]}',
        '{"subscribe": {"$ne": 1}}',
        '{"subscribe": "tests.note:1", "seen": "1"}',
        '{"subscribe": "tests.note:1", "seen": 1.5}',
        '{"subscribe": "tests.note:1", "seen": true}',
        '{"subscribe": "tests.note:1", "seen": NaN}',
        '{"subscribe": "tests.note:\\u0000"}',
        '{"subscribe": "tests.note:\\ud800"}',
        '{"unsubscribe": "tests.note:\\ud800"}',
        '{"subscribe": "' + "a" * 121 + '"}',
        '{"subscribe": "tests.note:1", "more": "' + "a" * 1000 + '"}',
        "[" * 1000,
        "{" * 1024,
        '{"seen": ' + "9" * 1000 + "}",
        b'{"subscribe": "tests.note:1"}',
    ],
    ids=lambda message: repr(message[:40]),
)
def test_what_is_none_of_our_messages_ends_the_socket(portal, note, anna, caplog, message):
    hers = portal.socket_of(anna)

    say(hers, message)

    assert end_of(hers) == MISUNDERSTOOD
    assert sockets_kept_for(anna) == 0
    assert not caplog.records, "what strangers write fills no log"


def test_a_number_that_nothing_will_ever_reach_is_the_clients_own_loss(portal, note, anna):
    hers = portal.socket_of(anna)
    say(hers, {"subscribe": about(anna), "seen": 10**60})

    write_about(anna)

    assert is_quiet(hers)


@pytest.mark.parametrize(
    "frames",
    [
        [frame(TEXT, b"x" * 4097)],
        [frame(TEXT, b"x" * 3000, last=False), frame(CONTINUATION, b"x" * 3000)],
        [frame(TEXT, b"x", last=False), *[frame(CONTINUATION, b"", last=False)] * 5000],
        [frame(BINARY, b"x" * 60_000)],
    ],
    ids=["in one piece", "in two", "in empty ones", "bytes"],
)
def test_a_message_that_is_too_long_ends_the_socket_before_it_is_read(portal, note, anna, frames):
    with portal.browser_of(anna).bare_socket() as bare:
        bare.sendall(b"".join(frames))

        answer = bare.recv(100)

    assert answer[0] == 0x88, "a closing frame"
    assert int.from_bytes(answer[2:4], "big") == 1009
    assert sockets_kept_for(anna) == 0


# -- too much -------------------------------------------------------------------------------------------------------


def test_a_socket_watches_so_many_topics_and_no_more(portal, note, anna):
    hers = portal.socket_of(anna, *(f"{note}:{number}" for number in range(1000, 1000 + MOST_TOPICS)))

    assert ask(hers, about(anna)) == {"refused": about(anna)}
    assert "event" in ask(hers, f"{note}:1000"), "what it watches already may be asked again"
    say(hers, {"unsubscribe": f"{note}:1000"})
    assert "event" in ask(hers, about(anna))
    write_about(anna)
    assert hear(hers)["topic"] == about(anna)


def test_refused_topics_are_not_counted(portal, note, anna):
    hers = portal.socket_of(anna)
    for number in range(MOST_TOPICS + 5):
        ask(hers, f"no.such.topic:{number}")

    assert "event" in ask(hers, about(anna))


def test_who_says_too_much_is_not_listened_to(portal, note, anna, bruno):
    hers, his = portal.socket_of(anna), portal.socket_of(bruno)

    for number in range(MOST_MESSAGES + 1):
        say(hers, {"unsubscribe": f"no.such.topic:{number}"})

    assert end_of(hers) == TOO_MUCH
    assert ask(his, about(anna))["event"] == 0, "others are"


def test_so_many_messages_are_none_too_many(portal, note, anna):
    hers = portal.socket_of(anna)

    for number in range(MOST_MESSAGES - 1):
        say(hers, {"unsubscribe": f"no.such.topic:{number}"})

    assert ask(hers, about(anna))["event"] == 0


def test_a_person_has_so_many_sockets_and_no_more(portal, note, anna, bruno):
    browser = portal.browser_of(anna)
    opened = [portal.socket_of(anna, browser=browser) for _ in range(MOST_SOCKETS)]
    assert ask(opened[-1], about(anna))["event"] == 0

    with browser.socket() as one_more:
        assert end_of(one_more) == TOO_MUCH
    assert ask(portal.socket_of(bruno), about(anna))["event"] == 0, "others are not meant"

    opened[0].close()
    deadline = time.monotonic() + 5
    while True:
        with browser.socket() as one_more:
            say(one_more, {"subscribe": about(anna)})
            if end_of(one_more, within=0.2) is None:
                break
        assert time.monotonic() < deadline, "a place that became free is given again"


@pytest.mark.parametrize("way", ["without a word", "while it is told something"])
def test_sockets_that_went_away_are_forgotten(portal, note, anna, way):
    """A phone goes out of reach or opens the next page: what is left behind must not use up the person's sockets."""
    browser = portal.browser_of(anna)
    for _ in range(5):
        opened = portal.socket_of(anna, about(anna), browser=browser)
        if way == "while it is told something":
            for _ in range(5):
                write_about(anna)
        opened.socket.shutdown(SHUT_RDWR)

    assert sockets_kept_for(anna) == 0
