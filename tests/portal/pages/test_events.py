"""Events: what is to come, and the file that a phone puts into its calendar."""

from datetime import UTC, datetime, timedelta

import icalendar
import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from portal.pages.models import EventIndexPage, EventPage

from .tree import home, seen, write

pytestmark = pytest.mark.django_db

START = datetime(2027, 3, 27, 16, 30, tzinfo=UTC)  # 17:30 in Rome, the evening before the clocks go forward


@pytest.fixture
def eventi():
    return write(EventIndexPage, home(), "Eventi", show_in_menus=True)


def event(index, title="Leggere la bolletta", starts=START, hours=1.5, **fields):
    return write(EventPage, index, title, starts_at=starts, ends_at=starts + timedelta(hours=hours), **fields)


def test_events_to_come_stand_by_their_day_and_past_ones_leave(client, eventi):
    now = timezone.now()
    event(eventi, "Dopo", now + timedelta(days=3))
    event(eventi, "Prima", now + timedelta(days=1))
    event(eventi, "In corso", now - timedelta(hours=1), hours=2)
    over = event(eventi, "Passato", now - timedelta(days=2))

    page = seen(client, "/eventi/")

    assert [door.text.strip() for door in page.select(".door__title")] == ["In corso", "Prima", "Dopo"]
    assert "Passato" not in seen(client, "/").main.text
    gone = seen(client, over.url)
    assert gone.select_one("article .badge")
    assert not gone.select("a[download]")


def test_the_hours_are_those_of_rome(client, eventi):
    event(eventi)

    times = seen(client, "/en/eventi/leggere-la-bolletta/").select_one(".facts time")

    assert "17:30\u2060–\u206019:00" in times.text
    assert times["datetime"] == "2027-03-27T17:30:00+01:00"


def test_a_phone_takes_the_event_into_its_calendar(client, eventi):
    page = event(
        eventi,
        place="Biblioteca; Punto, Pero",
        address="piazza Marconi 3",
        search_description="Porta la tua bolletta.\nLa leggiamo insieme.",
    )

    answer = client.get(seen(client, page.url).select_one("a[download]")["href"])

    assert answer.headers["Content-Type"].startswith("text/calendar")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="leggere-la-bolletta.ics"'
    calendar = icalendar.Calendar.from_ical(answer.content)
    (found,) = calendar.events
    assert (found.start, found.end) == (START, START + timedelta(hours=1.5))
    assert found["summary"] == page.title
    assert found["location"] == "Biblioteca; Punto, Pero, piazza Marconi 3"
    assert found["description"] == page.search_description
    assert found["uid"] == f"{page.translation_key}@testserver"
    assert calendar["method"] == "PUBLISH"


def test_the_file_is_had_under_every_language_once(client, eventi):
    page = event(eventi)
    english = write(EventIndexPage, home("en"), "Events", translates=eventi)
    write(
        EventPage,
        english,
        "Reading a bill",
        translates=page,
        starts_at=page.starts_at,
        ends_at=page.ends_at,
    )

    led = client.get("/en/eventi/leggere-la-bolletta/ics/")
    files = [client.get("/eventi/leggere-la-bolletta/ics/"), client.get(led.headers["Location"])]
    arabic = client.get("/ar/eventi/leggere-la-bolletta/ics/")

    assert led.headers["Location"] == "/en/events/reading-a-bill/ics/"
    (first, second) = (icalendar.Calendar.from_ical(file.content).events[0] for file in files)
    assert first["uid"] == second["uid"]
    assert second["summary"] == "Reading a bill"
    assert arabic.status_code == 200


@pytest.mark.parametrize("path", ["ics/ics/", "ics/altro/", "altro/", "altro/ics/"])
def test_nothing_else_lies_below_an_event(client, eventi, path):
    event(eventi)

    assert client.get(f"/eventi/leggere-la-bolletta/{path}").status_code == 404


def test_other_pages_and_drafts_have_no_calendar(client, eventi):
    draft = event(eventi, live=False)

    assert client.get("/eventi/ics/").status_code == 404
    assert client.get("/ics/").status_code == 404
    assert client.get(f"/eventi/{draft.slug}/ics/").status_code == 404


@pytest.mark.parametrize("hours", [0, -1])
def test_the_database_refuses_an_event_that_ends_before_it_starts(eventi, hours):
    page = event(eventi)

    with pytest.raises(IntegrityError), transaction.atomic():
        EventPage.objects.filter(pk=page.pk).update(ends_at=page.starts_at + timedelta(hours=hours))


def test_a_calendar_says_its_words_in_lines_of_its_own(client, eventi):
    page = event(eventi, slug="festa")
    EventPage.objects.filter(pk=page.pk).update(title="Festa\x0bin\x01cortile\x85qui")

    answer = client.get("/eventi/festa/ics/")

    (found,) = icalendar.Calendar.from_ical(answer.content).events
    assert found["summary"] == "Festa incortile qui"


def test_the_file_of_an_event_with_an_arabic_address_has_a_name(client, eventi):
    event(eventi, slug="\u062d\u0641\u0644")

    answer = client.get("/eventi/\u062d\u0641\u0644/ics/")

    assert answer.headers["Content-Disposition"] == "attachment; filename*=utf-8''%D8%AD%D9%81%D9%84.ics"
