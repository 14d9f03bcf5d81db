"""Somebody with every right on the database writes the journal anew: `manage.py ledger` says where."""

import io
import logging

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from portal.events.models import Event
from portal.ledger import Discrepancy, Head, LedgerEntry, LedgerPosting, head, verify
from portal.ledger.schedules import tell_heads

pytestmark = pytest.mark.django_db


@pytest.fixture
def journal(book, anna, bruno):
    """Three entries: 60, 30 and 90 minutes from Anna to Bruno."""
    return [
        book.post(key=str(minutes), kind="exchange", postings=[(anna, minutes), (bruno, -minutes)])
        for minutes in (60, 30, 90)
    ]


def without_guards():
    """As somebody who may do anything with the database; it comes back with the transaction."""
    connection.check_constraints()
    with connection.cursor() as cursor:
        for model in (LedgerPosting, LedgerEntry):
            model.append_only.take_away(cursor)


def found(book, **known):
    return {(one.what, one.number) for one in verify(book, **known)}


def test_what_was_posted_verifies(book, journal):
    assert list(verify(book)) == []
    assert head(book) == Head(3, journal[-1].hash)


def test_a_book_without_entries_verifies(book):
    assert list(verify(book)) == []
    assert head(book) == Head(0, "0" * 64)


def test_an_amount_that_was_changed_is_found(book, journal):
    without_guards()
    journal[1].postings.filter(amount=30).update(amount=300)

    assert {("sum", 2), ("hash", 2), ("balance", 2)} <= found(book)


def test_amounts_that_were_changed_so_that_they_add_up_are_found(book, journal, anna, bruno):
    """Amount and every later balance: only the hash says so."""
    without_guards()
    for account, sign in ((anna, 1), (bruno, -1)):
        journal[2].postings.filter(account=account).update(amount=900 * sign, balance_after=990 * sign)

    assert found(book) == {("hash", 3)}


def test_an_entry_that_was_taken_out_is_found(book, journal):
    without_guards()
    journal[1].postings.all().delete()
    journal[1].delete()

    assert {("gap", 3), ("chain", 3)} <= found(book)


def test_an_account_or_a_moment_that_was_exchanged_is_found(book, journal, pot):
    without_guards()
    journal[0].postings.filter(amount=60).update(account=pot)
    LedgerEntry.objects.filter(pk=journal[2].pk).update(at=journal[0].at.replace(year=2020))

    assert {("hash", 1), ("hash", 3), ("time", 3)} <= found(book)


def test_a_posting_without_an_entry_is_found(book, journal):
    without_guards()
    LedgerEntry.objects.filter(pk=journal[2].pk)._raw_delete("default")

    assert {("orphan", None)} <= found(book)
    LedgerPosting.objects.filter(entry_id=journal[2].pk)._raw_delete("default")


def test_who_writes_the_whole_end_anew_is_found_by_the_head_that_was_told(book, journal):
    """Without the last entry the chain is sound: what was told of it the day before stands elsewhere."""
    tell_heads()
    without_guards()
    journal[2].postings.all().delete()
    journal[2].delete()

    assert found(book) == {("head", 3)}
    Event.objects.filter(kind="portal.ledger.head").delete()
    assert found(book) == set()
    assert found(book, known=[Head(3, journal[2].hash)]) == {("head", 3)}


def test_the_head_is_told_each_day_and_recorded_when_it_moved(book, journal, anna, bruno, caplog):
    with caplog.at_level(logging.INFO):
        tell_heads()
        tell_heads()
    assert caplog.text.count(f"tests.hours:3:{journal[-1].hash}") == 2

    (fact,) = Event.objects.filter(kind="portal.ledger.head")
    assert (fact.target, fact.data) == (book, {"number": 3, "hash": journal[-1].hash})
    book.post(key="more", kind="exchange", postings=[(anna, 30), (bruno, -30)])
    tell_heads()
    assert Event.objects.filter(kind="portal.ledger.head").count() == 2


def ledger(*arguments):
    out, err = io.StringIO(), io.StringIO()
    try:
        call_command("ledger", *arguments, stdout=out, stderr=err)
    except CommandError as error:
        return out.getvalue(), err.getvalue() + str(error)
    return out.getvalue(), None


def test_the_command_prints_heads_and_fails_where_something_is_wrong(book, journal):
    line = f"tests.hours:3:{journal[-1].hash}"
    assert line in ledger()[0]
    assert ledger("--known", line)[1] is None
    assert "head" in ledger("--known", f"tests.hours:3:{'0' * 64}")[1]
    for nonsense in ("nobody:1:00", "tests.hours:x:00", "tests.hours"):
        assert "BOOK:NUMBER:HASH" in ledger("--known", nonsense)[1]

    without_guards()
    journal[0].postings.filter(amount=60).update(amount=61)
    assert "tests.hours: hash at entry 1" in ledger()[1]


def test_a_discrepancy_says_where():
    assert str(Discrepancy("b", "balance", 4, "anna")) == "b: balance at entry 4 on anna"


def test_whoever_walks_a_long_journal_may_write_down_how_far_they_are(book, anna, bruno, monkeypatch):
    """Page by page: no query stays open, and none is left out where a page ends."""
    monkeypatch.setattr("portal.ledger.querysets._AT_ONCE", 2)
    monkeypatch.setattr("portal.ledger.verifying._TELLS_EACH", 2)
    for key in "abcde":
        book.post(key=key, kind="exchange", postings=[(anna, 1), (bruno, -1)])
    told = []

    assert list(verify(book, says=told.append)) == []

    assert told == [2, 4]
    assert [entry.number for entry in book.entries.in_order()] == [1, 2, 3, 4, 5]
