"""A year of the book with its papers, as one ZIP that anybody checks without the portal.

LEGGIMI-README.txt     what it is and how to check it, in Italian and English
MANIFEST.sha256        each file's sha256; the manifest's own is the seal
verifica.py            checks all of it with Python alone; checking.py and canonical.py check the journal
journal.jsonl          the entries, sealed one by one
tables/*.csv           papers by their numbers: amounts in cents, people and accounts as numbers, never by name
bank/*                 the banks' own files, where they were kept

The same state of the book gives the same bytes: no day of making is in it, and all is in a fixed order.
"""

from __future__ import annotations

import csv
import hashlib
import io
import zipfile
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from django.db.models import Max, Min, Q

from portal.ledger import Head, canonical, checking
from portal.ledger.exporting import journal
from portal.ui.spreadsheets import harmless
from risparmio.agreements.final import FinalSignature, FinalStatement
from risparmio.agreements.models import SavingsAgreement
from risparmio.agreements.plans import PlanSignature, SavingsPlan
from risparmio.bank.models import BankLine, Correction, Statement, StatementFile
from risparmio.book.accounts import book_of_money
from risparmio.book.models import BankAccount
from risparmio.payments.models import CashReceipt, Payout
from risparmio.payments.tills import CashCount, CashTrip
from risparmio.payments.transfers import TransferOrder

from . import checking as checking_archive
from .closing import PeriodClosing
from .readme import README

_MOMENT = (1980, 1, 1, 0, 0, 0)  # of each file in the ZIP: when it was made is not in it
Row = Iterable[Any]


def write(file: Any, year: int, *, says: Callable[[int], object] = lambda percent: None) -> tuple[str, Head]:
    """Write the archive; gives the seal and the last entry that is in it. `says` hears how many percent are done."""
    book = book_of_money()
    first, last = _ends(book, year)
    end = Head(last, book.entries.values_list("hash", flat=True).get(number=last))
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
        seals = {}

        def put(name: str, pieces: Iterable[bytes]) -> None:
            seals[name] = _put(packed, name, pieces)

        readme = README.format(year=year, first=first, last=last, hash=end.hash)
        put("LEGGIMI-README.txt", [readme.encode()])
        put("verifica.py", [_source(checking_archive)])
        put("checking.py", [_source(checking)])
        put("canonical.py", [_source(canonical)])
        put("journal.jsonl", _told(journal(book, after=first - 1, up_to=last), last - first + 1, says))
        for name, heads, rows in tables(year):
            put(f"tables/{name}.csv", _csv(heads, rows))
        says(90)
        for name, content in files_of_banks(year):
            put(f"bank/{name}", [content])
        manifest = "".join(f"{seals[name]}  {name}\n" for name in sorted(seals)).encode()
        return _put(packed, checking_archive.MANIFEST, [manifest]), end


def _ends(book: Any, year: int) -> tuple[int, int]:
    """The numbers of the first and the last entry: all that count on a day of the year, and those on which its closings
    stand, so that whoever has the archive sees that it was closed and how."""
    ends = book.entries.filter(day__year=year).aggregate(first=Min("number"), last=Max("number"))
    closed = book.closings.filter(until__year=year).aggregate(last=Max("number"))
    return ends["first"], max(ends["last"], closed["last"] or 0)


def tables(year: int) -> Iterator[tuple[str, tuple[str, ...], Iterator[Row]]]:
    """(name, heads, rows) of each. Of agreements and plans all there were by the end of the year: a promise lasts."""
    begin, end = date(year, 1, 1), date(year, 12, 31)
    agreements = SavingsAgreement.objects.filter(opened_at__date__lte=end)
    yield _table(
        "agreements",
        agreements.order_by("number"),
        (
            "number",
            "ledger__code",
            "reference",
            "starts_on",
            "ends_on",
            "goal",
            "goal_cents",
            "match_percent",
            "state",
            "leaving_on",
            "closed_on",
        ),
    )
    yield _table(
        "plans",
        SavingsPlan.objects.filter(agreement__in=agreements, proposed_at__date__lte=end).order_by("pk"),
        (
            "pk",
            "agreement__number",
            "kind",
            "since",
            "until",
            "cents",
            "due_day",
            "state",
            "decided_at",
            "proposed_by_id",
        ),
    )
    signatures = PlanSignature.objects.filter(
        plan__agreement__in=agreements, plan__proposed_at__date__lte=end
    )
    yield _table("signatures", signatures.order_by("pk"), ("plan_id", "side", "person_id", "on_paper", "at"))
    finals = FinalStatement.objects.filter(agreement__in=agreements, drawn_on__lte=end)
    yield _table(
        "final_statements",
        finals.order_by("pk"),
        (
            "pk",
            "agreement__number",
            "drawn_on",
            "own_cents",
            "matched_cents",
            "taken_cents",
            "offset_cents",
            "left_cents",
            "drawn_by_id",
            "drawn_at",
        ),
    )
    yield _table(
        "final_signatures",
        FinalSignature.objects.filter(statement__in=finals).order_by("pk"),
        ("statement_id", "side", "person_id", "on_paper", "at"),
    )
    yield _table(
        "bank_accounts",
        BankAccount.objects.order_by("pk"),
        ("pk", "ledger__code", "iban"),
    )
    yield _table(
        "statements",
        _statements(year).order_by("pk"),
        (
            "pk",
            "account_id",
            "file_id",
            "file__digest",
            "identification",
            "first_day",
            "last_day",
            "opening_cents",
            "closing_cents",
            "closing_day",
            "lines_count",
            "new_count",
            "read_by_id",
            "read_at",
        ),
    )
    yield _table(
        "bank_lines",
        BankLine.objects.filter(day__range=(begin, end)).order_by("pk"),
        (
            "pk",
            "account_id",
            "statement_id",
            "day",
            "cents",
            "reference",
            "end_to_end",
            "counterparty_iban",
            "meaning",
            "why",
            "agreement__number",
            "entry__number",
            "retells_id",
            "settling__number",
            "settled_by_id",
            "settled_at",
            "approved_by_id",
            "approved_at",
        ),
    )
    yield _table(
        "corrections",
        Correction.objects.filter(at__date__range=(begin, end)).order_by("pk"),
        (
            "pk",
            "line_id",
            "entry__number",
            "was",
            "was_why",
            "was_of__number",
            "was_settling__number",
            "was_settled_by_id",
            "by_id",
            "at",
            "approved_by_id",
            "approved_at",
        ),
    )
    yield _table(
        "receipts",
        CashReceipt.objects.filter(year=year).order_by("number"),
        (
            "year",
            "number",
            "agreement__number",
            "desk_id",
            "cents",
            "entry__number",
            "received_by_id",
            "received_at",
            "voided_by_id",
            "voided_at",
        ),
    )
    yield _table(
        "cash_counts",
        CashCount.objects.filter(counted_at__date__range=(begin, end)).order_by("pk"),
        ("pk", "desk_id", "counted", "expected", "entry__number", "counted_by_id", "counted_at"),
    )
    yield _table(
        "cash_trips",
        CashTrip.objects.filter(carried_at__date__range=(begin, end)).order_by("pk"),
        ("pk", "desk_id", "cents", "entry__number", "carried_by_id", "carried_at", "arrived_on"),
    )
    asked = Q(requested_at__date__range=(begin, end))
    finished = Q(finished_at__date__range=(begin, end)) | Q(ordered_at__date__range=(begin, end))
    yield _table(
        "payouts",
        Payout.objects.filter(asked | finished).order_by("pk"),
        (
            "pk",
            "agreement__number",
            "cents",
            "purpose",
            "iban",
            "state",
            "requested_by_id",
            "requested_at",
            "approved_by_id",
            "approved_at",
            "seconded_by_id",
            "signed_by_id",
            "signed_at",
            "signed_on_paper",
            "transfer_id",
            "ordered_at",
            "finished_at",
        ),
    )
    yield _table(
        "transfer_files",
        TransferOrder.objects.filter(made_at__date__range=(begin, end)).order_by("pk"),
        ("pk", "account_id", "execution_day", "digest", "made_by_id", "made_at"),
    )
    yield _table(
        "closings",
        PeriodClosing.objects.filter(closing__until__year=year).order_by("closing__until"),
        (
            "closing__until",
            "closing__number",
            "closing__digest",
            "closed_by_id",
            "closed_at",
            "acknowledged",
        ),
    )


def files_of_banks(year: int) -> Iterator[tuple[str, bytes]]:
    """The banks' own files, each once, in which the year's statements came."""
    kept = _statements(year).order_by("file_id").values_list("file_id", flat=True).distinct()
    for pk in kept:
        yield f"{pk}.txt", StatementFile.objects.get(pk=pk).content


def _statements(year: int) -> Any:
    of_lines = BankLine.objects.filter(day__year=year).values("statement")
    return Statement.objects.filter(Q(pk__in=of_lines) | Q(closing_day__year=year))


def _table(name: str, rows: Any, fields: tuple[str, ...]) -> tuple[str, tuple[str, ...], Iterator[Row]]:
    heads = tuple(field.replace("__", "_") for field in fields)
    return name, heads, rows.values_list(*fields).iterator()


def _csv(heads: Row, rows: Iterable[Row]) -> Iterator[bytes]:
    for row in (heads, *rows):
        line = io.StringIO()
        csv.writer(line, delimiter=";", lineterminator="\n").writerow([_cell(value) for value in row])
        yield line.getvalue().encode()


def _cell(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    return value.isoformat() if isinstance(value, date) else harmless(value)


def _told(lines: Iterable[str], count: int, says: Callable[[int], object]) -> Iterator[bytes]:
    """Of the journal, which is most of the work: 80 percent."""
    for place, line in enumerate(lines):
        if place and place % 500 == 0:
            says(min(80, place * 80 // count))
        yield f"{line}\n".encode()


def _put(packed: zipfile.ZipFile, name: str, pieces: Iterable[bytes]) -> str:
    """The sha256 of what was put."""
    digest = hashlib.sha256()
    told = zipfile.ZipInfo(name, _MOMENT)
    told.compress_type, told.external_attr, told.create_system = zipfile.ZIP_DEFLATED, 0o644 << 16, 3
    with packed.open(told, "w", force_zip64=True) as target:
        for piece in pieces:
            digest.update(piece)
            target.write(piece)
    return digest.hexdigest()


def _source(module: Any) -> bytes:
    return Path(module.__file__).read_bytes()
