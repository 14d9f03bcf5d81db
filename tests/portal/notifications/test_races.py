"""Two of the same at once."""

from django.utils import timezone

from portal.notifications.models import Notification
from portal.notifications.preferences import NotificationPreference, choose
from portal.notifications.schedules import hand_over
from portal.notifications.times import NotificationTimes
from portal.tasks.sms import MemorySender
from portal.tasks.worker import work_off
from portal.testing.factories import UserFactory

PHONE = "+390200000901"


def test_two_forms_at_once_leave_one_choice(races, declared_kind):
    bruno = UserFactory(phone=PHONE)
    kind = declared_kind("tests.raced")
    for round_ in range(races.rounds // 5):
        on = bool(round_ % 2)
        outcomes = races.together(
            *[lambda on=on: choose(bruno, {(kind, "email"): on, (kind, "sms"): not on})] * 3
        )
        assert outcomes == [None] * 3
        assert NotificationPreference.objects.count() == (0 if on else 2)


def test_messages_that_race_stay_within_the_few_of_a_day(races, declared_kind, tell, settings):
    settings.PORTAL_SMS_PER_DAY = 2
    kind = declared_kind("tests.raced")
    for round_ in range(races.rounds // 10):
        MemorySender.outbox.clear()
        person = UserFactory(email=None, phone=f"+3902000{round_:05}")
        choose(person, {(kind, "sms"): True})
        for _ in range(4):
            tell(kind, person)

        races.together(work_off, work_off, work_off)

        assert len(MemorySender.outbox) == 2
        sms = Notification.objects.filter(person=person, channel="sms")
        assert sms.filter(dropped="too_many").count() == 2


def test_workers_that_race_send_one_digest_a_day(races, declared_kind, tell, mailoutbox):
    kind = declared_kind("tests.raced")
    for _ in range(races.rounds // 5):
        mailoutbox.clear()
        people = UserFactory.create_batch(2)
        for person in people:
            NotificationTimes(person=person, digest_at=18, is_quiet=False).choose()
            for _ in range(3):
                tell(kind, person)
        Notification.objects.outside().open().update(due_at=timezone.now())

        outcomes = races.together(*[lambda: (hand_over(), work_off())] * 3)

        assert not [outcome for outcome in outcomes if isinstance(outcome, Exception)]
        work_off()
        assert sorted(message.to[0] for message in mailoutbox) == sorted(person.email for person in people)
        assert not Notification.objects.outside().open().exists()
