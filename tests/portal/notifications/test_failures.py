"""What did not arrive: the staff sees it, why, and tries again; the person hears of it in the portal."""

import uuid
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation
from django.utils.html import strip_tags
from django_tasks_db.models import DBTaskResult

from portal.events.models import Event
from portal.extensions import EventKind
from portal.notifications.failures import causes, count, waiting
from portal.notifications.mail import deliver_email
from portal.notifications.models import Notification
from portal.notifications.orders import try_again, try_all_again
from portal.notifications.preferences import choose_for_all
from portal.notifications.reasons import AWAY, CUT_OFF
from portal.tasks import mail as tasks_mail
from portal.tasks.sms import MemorySender
from portal.tasks.worker import work_off
from portal.templatetags.ui import when
from portal.testing.factories import UserFactory

pytestmark = pytest.mark.django_db

BACKEND = "portal.people.backends.EmailBackend"
PAGE = "/en/notifiche/mancate/"


@pytest.fixture
def news(declared_kind):
    return declared_kind("tests.news")


@pytest.fixture
def bruno():
    return UserFactory(language="en", display_name="Bruno Bianchi", phone="+390200000901")


@pytest.fixture
def admin(client):
    person = UserFactory(language="en")
    person.give_role("portal.administrator", by=None)
    client.force_login(person, backend=BACKEND)
    return client


@pytest.fixture
def server(monkeypatch):
    """Mail and messages that are refused as long as `server.away` is true."""

    class Server:
        away = True

        def refuse_or(self, send):
            def act(*args, **kwargs):
                if self.away:
                    raise ConnectionRefusedError("bruno@abitare.example")
                return send(*args, **kwargs)

            return act

    server = Server()
    for owner in (tasks_mail.EmailMessage, MemorySender):
        monkeypatch.setattr(owner, "send", server.refuse_or(owner.send))
    return server


@pytest.fixture
def failed(tell, news, server):
    """`failed(bruno)`: news that could not be sent by mail; with `for_good` nobody tries any more."""

    def fail(person, for_good=True, channel="email"):
        event = tell(news, person)
        for _ in range(deliver_email.attempts if for_good else 1):
            DBTaskResult.objects.update(run_after=timezone.now() - timedelta(seconds=1))
            work_off()
        return Notification.objects.get(event=event, channel=channel)

    return fail


def test_what_is_tried_and_what_is_given_up_are_told_apart(failed, bruno):
    tried, given_up = failed(bruno, for_good=False), failed(UserFactory())
    # Trying the second to its end has tried the first as often.
    assert set(Notification.objects.given_up()) == {tried, given_up}

    again = failed(UserFactory(), for_good=False)
    assert set(Notification.objects.not_delivered()) == {tried, given_up, again}
    assert set(Notification.objects.given_up()) == {tried, given_up}
    assert (count(None), waiting()) == (2, (1, 0))
    assert [(cause.codes, cause.times) for cause in causes()] == [(["ConnectionRefusedError"], 3)]


def test_where_everything_arrives_there_is_no_badge(admin, tell, news, bruno):
    tell(news, bruno)
    work_off()

    assert count(None) is None
    assert "Everything has arrived" in admin.get(PAGE).content.decode()


def test_the_page_says_what_why_and_how_often(admin, failed, bruno):
    failed(bruno)

    page = admin.get(PAGE).content.decode()

    assert "The mail server could not be reached." in page
    assert "tell whoever looks after the installation" in page
    assert "tried 16 times" in page
    assert "given up" in page
    assert "it is tried again only if you press the button" in page
    assert bruno.email not in page
    for line in page.split("ConnectionRefusedError")[:-1]:
        assert line.endswith('<code dir="ltr">'), "the technical name stands by itself, as what it is"


def test_a_wrong_address_leads_to_the_person_s_contacts(admin, failed, bruno):
    row, away = failed(bruno), failed(UserFactory())
    Notification.objects.filter(pk=row.pk).update(last_error="SMTPRecipientsRefused 550")

    page = admin.get(PAGE).content.decode()

    assert "The mailbox refused the message: the address may be wrong." in page
    assert "change it among their contacts, then try again." in page
    assert f'href="/admin/people/edit/{bruno.pk}/"' in page
    assert f'href="/admin/people/edit/{away.person_id}/"' not in page, "nothing is wrong with theirs"


def test_the_page_says_when_it_is_tried_again(admin, failed, bruno):
    row = failed(bruno, for_good=False)
    at = timezone.now() + timedelta(hours=2)
    DBTaskResult.objects.filter(pk=row.task_id).update(run_after=at)
    assert f"We try again by ourselves: {_said(at)}." in _text(admin.get(PAGE))

    admin.post(f"{PAGE}{row.pk}/riprova/")
    assert "We are trying again now." in _text(admin.get(PAGE))


def test_errors_that_people_would_call_the_same_are_one_cause(failed, bruno):
    rows = [failed(bruno), failed(UserFactory()), failed(UserFactory())]
    oldest = timezone.now() - timedelta(days=3)
    Notification.objects.filter(pk=rows[1].pk).update(last_error="TimeoutError", created_at=oldest)
    Notification.objects.filter(pk=rows[2].pk).update(last_error="")

    first, second = causes()

    assert (first.reason, first.times, first.since) == (AWAY, 2, oldest)
    assert sorted(first.codes) == ["ConnectionRefusedError", "TimeoutError"]
    assert (second.reason, second.times, second.codes) == (CUT_OFF, 1, [])


def _text(answer):
    return " ".join(strip_tags(answer.content.decode()).split())


def _said(moment):
    with translation.override("en"):
        return " ".join(strip_tags(when(moment)).split())


def test_what_the_news_is_about_stands_nowhere(admin, failed, bruno):
    failed(bruno)

    assert "A private note" not in admin.get(PAGE).content.decode().split("<main")[1]


def test_of_what_is_confidential_nobody_sees_whom_it_was_for(admin, failed, declare, bruno):
    """A case of mediation has two sides: rows of one moment would name them."""
    amal = UserFactory(language="en", display_name="Amal Haddad")
    secret = failed(amal)
    open_news = failed(bruno)
    declare(EventKind(key="tests.secret", sentence="Something", confidential=True))
    Event.objects.filter(pk=secret.event_id).update(kind="tests.secret")
    before = waiting()

    page = admin.get(PAGE).content.decode()

    assert "Bruno Bianchi" in page
    assert "Amal Haddad" not in page
    assert "are counted above and not listed here" in page
    assert sum(cause.times for cause in causes()) == 2
    Notification.objects.create(event=secret.event, person=bruno, channel="email")
    assert waiting() == before
    Event.objects.filter(pk=open_news.event_id).update(kind="tests.secret")
    assert "Bruno Bianchi" not in admin.get(PAGE).content.decode()


def test_one_is_tried_again_and_once(admin, failed, server, bruno, mailoutbox):
    row, other = failed(bruno), failed(UserFactory())
    server.away = False

    for _ in range(2):  # pressed twice, sent once
        answer = admin.post(f"{PAGE}{row.pk}/riprova/", follow=True)
        assert "We try again now." in answer.content.decode()
    work_off()

    assert [message.to for message in mailoutbox] == [[bruno.email]]
    assert mailoutbox[0].extra_headers["Message-ID"] == row.message_id
    row.refresh_from_db()
    assert (row.attempts, row.last_error) == (17, "")
    assert list(Notification.objects.not_delivered()) == [other]
    answer = admin.post(f"{PAGE}{row.pk}/riprova/", follow=True)
    assert "There is nothing to try" in answer.content.decode()
    work_off()
    assert len(mailoutbox) == 1


def test_one_that_waits_for_its_next_attempt_is_tried_at_once(admin, failed, server, bruno, mailoutbox):
    row = failed(bruno, for_good=False)
    server.away = False
    work_off()
    assert mailoutbox == [], "its turn would come later"

    admin.post(f"{PAGE}{row.pk}/riprova/")
    work_off()

    assert len(mailoutbox) == 1
    assert DBTaskResult.objects.count() == 1, "by the order that it has"


def test_all_are_tried_again(admin, failed, server, mailoutbox):
    people = UserFactory.create_batch(3, phone=None)
    for person in people:
        failed(person)
    failed(UserFactory(), for_good=False)
    server.away = False

    assert "We try 4 messages again now." in admin.post(f"{PAGE}riprova/", follow=True).content.decode()
    assert "We try 4 messages again now." in admin.post(f"{PAGE}riprova/", follow=True).content.decode()
    work_off()

    assert len(mailoutbox) == 4
    assert try_all_again() == 0


def test_what_cannot_be_sent_again_is_not(failed, server, bruno, mailoutbox):
    row = failed(bruno)
    bruno.close_account(by=None)
    server.away = False

    assert try_again(row.pk)
    work_off()

    assert mailoutbox == []
    row.refresh_from_db()
    assert row.dropped == "unreachable"
    assert not Notification.objects.not_delivered().exists()


def test_trying_again_costs_the_same_for_few_and_many(failed, bruno):
    row = failed(bruno)
    rows = Notification.objects.filter(pk=row.pk)

    def cost():
        DBTaskResult.objects.all().delete()
        with CaptureQueriesContext(connection) as queries:
            try_all_again()
        return len(queries)

    few = cost()
    model = rows.get()
    people = UserFactory.create_batch(40)
    for person in people:
        model.pk, model.person, model.task_id = None, person, uuid.uuid4()
        model.save(force_insert=True)
    assert cost() == few


def test_old_failures_are_no_news_any_more(failed, bruno):
    row = failed(bruno)
    Notification.objects.filter(pk=row.pk).update(created_at=timezone.now() - timedelta(days=31))

    assert count(None) is None


@pytest.mark.parametrize("channel", ["email", "sms"])
def test_the_person_hears_in_the_portal_by_which_way_they_are_not_reached(client, failed, bruno, channel):
    if channel == "sms":
        choose_for_all(bruno, "sms", is_on=True)
        choose_for_all(bruno, "email", is_on=False)
    failed(bruno, channel=channel)
    client.force_login(bruno, backend=BACKEND)

    page = client.get("/en/notifiche/").content.decode()

    way = {"email": "by e-mail", "sms": "by text message"}[channel]
    assert f"We could not reach you {way}." in page
    assert page.count("We could not reach you") == 1


@pytest.mark.parametrize(
    "role", [None, "portal.caseworker", "portal.editor", "portal.auditor"], ids=lambda role: role or "none"
)
def test_others_do_not_see_the_page(client, failed, bruno, role):
    row = failed(bruno)
    person = UserFactory(language="en")
    if role:
        person.give_role(role, by=None)
    client.force_login(person, backend=BACKEND)

    assert client.get(PAGE).status_code == 404
    for path in (f"{PAGE}riprova/", f"{PAGE}{row.pk}/riprova/", f"{PAGE}999999/riprova/"):
        assert client.post(path).status_code == 404
    assert set(Notification.objects.given_up()) == {row}


def test_a_page_of_many_costs_as_much_as_one_of_few(admin, failed, bruno):
    row = failed(bruno)
    admin.get(PAGE)
    with CaptureQueriesContext(connection) as few:
        admin.get(PAGE)
    for person in UserFactory.create_batch(50):
        row.pk, row.person = None, person
        row.save(force_insert=True)
    with CaptureQueriesContext(connection) as many:
        answer = admin.get(PAGE)

    assert len(few) == len(many) <= 15
    assert answer.content.decode().split('id="each"')[1].count('class="entry"') == 20
