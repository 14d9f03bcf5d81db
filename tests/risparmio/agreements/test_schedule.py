"""Month by month, as a caseworker would draw it on paper."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from risparmio.agreements.schedule import (
    Standing,
    Terms,
    due_in,
    months,
    next_due,
    promised,
    standing,
    still_due,
)

JAN, JUNE = date(2026, 1, 1), date(2026, 6, 30)
FIFTY = Terms(since=JAN, cents=5000, due_day=10)


def drawn(terms, paid, today, starts_on=JAN, ends_on=JUNE):
    return standing(promised(terms, starts_on, ends_on), paid, today)


def words(rows):
    return [str(row.standing) for row in rows]


def test_a_household_that_pays_every_month():
    """
    | January | February | March   | April | May   | June  |
    | covered | covered  | covered | open  | ahead | ahead |
    """
    rows = drawn([FIFTY], 15000, date(2026, 4, 3))

    assert words(rows) == ["covered", "covered", "covered", "open", "ahead", "ahead"]
    assert still_due(rows, date(2026, 4, 3)) == 0
    assert next_due(rows, date(2026, 4, 3)).due == date(2026, 4, 10)


def test_a_month_that_was_missed_is_closed_by_the_next_payment_and_the_last_one_stays_open():
    """Nothing came in February; in March the usual 50 came: they are February's, and March is late, not both."""
    rows = drawn([FIFTY], 10000, date(2026, 3, 20))

    assert words(rows)[:3] == ["covered", "covered", "late"]
    assert (rows[2].days_late, rows[2].missing) == (10, 5000)
    assert still_due(rows, date(2026, 3, 20)) == 5000


def test_on_its_day_nothing_is_missed_yet():
    """As in `days_late`: whoever pays in the evening of the day has paid in time."""
    rows = drawn([FIFTY], 10000, date(2026, 3, 10))

    assert (rows[2].days_late, still_due(rows, date(2026, 3, 10))) == (0, 0)
    assert still_due(rows, date(2026, 3, 11)) == 5000


def test_a_part_is_said_to_be_a_part():
    rows = drawn([FIFTY], 7000, date(2026, 2, 20))

    assert (rows[1].standing, rows[1].paid, rows[1].missing, rows[1].days_late) == (
        Standing.PARTLY,
        2000,
        3000,
        10,
    )


def test_on_the_day_itself_nothing_is_late():
    assert words(drawn([FIFTY], 0, date(2026, 1, 10)))[0] == "open"
    assert words(drawn([FIFTY], 0, date(2026, 1, 11)))[0] == "late"


def test_somebody_who_pays_ahead_has_the_next_months_covered():
    rows = drawn([FIFTY], 30000, date(2026, 1, 5))

    assert words(rows) == ["covered"] * 6
    assert next_due(rows, date(2026, 1, 5)) is None


def test_what_is_paid_beyond_the_promise_covers_no_month():
    assert sum(row.paid for row in drawn([FIFTY], 45000, JUNE)) == 30000


def test_a_pause_ends_and_the_terms_before_it_hold_again():
    pause = Terms(since=date(2026, 3, 1), until=date(2026, 4, 30), cents=0, due_day=10)
    rows = drawn([FIFTY, pause], 10000, date(2026, 4, 20))

    assert [row.promised for row in rows] == [5000, 5000, 0, 0, 5000, 5000]
    assert words(rows)[2:4] == ["paused", "paused"]
    assert still_due(rows, date(2026, 4, 20)) == 0


def test_a_change_holds_from_its_month_on():
    less = Terms(since=date(2026, 3, 15), cents=3000, due_day=27)
    rows = drawn([FIFTY, less], 0, JAN)

    assert [row.promised for row in rows] == [5000, 5000, 3000, 3000, 3000, 3000]
    assert [row.due.day for row in rows] == [10, 10, 27, 27, 27, 27]


def test_an_agreement_that_starts_in_the_middle_of_a_month_promises_that_month():
    assert [row[0] for row in promised([FIFTY], date(2025, 12, 20), date(2026, 2, 3))] == [
        date(2025, 12, 1),
        date(2026, 1, 1),
        date(2026, 2, 1),
    ]


def test_before_its_first_terms_nothing_is_promised():
    assert promised([FIFTY], date(2025, 12, 20), JAN)[0] == (date(2025, 12, 1), date(2025, 12, 31), 0)


def test_a_day_that_a_month_has_not_is_its_last():
    assert [due_in(month, 31).day for month in months(JAN, JUNE)] == [31, 28, 31, 30, 31, 30]
    assert due_in(date(2028, 2, 1), 30) == date(2028, 2, 29)


@given(
    paid=st.integers(0, 100_000),
    amounts=st.lists(st.integers(0, 9_000), min_size=1, max_size=6),
    passed=st.integers(0, 240),
)
def test_whatever_is_paid_is_spread_without_losing_a_cent(paid, amounts, passed):
    terms = [
        Terms(since=date(2026, number, 1), cents=cents, due_day=5)
        for number, cents in enumerate(amounts, start=1)
    ]
    today = date.fromordinal(JAN.toordinal() + passed)
    rows = drawn(terms, paid, today)

    total = sum(row.promised for row in rows)
    assert sum(row.paid for row in rows) == min(paid, total)
    assert still_due(rows, today) <= max(0, total - paid)
    # Older months first: after one that is not covered none is.
    uncovered = [row for row in rows if row.promised and row.missing]
    if uncovered:
        later = rows[rows.index(uncovered[0]) + 1 :]
        assert all(row.paid == 0 for row in later)


def test_who_signs_after_the_day_of_the_month_promises_from_the_next_one_on():
    """On the 28th nobody is late with the 10th: the first month asks for nothing."""
    late = Terms(since=JAN, cents=5000, due_day=10, agreed_on=date(2026, 1, 28))
    rows = drawn([late], 0, date(2026, 1, 31))
    assert [row.promised for row in rows] == [0, 5000, 5000, 5000, 5000, 5000]
    assert not any(row.days_late for row in rows)
    on_the_day = Terms(since=JAN, cents=5000, due_day=10, agreed_on=date(2026, 1, 10))
    assert drawn([on_the_day], 0, JAN)[0].promised == 5000


def test_a_day_before_the_beginning_or_after_the_end_is_nobodys_day():
    """From the 20th of January to the 5th of March, always on the 10th: February alone."""
    rows = drawn([FIFTY], 0, date(2026, 3, 31), date(2026, 1, 20), date(2026, 3, 5))
    assert [row.promised for row in rows] == [0, 5000, 0]


def test_a_change_after_the_day_asks_for_less_but_not_for_more_nor_earlier():
    """Agreed on the 15th of March for March, when the day (the 10th) had passed, or came later (the 27th)."""

    def march(before, **told):
        change = Terms(since=date(2026, 3, 1), agreed_on=date(2026, 3, 15), **told)
        return promised([before, change], JAN, JUNE)[2][1:]

    late = Terms(since=JAN, cents=5000, due_day=27)
    assert march(FIFTY, cents=8000, due_day=10) == (date(2026, 3, 10), 5000)
    assert march(FIFTY, cents=3000, due_day=10) == (date(2026, 3, 10), 3000)
    assert march(late, cents=3000, due_day=5) == (date(2026, 3, 27), 3000)
    assert march(FIFTY, cents=8000, due_day=20) == (date(2026, 3, 20), 8000)


def test_a_pause_stays_where_another_amount_is_agreed_for_the_months_around_it():
    pause = Terms(since=date(2026, 3, 1), until=date(2026, 4, 30), cents=0, due_day=10)

    def amounts(**told):
        later = Terms(cents=4000, due_day=10, **told)
        return [cents for _month, _due, cents in promised([FIFTY, pause, later], JAN, JUNE)]

    assert amounts(since=date(2026, 2, 1)) == [5000, 4000, 0, 0, 4000, 4000]
    assert amounts(since=date(2026, 4, 1)) == [5000, 5000, 0, 4000, 4000, 4000], (
        "April is named: the pause ends"
    )
    signed_late = {"since": date(2026, 3, 1), "named": date(2026, 2, 1)}
    assert amounts(**signed_late) == [5000, 5000, 0, 0, 4000, 4000], "February was named, and signed in March"
    longer = Terms(since=date(2026, 2, 1), until=date(2026, 3, 31), cents=0, due_day=10)
    rows = promised([FIFTY, pause, longer], JAN, JUNE)
    assert [cents for _month, _due, cents in rows] == [5000, 0, 0, 0, 5000, 5000]
