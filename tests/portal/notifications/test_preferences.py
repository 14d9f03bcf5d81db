"""By which channel somebody hears of what: defaults, choices, and what is urgent all the same."""

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from portal.events import record
from portal.extensions import NotificationKind, declared, registry
from portal.notifications import sink
from portal.notifications.models import Notification
from portal.notifications.preferences import (
    ALL,
    NotificationPreference,
    choose,
    choose_for_all,
    subjects,
)
from portal.notifications.privacy import erase_preferences, export_preferences
from portal.people.models import User
from portal.tasks.worker import work_off
from portal.testing.factories import UserFactory

pytestmark = pytest.mark.django_db

PHONE = "+390200000901"
BACKEND = "portal.people.backends.EmailBackend"
ADDRESS = "/en/account/notifiche/"


@pytest.fixture
def news(declared_kind):
    return declared_kind("tests.news")


@pytest.fixture
def danger(declared_kind):
    return declared_kind("tests.danger", urgent=True)


@pytest.fixture
def bruno():
    return UserFactory(language="en", phone=PHONE)


@pytest.fixture
def signed_in(client, bruno):
    client.force_login(bruno, backend=BACKEND)
    return client


def heard_by(event, person):
    return sorted(Notification.objects.filter(event=event, person=person).values_list("channel", flat=True))


def test_before_anybody_chooses_news_comes_in_the_portal_and_by_mail(tell, news, bruno):
    assert heard_by(tell(news, bruno), bruno) == ["email", "inbox"]
    assert not NotificationPreference.objects.exists()


def test_a_channel_is_switched_off_for_one_subject(tell, news, declared_kind, bruno):
    other = declared_kind("tests.other")
    choose(bruno, {(news, "email"): False})

    assert heard_by(tell(news, bruno), bruno) == ["inbox"]
    assert heard_by(tell(other, bruno), bruno) == ["email", "inbox"]


def test_text_messages_come_to_who_chose_them(tell, news, bruno):
    choose(bruno, {(news, "sms"): True})

    assert heard_by(tell(news, bruno), bruno) == ["email", "inbox", "sms"]


@pytest.mark.parametrize("without", ["number", "provider"])
def test_text_messages_go_to_a_number_that_is_theirs(tell, news, bruno, settings, without):
    choose(bruno, {(news, "sms"): True})
    if without == "number":
        bruno.phone, bruno.contact_phone = None, "+390200000902"
        bruno.save()
    else:
        settings.PORTAL_SMS_SENDER = ""

    assert "sms" not in heard_by(tell(news, bruno), bruno)


def test_only_what_differs_from_the_default_is_kept(news, bruno):
    choose(bruno, {(news, "email"): True, (news, "sms"): False})
    assert not NotificationPreference.objects.exists()

    choose(bruno, {(news, "email"): False, (news, "sms"): True})
    choose(bruno, {(news, "email"): False, (news, "sms"): True})
    assert NotificationPreference.objects.count() == 2

    choose(bruno, {(news, "email"): True})
    assert [row.channel for row in NotificationPreference.objects.all()] == ["sms"]


def test_kinds_of_one_group_are_switched_together(tell, declared_kind, bruno):
    one, two = (declared_kind(f"tests.{name}", group="tests.both", label="Both") for name in ("one", "two"))
    choose(bruno, {("tests.both", "email"): False})

    assert heard_by(tell(one, bruno), bruno) == heard_by(tell(two, bruno), bruno) == ["inbox"]


def test_all_of_a_channel_goes_off_with_what_is_declared_one_day(tell, news, declared_kind, bruno):
    choose(bruno, {(news, "sms"): True})
    choose_for_all(bruno, "email", is_on=False)
    later = declared_kind("tests.later")

    assert heard_by(tell(news, bruno), bruno) == ["inbox", "sms"]
    assert heard_by(tell(later, bruno), bruno) == ["inbox"]
    assert NotificationPreference.objects.get(channel="email").subject == ALL

    choose(bruno, {(news, "email"): True})
    assert heard_by(tell(news, bruno), bruno) == ["email", "inbox", "sms"], "one is chosen again"
    assert heard_by(tell(later, bruno), bruno) == ["inbox"]

    choose_for_all(bruno, "email", is_on=True)
    assert heard_by(tell(later, bruno), bruno) == ["email", "inbox"]


def test_what_is_urgent_comes_by_one_way_at_least(tell, danger, bruno):
    choose(bruno, {(danger, "email"): False})
    assert heard_by(tell(danger, bruno), bruno) == ["email", "inbox"]

    choose(bruno, {(danger, "sms"): True})
    assert heard_by(tell(danger, bruno), bruno) == ["inbox", "sms"], "the way that they chose"


def test_nobody_gets_a_text_message_unasked_even_when_it_is_urgent(tell, danger):
    carla = UserFactory(email=None, phone=PHONE)

    assert heard_by(tell(danger, carla), carla) == ["inbox"]


@pytest.mark.parametrize("urgent", [False, True])
def test_whoever_is_told_directly_is_not_written_to_twice(tell, declared_kind, bruno, urgent):
    kind = declared_kind("tests.directly", urgent=urgent, told_directly=True)
    choose(bruno, {(kind, "sms"): True})

    assert heard_by(tell(kind, bruno), bruno) == ["inbox"]


def test_what_waits_is_not_sent_by_a_channel_that_is_off_now(tell, news, bruno, mailoutbox):
    event = tell(news, bruno)
    choose(bruno, {(news, "email"): False})
    work_off()

    assert mailoutbox == []
    assert Notification.objects.get(event=event, channel="email").dropped == "switched_off"


def test_what_is_urgent_and_waits_is_sent_all_the_same(tell, danger, bruno, mailoutbox):
    tell(danger, bruno)
    choose(bruno, {(danger, "email"): False})
    work_off()

    assert len(mailoutbox) == 1


def test_the_database_keeps_one_choice_and_the_inbox_on(news, bruno):
    choose(bruno, {(news, "email"): False})
    for channel in ("email", "inbox"):
        with pytest.raises(IntegrityError), transaction.atomic():
            NotificationPreference.objects.create(person=bruno, subject=news, channel=channel, is_on=False)


@pytest.mark.parametrize("urgent", [False, True])
def test_one_event_costs_the_same_for_three_readers_and_for_three_hundred(declare, note_kind, urgent):
    def cost(readers):
        declare(
            NotificationKind(
                key=note_kind,
                recipients=lambda event: User.objects.filter(pk__in=[reader.pk for reader in readers]),
                title=lambda event: "News",
                url=lambda event: "/casa/",
                urgent=urgent,
            )
        )
        event = record(note_kind, readers[0])
        with CaptureQueriesContext(connection) as queries:
            sink.receive(event)
        assert Notification.objects.filter(event=event).count() == len(readers) * 3
        asked = [query["sql"] for query in queries if not query["sql"].startswith("INSERT")]
        return len(asked), len(queries) - len(asked)

    everybody = [
        UserFactory(phone=f"+3902000{number:05}", email=f"reader{number}@abitare.example")
        for number in range(303)
    ]
    for person in everybody:
        choose_for_all(person, "sms", is_on=True)

    few = cost(everybody[:3])
    del registry._declared[NotificationKind][note_kind]
    many = cost(everybody[3:])

    assert few[0] == many[0] <= 8
    assert few[1] == 3
    # 900 rows and 600 orders; SQLite takes a thousand values at a time, which are fifty rows and more.
    assert many[1] <= 1500 / 50 if connection.vendor == "sqlite" else many[1] == 3


def test_what_is_declared_is_a_handful_of_lines():
    for subject in subjects():
        assert subject.label
    assert len(declared(NotificationKind)) > len(subjects())


# -- the page -------------------------------------------------------------------------------------------------------


def times(**changes):
    return {"rhythm": "at_once", "quiet": "22-7", "quiet_from": "22", "quiet_until": "7", **changes}


def test_the_page_shows_what_holds_and_takes_what_is_chosen(signed_in, news, bruno):
    page = signed_in.get(ADDRESS).content.decode()
    assert f'name="{news}" value="email" id="id_{news}_0" checked' in page
    assert f'name="{news}" value="sms" id="id_{news}_1">' in page

    answer = signed_in.post(ADDRESS, times(**{news: ["sms"]}), follow=True)

    assert "Saved." in answer.content.decode()
    page = answer.content.decode()
    assert f'name="{news}" value="email" id="id_{news}_0">' in page
    assert f'name="{news}" value="sms" id="id_{news}_1" checked' in page


def test_posting_twice_is_posting_once(signed_in, news, bruno):
    for _ in range(2):
        assert signed_in.post(ADDRESS, times(**{news: ["sms"]})).status_code == 302

    assert NotificationPreference.objects.filter(person=bruno, subject=news).count() == 2


def test_a_channel_that_is_not_offered_is_not_taken(signed_in, news, bruno):
    bruno.phone = None
    bruno.save()

    answer = signed_in.post(ADDRESS, times(**{news: ["sms", "pigeon"]}))

    assert answer.status_code == 200
    assert 'aria-invalid="true"' in answer.content.decode() or "field__errors" in answer.content.decode()
    assert not NotificationPreference.objects.exists()


def test_what_was_chosen_for_a_channel_that_is_away_stays(signed_in, news, bruno, settings):
    choose(bruno, {(news, "sms"): True})
    settings.PORTAL_SMS_SENDER = ""

    signed_in.post(ADDRESS, times(**{news: ["email"]}))

    assert NotificationPreference.objects.get(person=bruno, subject=news).channel == "sms"


def test_a_subject_is_offered_to_those_whom_it_concerns(signed_in, declared_kind, bruno):
    mine = declared_kind("tests.mine", label="About me")
    theirs = declared_kind("tests.theirs", label="About the staff", concerns=lambda user: False)

    page = signed_in.get(ADDRESS).content.decode()
    assert "About me" in page
    assert "About the staff" not in page

    signed_in.post(ADDRESS, times(**{mine: ["email"], theirs: []}))
    assert not NotificationPreference.objects.filter(subject=theirs).exists()


def test_the_page_says_that_urgent_news_always_comes(signed_in, danger):
    assert "What is urgent among it" in signed_in.get(ADDRESS).content.decode()


def test_who_cannot_be_reached_reads_how_to_change_that(client, news):
    client.force_login(UserFactory(email=None, language="en"), backend=BACKEND)

    page = client.get(ADDRESS).content.decode()

    assert "We know no way to reach you" in page
    assert "When we write to you" not in page  # nobody asks when, as long as there is no way
    assert client.post(ADDRESS, times()).status_code == 302


def test_the_page_is_found_from_my_account(signed_in):
    assert 'href="/en/account/notifiche/"' in signed_in.get("/en/account/").content.decode()


def test_the_page_is_kept_nowhere(signed_in):
    assert "no-store" in signed_in.get(ADDRESS).headers["Cache-Control"]


def test_a_visitor_is_sent_to_sign_in(client):
    assert client.get(ADDRESS).url.startswith("/en/account/login/")


def test_choices_are_exported_and_erased(news, bruno):
    choose(bruno, {(news, "email"): False})
    choose_for_all(UserFactory(), "email", is_on=False)

    assert list(export_preferences(bruno)) == [{"about": news, "channel": "email", "on": False}]
    assert erase_preferences(bruno) == 1
    assert NotificationPreference.objects.count() == 1, "others keep theirs"
