"""What the database refuses, whoever writes: rows are made here as somebody with a console would make them."""

import io
import re
import uuid
from datetime import timedelta

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.db import DatabaseError, IntegrityError, connection, models, transaction
from django.utils import timezone

from portal.access.append_only import check_triggers_stand, guarded, refuse_to_go_on_without
from portal.ledger import LedgerBook, LedgerClosing, LedgerEntry, LedgerPosting, close, verify
from portal.ledger.closings import LedgerClosingBalance

pytestmark = pytest.mark.django_db

ENTRY, POSTING = LedgerEntry._meta.db_table, LedgerPosting._meta.db_table
GUARDS = tuple(
    model.append_only for model in (LedgerEntry, LedgerPosting, LedgerClosing, LedgerClosingBalance)
)
CLOSED = [guard.table for guard in GUARDS]
sqlite_only = pytest.mark.skipif(connection.vendor != "sqlite", reason="SQLite's own way round")
postgresql_only = pytest.mark.skipif(connection.vendor != "postgresql", reason="PostgreSQL's own way round")


@pytest.fixture
def entry(book, anna, bruno):
    return book.post(key="a", kind="exchange", postings=[(anna, 60), (bruno, -60)])


def run(statement, *parameters):
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)


def refused(statement, *parameters, match="append-only"):
    with pytest.raises(DatabaseError, match=match), transaction.atomic():
        run(statement, *parameters)
    return True


def columns(model):
    return ", ".join(field.column for field in model._meta.local_fields)


# -- what stands, stays --------------------------------------------------------------------------------------


@pytest.mark.parametrize(("table", "change"), [(ENTRY, "kind = 'gift'"), (POSTING, "amount = amount * 2")])
def test_no_row_is_changed_or_removed(entry, table, change):
    assert refused(f"UPDATE {table} SET {change}")
    assert refused(f"DELETE FROM {table}")


def test_nor_by_the_models(entry):
    posting = entry.postings.first()
    for change in (entry.save, posting.save, posting.delete, LedgerPosting.objects.all().delete):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            change()
    for protected in (entry, entry.book, posting.account):
        with pytest.raises(models.ProtectedError):
            protected.delete()


@pytest.mark.parametrize("model", [LedgerEntry, LedgerPosting])
def test_nor_written_over(entry, model):
    table, every = model._meta.db_table, columns(model)
    target = "id" if model is LedgerEntry else "account_id, sequence"
    change = "kind = 'gift'" if model is LedgerEntry else "amount = 1"
    assert refused(
        f"INSERT INTO {table} ({every}) SELECT {every} FROM {table} WHERE true "
        f"ON CONFLICT ({target}) DO UPDATE SET {change}",
        match=table,
    )


@sqlite_only
@pytest.mark.parametrize("recursive", ["ON", "OFF"])
def test_nor_replaced(book, entry, recursive):
    run(f"PRAGMA recursive_triggers={recursive}")
    try:
        for verb in ("REPLACE", "INSERT OR REPLACE"):
            for model in (LedgerEntry, LedgerPosting):
                table, every = model._meta.db_table, columns(model)
                assert refused(f"{verb} INTO {table} ({every}) SELECT {every} FROM {table}", match=table)
            # By what else must be unique of them.
            other = every_but(LedgerEntry, id=f"'{uuid.uuid4().hex}'", number="2", previous_hash="hash")
            assert refused(
                f"{verb} INTO {ENTRY} ({columns(LedgerEntry)}) SELECT {other} FROM {ENTRY}", match=ENTRY
            )
            other = every_but(LedgerPosting, id="id + 100")
            assert refused(
                f"{verb} INTO {POSTING} ({columns(LedgerPosting)}) SELECT {other} FROM {POSTING}",
                match=POSTING,
            )
        assert refused(f"UPDATE OR REPLACE {POSTING} SET amount = 1")
    finally:
        run("PRAGMA recursive_triggers=ON")
    assert list(verify(book)) == []


def every_but(model, **other):
    return ", ".join(other.get(field.column, field.column) for field in model._meta.local_fields)


@postgresql_only
@pytest.mark.parametrize("table", [ENTRY, POSTING])
@pytest.mark.parametrize("more", ["", " CASCADE", " RESTART IDENTITY CASCADE"])
def test_nor_truncated(entry, table, more):
    connection.check_constraints()
    with pytest.raises(DatabaseError), transaction.atomic():
        run(f"TRUNCATE {table}{more}")
    assert refused(f"TRUNCATE {POSTING}, {ENTRY} CASCADE")  # of a plugin, too, rows stand on them


@postgresql_only
@pytest.mark.parametrize("table", [ENTRY, POSTING])
def test_nor_merged_over(entry, table):
    change = "kind = 'gift'" if table == ENTRY else "amount = 1"
    assert refused(
        f"MERGE INTO {table} t USING (SELECT id FROM {table}) s ON t.id = s.id "
        f"WHEN MATCHED THEN UPDATE SET {change}"
    )


@postgresql_only
def test_a_role_that_may_neither_update_nor_delete_posts_all_the_same(book, anna, bruno):
    """As docs/operations.md sets it up."""
    entry = book.post(key="a", kind="exchange", postings=[(anna, 60), (bruno, -60)])
    for statement in (
        "CREATE ROLE portal_web_of_a_test",
        "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO portal_web_of_a_test",
        "GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO portal_web_of_a_test",
        f"REVOKE UPDATE, DELETE, TRUNCATE ON {', '.join(CLOSED)} FROM portal_web_of_a_test",
        "SET LOCAL ROLE portal_web_of_a_test",
    ):
        run(statement)

    entry.reverse(key="back")
    close(book, timezone.localdate() - timedelta(days=1))

    connection.check_constraints()
    assert list(verify(book)) == []
    for table in CLOSED:
        assert refused(f"DELETE FROM {table}", match="permission denied")
    run("RESET ROLE")


# -- what comes in -------------------------------------------------------------------------------------------


class Forger:
    """Writes rows by hand; what it leaves out is right, so that one thing at a time is wrong."""

    def __init__(self, book):
        self.book = book
        self.id = uuid.uuid4()

    def posting(self, account, amount, /, **wrong):
        last = account.postings.order_by("-sequence").first()
        row = {
            "entry_id": self._id(wrong.pop("entry", self.id)),
            "account_id": account.pk,
            "amount": amount,
            "sequence": last.sequence + 1 if last else 1,
            "balance_after": (last.balance_after if last else 0) + amount,
        } | wrong
        self._insert(POSTING, row)

    def entry(self, **wrong):
        last = self.book.entries.order_by("-number").first()
        row = {
            "id": self._id(self.id),
            "book_id": self.book.pk,
            "number": last.number + 1 if last else 1,
            "kind": "exchange",
            "at": connection.ops.adapt_datetimefield_value(timezone.now()),
            "day": timezone.localdate(),
            "key": str(self.id),
            "about": "",
            "reverses_id": None,
            "body": "",
            "previous_hash": last.hash if last else "0" * 64,
            "hash": "f" * 64,
        } | wrong
        self._insert(ENTRY, row)

    def _id(self, value):
        return value if connection.vendor == "postgresql" else value.hex

    def _insert(self, table, row):
        places = ", ".join(["%s"] * len(row))
        run(f"INSERT INTO {table} ({', '.join(row)}) VALUES ({places})", *row.values())


@pytest.fixture
def forger(book):
    return Forger(book)


def does_not_come_in(write, match, error=DatabaseError):
    with pytest.raises(error, match=match), transaction.atomic():  # noqa: PT012 - some is refused at the end only
        write()
        connection.check_constraints()


def test_what_is_right_comes_in(forger, entry, anna, bruno):
    """So that what is refused below is refused for what is wrong in it."""
    forger.posting(anna, 30)
    forger.posting(bruno, -30)
    forger.entry()
    connection.check_constraints()


def test_a_sealed_entry_takes_no_third_posting(forger, entry, pot):
    does_not_come_in(lambda: forger.posting(pot, 30, entry=entry.pk), "sealed")


def test_an_entry_sums_to_zero(forger, anna, bruno):
    def write():
        forger.posting(anna, 60)
        forger.posting(bruno, -59)
        forger.entry()

    does_not_come_in(write, "sum to zero")


def test_an_entry_has_two_postings(forger, anna):
    does_not_come_in(forger.entry, "two or more")


def test_nothing_is_posted_without_an_entry(forger, anna, bruno):
    def write():
        forger.posting(anna, 60)
        forger.posting(bruno, -60)
        connection.check_constraints()

    does_not_come_in(write, "(?i)foreign key", IntegrityError)


def test_no_amount_is_zero_or_a_fraction(forger, anna):
    does_not_come_in(lambda: forger.posting(anna, 0), "ledger_posting_not_zero", IntegrityError)


@sqlite_only
@pytest.mark.parametrize("amount", [0.5, -1.5, "much"])
def test_a_column_of_sqlite_takes_no_fraction_either(forger, anna, amount):
    does_not_come_in(lambda: forger.posting(anna, 1, amount=amount, balance_after=amount), "whole|balance")


def test_a_sequence_has_no_gap_and_no_second(forger, entry, anna):
    for sequence in (1, 3, 0):
        does_not_come_in(
            lambda sequence=sequence: forger.posting(anna, 30, sequence=sequence), "without gaps|append-only"
        )


def test_a_balance_adds_up(forger, entry, anna):
    does_not_come_in(lambda: forger.posting(anna, 30, balance_after=30), "takes the balance over")


def test_an_account_of_another_book_stays_out(forger, anna):
    elsewhere = LedgerBook.named("tests.money", unit="cents").account("anna")

    def write():
        forger.posting(anna, 60)
        forger.posting(elsewhere, -60)
        forger.entry()

    does_not_come_in(write, "one book")


@pytest.mark.parametrize(
    ("wrong", "match"),
    [
        ({"number": 3}, "without gaps"),
        ({"number": 1}, "without gaps|append-only"),
        ({"previous_hash": "0" * 64}, "is a chain"),
        ({"at": "2020-01-01 00:00:00+00:00", "day": "2020-01-01"}, "back in time"),
        ({"day": None}, "counts on a day"),
        ({"day": "2099-12-31"}, "no day that has not come"),
        ({"key": "a"}, "append-only|ledger_entry_key"),
    ],
)
def test_an_entry_follows_the_one_before(forger, entry, anna, bruno, wrong, match):
    def write():
        forger.posting(anna, 30)
        forger.posting(bruno, -30)
        forger.entry(**wrong)

    does_not_come_in(write, match)


def test_a_reversal_takes_back_all_of_it_and_no_reversal(forger, entry, anna, bruno, pot):
    back = entry.reverse(key="back")
    third = forger.book.post(key="c", kind="exchange", postings=[(anna, 60), (bruno, -60)])

    def reversal(of, *postings):
        def write():
            for account, amount in postings:
                forger.posting(account, amount)
            forger.entry(reverses_id=forger._id(of.pk))

        return write

    whole = "takes an entry back whole"
    does_not_come_in(reversal(third, (anna, -30), (bruno, 30)), whole)
    does_not_come_in(reversal(third, (anna, -60), (pot, 60)), whole)
    does_not_come_in(reversal(third, (anna, -60), (bruno, 60), (pot, 30)), whole + "|sum to zero")
    does_not_come_in(reversal(back, (anna, 60), (bruno, -60)), whole)
    does_not_come_in(reversal(entry, (anna, -60), (bruno, 60)), "append-only|unique", DatabaseError)
    reversal(third, (anna, -60), (bruno, 60))()


# -- whether the triggers stand ------------------------------------------------------------------------------


def check():
    return [message.msg for message in check_triggers_stand(None, databases=["default"])]


def drop(table, name):
    run(f"DROP TRIGGER {name}" + ("" if connection.vendor == "sqlite" else f" ON {table}"))


def test_they_stand():
    assert set(GUARDS) <= set(guarded())
    assert check() == []
    call_command("check", databases=["default"], stdout=io.StringIO())


EACH = [(guard.table, name) for guard in GUARDS for name in guard.names]


@pytest.mark.parametrize(("table", "name"), EACH)
def test_one_that_is_gone_is_named(table, name):
    drop(table, name)

    (message,) = check()
    assert name in message
    with pytest.raises(ImproperlyConfigured, match=name):
        refuse_to_go_on_without(sender=None)


@sqlite_only
@pytest.mark.parametrize(("table", "name"), EACH)
def test_one_that_asks_for_nothing_is_named(table, name):
    (guard,) = (guard for guard in GUARDS if guard.table == table)
    made = guard.sqlite()[name]
    drop(table, name)
    run(re.sub(r"BEGIN SELECT RAISE.*; END", "BEGIN SELECT 1; END", made))

    assert name in check()[0]


@postgresql_only
@pytest.mark.parametrize(
    "name", [f"{guard.table}_{demand.name}" for guard in GUARDS for demand in guard.demands]
)
def test_a_function_that_asks_for_nothing_is_named(name):
    run(
        f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$"
    )

    assert name in check()[0]
