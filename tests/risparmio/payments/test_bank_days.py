"""Days on which banks carry out transfers, by the calendar of TARGET."""

from datetime import date, timedelta

import pytest

from risparmio.payments.bank_days import easter, first_bank_day, is_bank_day


@pytest.mark.parametrize(
    ("year", "month", "day"),
    [(1818, 3, 22), (1943, 4, 25), (2000, 4, 23), (2024, 3, 31), (2025, 4, 20), (2026, 4, 5), (2027, 3, 28)],
)
def test_easter(year, month, day):
    assert easter(year) == date(year, month, day)


def test_banks_rest_at_weekends_and_on_six_days_of_the_year():
    year = [date(2026, 1, 1) + timedelta(days=number) for number in range(365)]
    assert [day for day in year if day.weekday() < 5 and not is_bank_day(day)] == [
        date(2026, 1, 1),
        date(2026, 4, 3),  # Good Friday
        date(2026, 4, 6),  # Easter Monday
        date(2026, 5, 1),
        date(2026, 12, 25),
    ]  # the 26th is a Saturday
    assert not any(is_bank_day(day) for day in (date(2026, 12, 26), date(2026, 11, 28), date(2026, 11, 29)))
    assert is_bank_day(date(2026, 6, 2)), "banks work on the Republic's day"


def test_the_next_one():
    assert first_bank_day(date(2026, 4, 3)) == date(2026, 4, 7)
    assert first_bank_day(date(2026, 4, 7)) == date(2026, 4, 7)
