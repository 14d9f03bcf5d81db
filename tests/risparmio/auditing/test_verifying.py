"""The auditor has the whole book checked: in the background, however long it is, and finds what was altered."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.utils import timezone

from portal.access.append_only import guarded
from portal.events import history_of
from portal.ledger import Head, LedgerPosting, close, head, verify
from portal.ledger.guards import CLOSING_BALANCES, CLOSINGS, ENTRIES, POSTINGS
from portal.ledger.schedules import tell_heads
from portal.tasks.worker import work_off
from risparmio.auditing.verifying import Verification, verify_book
from risparmio.auditing.words import Work
from risparmio.auditing.work import SILENCE
from risparmio.book.accounts import book_of_money
from tests.risparmio.booked import cash

pytestmark = pytest.mark.django_db
PAGE = "/en/risparmio/libro/verifica/"


@pytest.fixture
def booked(agreement):
    return [cash(agreement, 1_000).entry for _each in range(5)]


def altered(entry):
    """By somebody who may drop triggers: 10 cents more in one posting."""
    with connection.cursor() as cursor:
        for name in POSTINGS.names:
            where = "" if connection.vendor == "sqlite" else " ON portal_ledgerposting"
            cursor.execute(f"DROP TRIGGER {name}{where}")
        posting = LedgerPosting.objects.filter(entry=entry, amount__gt=0).get()
        cursor.execute("UPDATE portal_ledgerposting SET amount = amount + 10 WHERE id = %s", [posting.pk])


def test_a_book_that_is_whole(booked, dora):
    verification = Verification.ask(by=dora)
    assert verification.is_under_way

    work_off()

    verification.refresh_from_db()
    assert (verification.is_whole, verification.entries, verification.hash) == (
        True,
        5,
        head(book_of_money()).hash,
    )
    fact = history_of(verification, confidential=True).get()
    assert (fact.kind, fact.actor, fact.data) == ("risparmio.book.verified", dora, {"number": 5, "wrong": 0})


def test_what_was_altered_is_found_where_it_is(booked, dora, signed_in):
    altered(booked[2])
    verification = Verification.ask(by=dora)
    work_off()
    verification.refresh_from_db()

    assert not verification.is_whole
    assert {number for _what, number, _account in verification.found} >= {3}
    assert {"hash", "sum", "balance"} <= {what for what, _number, _account in verification.found}
    page = signed_in(dora).get(PAGE).content.decode()
    assert "The book was altered" in page
    assert "/en/risparmio/libro/registrazioni/3/" in page


def test_an_end_of_the_chain_that_the_auditor_has_kept(booked, dora):
    now = head(book_of_money())
    for known, whole in ((now, True), (Head(5, "0" * 64), False), (Head(9, now.hash), False)):
        verification = Verification.ask(by=dora, known=known)
        work_off()
        verification.refresh_from_db()
        assert verification.is_whole == whole, known


def test_it_tells_how_far_it_is(booked, dora, monkeypatch):
    monkeypatch.setattr("portal.ledger.querysets._AT_ONCE", 2)
    monkeypatch.setattr("portal.ledger.verifying._TELLS_EACH", 2)
    said = []
    monkeypatch.setattr(Verification, "says", lambda self, percent: said.append(percent))
    verify_book.func(Verification.ask(by=dora).pk)
    assert said == [0, 40, 80]


def test_while_one_is_made_nobody_needs_another(booked, dora):
    first = Verification.ask(by=dora)
    assert Verification.ask(by=dora) == first
    work_off()
    assert Verification.ask(by=dora) != first


def test_one_of_which_nothing_is_heard_is_given_up(booked, dora, signed_in):
    silent = Verification.ask(by=dora)
    Verification.objects.update(heard_at=timezone.now() - SILENCE - timedelta(seconds=1))

    assert "did not come to its end" in signed_in(dora).get(PAGE).content.decode()
    assert Verification.ask(by=dora) != silent


def test_a_task_that_runs_twice_changes_nothing(booked, dora):
    verification = Verification.ask(by=dora)
    verify_book.func(verification.pk)
    verify_book.func(verification.pk)
    assert history_of(verification, confidential=True).count() == 1


def test_who_may_not(people):
    for who, person in people.items():
        if who != "auditor":
            with pytest.raises(PermissionDenied):
                Verification.ask(by=person)


def test_the_page_starts_it_and_says_how_it_went(booked, dora, signed_in):
    tell_heads()
    client = signed_in(dora)
    assert client.post(PAGE).status_code == 302
    waiting = client.get(PAGE).content.decode()
    assert "<progress" in waiting
    assert "hx-get" in waiting

    work_off()

    page = client.get(PAGE).content.decode()
    assert "The book is whole" in page
    assert f"5:{head(book_of_money()).hash}" in page
    assert "<progress" not in page


@pytest.mark.parametrize("line", ["x", "5", "5:abc", "altro.libro:5:" + "0" * 64, "-5:" + "0" * 64])
def test_an_end_that_is_none(booked, dora, signed_in, line):
    answer = signed_in(dora).post(PAGE, {"testa": line})
    assert answer.status_code == 422
    assert "Write it as it was printed" in answer.content.decode()
    assert not Verification.objects.exists()


def test_an_end_as_it_was_printed(booked, dora, signed_in):
    now = head(book_of_money())
    for line in (f"5:{now.hash}", f" risparmio.money:5:{now.hash} "):
        Verification.objects.all().delete()
        signed_in(dora).post(PAGE, {"testa": line})
        assert Verification.objects.get().known == [now]


def test_as_many_queries_for_a_long_history_as_for_none(
    booked, dora, signed_in, django_assert_max_num_queries
):
    client = signed_in(dora)
    client.get(PAGE)
    with django_assert_max_num_queries(15):
        client.get(PAGE)
    for _each in range(12):
        Verification.objects.create(asked_by=dora, state=Work.DONE, finished_at=timezone.now())
    with django_assert_max_num_queries(15):
        client.get(PAGE)


def test_all_tables_of_the_book_are_guarded():
    """The system check at start-up and after migrate looks at each of them."""
    assert {POSTINGS, ENTRIES, CLOSINGS, CLOSING_BALANCES} <= set(guarded())
    assert [table.missing() for table in (POSTINGS, ENTRIES, CLOSINGS, CLOSING_BALANCES)] == [[], [], [], []]


def test_a_trigger_of_closings_that_was_dropped_is_missed():
    name = CLOSINGS.names[0]
    with connection.cursor() as cursor:
        where = "" if connection.vendor == "sqlite" else f" ON {CLOSINGS.table}"
        cursor.execute(f"DROP TRIGGER {name}{where}")
    assert CLOSINGS.missing() == [name]


def test_a_period_that_is_closed_while_it_checks_is_no_alarm(booked, monkeypatch):
    monkeypatch.setattr("portal.ledger.verifying._TELLS_EACH", 2)
    book, yesterday = book_of_money(), timezone.localdate() - timedelta(days=1)

    assert list(verify(book, says=lambda _seen: close(book, yesterday))) == []
    assert book.closed_until() == yesterday
