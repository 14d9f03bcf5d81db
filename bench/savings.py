"""A household's page and a posting, in a book of 10,000 postings and in one of 1,000,000; on PostgreSQL.

`build()` runs in `manage.py shell`, on the database of the server that is measured afterwards.
"""

from __future__ import annotations

import json
import os
import statistics
import sys
import time
import uuid
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from tests.harness import services, templates
from tests.harness.server import PortalServer

from .timing import Asker, take_turns

FEW, MANY = 10_000, 1_000_000
HOUSEHOLDS = 400
OWN = 60  # postings of the household that looks, however many there are
AT_ONCE = 2_000  # entries of one transaction
TURNS = 200  # postings that are timed


def build(postings: int) -> None:
    """Fill an empty database with a book of so many postings and print what `measured` needs, as JSON: the page's
    address and number of queries, a posting's queries, and the seconds of a posting and of bare INSERTs of its rows."""
    from django.db import connection
    from django.urls import reverse
    from django.utils import translation

    from portal.events.dispatch import drain
    from portal.ledger import verify
    from portal.testing.factories import BuildingFactory, tenant_of
    from risparmio.book import bookings
    from risparmio.book.accounts import book_of_money, open_household
    from risparmio.book.models import BankAccount
    from risparmio.testing import agreement_of

    from .neighbourhood import asked

    translation.activate("it")
    person = tenant_of(BuildingFactory(), username="demo.tenant", display_name="Samira", language="it")
    agreement = agreement_of(person)
    bank = BankAccount.objects.create(
        name="Conto", holder="Agenzia", iban="IT60X0542811101000000123456", is_paid_into=True
    ).ledger
    others = [open_household() for _ in range(HOUSEHOLDS)]
    _write(
        bank, [agreement.ledger if turn < OWN else others[turn % HOUSEHOLDS] for turn in range(postings // 2)]
    )
    drain()
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    if next(iter(verify(book_of_money())), None):
        raise RuntimeError("the book is not as it would have been posted")
    print(  # noqa: T201
        json.dumps(
            {
                "page": [reverse("risparmio:mine"), asked(person, reverse("risparmio:mine"))],
                **_posting(
                    lambda: bookings.transfer_in(bank, others[0], 100, key=str(uuid.uuid4()), about=agreement)
                ),
            }
        )
    )


def _write(bank, households: list) -> None:
    """Entries as `post` writes them, many to a transaction; the database looks at each as ever."""
    from django.db import transaction
    from django.utils import timezone

    from portal.ledger import LedgerEntry, LedgerPosting
    from portal.ledger.canonical import GENESIS, body_digest, entry_hash
    from risparmio.book.accounts import book_of_money

    book, now = book_of_money(), timezone.now()
    today, previous = timezone.localdate(now), GENESIS
    standing: dict[int, list[int]] = {}  # by account: its last sequence and balance
    numbered = list(enumerate(households, start=1))
    for start in range(0, len(numbered), AT_ONCE):
        entries, rows = [], []
        for number, household in numbered[start : start + AT_ONCE]:
            entry = LedgerEntry(
                book=book, number=number, kind="risparmio.transfer", at=now, day=today, key=f"b:{number}"
            )
            mine = []
            for account, amount in ((bank, 100), (household, -100)):
                last = standing.setdefault(account.pk, [0, 0])
                last[0], last[1] = last[0] + 1, last[1] + amount
                mine.append(
                    LedgerPosting(
                        entry=entry, account=account, amount=amount, sequence=last[0], balance_after=last[1]
                    )
                )
            amounts = [(row.account.code, row.amount) for row in mine]
            entry.body = body_digest(kind=entry.kind, about="", reverses=None, amounts=amounts, day=None)
            entry.previous_hash = previous
            entry.hash = previous = entry_hash(
                previous=previous,
                book=book.code,
                number=number,
                at=now,
                key=entry.key,
                kind=entry.kind,
                about="",
                reverses=None,
                postings=[(row.account.code, row.sequence, row.amount, row.balance_after) for row in mine],
                day=today,
            )
            entries.append(entry)
            rows.extend(mine)
        with transaction.atomic():
            _insert(LedgerPosting, rows)
            _insert(LedgerEntry, entries)


def _insert(model, rows: list, table: str = "") -> None:
    """One INSERT for each: what a row has to follow on is there when the database looks."""
    from django.db import connection

    fields = [
        field for field in model._meta.concrete_fields if not (field.primary_key and model._meta.auto_field)
    ]
    names = ", ".join(f'"{field.column}"' for field in fields)
    places = ", ".join(["%s"] * len(fields))
    statement = f'INSERT INTO "{table or model._meta.db_table}" ({names}) VALUES ({places})'
    values = [
        [field.get_db_prep_save(getattr(row, field.attname), connection) for field in fields] for row in rows
    ]
    with connection.cursor() as cursor:
        cursor.executemany(statement, values)


def _posting(post) -> dict:
    """Postings and bare INSERTs of the same rows into tables without rules, in turns."""
    from django.db import connection, transaction
    from django.test.utils import CaptureQueriesContext

    from portal.ledger import LedgerEntry, LedgerPosting

    with connection.cursor() as cursor:
        for model in (LedgerEntry, LedgerPosting):
            cursor.execute(
                f"CREATE TABLE bare_{model._meta.db_table} (LIKE {model._meta.db_table} INCLUDING ALL)"
            )
    ours, bare = [], []
    for turn in range(TURNS + 20):
        began = time.perf_counter()
        with transaction.atomic():
            entry = post()
        booked = time.perf_counter()
        rows = list(entry.postings.all())
        ready = time.perf_counter()
        with transaction.atomic():
            _insert(LedgerPosting, rows, f"bare_{LedgerPosting._meta.db_table}")
            _insert(LedgerEntry, [entry], f"bare_{LedgerEntry._meta.db_table}")
        done = time.perf_counter()
        if turn >= 20:  # a warm-up
            ours.append(booked - began)
            bare.append(done - ready)
    with CaptureQueriesContext(connection) as queries, transaction.atomic():
        post()
    return {"queries": len(queries), "posting": statistics.median(ours), "bare": statistics.median(bare)}


@contextmanager
def _on_postgresql() -> Iterator[None]:
    """The server that DATABASE_URL names, or one for the length of the block."""
    if os.environ.get("DATABASE_URL"):
        yield
        return
    with services.postgresql() as url:
        os.environ["DATABASE_URL"] = url
        try:
            yield
        finally:
            del os.environ["DATABASE_URL"]


def measured(bare: str) -> Iterator[tuple[str, str]]:
    """The page of both portals and the bare view take turns; a posting is measured against bare INSERTs beside it."""
    with ExitStack() as stack:
        stack.enter_context(_on_postgresql())
        askers: dict[int, Asker] = {}
        told: dict[int, dict] = {}
        for postings in (FEW, MANY):
            server = PortalServer(stack.enter_context(templates.copied("empty")))
            began = time.monotonic()
            told[postings] = json.loads(server.python(f"from bench.savings import build; build({postings})"))
            print(
                f"  … {postings:,} postings are there after {time.monotonic() - began:.0f} s", file=sys.stderr
            )
            stack.callback(server.stop)
            server.start()
            session = server.sign_in("tenant")
            cookies = "; ".join(f"{cookie.name}={cookie.value}" for cookie in session.cookies)
            askers[postings] = Asker(f"{server.url}{told[postings]['page'][0]}", cookies=cookies)
        ours, larger, theirs = take_turns(askers[FEW], askers[MANY], Asker(f"{bare}/{askers[MANY].size}/"))
        yield (
            "a household's page",
            f"{ours.median / theirs.median:.1f} × bare with {FEW:,}, "
            f"{larger.median / theirs.median:.1f} × with {MANY:,} "
            f"({larger.median / ours.median:.2f} × as long); {_alike(told, lambda one: one['page'][1])}",
        )
        few, many = (told[size]["posting"] / told[size]["bare"] for size in (FEW, MANY))
        yield (
            "a posting",
            f"{few:.1f} × bare INSERTs of its rows with {FEW:,}, {many:.1f} × with {MANY:,} "
            f"({told[MANY]['posting'] / told[FEW]['posting']:.2f} × as long); "
            f"{_alike(told, lambda one: one['queries'])}",
        )


def _alike(told: dict[int, dict], count) -> str:
    few, many = count(told[FEW]), count(told[MANY])
    return f"{few} queries" if few == many else f"{few} queries and {many}: NOT the same"
