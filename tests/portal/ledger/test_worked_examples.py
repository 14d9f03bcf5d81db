"""What an accountant would look up: who gave, who received, where each account stands, how a mistake is taken back."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from portal.ledger import (
    AlreadyReversed,
    BadAmount,
    BadCode,
    BadEntry,
    DayAhead,
    ForeignAccount,
    KeyTaken,
    LedgerBook,
    LedgerEntry,
    LimitReached,
    RepeatedAccount,
    Unbalanced,
    statement,
    verify,
)

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
SECOND = NOON.date()
DAY = timedelta(days=1)


def lend_a_hand(book, giver, receiver, minutes, key, **more):
    return book.post(key=key, kind="exchange", postings=[(giver, minutes), (receiver, -minutes)], **more)


def balances(*accounts):
    return [account.balance() for account in accounts]


def test_anna_helps_bruno_for_an_hour(book, anna, bruno):
    """
    | account | amount | balance |
    | anna    |    +60 |      60 |
    | bruno   |    -60 |     -60 |
    """
    entry = lend_a_hand(book, anna, bruno, 60, "a")

    assert [(row.account.code, row.amount, row.balance_after) for row in entry.postings.all()] == [
        ("anna", 60, 60),
        ("bruno", -60, -60),
    ]
    assert entry.number == 1
    assert balances(anna, bruno) == [60, -60]
    assert book.replay() == {"anna": 60, "bruno": -60}


def test_a_shared_day_gives_hours_to_many_and_the_bank_owes_them(book, anna, bruno):
    bank = book.account("bank")
    book.post(key="day", kind="shared_day", postings=[(anna, 90), (bruno, 120), (bank, -210)])

    assert balances(anna, bruno, bank) == [90, 120, -210]


def test_a_mistake_is_taken_back_and_both_entries_stand(book, anna, bruno):
    """
    | entry | anna | bruno |
    |     1 | +180 |  -180 |
    |     2 | -180 |  +180 | reverses 1
    |     3 |  +90 |   -90 |
    """
    wrong = lend_a_hand(book, anna, bruno, 180, "a")
    back = wrong.reverse(key="a-back")
    lend_a_hand(book, anna, bruno, 90, "b")

    assert balances(anna, bruno) == [90, -90]
    assert (back.reverses, back.kind, back.number) == (wrong, "exchange", 2)
    assert LedgerEntry.objects.count() == 3
    assert list(verify(book)) == []


def test_an_entry_is_reversed_once_and_a_reversal_not_at_all(book, anna, bruno):
    entry = lend_a_hand(book, anna, bruno, 60, "a")
    back = entry.reverse(key="back")

    assert entry.reverse(key="back") == back
    for thing, key in ((entry, "again"), (back, "forth")):
        with pytest.raises(AlreadyReversed):
            thing.reverse(key=key)
    assert balances(anna, bruno) == [0, 0]


def test_the_same_key_is_the_same_entry_and_another_body_is_refused(book, anna, bruno, pot):
    first = lend_a_hand(book, anna, bruno, 60, "a")

    again = lend_a_hand(book, anna, bruno, 60, "a")
    assert (again, again.is_new, first.is_new) == (first, False, True)
    # In whatever order it is told.
    assert book.post(key="a", kind="exchange", postings=[(bruno, -60), (anna, 60)]) == first
    for postings, kind in (
        ([(anna, 90), (bruno, -90)], "exchange"),
        ([(bruno, 60), (anna, -60)], "exchange"),
        ([(anna, 60), (pot, -60)], "exchange"),
        ([(anna, 60), (bruno, -60)], "gift"),
    ):
        with pytest.raises(KeyTaken) as taken:
            book.post(key="a", kind=kind, postings=postings)
        assert taken.value.entry == first
    with pytest.raises(KeyTaken):
        lend_a_hand(book, anna, bruno, 60, "a", about=book)
    with pytest.raises(KeyTaken):
        first.reverse(key="a")
    assert LedgerEntry.objects.count() == 1


def test_a_key_belongs_to_its_book(book, anna, bruno):
    other = LedgerBook.named("tests.money", unit="cents")
    lend_a_hand(book, anna, bruno, 60, "a")

    assert lend_a_hand(other, other.account("anna"), other.account("bruno"), 500, "a").number == 1
    with pytest.raises(ValueError, match="minutes"):
        LedgerBook.named("tests.hours", unit="cents")


def test_limits_hold_to_the_minute(book, anna, bruno, pot):
    lend_a_hand(book, pot, bruno, 600, "a")
    with pytest.raises(LimitReached) as reached:
        lend_a_hand(book, pot, bruno, 1, "b")
    assert (reached.value.account, reached.value.would_be, reached.value.limit) == (bruno, -601, -600)

    lend_a_hand(book, anna, pot, 1200, "c")
    with pytest.raises(LimitReached) as reached:
        lend_a_hand(book, anna, pot, 1, "d")
    assert (reached.value.account, reached.value.would_be, reached.value.limit) == (anna, 1201, 1200)
    assert LedgerEntry.objects.count() == 2


def test_towards_the_inside_is_always_allowed(book, anna, bruno):
    lend_a_hand(book, anna, bruno, 300, "a")
    bruno.limit(lowest=-60, highest=120)
    anna.limit(lowest=-60, highest=120)

    lend_a_hand(book, bruno, anna, 30, "b")

    assert balances(anna, bruno) == [270, -270]
    with pytest.raises(LimitReached):
        lend_a_hand(book, anna, bruno, 30, "c")


def test_a_reversal_asks_for_no_limit(book, anna, bruno):
    entry = lend_a_hand(book, anna, bruno, 300, "a")
    anna.limit(lowest=100, highest=120)

    entry.reverse(key="back")

    assert balances(anna, bruno) == [0, 0]


def test_a_limit_that_was_set_elsewhere_meanwhile_holds(book, anna, bruno):
    known = book.accounts.get(code="bruno")
    bruno.limit(lowest=0, highest=0)

    with pytest.raises(LimitReached):
        lend_a_hand(book, anna, known, 30, "a")


@pytest.mark.parametrize("amount", [0, True, 0.5, 60.0, "60", None, 2**63, -(2**64)])
def test_what_is_no_amount(book, anna, bruno, amount):
    with pytest.raises(BadAmount):
        book.post(key="a", kind="exchange", postings=[(anna, amount), (bruno, -60)])


def test_what_is_no_entry(book, anna, bruno):
    elsewhere = LedgerBook.named("tests.money", unit="cents").account("anna")
    for postings, error in (
        ([], BadEntry),
        ([(anna, 60)], BadEntry),
        ([(anna, 60), (bruno, -59)], Unbalanced),
        ([(anna, 60), (elsewhere, -60)], ForeignAccount),
        ([(anna, 60), (bruno, -30), (bruno, -30)], RepeatedAccount),
    ):
        with pytest.raises(error) as raised:
            book.post(key="a", kind="exchange", postings=postings)
        assert isinstance(raised.value, ValueError)
    assert not LedgerEntry.objects.exists()


def test_a_balance_stays_within_64_bits(book, pot):
    other = book.account("other")
    book.post(key="a", kind="large", postings=[(pot, 2**63 - 1), (other, 1 - 2**63)])
    with pytest.raises(BadAmount):
        book.post(key="b", kind="large", postings=[(pot, 1), (other, -1)])

    assert balances(pot, other) == [2**63 - 1, 1 - 2**63]
    assert list(verify(book)) == []


@pytest.mark.parametrize("code", ["", "Anna Bianchi", "aiuto a Anna\n", "à", "x" * 101, "-x"])
def test_no_prose_comes_into_the_journal(book, anna, bruno, code):
    with pytest.raises(BadCode):
        book.post(key=code, kind="exchange", postings=[(anna, 60), (bruno, -60)])
    with pytest.raises(BadCode):
        book.post(key="a", kind=code, postings=[(anna, 60), (bruno, -60)])
    with pytest.raises(BadCode):
        book.account(code)


def test_a_statement_opens_and_closes(book, anna, bruno):
    """
    | 2 March | opening |   0 |
    |         |     +60 |  60 |
    | 3 March |     +90 | 150 |
    | 4 March |     -30 | 120 |
    """
    lend_a_hand(book, anna, bruno, 60, "a", at=NOON)
    lend_a_hand(book, anna, bruno, 90, "b", at=NOON + DAY)
    lend_a_hand(book, bruno, anna, 30, "c", at=NOON + 2 * DAY)

    whole = statement(anna)
    assert [(line.posting.amount, line.balance) for line in whole.lines] == [(60, 60), (90, 150), (-30, 120)]
    assert (whole.opening, whole.closing) == (0, 120)

    second = statement(anna, SECOND + DAY, SECOND + DAY)
    assert (second.opening, [line.posting.amount for line in second.lines], second.closing) == (60, [90], 150)

    for first, last, standing in ((SECOND + 5 * DAY, None, 120), (None, SECOND - DAY, 0)):
        empty = statement(anna, first, last)
        assert (empty.opening, empty.lines, empty.closing) == (standing, [], standing)


def test_what_is_told_late_counts_on_its_day(book, anna, bruno):
    """
    | booked  | counts  | anna | by day |
    | 4 March | 2 March |  +60 |     60 |
    | 2 March | 3 March |  +30 |     90 | of somebody who was told on the day itself
    """
    lend_a_hand(book, anna, bruno, 30, "a", at=NOON + DAY)
    lend_a_hand(book, anna, bruno, 60, "b", at=NOON + 2 * DAY, day=SECOND)

    lines = statement(anna).lines
    assert [(line.day, line.posting.amount, line.balance) for line in lines] == [
        (SECOND, 60, 60),
        (SECOND + DAY, 30, 90),
    ]
    assert [line.posting.balance_after for line in lines] == [90, 30]
    assert [anna.balance(SECOND + day * DAY) for day in range(-1, 3)] == [0, 60, 90, 90]
    assert list(verify(book)) == []


def test_the_day_is_part_of_what_was_asked(book, anna, bruno):
    """Whoever names none asks the same the day after; whoever names another asks for something else."""
    entry = lend_a_hand(book, anna, bruno, 60, "a", at=NOON)
    assert lend_a_hand(book, anna, bruno, 60, "a", at=NOON + DAY) == entry
    assert entry.day == SECOND
    with pytest.raises(KeyTaken):
        lend_a_hand(book, anna, bruno, 60, "a", at=NOON + DAY, day=SECOND + DAY)


def test_nothing_counts_on_a_day_that_has_not_come(book, anna, bruno):
    """In Rome: half an hour before midnight in London it is the 3rd there."""
    late = NOON.replace(hour=23, minute=30)
    assert lend_a_hand(book, anna, bruno, 60, "a", at=late, day=SECOND + DAY).day == SECOND + DAY
    with pytest.raises(DayAhead):
        lend_a_hand(book, anna, bruno, 60, "b", at=late, day=SECOND + 2 * DAY)


def test_a_balance_is_known_for_any_day(book, anna, bruno):
    for day in range(4):
        lend_a_hand(book, anna, bruno, 30, f"day-{day}", at=NOON + day * DAY)

    assert [anna.balance(SECOND + day * DAY) for day in range(-1, 5)] == [0, 30, 60, 90, 120, 120]
    assert bruno.balance(SECOND) == -30


def test_the_journal_never_goes_back_in_time(book, anna, bruno):
    """The clock was wrong, or something past is told late: it is booked at the moment of the entry before it."""
    lend_a_hand(book, anna, bruno, 60, "a", at=NOON)

    assert lend_a_hand(book, anna, bruno, 60, "b", at=NOON - DAY).at == NOON


def test_nothing_is_booked_in_time_to_come(book, anna, bruno):
    with pytest.raises(BadEntry):
        lend_a_hand(book, anna, bruno, 60, "a", at=timezone.now() + DAY)
    assert not LedgerEntry.objects.exists()


def test_what_was_booked_before_days_were_kept_counts_on_the_day_of_its_moment(book, anna, bruno):
    """As in a book that is older than its days: their column is empty, their hashes are what they were."""
    for number in range(3):
        lend_a_hand(book, anna, bruno, 30, f"old-{number}", at=NOON + number * DAY)
    connection.check_constraints()
    with connection.cursor() as cursor:
        LedgerEntry.append_only.take_away(cursor)
    LedgerEntry.objects.update(day=None)
    with connection.cursor() as cursor:
        LedgerEntry.append_only.put(cursor)
    lend_a_hand(book, anna, bruno, 60, "new", at=NOON + 5 * DAY)

    second = statement(anna, SECOND + DAY, SECOND + DAY)
    assert (second.opening, [line.day for line in second.lines], second.closing) == (30, [SECOND + DAY], 60)
    assert [anna.balance(SECOND + day * DAY) for day in range(-1, 6)] == [0, 30, 60, 90, 90, 90, 150]
    assert statement(anna).closing == 150


def test_what_an_entry_is_about_is_found(book, anna, bruno, pot):
    entry = lend_a_hand(book, anna, bruno, 60, "a", about=pot)
    lend_a_hand(book, anna, bruno, 60, "b")
    back = entry.reverse(key="back")

    assert list(LedgerEntry.objects.about(pot)) == [entry, back]
    assert entry.about == f"portal.ledgeraccount:{pot.pk}"


def test_a_posting_asks_as_little_of_a_long_journal_as_of_a_short_one(book, anna, bruno):
    def queries(key):
        with CaptureQueriesContext(
            connection,
        ) as asked:
            lend_a_hand(book, anna, bruno, 1, key)
        return len(asked)

    first = queries("first")
    for number in range(30):
        lend_a_hand(book, anna, bruno, 1, f"n{number}")
    assert queries("last") == first <= 9
