"""Text messages: one length, no word of what there is, a few a day, to the person's own number."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone, translation
from django_tasks_db.models import DBTaskResult

from portal.notifications.models import Notification
from portal.notifications.preferences import choose, choose_for_all
from portal.notifications.sms import text_for
from portal.tasks.sms import MemorySender
from portal.tasks.worker import work_off
from portal.testing.factories import UserFactory

pytestmark = pytest.mark.django_db

PHONE = "+390200000901"


@pytest.fixture(autouse=True)
def outbox():
    MemorySender.outbox.clear()
    yield MemorySender.outbox
    MemorySender.outbox.clear()


@pytest.fixture
def news(declared_kind):
    return declared_kind("tests.news")


@pytest.fixture
def danger(declared_kind):
    return declared_kind("tests.danger", urgent=True)


@pytest.fixture
def bruno():
    person = UserFactory(display_name="Bruno Bianchi", phone=PHONE, contact_phone="+390200000902")
    choose_for_all(person, "sms", is_on=True)
    return person


def by_sms(event):
    return Notification.objects.get(event=event, channel="sms")


def test_it_goes_to_the_persons_own_number_under_a_number_of_its_own(tell, news, bruno, outbox):
    row = by_sms(tell(news, bruno))
    work_off()

    (message,) = outbox
    assert (message.to, message.reference) == (PHONE, f"notification-{row.pk}.{row.event_id}")
    row.refresh_from_db()
    assert row.sent_at is not None


@pytest.mark.parametrize("language", ["it", "en", "ar"])
def test_it_says_that_there_is_news_and_where_in_one_message(bruno, settings, language):
    settings.WAGTAILADMIN_BASE_URL = "https://abitare.example"
    bruno.language = language
    with translation.override("en" if language != "en" else "it"):
        text = text_for(bruno)

    prefix = {"it": "", "en": "/en", "ar": "/ar"}[language]
    assert text.endswith(f" https://abitare.example{prefix}/notifiche/")
    for private in ("Bruno", "Bianchi", "private"):
        assert private not in text
    # What a phone takes as one: 160 letters of the plain alphabet, 70 of any other.
    assert len(text) <= (160 if text.isascii() else 70)


def test_it_is_the_same_whatever_it_is_about(tell, news, danger, bruno, outbox):
    tell(news, bruno)
    tell(danger, bruno)
    work_off()

    assert len(outbox) == 2
    assert len({message.text for message in outbox}) == 1


def test_a_day_brings_a_few_and_the_rest_is_in_the_portal(tell, news, bruno, outbox, settings):
    settings.PORTAL_SMS_PER_DAY = 2
    events = [tell(news, bruno) for _ in range(4)]
    work_off()

    assert len(outbox) == 2
    assert [by_sms(event).dropped for event in events] == ["", "", "too_many", "too_many"]
    assert Notification.objects.inbox_of(bruno).count() == 4


def test_the_next_day_brings_more(tell, news, bruno, outbox, settings):
    settings.PORTAL_SMS_PER_DAY = 1
    with time_machine.travel("2026-11-25T10:00Z", tick=False) as clock:
        for _ in range(2):
            tell(news, bruno)
            work_off()
        clock.move_to("2026-11-26T10:00Z")
        tell(news, bruno)
        work_off()

    assert len(outbox) == 2


def test_what_is_urgent_is_not_kept_back_by_what_is_not(tell, news, danger, bruno, outbox, settings):
    settings.PORTAL_SMS_PER_DAY = 1
    tell(news, bruno)
    for _ in range(5):
        tell(danger, bruno)
    work_off()

    assert len(outbox) == 4, "and still there is a number at which it ends"


def test_each_has_their_own_few(tell, news, bruno, outbox, settings):
    settings.PORTAL_SMS_PER_DAY = 1
    carla = UserFactory(phone="+390200000903")
    choose(carla, {(news, "sms"): True})
    for person in (bruno, carla):
        tell(news, person)
    work_off()

    assert len(outbox) == 2


def test_an_attempt_that_comes_again_uses_up_no_more(tell, news, bruno, outbox, settings, monkeypatch):
    settings.PORTAL_SMS_PER_DAY = 1
    row = by_sms(tell(news, bruno))
    with monkeypatch.context() as away:
        away.setattr(MemorySender, "send", lambda sender, message: 1 / 0)
        work_off()
    row.refresh_from_db()
    assert (row.last_error, row.attempts, outbox) == ("ZeroDivisionError", 1, [])

    DBTaskResult.objects.update(run_after=timezone.now() - timedelta(seconds=1))
    work_off()
    assert len(outbox) == 1


def test_who_gives_the_number_up_meanwhile_is_not_written_to(tell, news, bruno, outbox):
    row = by_sms(tell(news, bruno))
    type(bruno).objects.filter(pk=bruno.pk).update(phone=None)
    work_off()

    row.refresh_from_db()
    assert (outbox, row.dropped) == ([], "unreachable")


def test_neither_numbers_nor_names_are_in_what_the_tasks_keep(tell, news, bruno, monkeypatch, caplog):
    monkeypatch.setattr(MemorySender, "send", lambda sender, message: int(message.to + "x"))
    row = by_sms(tell(news, bruno))
    work_off()

    row.refresh_from_db()
    for result in DBTaskResult.objects.all():
        for text in (row.last_error, result.traceback, str(result.args_kwargs), caplog.text):
            assert PHONE not in text
            assert "Bruno" not in text
