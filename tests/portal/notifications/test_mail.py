"""Mail says that there is news and not which, once, in the reader's language; and is tried again."""

import smtplib
from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone, translation
from django_tasks_db.models import DBTaskResult

from portal.events.dispatch import drain
from portal.notifications.mail import deliver_email
from portal.notifications.models import Notification
from portal.tasks.worker import work_off
from portal.testing.factories import UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def anna():
    return UserFactory(display_name="Anna Rossi")


def mailed(told, anna, **reader):
    """The row of the e-mail that somebody new is told by."""
    event = told(anna, UserFactory(display_name="Bruno Bianchi", **reader))
    drain()
    return Notification.objects.get(event=event, channel="email")


def try_all():
    for _ in range(20):
        DBTaskResult.objects.update(run_after=timezone.now() - timedelta(seconds=1))
        work_off()


def test_a_mail_goes_out_and_says_where_to_read(told, anna, mailoutbox):
    row = mailed(told, anna)

    work_off()

    (message,) = mailoutbox
    row.refresh_from_db()
    assert message.to == [row.person.email]
    assert f"/notifiche/{row.pk}/" in message.body
    assert row.sent_at is not None
    assert row.attempts == 1


def test_nothing_private_leaves_the_portal(told, anna, mailoutbox):
    mailed(told, anna)
    work_off()

    (message,) = mailoutbox
    (html, _), *_ = message.alternatives
    for text in (message.subject, message.body, html):
        for secret in ("private", "Anna", "Rossi", "Bruno", "Bianchi"):
            assert secret not in text


@pytest.mark.parametrize(
    ("language", "prefix", "direction"), [("it", "", "ltr"), ("en", "/en", "ltr"), ("ar", "/ar", "rtl")]
)
def test_it_speaks_the_readers_language(told, anna, mailoutbox, settings, language, prefix, direction):
    with translation.override("en"):
        row = mailed(told, anna, language=language)
        work_off()

    (message,) = mailoutbox
    (html, _), *_ = message.alternatives
    address = f"{settings.WAGTAILADMIN_BASE_URL}{prefix}/notifiche/{row.pk}/"
    assert address in message.body
    assert f'lang="{language}" dir="{direction}"' in html
    assert f'href="{address}"' in html


def test_two_readers_are_written_to_apart(told, anna, mailoutbox):
    told(anna, [UserFactory(), UserFactory()])
    drain()
    work_off()

    assert [len(message.recipients()) for message in mailoutbox] == [1, 1]


@pytest.fixture
def mail_server(monkeypatch):
    """A mail server that refuses as long as it is told to; keeps the Message-IDs that it saw."""

    class Server:
        refuses = 0
        seen = []

        def send(self, message, *args, **kwargs):
            self.seen.append(message.extra_headers["Message-ID"])
            if self.refuses:
                self.refuses -= 1
                raise smtplib.SMTPDataError(451, b"greylisted: bruno@abitare.example, come back")
            return 1

    server = Server()
    server.seen = []
    monkeypatch.setattr(
        mail.EmailMultiAlternatives, "send", lambda message, *args, **kwargs: server.send(message)
    )
    return server


def test_a_refused_mail_is_tried_again_with_the_same_message_id(told, anna, mail_server):
    mail_server.refuses = 2
    row = mailed(told, anna)

    try_all()

    row.refresh_from_db()
    assert len(mail_server.seen) == 3
    assert len(set(mail_server.seen)) == 1
    assert row.attempts == 3
    assert row.sent_at is not None
    assert row.last_error == ""


def test_after_the_last_attempt_it_stays_unsent_and_says_why(told, anna, mail_server):
    mail_server.refuses = 1000
    row = mailed(told, anna)

    try_all()

    row.refresh_from_db()
    assert len(mail_server.seen) == deliver_email.attempts
    assert row.sent_at is None
    assert row.last_error == "SMTPDataError 451", "and no address, which the server's words repeat"


def test_the_person_hears_in_the_portal_that_mail_does_not_reach_them(told, anna, mail_server, client):
    row = mailed(told, anna)
    client.force_login(row.person, backend="portal.people.backends.EmailBackend")
    assert (
        "/account/" not in client.get("/notifiche/").content.decode().split('id="inbox"')[0].split("<h1>")[1]
    )
    mail_server.refuses = 1000
    try_all()

    assert row.last_error == ""
    page = client.get("/notifiche/").content.decode()
    assert "/account/" in page.split("<h1>")[1].split('id="inbox"')[0]


def test_who_closed_the_account_meanwhile_is_not_written_to(told, anna, mailoutbox):
    row = mailed(told, anna)
    row.person.close_account(by=None)

    work_off()

    assert mailoutbox == []


def test_two_tasks_for_one_row_send_once(told, anna, mailoutbox):
    row = mailed(told, anna)
    deliver_email.enqueue(row.pk)

    work_off()

    assert len(mailoutbox) == 1


def test_an_attempt_belongs_to_one_worker(told, anna):
    row = mailed(told, anna)
    same = Notification.objects.get(pk=row.pk)

    assert row.begin_attempt()
    assert not same.begin_attempt()


def test_a_notification_that_is_gone_is_no_error(told, anna, mailoutbox):
    mailed(told, anna)
    Notification.objects.all().delete()

    work_off()

    assert not DBTaskResult.objects.exclude(status="SUCCESSFUL").exists()
    assert mailoutbox == []
