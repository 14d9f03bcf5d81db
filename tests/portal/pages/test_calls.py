"""Calls and grants: what is open, what will be, what was; and for whom, in figures."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import icalendar
import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.utils import timezone

from portal.pages.models import CallIndexPage, CallPage, CallThreshold

from .tree import home, links, seen, write

pytestmark = pytest.mark.django_db

ROME = ZoneInfo("Europe/Rome")
LAST_DAY = date(2026, 3, 29)  # the clocks go forward in the night before


@pytest.fixture
def bandi():
    return write(CallIndexPage, home(), "Bandi", show_in_menus=True)


def call(index, title="Contributo affitto", opens=-10, closes=10, **fields):
    today = timezone.localdate()
    return write(
        CallPage,
        index,
        title,
        opens_on=today + timedelta(days=opens),
        closes_on=today + timedelta(days=closes),
        **fields,
    )


def titles(section) -> list[str]:
    return [door.text.strip() for door in section.select(".door__title")]


# -- the days -----------------------------------------------------------------------------------------------------


def test_open_calls_stand_by_their_last_day_and_those_to_come_apart(client, bandi):
    call(bandi, "Fra un mese", closes=30)
    call(bandi, "Domani", closes=1)
    call(bandi, "Apre tardi", opens=40, closes=50)
    call(bandi, "Apre presto", opens=5, closes=90)
    call(bandi, "Chiuso", opens=-20, closes=-1)

    page = seen(client, "/en/bandi/")

    assert {section.h2.text: titles(section) for section in page.select("main section")} == {
        "Open now": ["Domani", "Fra un mese"],
        "Opens soon": ["Apre presto", "Apre tardi"],
    }


@pytest.mark.parametrize(
    ("closes", "said"),
    [(0, "Closes today"), (1, "Closes tomorrow"), (5, "Closes in 5 days"), (8, "Open until")],
)
def test_a_call_says_how_long_it_is_open(client, bandi, closes, said):
    call(bandi, closes=closes)

    for path in ("/en/", "/en/bandi/", "/en/bandi/contributo-affitto/"):
        assert said in seen(client, path).main.text, path


def test_a_closed_call_leaves_the_lists_stays_reachable_and_says_so(client, bandi):
    closed = call(bandi, opens=-20, closes=-1)

    assert closed.title not in seen(client, "/bandi/").main.text
    assert closed.title not in seen(client, "/").main.text
    page = seen(client, "/en/bandi/contributo-affitto/")
    assert "This call closed on" in page.select_one("article .alert").text
    assert links(page)["Look at what is open now"] == "/en/bandi/"


@pytest.mark.parametrize(
    ("closes_at", "hour", "state"),
    [
        (None, time(0, 0), "open"),
        (None, time(23, 59), "open"),
        (time(12, 0), time(11, 59), "open"),
        (time(12, 0), time(12, 0), "closed"),
    ],
    ids=["first minute", "last minute", "before its hour", "at its hour"],
)
def test_the_last_day_counts_in_rome_until_its_hour(bandi, closes_at, hour, state):
    with time_machine.travel(datetime.combine(LAST_DAY, hour, ROME), tick=False):
        page = call(bandi, opens=-3, closes=0, closes_at=closes_at)

        assert page.opening_state == state
        assert CallPage.objects.open_now().exists() is (state == "open")


def test_the_day_after_it_is_closed_and_on_the_day_before_its_first_not_yet_open(bandi):
    page = call(bandi, opens=0, closes=0)

    for days, state in ((-1, "later"), (0, "open"), (1, "closed")):
        with time_machine.travel(timezone.now() + timedelta(days=days), tick=False):
            assert page.opening_state == state
            assert CallPage.objects.not_closed().exists() is (state != "closed")
            assert CallPage.objects.open_now().exists() is (state == "open")


def test_the_database_refuses_a_call_that_closes_before_it_opens(bandi):
    page = call(bandi)

    with pytest.raises(IntegrityError), transaction.atomic():
        CallPage.objects.filter(pk=page.pk).update(closes_on=page.opens_on - timedelta(days=1))


# -- for whom -----------------------------------------------------------------------------------------------------


def limit(page, what="isee_max", value=2_600_000, unit="eur", **fields):
    return CallThreshold.objects.create(
        page=page, what=what, value=value, unit=unit, year=2025, source="DGR 1/2025", **fields
    )


def test_which_open_calls_an_isee_does_not_shut_out(bandi):
    limit(call(bandi, "Fino a 26.000"))
    limit(call(bandi, "Da 16.000"), "isee_min", 1_600_000)
    call(bandi, "Per tutti")
    limit(call(bandi, "Chiuso", closes=-1))

    def found(euro):
        calls = CallPage.objects.open_now().admitting_isee(euro * 100)
        return set(calls.values_list("title", flat=True))

    assert found(10_000) == {"Fino a 26.000", "Per tutti"}
    assert found(26_000) == {"Fino a 26.000", "Da 16.000", "Per tutti"}
    assert found(26_001) == {"Da 16.000", "Per tutti"}


def test_a_limit_is_shown_with_its_year_area_and_source(client, bandi):
    page = call(bandi)
    limit(page, area="Lombardia", source_link="https://dgr.abitare.example/")
    limit(page, "residence_years", 5, "years")

    first, second = seen(client, "/en/bandi/contributo-affitto/").select(".thresholds li")

    assert "€26,000" in first.text
    for words in ("Lombardia", "2025", "DGR 1/2025"):
        assert words in first.text
    assert first.a["href"] == "https://dgr.abitare.example/"
    assert "5 years" in second.text


def test_a_phone_takes_the_last_day_into_its_calendar_and_is_reminded_of_it(client, bandi):
    page = call(bandi, search_description="Per chi paga l'affitto.")
    answer = client.get(seen(client, page.url).select_one("a[download]")["href"])

    (found,) = icalendar.Calendar.from_ical(answer.content).events
    assert answer.headers["Content-Type"].startswith("text/calendar")
    assert (found.start, found.end) == (page.closes_on, page.closes_on + timedelta(days=1))
    assert page.title in found["summary"]
    assert found["description"] == page.search_description
    (alarm,) = found.alarms.times
    morning = datetime.combine(page.closes_on - timedelta(days=3), time(9))
    assert alarm.trigger.replace(tzinfo=None) == morning


def test_where_a_call_closes_at_an_hour_the_calendar_has_it_in_romes_time(client, bandi):
    page = call(bandi, closes=10, closes_at=time(12))
    (found,) = icalendar.Calendar.from_ical(client.get(f"{page.url}ics/").content).events
    assert found.start.astimezone(ROME) == datetime.combine(page.closes_on, time(12), ROME)


def test_what_has_closed_is_offered_to_no_calendar(client, bandi):
    assert not seen(client, call(bandi, opens=-20, closes=-1).url).select("a[download]")


def test_on_an_arabic_page_no_latin_comma_stands_between_day_and_hour_or_area_and_year(client, bandi):
    page = call(bandi, closes_at=time(12))
    limit(page, area="Lombardia")

    shown = seen(client, f"/ar{page.url}")

    assert shown.find("span", string="12:00").previous_sibling.endswith("، ")
    assert shown.find("bdi", string="Lombardia").next_sibling.strip().startswith("، 2025")


@pytest.mark.parametrize(("what", "unit"), [("isee_max", "years"), ("residence_years", "eur")])
def test_the_database_refuses_money_in_years_and_years_in_euro(bandi, what, unit):
    with pytest.raises(IntegrityError), transaction.atomic():
        limit(call(bandi), what, 5, unit)
