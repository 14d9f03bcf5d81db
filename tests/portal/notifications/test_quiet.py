"""Hours of the day: nights, the two nights on which the clock changes, and the hour of the digest."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.notifications.quiet import end_of_quiet, next_at

ROME = ZoneInfo("Europe/Rome")


def at(text: str, fold: int = 0) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ROME, fold=fold)


@pytest.mark.parametrize(
    ("now", "end"),
    [
        ("2026-11-25 21:59", None),
        ("2026-11-25 22:00", "2026-11-26 07:00"),
        ("2026-11-25 23:30", "2026-11-26 07:00"),
        ("2026-11-26 00:00", "2026-11-26 07:00"),
        ("2026-11-26 06:59", "2026-11-26 07:00"),
        ("2026-11-26 07:00", None),
        ("2026-11-26 12:00", None),
        ("2026-12-31 23:00", "2027-01-01 07:00"),
    ],
)
def test_a_night_passes_midnight(now, end):
    assert end_of_quiet(at(now), 22, 7) == (at(end) if end else None)


@pytest.mark.parametrize(
    ("now", "end"),
    [("12:59", None), ("13:00", "15:00"), ("14:59", "15:00"), ("15:00", None), ("23:00", None)],
)
def test_quiet_may_be_in_the_middle_of_the_day(now, end):
    found = end_of_quiet(at(f"2026-11-25 {now}"), 13, 15)

    assert found == (at(f"2026-11-25 {end}") if end else None)


def test_the_night_of_march_is_an_hour_shorter():
    """On 29 March 2026 the clock leaps from 2 to 3."""
    ten = at("2026-03-28 22:00")

    end = end_of_quiet(ten, 22, 7)

    assert end == datetime(2026, 3, 29, 5, tzinfo=UTC)
    assert end - ten.astimezone(UTC) == timedelta(hours=8)


def test_the_night_of_october_is_an_hour_longer():
    """On 25 October 2026 the hour from 2 to 3 comes twice."""
    ten = at("2026-10-24 22:00")

    end = end_of_quiet(ten, 22, 7)

    assert end == datetime(2026, 10, 25, 6, tzinfo=UTC)
    assert end - ten.astimezone(UTC) == timedelta(hours=10)


@pytest.mark.parametrize("fold", [0, 1])
def test_the_hour_that_comes_twice_is_night_both_times(fold):
    now = at("2026-10-25 02:30", fold)

    assert end_of_quiet(now, 22, 7) == at("2026-10-25 07:00")


def test_an_hour_that_the_clock_leaps_over_is_the_moment_of_the_leap():
    one = at("2026-03-29 01:30")

    assert end_of_quiet(one, 22, 2) == datetime(2026, 3, 29, 1, tzinfo=UTC)
    assert next_at(one, 2) == datetime(2026, 3, 29, 1, tzinfo=UTC)
    assert next_at(at("2026-03-29 03:00"), 2) == at("2026-03-30 02:00")


def test_an_hour_that_comes_twice_is_the_first_and_comes_once():
    first = datetime(2026, 10, 25, 0, tzinfo=UTC)  # two o'clock, summer time

    assert next_at(at("2026-10-25 01:59"), 2) == first
    assert next_at(first, 2) == at("2026-10-26 02:00")
    assert next_at(at("2026-10-25 02:30", fold=1), 2) == at("2026-10-26 02:00")


HOURS = st.integers(0, 23)
AROUND_A_CHANGE = st.sampled_from(["2026-03-28", "2026-03-29", "2026-10-24", "2026-10-25", "2026-06-01"])


@given(day=AROUND_A_CHANGE, minutes=st.integers(0, 2 * 24 * 60), start=HOURS, end=HOURS)
def test_quiet_always_ends_and_then_it_is_not_quiet(day, minutes, start, end):
    if start == end:
        return
    now = at(f"{day} 00:00").astimezone(UTC) + timedelta(minutes=minutes)

    until = end_of_quiet(now, start, end)

    if until is not None:
        assert now < until <= now + timedelta(hours=24)
        assert end_of_quiet(until, start, end) is None


@given(day=AROUND_A_CHANGE, minutes=st.integers(0, 2 * 24 * 60), hour=HOURS)
def test_every_day_has_its_hour_once(day, minutes, hour):
    now = at(f"{day} 00:00").astimezone(UTC) + timedelta(minutes=minutes)

    at_last = next_at(now, hour)
    after = next_at(at_last, hour)

    assert now < at_last <= now + timedelta(hours=25)
    assert (after.astimezone(ROME).date() - at_last.astimezone(ROME).date()).days == 1
