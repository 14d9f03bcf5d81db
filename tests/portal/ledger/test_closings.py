"""A month that is over is closed: nothing counts there any more, and what stood at its end is kept."""

import uuid
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import DatabaseError, connection, models, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from portal.ledger import DayAhead, DayClosed, LedgerClosing, LedgerPosting, close, head, statement, verify
from portal.ledger.closings import LedgerClosingBalance

pytestmark = pytest.mark.django_db

MARCH = date(2026, 3, 31)
APRIL = datetime(2026, 4, 2, 10, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture
def march(book, anna, bruno, pot):
    """Anna +60 on the 1st, +30 on the 31st and +10 on 1 April; the pot gave and got back; closed on 2 April."""
    post(book, anna, bruno, 60, "a", at=APRIL - 32 * DAY)
    post(book, pot, bruno, 15, "b", at=APRIL - 20 * DAY)
    post(book, bruno, pot, 15, "c", at=APRIL - 10 * DAY)
    post(book, anna, bruno, 30, "d", at=APRIL - 2 * DAY)
    post(book, anna, bruno, 10, "e", at=APRIL - DAY)
    return close(book, MARCH, at=APRIL)


def post(book, giver, receiver, minutes, key, **more):
    return book.post(key=key, kind="exchange", postings=[(giver, minutes), (receiver, -minutes)], **more)


def test_it_keeps_how_each_account_stood(book, march, anna, bruno):
    assert dict(march.balances.values_list("account__code", "balance")) == {"anna": 90, "bruno": -90}
    assert (march.number, march.hash) == (head(book).number, head(book).hash)
    assert list(verify(book)) == []


def test_nothing_is_booked_into_it_any_more(book, march, anna, bruno):
    for day in (MARCH, MARCH - 40 * DAY):
        with pytest.raises(DayClosed) as closed:
            post(book, anna, bruno, 60, "late", day=day)
        assert (closed.value.day, closed.value.closed) == (day, MARCH)
    assert book.entries.count() == 5

    assert post(book, anna, bruno, 60, "late", day=MARCH + DAY).day == MARCH + DAY


def test_the_same_submission_again_is_answered_as_before(book, march, anna, bruno):
    """Whoever sent it before the closing, and sends it again after it, has what was booked then."""
    entry = book.entries.get(key="d")
    assert post(book, anna, bruno, 30, "d") == entry


def test_what_was_wrong_in_it_is_taken_back_on_a_day_that_is_open(book, march, anna):
    back = book.entries.get(key="d").reverse(key="back")

    assert back.day > MARCH
    assert (anna.balance(MARCH), anna.balance()) == (90, 70)
    assert list(verify(book)) == []


def test_balances_go_on_from_it(book, march, anna, bruno, pot):
    post(book, pot, bruno, 5, "f", day=MARCH + 2 * DAY)

    assert [anna.balance(MARCH + day * DAY) for day in (-40, -1, 0, 1)] == [0, 60, 90, 100]
    assert [pot.balance(MARCH + day * DAY) for day in (-15, 0, 1, 2)] == [15, 0, 0, 5]
    standing = book.accounts.balances(book, MARCH + 2 * DAY)
    assert standing == {anna.pk: 100, bruno.pk: -105, pot.pk: 5}
    april = statement(anna, MARCH + DAY)
    assert (april.opening, [line.posting.amount for line in april.lines], april.closing) == (90, [10], 100)


def test_a_month_without_bookings_keeps_nothing_of_an_account_that_is_empty_again(book, march, anna, bruno):
    """Its older balance does not come back."""
    post(book, bruno, anna, 100, "empty", at=APRIL, day=MARCH + 2 * DAY)
    close(book, MARCH + 5 * DAY, at=APRIL + 10 * DAY)

    assert anna.balance(MARCH + 5 * DAY) == 0
    assert anna.balance(MARCH + 8 * DAY) == 0


def test_a_balance_asks_as_little_of_many_closed_months_as_of_one(book, march, anna, bruno):
    def queries(day):
        with CaptureQueriesContext(connection) as asked:
            book.accounts.balances(book, day)
        return len(asked)

    first = queries(MARCH)
    for month in range(1, 8):
        post(book, anna, bruno, 10, f"m{month}", at=APRIL + 30 * month * DAY)
        close(book, MARCH + 30 * month * DAY, at=APRIL + 30 * month * DAY + DAY)
    assert queries(MARCH + 200 * DAY) == first == 3


def test_a_day_that_is_not_over_is_not_closed(book, march):
    for until in (APRIL.date(), APRIL.date() + DAY):
        with pytest.raises(DayAhead):
            close(book, until, at=APRIL)


def test_nothing_is_closed_in_time_to_come(book, march):
    with pytest.raises(DayAhead):
        close(book, MARCH + 3 * DAY, at=timezone.now() + DAY)


def test_twice_is_once_and_never_back(book, march):
    assert close(book, MARCH, at=APRIL + DAY) == march
    with pytest.raises(DayClosed):
        close(book, MARCH - DAY, at=APRIL)
    assert LedgerClosing.objects.count() == 1


def test_a_book_without_entries_is_closed(book, anna, bruno):
    assert close(book, MARCH, at=APRIL).number == 0
    with pytest.raises(DayClosed):
        post(book, anna, bruno, 60, "a", at=APRIL, day=MARCH)


# -- by hand ----------------------------------------------------------------------------------------------------------


def refused(write, match):
    with pytest.raises(DatabaseError, match=match), transaction.atomic():
        write()
    return True


def test_no_closing_is_changed_or_taken_away(book, march, anna):
    for model in (LedgerClosing, LedgerClosingBalance):
        first, table = model.objects.first(), model._meta.db_table
        column = "until" if model is LedgerClosing else "balance"
        for statement_ in (f"UPDATE {table} SET {column} = {column}", f"DELETE FROM {table}"):
            assert refused(lambda sql=statement_: connection.cursor().execute(sql), "append-only")
        assert refused(first.save, "append-only")
    with pytest.raises(models.ProtectedError):
        march.delete()


def test_nor_given_one_balance_more(book, march, pot):
    more = LedgerClosingBalance(closing=march, account=pot, balance=5)
    assert refused(more.save, "sealed")


def by_hand(book, balances, **wrong):
    """Those balances by account, and the row of a closing that is right but for what is said."""
    end = head(book)
    row = {"until": MARCH + 2 * DAY, "at": APRIL + 5 * DAY, "number": end.number, "hash": end.hash} | wrong
    made = LedgerClosing(id=uuid.uuid4(), book=book, **row)
    made.digest = made.computed_digest(
        book.closings.get().digest, [(account.code, balance) for account, balance in balances.items()]
    )
    for account, balance in balances.items():
        LedgerClosingBalance.objects.create(closing=made, account=account, balance=balance)
    made.save(force_insert=True)


def test_what_is_right_comes_in(book, march, anna, bruno):
    by_hand(book, {anna: 100, bruno: -100})
    assert list(verify(book)) == []


@pytest.mark.parametrize(
    ("anna_had", "wrong", "match"),
    [
        (60, {"until": MARCH - DAY}, "goes on from"),
        (100, {"until": APRIL.date() + 6 * DAY}, "days that are over"),
        (100, {"number": 1}, "where the chain ends"),
        (100, {"hash": "0" * 64}, "where the chain ends"),
        (1000, {}, "how each account stood"),
        (None, {}, "how each account stood"),
    ],
)
def test_a_closing_made_by_hand_is_right_and_whole(book, march, anna, bruno, anna_had, wrong, match):
    balances = {anna: anna_had, bruno: -anna_had} if anna_had else {}
    assert refused(lambda: by_hand(book, balances, **wrong), match)


def test_an_entry_written_by_hand_into_a_closed_day_does_not_come_in(book, march, anna, bruno, monkeypatch):
    monkeypatch.setattr(type(book), "_open", lambda self, day, today: day or today)

    assert refused(lambda: post(book, anna, bruno, 60, "late", day=MARCH), "a period that is closed")


# -- and by somebody who may do anything -------------------------------------------------------------------------------


def without_guards():
    connection.check_constraints()
    with connection.cursor() as cursor:
        for model in (
            LedgerPosting,
            LedgerPosting.entry.field.related_model,
            LedgerClosing,
            LedgerClosingBalance,
        ):
            model.append_only.take_away(cursor)


def found(book):
    return {(one.what, one.number, one.account) for one in verify(book)}


def test_a_balance_that_was_changed_is_found(book, march, anna):
    without_guards()
    march.balances.filter(account=anna).update(balance=1)

    assert found(book) == {("closing", march.number, "anna"), ("closing", march.number, "")}


def test_an_entry_that_was_put_into_a_closed_day_is_found(book, march, anna, bruno, monkeypatch):
    without_guards()
    monkeypatch.setattr(type(book), "_open", lambda self, day, today: day or today)
    late = post(book, anna, bruno, 60, "late", day=MARCH)

    assert found(book) == {
        ("day", late.number, ""),
        ("closing", march.number, "anna"),
        ("closing", march.number, "bruno"),
    }


def test_a_closing_that_was_taken_away_is_found(book, march, anna, bruno):
    """With it went what it forbade: an entry came into March, and March was closed again."""
    without_guards()
    march.balances.all().delete()
    march.delete()
    post(book, anna, bruno, 60, "late", day=MARCH)
    close(book, MARCH, at=APRIL + DAY)

    assert found(book) == {("closing", None, "")}


def test_a_digest_that_was_written_anew_is_found(book, march):
    without_guards()
    LedgerClosing.objects.update(digest="f" * 64)

    assert found(book) == {("closing", march.number, ""), ("closing", None, "")}


def test_a_day_that_was_exchanged_is_found(book, march):
    without_guards()
    book.entries.filter(key="e").update(day=MARCH + 2 * DAY)

    assert found(book) == {("hash", 5, ""), ("day", 5, "")}
