"""The task worker is killed at each step of a delivery: nothing is lost, and nothing comes twice that need not.

Real processes, killed with SIGKILL. What outside providers have taken is kept in this process (mail, pushes) and in a
file (text messages): they do not die with the worker.
"""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from portal.events import dispatch, record
from portal.extensions import NotificationKind
from portal.notifications import schedules, sink, sms
from portal.notifications.mail import deliver_email
from portal.notifications.models import Notification
from portal.notifications.preferences import choose_for_all
from portal.notifications.push import hosts as push_hosts
from portal.notifications.push.models import PushSubscription
from portal.notifications.schedules import hand_over
from portal.notifications.times import NotificationTimes
from portal.people.models import User
from portal.tasks import worker
from portal.tasks.background import BackgroundTask
from portal.tasks.models import WorkerHeartbeat
from portal.tasks.reaper import SILENCE, reap
from portal.tasks.worker import work_off
from portal.testing.factories import UserFactory
from tests.harness.kills import KILLS, die, dies
from tests.portal.notifications import mail_server
from tests.portal.notifications.push_service import Browser


class BookSender:
    """A provider of text messages that writes into a book what it took, whoever dies afterwards."""

    book = Path()

    def send(self, message) -> None:
        with self.book.open("a") as lines:
            lines.write(f"{message.reference}\n")


@pytest.fixture
def letters(settings):
    """The Message-IDs that a mail server has taken, as they come."""
    with mail_server.running() as server:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
        yield lambda: [letter["Message-ID"] for letter in server.letters]


@pytest.fixture
def texts(settings, tmp_path, monkeypatch):
    """The references of the text messages that a provider has taken."""
    settings.PORTAL_SMS_SENDER = "tests.portal.notifications.test_killed.BookSender"
    settings.PORTAL_SMS_PER_DAY = 1
    book = tmp_path / "book"
    book.touch()
    monkeypatch.setattr(BookSender, "book", book)
    return lambda: book.read_text().split()


@pytest.fixture
def kind(committed_db, declare, note_kind):
    declare(
        NotificationKind(
            key=note_kind,
            recipients=lambda event: User.objects.filter(pk=event.data["reader"]),
            title=lambda event: "News",
            url=lambda event: "/casa/",
        )
    )
    return note_kind


def time_passes() -> None:
    """Long enough for dead workers to count as dead, and for what waits to be due."""
    ago = timezone.now() - SILENCE * 2
    DBTaskResult.objects.update(run_after=ago)
    DBTaskResult.objects.exclude(started_at=None).update(started_at=ago)
    WorkerHeartbeat.objects.update(at=ago)


def others_come() -> None:
    """Workers that live: they reap, hand over what is due and do what there is, until there is nothing."""
    for _ in range(3):
        time_passes()
        reap()
        dispatch.drain()
        hand_over()
        work_off()


def after(owner, name: str) -> None:
    """Die when this has been done, and nothing after it."""
    original = getattr(owner, name)

    def done_and_dead(*args, **kwargs):
        original(*args, **kwargs)
        die()

    setattr(owner, name, done_and_dead)


# The steps in their order, how this process dies at each, and whether the provider has taken it already.
STEPS = {
    "claimed, and not begun": (lambda: setattr(worker.Worker, "run_task", die), False),
    "begun, and nothing asked": (lambda: setattr(Notification, "reason_to_drop", die), False),
    "asked, and not counted": (lambda: setattr(Notification, "begin_attempt", die), False),
    "counted, and not handed over": (lambda: after(Notification, "begin_attempt"), False),
    "being handed over": (
        lambda: (setattr(mail.EmailMessage, "send", die), setattr(sms, "send_sms", die)),
        False,
    ),
    "taken, and not noted": (lambda: setattr(Notification, "attempt_succeeded", die), True),
    "noted, and the task not ended": (lambda: setattr(DBTaskResult, "set_successful", die), False),
    "the task ended": (lambda: after(DBTaskResult, "set_successful"), False),
}


@pytest.mark.parametrize("channel", ["email", "sms"])
@pytest.mark.parametrize("step", STEPS)
def test_a_worker_is_killed_at_a_step_of_a_delivery(kind, letters, texts, channel, step):
    kill, taken = STEPS[step]
    taken_before = 0
    for number in range(KILLS):
        reader = UserFactory(
            email=f"reader{number}@abitare.example" if channel == "email" else None,
            phone=f"+39020000{number:04}" if channel == "sms" else None,
        )
        choose_for_all(reader, "sms", is_on=True)
        event = record(kind, reader, reader=reader.pk)
        row = Notification.objects.get(event=event, channel=channel)

        assert dies(lambda: (kill(), work_off()))
        others_come()

        row.refresh_from_db()
        assert row.sent_at is not None, "nothing is lost"
        assert row.dropped == ""
        assert Notification.objects.filter(event=event, channel="inbox").count() == 1
        took = letters() if channel == "email" else texts()
        number_of_it = row.message_id if channel == "email" else row.reference
        again = took[taken_before:]
        assert again == [number_of_it] * (2 if taken else 1)
        taken_before = len(took)


# -- to several devices of one person ---------------------------------------------------------------------------------

# How this process dies, and how often the first device and the second are told in the end. A device is noted by itself:
# only the one whose service had taken it when the worker died, before that was noted, hears it again.
PUSH_STEPS = {
    "claimed, and not begun": (lambda: setattr(worker.Worker, "run_task", die), (1, 1)),
    "begun, and nothing asked": (lambda: setattr(Notification, "reason_to_drop", die), (1, 1)),
    "counted, and not handed over": (lambda: after(Notification, "begin_attempt"), (1, 1)),
    "being handed over": (lambda: setattr(push_hosts, "post", die), (1, 1)),
    "taken for the first, and not noted": (lambda: setattr(PushSubscription, "succeeded", die), (2, 1)),
    "noted for the first, the second not begun": (lambda: after(PushSubscription, "succeeded"), (1, 1)),
    "taken for the second, and not noted": (lambda: at_the_second(PushSubscription, "succeeded"), (1, 2)),
    "all told, and that not noted": (lambda: setattr(Notification, "attempt_succeeded", die), (1, 1)),
    "noted, and the task not ended": (lambda: setattr(DBTaskResult, "set_successful", die), (1, 1)),
    "the task ended": (lambda: after(DBTaskResult, "set_successful"), (1, 1)),
}


def at_the_second(owner, name: str) -> None:
    """Do it once; die instead of doing it again."""
    original = getattr(owner, name)

    def once(*args, **kwargs):
        setattr(owner, name, die)
        return original(*args, **kwargs)

    setattr(owner, name, once)


def device_of(reader, name: str) -> Browser:
    """A browser of theirs that is told, where they are signed in."""
    there = Client()
    there.force_login(reader, backend="portal.people.backends.EmailBackend")
    screen = Browser(f"https://push.example/{name}")
    PushSubscription.subscribe(reader, there.session.session_key, **screen.fields)
    return screen


@pytest.mark.parametrize("step", PUSH_STEPS)
def test_a_worker_is_killed_while_it_tells_two_devices(kind, service, step):
    kill, times = PUSH_STEPS[step]
    for number in range(KILLS):
        service.sent.clear()
        reader = UserFactory(email=None)
        screens = [device_of(reader, f"{name}-{number}") for name in ("first", "second")]
        choose_for_all(reader, "push", is_on=True)
        event = record(kind, reader, reader=reader.pk)
        row = Notification.objects.get(event=event, channel="push")

        assert dies(lambda: (kill(), work_off()))
        others_come()

        row.refresh_from_db()
        assert row.sent_at is not None, "nothing is lost"
        assert row.dropped == ""
        assert Notification.objects.filter(event=event, channel="inbox").count() == 1
        paths = [path for path, *_ in service.sent]
        assert (paths.count(f"/first-{number}"), paths.count(f"/second-{number}")) == times
        assert len(paths) == sum(times)
        # By these a service and a screen put a repetition in the place of the first.
        assert len({headers["topic"] for _, headers, _ in service.sent}) == 1
        of = dict(zip(("first", "second"), screens, strict=True))
        read = [of[path[1:].partition("-")[0]].read(body) for path, _, body in service.sent]
        assert {message["tag"] for message in read} == {f"news-{row.pk}"}


# -- before there is a task -----------------------------------------------------------------------------------------

FIRST_STEPS = {
    "the rows are written, and not ordered": lambda: setattr(BackgroundTask, "enqueue_each", die),
    "some are ordered": lambda: after(BackgroundTask, "enqueue_each"),
    "whom it is for is being asked": lambda: setattr(sink, "ways_for", die),
}


@pytest.mark.parametrize("step", FIRST_STEPS)
def test_a_process_is_killed_while_it_orders(kind, letters, texts, step):
    for number in range(KILLS):
        before = len(letters()), len(texts())
        reader = UserFactory(phone=f"+39020000{number:04}")
        choose_for_all(reader, "sms", is_on=True)

        def state(reader=reader):
            FIRST_STEPS[step]()
            record(kind, reader, reader=reader.pk)

        assert dies(state)
        others_come()

        rows = Notification.objects.filter(person=reader)
        assert sorted(rows.values_list("channel", flat=True)) == ["email", "inbox", "sms"]
        assert not rows.outside().filter(sent_at=None).exists()
        assert (len(letters()), len(texts())) == (before[0] + 1, before[1] + 1)


# -- what was held --------------------------------------------------------------------------------------------------

HELD_STEPS = {
    "what is due is being read": lambda: setattr(schedules, "_has_gone", die),
    "what it carries is noted": lambda: setattr(BackgroundTask, "enqueue_each", die),
    "it is ordered, and the transaction open": lambda: after(BackgroundTask, "enqueue_each"),
    "it is ordered": lambda: after(schedules, "_hand_over"),
}


@pytest.mark.parametrize("step", HELD_STEPS)
def test_a_worker_is_killed_while_it_hands_over_a_digest(kind, letters, texts, step):
    for number in range(KILLS):
        before = len(letters())
        reader = UserFactory(email=f"reader{number}@abitare.example")
        NotificationTimes(person=reader, digest_at=18, is_quiet=False).choose()
        for _ in range(3):
            record(kind, reader, reader=reader.pk)
        rows = Notification.objects.filter(person=reader).outside()
        rows.update(due_at=timezone.now() - timedelta(minutes=1))

        assert dies(lambda: (HELD_STEPS[step](), hand_over()))
        others_come()

        assert not rows.filter(sent_at=None).exists(), "nothing is lost"
        assert len(letters()) == before + 1, "one mail for all three"


# -- given up -------------------------------------------------------------------------------------------------------


def test_a_worker_that_is_killed_at_each_attempt_is_seen_by_the_staff(kind, letters):
    """Nothing wrote down what went wrong: the delivery has no order that lives, and that shows."""
    reader = UserFactory()
    event = record(kind, reader, reader=reader.pk)
    row = Notification.objects.get(event=event, channel="email")
    deaths = 0
    for _ in range(deliver_email.attempts + 1):
        deaths += dies(lambda: (setattr(mail.EmailMessage, "send", die), work_off()))
        time_passes()
        reap()
        time_passes()

    row.refresh_from_db()
    assert row in Notification.objects.given_up()
    assert row.sent_at is None
    assert row.attempts == deaths == deliver_email.attempts
    assert letters() == []
