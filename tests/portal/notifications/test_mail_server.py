"""Mail over the wire: a server that refuses, hangs up, is away; workers that die beside it; addresses that lie."""

from __future__ import annotations

import random
from datetime import timedelta

import pytest
from django.core import mail
from django.db import connection
from django.utils import timezone, translation
from django.utils.translation import gettext
from django_tasks_db.models import DBTaskResult

from portal.events.dispatch import drain
from portal.events.models import Event
from portal.extensions import NotificationKind, declared
from portal.notifications.links import address_for
from portal.notifications.mail import deliver_email
from portal.notifications.models import Notification
from portal.tasks.background import wait_after
from portal.tasks.models import WorkerHeartbeat
from portal.tasks.reaper import SILENCE, reap
from portal.tasks.worker import work_off
from portal.testing.factories import UserFactory
from tests.harness.kills import KILLS, die, dies
from tests.portal.notifications import mail_server
from tests.portal.notifications.mail_server import HANGS_UP, REFUSALS, SWALLOWS


@pytest.fixture
def server(settings):
    with mail_server.running() as running:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", running.port
        settings.EMAIL_TIMEOUT = 5
        yield running


# For rules a transaction that is rolled back is enough; where workers die or race, the commits are real.
rolled_back = pytest.mark.django_db


@pytest.fixture
def anna():
    return UserFactory(display_name="Anna Rossi")


def mailed(told, anna, **reader) -> Notification:
    """The row of the e-mail that somebody new is told by."""
    event = told(anna, UserFactory(display_name="Bruno Bianchi", **reader))
    drain()
    return Notification.objects.get(event=event, channel="email")


def time_passes() -> None:
    """Long enough for dead workers to count as dead, and for what waits to be due."""
    ago = timezone.now() - SILENCE * 2
    DBTaskResult.objects.update(run_after=ago)
    DBTaskResult.objects.exclude(started_at=None).update(started_at=ago)
    WorkerHeartbeat.objects.update(at=ago)


def try_again(times: int = 20) -> None:
    for _ in range(times):
        time_passes()
        reap()
        work_off()


# -- a server that fails --------------------------------------------------------------------------------------------


@rolled_back
@pytest.mark.parametrize("how", [*REFUSALS, HANGS_UP])
def test_a_server_that_fails_gets_the_letter_later_and_once(server, told, anna, how):
    server.fails = [how, how]
    row = mailed(told, anna)

    work_off()
    row.refresh_from_db()
    assert (server.letters, row.sent_at) == ([], None)
    assert row.last_error.startswith("SMTP")
    try_again()

    (letter,) = server.letters
    assert letter.recipients == [row.person.email]
    row.refresh_from_db()
    assert (row.attempts, row.last_error) == (3, "")
    assert row.sent_at is not None
    assert server.connections == 3


@rolled_back
@pytest.mark.parametrize("how", [*REFUSALS, HANGS_UP])
def test_what_went_wrong_is_noted_without_naming_anybody(server, told, anna, caplog, how):
    """A server's words repeat the address: they stand in no log, no result of a task and no row."""
    server.fails = [how]
    row = mailed(told, anna)

    work_off()

    row.refresh_from_db()
    (result,) = DBTaskResult.objects.all()
    code = REFUSALS[how][:3].decode() if how in REFUSALS else ""
    for text in (row.last_error, result.traceback, caplog.text):
        assert "SMTP" in text
        assert code in text
        assert row.person.email not in text
        assert "bruno" not in text


@rolled_back
def test_a_server_that_is_away_gets_it_when_it_is_back(server, told, anna, settings):
    settings.EMAIL_PORT = 1
    row = mailed(told, anna)
    work_off()
    row.refresh_from_db()
    assert row.last_error == "ConnectionRefusedError"

    settings.EMAIL_PORT = server.port
    try_again(2)

    assert len(server.letters) == 1
    try_again(2)
    assert len(server.letters) == 1


def test_a_server_may_be_away_for_a_day(monkeypatch):
    monkeypatch.setattr(random, "uniform", min)  # each wait as short as chance may make it
    attempts = deliver_email.attempts

    shortest = sum((wait_after(attempt) for attempt in range(1, attempts)), timedelta())

    assert shortest > timedelta(hours=18)


@rolled_back
def test_a_letter_whose_receipt_was_lost_comes_again_under_the_same_number(server, told, anna):
    """Nobody can know whether it arrived: the mailbox can, by the Message-ID."""
    server.fails = [SWALLOWS]
    mailed(told, anna)

    try_again(3)

    assert len(server.letters) == 2
    assert len({letter["Message-ID"] for letter in server.letters}) == 1


@rolled_back
def test_one_that_cannot_be_delivered_keeps_no_other_waiting(server, told, anna):
    server.fails = ["at the recipient"]
    mailed(told, anna)
    mailed(told, anna)

    work_off()

    assert len(server.letters) == 1


def test_no_transaction_is_open_while_the_mail_server_takes_its_time(
    committed_db, server, told, anna, monkeypatch
):
    """On SQLite nobody else could write meanwhile."""
    open_transactions = []
    send = mail.EmailMultiAlternatives.send

    def look_and_send(message, *args, **kwargs):
        open_transactions.append(connection.in_atomic_block)
        return send(message, *args, **kwargs)

    monkeypatch.setattr(mail.EmailMultiAlternatives, "send", look_and_send)
    mailed(told, anna)

    work_off()

    assert (open_transactions, len(server.letters)) == ([False], 1)


# -- workers that die -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("step", "letters"),
    [("before the letter is sent", 1), ("when it is sent", 2), ("when that is noted", 1)],
)
def test_a_worker_dies_and_the_letter_is_sent_all_the_same(committed_db, server, told, anna, step, letters):
    def a_worker():
        if step == "before the letter is sent":
            mail.EmailMultiAlternatives.send = die
        elif step == "when it is sent":
            Notification.attempt_succeeded = die
        else:
            DBTaskResult.set_successful = die
        work_off()

    for _ in range(KILLS):
        server.letters.clear()
        row = mailed(told, anna)

        assert dies(a_worker)
        try_again(2)

        row.refresh_from_db()
        assert row.sent_at is not None
        assert len(server.letters) == letters
        assert {letter["Message-ID"] for letter in server.letters} == {row.message_id}


def test_workers_that_race_write_each_letter_once(server, races, told):
    anna = UserFactory(display_name="Anna Rossi")
    rows = []
    for _ in range(races.rounds // 5):
        rows += [mailed(told, anna) for _ in range(2)]
        races.together(work_off, work_off, work_off)

    assert sorted(letter["Message-ID"] for letter in server.letters) == sorted(row.message_id for row in rows)


# -- what the letter says -------------------------------------------------------------------------------------------

HEADERS = {
    "Content-Type", "MIME-Version", "Subject", "From", "To", "Date", "Message-ID", "Auto-Submitted",
    "List-Unsubscribe", "List-Unsubscribe-Post",
}  # fmt: skip


def bare(letter, row) -> tuple:
    """What a letter says beside whom it goes to, which number it leads to, and the same number signed."""
    html, text = (letter.get_body((kind,)).get_content() for kind in ("html", "plain"))
    words = (letter["Subject"], letter["From"], text, html)
    words = (word.replace(f"/notifiche/{row.pk}/", "/notifiche/N/") for word in words)
    link = address_for(row).rstrip("/").rpartition("/")[2]
    return tuple(word.replace(link, "LINK") for word in words)


@rolled_back
def test_a_letter_is_the_same_whatever_it_is_about(server, anna, told, monkeypatch):
    """So nothing of the fact can be in it: neither in the subject nor in what a locked phone shows of the text."""
    monkeypatch.setattr(Notification, "reason_to_drop", lambda row: "")  # these facts never happened
    letters = []
    for kind in declared(NotificationKind):
        event = Event.objects.create(
            kind=kind.key, target=anna, actor=anna, data={"building": 1, "person": 1}
        )
        reader = UserFactory(display_name=f"Reader of {kind.key}")
        row = Notification.objects.create(event=event, person=reader, channel="email")
        deliver_email.call(row.pk)
        letter = server.letters[-1]
        assert set(letter.keys()) == HEADERS
        assert letter["To"] == reader.email
        letters.append(bare(letter, row))

    assert len(letters) >= 5
    assert len(set(letters)) == 1
    with translation.override("it"):
        assert letters[0][0] == gettext("News for you on %(site)s") % {"site": "Abitare"}


@rolled_back
@pytest.mark.parametrize("language", ["it", "en", "ar"])
def test_it_speaks_the_readers_language_whoever_sends_it(server, told, anna, language):
    with translation.override("en" if language != "en" else "it"):
        row = mailed(told, anna, language=language)
        work_off()

    (letter,) = server.letters
    with translation.override(language):
        assert letter["Subject"] == gettext("News for you on %(site)s") % {"site": "Abitare"}
        first_line = gettext("There is news for you. Open this link to read it:")
        assert row.get_absolute_url() in letter.get_body(("plain",)).get_content()
    for kind in ("plain", "html"):
        assert first_line in letter.get_body((kind,)).get_content()
    if language != "en":
        assert first_line != "There is news for you. Open this link to read it:", "it is translated"


# -- addresses and names that lie -----------------------------------------------------------------------------------


@rolled_back
@pytest.mark.parametrize(
    "address",
    [
        "bruno@abitare.example\nBcc: evil@evil.example",
        "bruno@abitare.example\r\nSubject: Your password",
        "bruno@abitare.example, evil@evil.example",
        "bruno@abitare.example>\r\nRCPT TO:<evil@evil.example",
        "Anna <evil@evil.example>, bruno@abitare.example",
    ],
)
def test_an_address_that_brings_more_than_itself_gets_no_letter(server, told, anna, address):
    """No form takes it; whoever writes into the table all the same makes nobody else's letter of it."""
    row = mailed(told, anna)
    type(anna).objects.filter(pk=row.person_id).update(email=address)

    try_again(3)

    assert server.letters == []
    row.refresh_from_db()
    assert row.sent_at is None
    assert row.last_error in ("BadHeaderError", "ValueError", "HeaderParseError")
    assert "evil" not in row.last_error


@rolled_back
@pytest.mark.parametrize("name", ["Abitare\nBcc: evil@evil.example", "Abitare\r\n\r\nYour password"])
def test_a_name_of_the_portal_that_brings_more_than_itself_sends_nothing(server, told, anna, settings, name):
    settings.PORTAL_NAME = name
    mailed(told, anna)

    try_again(3)

    assert server.letters == []


@rolled_back
def test_names_of_people_stand_in_no_header(server, told, anna):
    anna.display_name = "Anna\nBcc: evil@evil.example"
    anna.save()
    mailed(told, anna)

    work_off()

    (letter,) = server.letters
    assert set(letter.keys()) == HEADERS
    assert "evil" not in letter.as_string()
