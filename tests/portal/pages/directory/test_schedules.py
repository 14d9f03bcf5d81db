"""When a place is open: on the clock on the wall, whatever is done to it."""

from calendar import Calendar
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.housing.holidays import easter, is_holiday
from portal.pages.directory.schedules import meet, next_days, state, week

ROME = ZoneInfo("Europe/Rome")


@dataclass
class Row:
    days: list[str]
    opens: time
    closes: time
    weeks: list[str] = field(default_factory=list)
    valid_from: date | None = None
    valid_to: date | None = None
    on_holidays: bool = False
    extra: dict = field(default_factory=dict)


def row(days: str, opens: str, closes: str, **fields) -> Row:
    return Row(list(days), time.fromisoformat(opens), time.fromisoformat(closes), **fields)


def rome(text: str, fold: int = 0) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ROME, fold=fold)


MORNING = [row("0123", "09:00", "12:30")]


def test_a_place_is_open_from_its_first_minute_and_closed_at_its_last():
    assert not state(MORNING, rome("2026-11-23T08:59")).is_open  # a Monday
    assert state(MORNING, rome("2026-11-23T09:00")).is_open
    assert state(MORNING, rome("2026-11-23T12:29")).until == datetime(2026, 11, 23, 12, 30)
    assert not state(MORNING, rome("2026-11-23T12:30")).is_open


def test_it_says_when_it_opens_next():
    told = state(MORNING, rome("2026-11-26T13:00"))  # Thursday, after closing: not before Monday
    assert told.opens == datetime(2026, 11, 30, 9)
    assert not told.opens_today
    assert state(MORNING, rome("2026-11-23T07:00")).opens_today
    assert state(MORNING, rome("2026-11-23T13:00")).opens_tomorrow


def test_what_has_no_hours_is_by_appointment():
    told = state([], rome("2026-11-23T10:00"))
    assert told.by_appointment
    assert not told.is_open
    assert told.opens is None


def test_a_night_goes_on_after_midnight():
    night = [row("4", "22:00", "02:00")]  # Friday night
    assert state(night, rome("2026-11-27T23:30")).is_open
    assert state(night, rome("2026-11-28T01:59")).until == datetime(2026, 11, 28, 2)
    assert not state(night, rome("2026-11-28T02:00")).is_open
    assert not state(night, rome("2026-11-27T01:00")).is_open  # the night before is Thursday's


def test_sunday_night_goes_on_on_monday():
    assert state([row("6", "20:00", "06:00")], rome("2026-11-30T05:00")).is_open


def test_hours_that_follow_each_other_are_told_as_one():
    two = [row("0", "09:00", "12:00"), row("0", "12:00", "15:00")]
    assert state(two, rome("2026-11-23T10:00")).until == datetime(2026, 11, 23, 15)


def test_day_and_night_has_no_end():
    always = [row("0123456", "00:00", "00:00", on_holidays=True)]
    told = state(always, rome("2026-12-25T03:00"))
    assert told.is_always_open


def test_the_clock_on_the_wall_counts_when_it_is_changed():
    every_night = [row("0123456", "01:00", "04:00", on_holidays=True)]
    # In spring two o'clock is three at once; in autumn half past two comes twice.
    assert state(every_night, rome("2026-03-29T03:30")).is_open
    assert not state(every_night, rome("2026-03-29T04:00")).is_open
    for fold in (0, 1):
        assert state(every_night, rome("2026-10-25T02:30", fold)).is_open
    # And the day after it opens at nine as ever.
    for sunday, monday in (("2026-03-29", date(2026, 3, 30)), ("2026-10-25", date(2026, 10, 26))):
        assert state(MORNING, rome(f"{sunday}T20:00")).opens == datetime.combine(monday, time(9))


def test_on_a_public_holiday_it_is_closed_unless_it_says_so():
    christmas = rome("2026-12-25T10:00")  # a Friday
    assert not state([row("4", "09:00", "12:00")], christmas).is_open
    assert state([row("4", "09:00", "12:00", on_holidays=True)], christmas).is_open


@pytest.mark.parametrize(
    ("year", "sunday"), [(2024, date(2024, 3, 31)), (2026, date(2026, 4, 5)), (2038, date(2038, 4, 25))]
)
def test_easter_moves_and_its_monday_is_a_holiday(year, sunday):
    assert easter(year) == sunday
    assert is_holiday(date.fromordinal(sunday.toordinal() + 1))


def test_saint_francis_is_a_holiday_again_from_2026():
    assert is_holiday(date(2026, 10, 4))
    assert not is_holiday(date(2025, 10, 4))


def test_hours_of_a_season_hold_between_its_dates():
    summer = [row("0", "17:00", "20:00", valid_from=date(2026, 6, 1), valid_to=date(2026, 8, 31))]
    assert state(summer, rome("2026-07-06T18:00")).is_open
    assert not state(summer, rome("2026-09-07T18:00")).is_open
    assert [rows for _day, rows in week(summer, date(2026, 9, 1)) if rows] == []
    assert week(summer, date(2026, 7, 1))[0][1] == summer


@pytest.mark.parametrize(
    ("one", "other", "do"),
    [
        (row("0", "09:00", "12:00"), row("0", "11:00", "13:00"), True),
        (row("0", "09:00", "12:00"), row("0", "12:00", "13:00"), False),
        (row("0", "09:00", "12:00"), row("1", "09:00", "12:00"), False),
        (row("0", "22:00", "02:00"), row("1", "01:00", "03:00"), True),
        (row("6", "22:00", "02:00"), row("0", "01:00", "03:00"), True),
        (row("0", "00:00", "00:00"), row("0", "10:00", "11:00"), True),
        (
            row("0", "09:00", "12:00", valid_to=date(2026, 6, 30)),
            row("0", "09:00", "12:00", valid_from=date(2026, 7, 1)),
            False,
        ),
    ],
    ids=[
        "same day",
        "one after the other",
        "other day",
        "into the night",
        "into monday",
        "whole day",
        "seasons",
    ],
)
def test_hours_that_claim_the_same_minute_meet(one, other, do):
    assert meet(one, other) is do
    assert meet(other, one) is do


FIRST_AND_THIRD = [row("0", "17:30", "19:30", weeks=["1", "3"])]
LAST_FRIDAY = [row("4", "22:00", "02:00", weeks=["-1"])]


def test_what_opens_on_the_first_and_third_monday_is_closed_on_the_second():
    assert state(FIRST_AND_THIRD, rome("2026-11-02T18:00")).is_open
    assert not state(FIRST_AND_THIRD, rome("2026-11-09T18:00")).is_open
    assert state(FIRST_AND_THIRD, rome("2026-11-16T18:00")).is_open
    assert state(FIRST_AND_THIRD, rome("2026-11-16T20:00")).opens == datetime(2026, 12, 7, 17, 30)
    assert not state(FIRST_AND_THIRD, rome("2026-11-30T18:00")).is_open  # a fifth one


def test_the_last_of_a_month_is_its_fourth_or_its_fifth():
    assert state(LAST_FRIDAY, rome("2026-11-27T23:00")).is_open
    assert state(LAST_FRIDAY, rome("2026-11-28T01:00")).is_open  # goes on after midnight
    assert state(LAST_FRIDAY, rome("2026-11-28T03:00")).opens == datetime(2027, 1, 29, 22)  # not at Christmas
    assert not state(LAST_FRIDAY, rome("2027-01-22T23:00")).is_open  # the fourth of five


def test_the_next_days_of_a_rule_pass_over_holidays_and_end_with_it():
    first = row("4", "09:00", "12:00", weeks=["1"], valid_to=date(2027, 2, 28))
    assert next_days(first, date(2026, 11, 23)) == [
        date(2026, 12, 4),
        date(2027, 2, 5),
    ]  # New Year's Day is a Friday


@pytest.mark.parametrize(
    ("one", "other", "do"),
    [
        (row("0", "09:00", "12:00", weeks=["1", "3"]), row("0", "09:00", "12:00", weeks=["2", "4"]), False),
        (row("0", "09:00", "12:00", weeks=["1", "3"]), row("0", "09:00", "12:00"), True),
        (row("0", "09:00", "12:00", weeks=["4"]), row("0", "09:00", "12:00", weeks=["-1"]), True),
        (row("6", "22:00", "02:00", weeks=["1"]), row("0", "01:00", "03:00", weeks=["2"]), True),
        (row("6", "22:00", "02:00", weeks=["1"]), row("0", "01:00", "03:00", weeks=["3"]), False),
        (row("6", "22:00", "02:00", weeks=["-1"]), row("0", "01:00", "03:00", weeks=["1"]), True),
        (row("6", "22:00", "00:00", weeks=["1"]), row("0", "00:00", "03:00", weeks=["1"]), False),
    ],
    ids=[
        "other weeks",
        "every week",
        "fourth and last",
        "night after",
        "later night",
        "new month",
        "midnight",
    ],
)
def test_hours_of_given_weeks_meet_where_a_month_brings_them_together(one, other, do):
    assert meet(one, other) is do
    assert meet(other, one) is do


@given(st.sets(st.sampled_from(["1", "2", "3", "4", "-1"]), min_size=1), st.integers(0, 3000))
def test_a_rule_holds_on_as_many_days_of_a_month_as_it_names(weeks, ahead):
    month = (date(2026, 1, 1) + timedelta(days=ahead)).replace(day=1)
    held = next_days(row("2", "09:00", "10:00", weeks=sorted(weeks), on_holidays=True), month)
    here = [day for day in held if (day.year, day.month) == (month.year, month.month)]
    wednesdays = sum(1 for day, weekday in days_of(month) if weekday == 2)
    assert len(here) == len(weeks) - (wednesdays == 4 and {"4", "-1"} <= weeks)


def days_of(month: date) -> list[tuple[int, int]]:
    return [day for day in Calendar().itermonthdays2(month.year, month.month) if day[0]]


hours = st.builds(
    lambda days, opens, closes, weeks: Row(
        sorted(days), time(*opens), time(*closes), sorted(weeks), on_holidays=True
    ),
    st.sets(st.sampled_from("0123456"), min_size=1),
    st.tuples(st.integers(0, 23), st.sampled_from([0, 30])),
    st.tuples(st.integers(0, 23), st.sampled_from([0, 30])),
    st.sets(st.sampled_from(["1", "2", "3", "4", "-1"])),
)


@given(rows=st.lists(hours, min_size=1, max_size=4), minutes=st.integers(0, 7 * 24 * 60))
def test_what_opens_later_is_closed_until_then(rows, minutes):
    start = datetime(2026, 11, 23, tzinfo=ROME)
    moment = datetime.fromtimestamp(start.timestamp() + minutes * 60, tz=ROME)
    told = state(rows, moment)
    if told.opens is not None:
        assert not told.is_open
        at = told.opens.replace(tzinfo=ROME)
        assert at > moment
        assert state(rows, at).is_open
        assert not state(rows, datetime.fromtimestamp(at.timestamp() - 60, tz=ROME)).is_open or at == moment
    else:
        assert told.is_open  # these rows come every week, or every month
