"""What is not sent at once: at night, until the day's digest; what becomes of it until then."""

import re
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from portal.events import record
from portal.events.dispatch import drain
from portal.extensions import EventKind, NotificationKind
from portal.notifications import schedules
from portal.notifications.models import Notification
from portal.notifications.preferences import choose
from portal.notifications.privacy import erase_times, export_times
from portal.notifications.schedules import hand_over
from portal.notifications.times import NotificationTimes
from portal.people.models import User
from portal.tasks import mail as tasks_mail
from portal.tasks.worker import work_off
from portal.testing.factories import HouseholdFactory, UserFactory

pytestmark = pytest.mark.django_db

# In Rome, in winter: an hour later than here.
NOON = datetime(2026, 11, 25, 11, tzinfo=UTC)
EVENING = datetime(2026, 11, 25, 20, 50, tzinfo=UTC)
NIGHT = datetime(2026, 11, 25, 22, tzinfo=UTC)
MORNING = datetime(2026, 11, 26, 6, tzinfo=UTC)
BACKEND = "portal.people.backends.EmailBackend"


@pytest.fixture(autouse=True)
def nights(settings):
    settings.PORTAL_QUIET_HOURS = "22-7"


@pytest.fixture
def clock():
    with time_machine.travel(NIGHT, tick=False) as clock:
        yield clock


@pytest.fixture
def news(declared_kind):
    return declared_kind("tests.news")


@pytest.fixture
def danger(declared_kind):
    return declared_kind("tests.danger", urgent=True)


@pytest.fixture
def bruno():
    return UserFactory(language="en", phone="+390200000901")


def by_mail(event):
    return Notification.objects.get(event=event, channel="email")


def come_round():
    """What the worker does: what is due is ordered, and done."""
    hand_over()
    DBTaskResult.objects.update(run_after=timezone.now() - timedelta(seconds=1))
    work_off()


def once_a_day(person, hour=18, **quiet):
    NotificationTimes(person=person, digest_at=hour, **quiet).choose()


# -- at night -------------------------------------------------------------------------------------------------------


def test_news_of_the_night_comes_in_the_morning(clock, tell, news, bruno, mailoutbox):
    row = by_mail(tell(news, bruno))
    assert Notification.objects.filter(channel="inbox", person=bruno).exists(), "in the portal it is at once"

    come_round()
    assert mailoutbox == []
    assert row.due_at == MORNING
    clock.move_to(MORNING - timedelta(seconds=1))
    come_round()
    assert mailoutbox == []
    clock.move_to(MORNING)
    come_round()
    come_round()

    (message,) = mailoutbox
    assert f"/notifiche/{row.pk}/" in message.body


def test_what_is_urgent_comes_at_night(clock, tell, danger, bruno, mailoutbox):
    tell(danger, bruno)
    work_off()

    assert len(mailoutbox) == 1


def test_what_the_night_brought_comes_as_one_mail_that_counts(clock, tell, news, bruno, mailoutbox):
    rows = [by_mail(tell(news, bruno)) for _ in range(3)]
    clock.move_to(MORNING)
    come_round()

    (message,) = mailoutbox
    assert "3 pieces of news" in message.body
    assert "/en/notifiche/\n" in message.body
    for row in rows:
        row.refresh_from_db()
        assert row.sent_at == MORNING
        assert f"/notifiche/{row.pk}/" not in message.body
    assert not Notification.objects.outside().open().exists()


def test_each_has_nights_of_their_own(clock, tell, news, bruno, mailoutbox):
    carla = UserFactory()
    NotificationTimes(person=carla, is_quiet=False).choose()
    tell(news, bruno)
    tell(news, carla)
    work_off()

    assert [message.to for message in mailoutbox] == [[carla.email]]


def test_without_hours_of_the_installation_there_is_no_night(clock, tell, news, bruno, mailoutbox, settings):
    settings.PORTAL_QUIET_HOURS = ""
    tell(news, bruno)
    work_off()

    assert len(mailoutbox) == 1


def test_other_hours_hold_for_what_waits_already(clock, tell, news, bruno, mailoutbox):
    tell(news, bruno)
    NotificationTimes(person=bruno, is_quiet=False).choose()
    come_round()

    assert len(mailoutbox) == 1


def test_a_server_that_comes_back_at_night_wakes_nobody(clock, tell, news, bruno, mailoutbox, monkeypatch):
    clock.move_to(EVENING)
    with monkeypatch.context() as away:
        away.setattr(tasks_mail.EmailMessage, "send", refuse)
        row = by_mail(tell(news, bruno))
        come_round()
    clock.move_to(NIGHT)
    come_round()
    row.refresh_from_db()
    assert (mailoutbox, row.due_at, row.task_id) == ([], MORNING, None)

    clock.move_to(MORNING)
    come_round()
    assert len(mailoutbox) == 1
    row.refresh_from_db()
    assert row.last_error == ""


def refuse(*args, **kwargs):
    raise ConnectionRefusedError


# -- what becomes of it meanwhile -----------------------------------------------------------------------------------


def test_who_has_read_it_in_the_portal_is_not_written_to(clock, tell, news, bruno, mailoutbox, client):
    row = by_mail(tell(news, bruno))
    client.force_login(bruno, backend=BACKEND)
    client.post("/notifiche/lette/")
    clock.move_to(MORNING)
    come_round()

    row.refresh_from_db()
    assert (mailoutbox, row.sent_at, row.dropped) == ([], None, "read")


def test_only_what_is_unread_is_counted(clock, tell, news, bruno, mailoutbox, client):
    rows = [by_mail(tell(news, bruno)) for _ in range(3)]
    client.force_login(bruno, backend=BACKEND)
    client.get(f"/notifiche/{rows[0].pk}/")
    clock.move_to(MORNING)
    come_round()

    assert "2 pieces of news" in mailoutbox[0].body
    rows[0].refresh_from_db()
    assert (rows[0].dropped, rows[0].sent_at) == ("read", None)


def test_the_newest_may_be_read_and_the_others_still_come(clock, tell, news, bruno, mailoutbox, client):
    """The newest is the one that carries the others."""
    rows = [by_mail(tell(news, bruno)) for _ in range(3)]
    client.force_login(bruno, backend=BACKEND)
    client.get(f"/notifiche/{rows[-1].pk}/")
    clock.move_to(MORNING)
    come_round()

    assert "2 pieces of news" in mailoutbox[0].body


@pytest.fixture
def household_news(declare):
    """A kind that the people of a household are told of, as they are when it is asked."""
    key = "tests.household.news"
    declare(
        EventKind(key=key, sentence="%(actor)s wrote to the household"),
        NotificationKind(
            key=key,
            recipients=lambda event: User.objects.filter(
                household_memberships__household=event.target, household_memberships__until=None
            ),
            title=lambda event: f"News of {event.target}",
            url=lambda event: "/casa/",
            label="Household",
        ),
    )
    return key


@pytest.mark.parametrize("how", ["leaves", "is closed", "has no address any more"])
def test_who_leaves_a_household_hears_nothing_of_it_any_more(clock, household_news, bruno, mailoutbox, how):
    household, carla = HouseholdFactory(), UserFactory()
    household.add(bruno, by=None)
    household.add(carla, by=None)
    event = record(household_news, household)
    drain()

    if how == "leaves":
        household.remove(bruno, by=carla)
    elif how == "is closed":
        bruno.close_account(by=None)
    else:
        bruno.change_email(None, by=None)
    clock.move_to(MORNING)
    come_round()

    news = [message for message in mailoutbox if "List-Unsubscribe" in message.extra_headers]
    assert [message.to for message in news] == [[carla.email]]
    row = Notification.objects.get(event=event, person=bruno, channel="email")
    assert row.dropped == ("not_theirs" if how == "leaves" else "unreachable")


def test_who_leaves_while_a_server_is_away_hears_nothing_either(
    clock, household_news, bruno, mailoutbox, monkeypatch
):
    clock.move_to(NOON)
    household = HouseholdFactory()
    household.add(bruno, by=None)
    record(household_news, household)
    drain()
    with monkeypatch.context() as away:
        away.setattr(tasks_mail.EmailMessage, "send", refuse)
        come_round()
    household.remove(bruno, by=None)
    come_round()

    assert mailoutbox == []


def test_news_of_what_is_gone_is_not_sent(clock, declared_kind, bruno, mailoutbox):
    kind = declared_kind("tests.gone")
    thing = HouseholdFactory()
    record(kind, thing, reader=bruno.pk)
    drain()
    thing.delete()
    clock.move_to(MORNING)
    come_round()

    assert mailoutbox == []
    assert Notification.objects.get(channel="email").dropped == "gone"


# -- once a day -----------------------------------------------------------------------------------------------------


def test_a_digest_comes_once_a_day_and_counts(clock, tell, news, bruno, mailoutbox):
    once_a_day(bruno, 18)
    clock.move_to(NOON)
    for _ in range(4):
        tell(news, bruno)
    come_round()
    assert mailoutbox == []

    clock.move_to(NOON + timedelta(hours=6))
    come_round()
    come_round()
    (message,) = mailoutbox
    assert "4 pieces of news" in message.body

    tell(news, bruno)
    clock.move_to(NOON + timedelta(hours=10))
    come_round()
    assert len(mailoutbox) == 1, "what comes later waits for tomorrow's"
    clock.move_to(NOON + timedelta(days=1, hours=6))
    come_round()
    assert len(mailoutbox) == 2


def test_a_day_without_news_has_no_digest(clock, bruno, mailoutbox):
    once_a_day(bruno)
    clock.move_to(NOON + timedelta(hours=7))
    come_round()

    assert mailoutbox == []


def test_what_is_urgent_does_not_wait_for_the_digest(clock, tell, danger, bruno, mailoutbox):
    once_a_day(bruno)
    tell(danger, bruno)
    work_off()

    assert len(mailoutbox) == 1


def test_what_comes_late_for_a_digest_comes_with_the_next(clock, tell, news, bruno, mailoutbox):
    """A fact that was dispatched only when the digest had gone belongs to no second one of the same day."""
    once_a_day(bruno, 18)
    clock.move_to(NOON)
    rows = [by_mail(tell(news, bruno)) for _ in range(2)]
    Notification.objects.filter(pk=rows[1].pk).update(due_at=NOON + timedelta(hours=7))
    clock.move_to(NOON + timedelta(hours=6))
    come_round()
    assert len(mailoutbox) == 1

    clock.move_to(NOON + timedelta(hours=7))
    come_round()
    assert len(mailoutbox) == 1
    rows[1].refresh_from_db()
    assert rows[1].due_at == NOON + timedelta(days=1, hours=6)
    clock.move_to(rows[1].due_at)
    come_round()
    assert len(mailoutbox) == 2


def test_the_database_allows_one_digest_a_day(clock, tell, news, bruno):
    once_a_day(bruno)
    one, two = (by_mail(tell(news, bruno)) for _ in range(2))
    number = "8c0c7a1e-7f8e-4f0e-9b1c-0d8f1a2b3c4d"
    Notification.objects.filter(pk=one.pk).update(task_id=number)

    with pytest.raises(IntegrityError), transaction.atomic():
        Notification.objects.filter(pk=two.pk).update(task_id=number)


def test_each_channel_has_a_digest_of_its_own(clock, tell, news, bruno, mailoutbox):
    from portal.tasks.sms import MemorySender

    MemorySender.outbox.clear()
    choose(bruno, {(news, "sms"): True})
    once_a_day(bruno, 18)
    clock.move_to(NOON)
    for _ in range(3):
        tell(news, bruno)
    clock.move_to(NOON + timedelta(hours=6))
    come_round()

    assert (len(mailoutbox), len(MemorySender.outbox)) == (1, 1)


@pytest.mark.parametrize("day", ["2026-03-29", "2026-10-25"], ids=["march", "october"])
@pytest.mark.parametrize("hour", [2, 3, 18])
def test_on_the_days_of_the_clock_there_is_one_digest_too(clock, tell, news, bruno, mailoutbox, day, hour):
    once_a_day(bruno, hour, is_quiet=False)
    now = datetime.fromisoformat(f"{day}T00:00").replace(tzinfo=UTC) - timedelta(hours=4)
    sent_on = []
    for _ in range(3 * 48):
        clock.move_to(now)
        tell(news, bruno)
        before = len(mailoutbox)
        come_round()
        sent_on += [timezone.localdate()] * (len(mailoutbox) - before)
        now += timedelta(minutes=30)

    assert len(sent_on) == len(set(sent_on)) == 3


# -- the hours that people choose -----------------------------------------------------------------------------------


SETTINGS = "/en/account/notifiche/"


def form(**changes):
    return {"rhythm": "18", "quiet": "other", "quiet_from": "23", "quiet_until": "6", **changes}


def chosen(page):
    """What is checked or selected among the times, by name."""
    radios = re.findall(r'name="(rhythm|quiet)" value="([^"]+)"[^>]* checked', page)
    selects = re.findall(
        r'<select name="(quiet_\w+)"(?:(?!</select>).)*<option value="(\d+)" selected', page, re.DOTALL
    )
    return dict(radios + selects)


@pytest.fixture
def signed_in(client, bruno):
    client.force_login(bruno, backend=BACKEND)
    return client


def test_hours_are_chosen_on_the_page(signed_in, bruno):
    assert signed_in.post(SETTINGS, form()).status_code == 302

    times = NotificationTimes.of(bruno)
    assert (times.is_quiet, times.quiet_from, times.quiet_until, times.digest_at) == (True, 23, 6, 18)
    assert chosen(signed_in.get(SETTINGS).content.decode()) == form()


@pytest.mark.parametrize(
    ("quiet", "kept"),
    [("22-7", (True, 22, 7)), ("20-8", (True, 20, 8)), ("8-16", (True, 8, 16)), ("any", (False, 22, 7))],
)
def test_one_touch_chooses_the_hours_that_most_people_want(signed_in, bruno, quiet, kept):
    """The hours that nobody asked for may hold anything."""
    answer = signed_in.post(SETTINGS, {"rhythm": "at_once", "quiet": quiet, "quiet_from": "99"})

    assert answer.status_code == 302
    times = NotificationTimes.of(bruno)
    assert (times.is_quiet, times.quiet_from, times.quiet_until) == kept
    assert chosen(signed_in.get(SETTINGS).content.decode())["quiet"] == quiet


def test_the_page_asks_for_little(signed_in, bruno):
    page = signed_in.get(SETTINGS).content.decode()

    assert chosen(page) == {"rhythm": "at_once", "quiet": "22-7", "quiet_from": "22", "quiet_until": "7"}
    assert page.count("<select") == 2
    when = page[page.index('name="rhythm"') : page.index("</form>", page.index('name="rhythm"'))]
    assert "(if you like)" not in when


def test_hours_that_somebody_has_chosen_before_are_there_as_they_were(signed_in, bruno):
    NotificationTimes(person=bruno, quiet_from=1, quiet_until=5, digest_at=10).choose()

    page = signed_in.get(SETTINGS).content.decode()
    assert chosen(page) == {"rhythm": "10", "quiet": "other", "quiet_from": "1", "quiet_until": "5"}
    signed_in.post(SETTINGS, chosen(page))

    times = NotificationTimes.of(bruno)
    assert (times.is_quiet, times.quiet_from, times.quiet_until, times.digest_at) == (True, 1, 5, 10)


def test_hours_that_are_off_are_kept_for_another_time(signed_in, bruno):
    signed_in.post(SETTINGS, form())
    signed_in.post(SETTINGS, form(quiet="any", quiet_from="3"))

    times = NotificationTimes.of(bruno)
    assert (times.is_quiet, times.quiet_from, times.quiet_until) == (False, 23, 6)


@pytest.mark.parametrize("night", ["23-6", ""])
def test_the_night_of_the_installation_is_the_first_choice(signed_in, settings, night):
    settings.PORTAL_QUIET_HOURS = night
    page = signed_in.get(SETTINGS).content.decode()

    assert re.findall(r'name="quiet" value="([^"]+)"', page)[0] == (night or "22-7")
    assert chosen(page)["quiet"] == (night or "any")


@pytest.mark.parametrize(
    ("wrong", "field", "says"),
    [
        ({"quiet_until": "23"}, "quiet_until", "It has to end at another time"),
        ({"quiet": "8-16", "rhythm": "13"}, "rhythm", "At this time you want to be left in peace"),
        ({"quiet_from": "17"}, "rhythm", "At this time you want to be left in peace"),
        ({"quiet_from": ""}, "quiet_from", "Choose a time."),
        ({"quiet_from": "24"}, "quiet_from", "Select a valid choice."),
        ({"quiet_from": "-1"}, "quiet_from", "Select a valid choice."),
        ({"quiet": "1-2"}, "quiet", "Select a valid choice."),
        ({"quiet": "<b>"}, "quiet", "Select a valid choice."),
        ({"quiet": ""}, "quiet", "This field is required."),
        ({"rhythm": "2"}, "rhythm", "Select a valid choice."),
        ({"rhythm": "once_a_day"}, "rhythm", "Select a valid choice."),
        ({"rhythm": ""}, "rhythm", "This field is required."),
    ],
    ids=str,
)
def test_hours_that_make_no_sense_are_said_next_to_the_field(signed_in, bruno, wrong, field, says):
    page = signed_in.post(SETTINGS, form(**wrong)).content.decode()

    error = page.split(f'id="id_{field}_error"')[1].split("</div>")[0]
    assert says in error
    assert not NotificationTimes.objects.exists()
    sent = form(**wrong)
    assert {name: sent[name] for name in sent if name not in wrong}.items() <= chosen(page).items()


def test_hours_are_exported_and_erased(bruno):
    once_a_day(bruno, 18)
    once_a_day(UserFactory(), 9)

    assert list(export_times(bruno)) == [{"quiet_from": 22, "quiet_until": 7, "once_a_day_at": 18}]
    assert erase_times(bruno) == 1
    assert NotificationTimes.objects.count() == 1


def test_a_digest_that_another_worker_has_ordered_meanwhile_is_left_to_it(
    clock, tell, news, bruno, mailoutbox, monkeypatch
):
    """Two workers see different rows of one day: the second is refused by the database, and comes round again."""
    once_a_day(bruno, 18)
    clock.move_to(NOON)
    tell(news, bruno)
    clock.move_to(NOON + timedelta(hours=6))
    come_round()
    clock.move_to(NOON)
    late = by_mail(tell(news, bruno))
    clock.move_to(NOON + timedelta(hours=6))
    with monkeypatch.context() as blind:
        blind.setattr(schedules, "_has_gone", lambda *args: False)
        come_round()
    assert len(mailoutbox) == 1
    come_round()
    late.refresh_from_db()
    assert late.due_at > timezone.now()


def test_a_failure_of_a_mail_for_several_is_tried_again_as_one(
    clock, tell, news, bruno, mailoutbox, monkeypatch
):
    rows = [by_mail(tell(news, bruno)) for _ in range(3)]
    clock.move_to(MORNING)
    with monkeypatch.context() as away:
        away.setattr(tasks_mail.EmailMessage, "send", refuse)
        come_round()
    assert not Notification.objects.exclude(sent_at=None).filter(channel="email").exists()
    come_round()

    assert len(mailoutbox) == 1
    assert mailoutbox[0].extra_headers["Message-ID"] == rows[-1].message_id
    assert Notification.objects.filter(channel="email").exclude(sent_at=None).count() == 3
