"""The inbox: one's own, in one's own language, marked in words, at the price of a few queries."""

from datetime import timedelta

import pytest
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from portal.events.dispatch import drain
from portal.events.models import Event
from portal.notifications.live import inboxes_of, is_own_inbox, unread_count
from portal.notifications.models import Notification
from portal.notifications.privacy import (
    RETENTION,
    erase_notifications,
    expire_notifications,
    export_notifications,
)
from portal.testing.factories import UserFactory

pytestmark = pytest.mark.django_db

BACKEND = "portal.people.backends.EmailBackend"


@pytest.fixture
def anna():
    return UserFactory(display_name="Anna")


@pytest.fixture
def bruno(client):
    person = UserFactory(language="en")
    client.force_login(person, backend=BACKEND)
    return person


def news(told, anna, bruno, about=None):
    event = told(anna, bruno, about)
    drain()
    return Notification.objects.get(event=event, channel="inbox")


def test_what_is_new_is_said_in_words(client, told, anna, bruno):
    row = news(told, anna, bruno)

    page = client.get("/en/notifiche/").content.decode()
    assert "A private note about Anna" in page
    assert ">new</span>" in page

    client.post(f"/en/notifiche/{row.pk}/letta/")
    assert ">new</span>" not in client.get("/en/notifiche/").content.decode()


def test_opening_one_marks_it_read_and_leads_on_in_the_persons_language(client, told, anna, bruno):
    row = news(told, anna, bruno)

    answer = client.get(f"/notifiche/{row.pk}/")

    assert (answer.status_code, answer.url) == (302, "/en/casa/")
    row.refresh_from_db()
    assert row.read_at is not None


def test_the_link_in_the_mail_does_the_same(client, told, anna, bruno):
    row = news(told, anna, bruno)
    by_mail = Notification.objects.get(event=row.event, channel="email")

    client.get(f"/en/notifiche/{by_mail.pk}/")

    row.refresh_from_db()
    assert row.read_at is not None
    assert unread_count(bruno) == 0


def test_one_or_all_are_marked_read(client, told, anna, bruno):
    rows = [news(told, anna, bruno) for _ in range(3)]
    assert unread_count(bruno) == 3

    assert client.post(f"/en/notifiche/{rows[0].pk}/letta/?page=2").url == "/en/notifiche/?page=2"
    assert unread_count(bruno) == 2
    client.post("/en/notifiche/lette/")
    assert unread_count(bruno) == 0


@pytest.mark.parametrize("page", ["//evil.example", "2&next=//evil.example", "٣", "-1"])
def test_the_way_back_stays_in_the_inbox(client, told, anna, bruno, page):
    row = news(told, anna, bruno)

    answer = client.post(f"/en/notifiche/{row.pk}/letta/?page={page}")

    assert answer.url.startswith("/en/notifiche/")
    assert "evil" not in answer.url


def test_marking_takes_a_post(client, told, anna, bruno):
    row = news(told, anna, bruno)

    assert client.get(f"/notifiche/{row.pk}/letta/").status_code == 405
    assert client.get("/notifiche/lette/").status_code == 405
    assert unread_count(bruno) == 1


def test_somebody_elses_is_missing(client, told, anna, bruno):
    foreign = news(told, anna, UserFactory())

    for method, path in (("get", f"{foreign.pk}/"), ("post", f"{foreign.pk}/letta/")):
        theirs = getattr(client, method)(f"/notifiche/{path}")
        missing = getattr(client, method)(f"/notifiche/{path.replace(str(foreign.pk), '999999')}")
        assert theirs.status_code == missing.status_code == 404
        assert theirs.content == missing.content.replace(b"999999", str(foreign.pk).encode())
    foreign.refresh_from_db()
    assert foreign.read_at is None


@pytest.mark.parametrize("path", ["", "1/", "1/letta/", "lette/", "conto/"])
def test_a_visitor_is_sent_to_sign_in(client, path):
    for method in ("get", "post"):
        answer = getattr(client, method)(f"/en/notifiche/{path}")
        assert answer.status_code == 302
        assert answer.url.startswith("/en/account/login/")


def test_the_inbox_is_kept_nowhere(client, bruno):
    for path in ("/notifiche/", "/notifiche/conto/"):
        assert "no-store" in client.get(path).headers["Cache-Control"]
        assert "private" in client.get(path).headers["Cache-Control"]


def test_news_of_what_is_gone_says_so_and_leads_to_the_inbox(client, told, anna, bruno):
    carla = UserFactory()
    row = news(told, anna, bruno, about=carla)
    carla.delete()

    assert client.get("/en/notifiche/").status_code == 200
    assert client.get(f"/en/notifiche/{row.pk}/").url == "/en/notifiche/"


def test_news_of_a_plugin_that_is_gone_is_left_out(client, told, anna, bruno):
    gone = ContentType.objects.create(app_label="gone", model="thing")
    event = Event.objects.create(kind="gone.thing.done", content_type=gone, object_id="1")
    Notification.objects.create(event=event, person=bruno, channel="inbox")

    assert client.get("/en/notifiche/").status_code == 200
    assert unread_count(bruno) == 0


def test_pages_and_days(client, told, anna, bruno):
    rows = [news(told, anna, bruno) for _ in range(25)]
    Notification.objects.filter(pk=rows[-1].pk).update(created_at=timezone.now() - timedelta(days=3))

    first = client.get("/en/notifiche/")
    second = client.get("/en/notifiche/?page=2")

    assert first.content.decode().count('class="entry"') == 20
    assert second.content.decode().count('class="entry"') == 5
    assert first.content.decode().count("<h2>") >= 2


def test_an_inbox_of_a_thousand_costs_as_much_as_one_of_ten(client, told, anna, bruno):
    for _ in range(10):
        news(told, anna, bruno)
    client.get("/en/notifiche/")
    with CaptureQueriesContext(connection) as few:
        client.get("/en/notifiche/")

    model = Notification.objects.filter(channel="inbox").first().event
    events = Event.objects.bulk_create(
        Event(kind=model.kind, actor=anna, target=anna, data=model.data, dispatched_at=timezone.now())
        for _ in range(1000)
    )
    Notification.objects.bulk_create(
        Notification(event=event, person=bruno, channel="inbox") for event in events
    )
    with CaptureQueriesContext(connection) as many:
        client.get("/en/notifiche/")

    assert len(few) == len(many) <= 15


def test_the_badge_counts_what_is_unread_and_changes_live(told, anna, bruno):
    row = news(told, anna, bruno)

    assert unread_count(bruno) == 1
    assert list(inboxes_of(row.event)) == [bruno.pk]
    assert is_own_inbox(bruno, str(bruno.pk))
    assert not is_own_inbox(bruno, str(anna.pk))
    assert not is_own_inbox(bruno, "")


def test_a_person_gets_and_erases_what_they_were_told(told, anna, bruno):
    row = news(told, anna, bruno)
    news(told, anna, anna.__class__.objects.get(pk=UserFactory().pk))

    exported = list(export_notifications(bruno))
    assert {entry["channel"] for entry in exported} == {"inbox", "email"}
    assert all(entry["about"] == row.event.kind for entry in exported)

    assert erase_notifications(bruno) == 2
    assert list(export_notifications(bruno)) == []
    assert Notification.objects.count() == 2, "others keep theirs"


def test_old_news_goes(told, anna, bruno):
    old, new = news(told, anna, bruno), news(told, anna, bruno)
    Notification.objects.filter(pk=old.pk).update(created_at=timezone.now() - RETENTION - timedelta(days=1))

    expire_notifications(timezone.now() - RETENTION)

    assert not Notification.objects.filter(pk=old.pk).exists()
    assert Notification.objects.filter(pk=new.pk).exists()
