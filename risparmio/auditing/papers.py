"""The papers of entries: the receipt, the bank's line, the payout that each stands on; and what is missing of them.

A paper is missing where an entry of its kind must have one and has none, and wrong where it tells another amount.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.db.models import F, Q
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from portal.ledger import LedgerEntry
from portal.ui.amounts import money
from portal.ui.days import day
from risparmio.agreements.models import SavingsAgreement
from risparmio.bank.models import BankLine, Correction, Statement
from risparmio.book import bookings
from risparmio.book.models import BankAccount
from risparmio.pages import address
from risparmio.payments.models import CashReceipt, Payout
from risparmio.payments.tills import CashCount, CashTrip
from risparmio.payments.words import DECIDED, Purpose

# What an entry of each kind must stand on.
_NEEDS = {
    bookings.TRANSFER: ("line",),
    bookings.UNKNOWN: ("line",),
    bookings.ASSIGNED: ("line",),
    bookings.UNASSIGNED: ("line",),
    bookings.CASH: ("receipt",),
    bookings.BANKED: ("trip",),
    bookings.ARRIVED: ("line",),
    bookings.FUNDED: ("line",),
    bookings.MATCHED: ("agreement",),
    bookings.ORDERED: ("payout",),
    bookings.PAID: ("line", "payout"),
    bookings.RETURNED: ("line",),
    bookings.OFFSET: ("payout",),
    bookings.HANDED_OVER: ("line", "payout"),
    bookings.COUNTED: ("count",),
    bookings.MOVED: ("payout",),
    bookings.COVERED: (),
    bookings.EXPLAINED: ("line",),
}

_CALLED = {
    "line": gettext_lazy("the line of a bank's statement"),
    "receipt": gettext_lazy("the receipt"),
    "trip": gettext_lazy("who carried the cash"),
    "agreement": gettext_lazy("the savings agreement"),
    "payout": gettext_lazy("the payout with its approval"),
    "count": gettext_lazy("the count of cash"),
}


@dataclass(frozen=True)
class Paper:
    """`facts`: (what, how) for the page of one entry. `cents`: what it tells, above zero; None where that is of more
    than this entry."""

    kind: str
    title: str
    thing: Any
    url_name: str = ""
    argument: int | None = None
    cents: int | None = None
    facts: list[tuple[str | Promise, Any]] = field(default_factory=list)

    @property
    def url(self) -> str:
        return address(self.url_name, *([self.argument] if self.argument else []))


@dataclass(frozen=True)
class Filed:
    """An entry with its papers. `cents`: what it moves, above zero."""

    entry: LedgerEntry
    cents: int
    papers: list[Paper]

    @property
    def missing(self) -> list[str | Promise]:
        there = {paper.kind for paper in self.papers}
        return [_CALLED[kind] for kind in _NEEDS.get(self.entry.kind, ()) if kind not in there]

    @property
    def differ(self) -> list[Paper]:
        return [paper for paper in self.papers if paper.cents not in (None, self.cents)]

    @property
    def is_right(self) -> bool:
        return not self.missing and not self.differ


def filed(entries: Iterable[LedgerEntry]) -> list[Filed]:
    """With their postings fetched. As many queries for a hundred entries as for one."""
    entries = list(entries)
    papers: dict[Any, list[Paper]] = defaultdict(list)
    for source in (_lines, _corrections, _openings, _receipts, _trips, _counts, _payouts, _agreements):
        for pk, paper in source(entries):
            papers[pk].append(paper)
    return [
        Filed(entry, sum(max(row.amount, 0) for row in entry.postings.all()), papers[entry.pk])
        for entry in entries
    ]


def _by_entry(entries: Sequence[LedgerEntry]) -> dict[Any, list[LedgerEntry]]:
    """What a row points to: the entry, and whatever takes it back."""
    found: dict[Any, list[LedgerEntry]] = defaultdict(list)
    for entry in entries:
        found[entry.reverses_id or entry.pk].append(entry)
    return found


def _about(entries: Sequence[LedgerEntry], model: Any) -> dict[int, list[LedgerEntry]]:
    begins = f"{model._meta.label_lower}:"
    found: dict[int, list[LedgerEntry]] = defaultdict(list)
    for entry in entries:
        if entry.about.startswith(begins):
            found[int(entry.about.removeprefix(begins))].append(entry)
    return found


def _lines(entries: Sequence[LedgerEntry]) -> Iterator[tuple[Any, Paper]]:
    wanted = _by_entry(entries)
    rows = BankLine.objects.filter(Q(entry__in=wanted) | Q(settling__in=wanted))
    for line in rows.select_related(*_OF_A_LINE, "settled_by").defer("statement__file__packed"):
        for pk in (line.entry_id, line.settling_id):
            for entry in wanted.get(pk, ()):
                yield entry.pk, _line(line, abs(line.cents) if pk == line.entry_id else None)


def _corrections(entries: Sequence[LedgerEntry]) -> Iterator[tuple[Any, Paper]]:
    """What a line had been taken for, and what put it right."""
    wanted = _by_entry(entries)
    rows = Correction.objects.filter(Q(entry__in=wanted) | Q(was_settling__in=wanted))
    of_line = (f"line__{name}" for name in _OF_A_LINE)
    for correction in rows.select_related("by", *of_line).defer("line__statement__file__packed"):
        facts = [
            (_("What it was taken for"), correction.get_was_display()),
            (_("Put right by"), correction.by or _("somebody")),
            (_("Put right on"), correction.at),
            (_("What was wrong"), correction.reason),
        ]
        for pk in (correction.entry_id, correction.was_settling_id):
            for entry in wanted.get(pk, ()):
                paper = _line(correction.line, None)
                yield entry.pk, replace(paper, facts=[*paper.facts, *facts])


def _openings(entries: Sequence[LedgerEntry]) -> Iterator[tuple[Any, Paper]]:
    """Of what lay at a bank before its first statement: that statement."""
    wanted = _about(entries, BankAccount)
    of_them = Statement.objects.filter(account__in=wanted)
    first = of_them.order_by("account", F("opening_day").asc(nulls_last=True), "id")
    told: dict[int, Statement] = {}
    for statement in first.select_related("account", "file").defer("file__packed"):
        told.setdefault(statement.account_id, statement)
    for account, statement in told.items():
        title = _("First statement of %(bank)s") % {"bank": statement.account.name}
        facts = [*_of_statement(statement), (_("Balance before"), money(statement.opening_cents or 0))]
        for entry in wanted[account]:
            yield entry.pk, Paper("line", title, statement, "statement_file", statement.file_id, None, facts)


_OF_A_LINE = ("account", "statement__file")


def _of_statement(statement: Statement) -> list[tuple[str | Promise, Any]]:
    return [
        (_("Statement"), statement.identification or statement.pk),
        (_("Read on"), statement.read_at),
        (_("The bank's own file"), statement.file),
        (_("The file's fingerprint"), statement.file.digest),
    ]


def _line(line: BankLine, cents: int | None) -> Paper:
    facts: list[tuple[str | Promise, Any]] = [
        (_("Bank account"), line.account),
        *_of_statement(line.statement),
        (_("What it is"), line.get_meaning_display()),
    ]
    if line.why:
        facts.append((_("How we know"), line.get_why_display()))
    if line.settled_at:
        facts += [(_("Settled by"), line.settled_by or _("somebody")), (_("Settled on"), line.settled_at)]
    title = _("Line of %(day)s, %(bank)s") % {"day": day(line.day), "bank": line.account.name}
    return Paper("line", title, line, "bank_line", line.pk, cents, facts)


def _receipts(entries: Sequence[LedgerEntry]) -> Iterator[tuple[Any, Paper]]:
    wanted = _by_entry([entry for entry in entries if entry.kind == bookings.CASH])
    rows = CashReceipt.objects.filter(entry__in=wanted).select_related("desk", "received_by")
    for receipt in rows:
        facts: list[tuple[str | Promise, Any]] = [
            (_("Desk"), receipt.desk.name),
            (_("Received by"), receipt.received_by or _("somebody")),
            (_("Received on"), receipt.received_at),
        ]
        if receipt.voided_at:
            facts += [(_("Taken back on"), receipt.voided_at), (_("Why"), receipt.void_reason)]
        title = _("Receipt %(number)s") % {"number": receipt}
        for entry in wanted[receipt.entry_id]:
            yield entry.pk, Paper("receipt", title, receipt, "receipt", receipt.pk, receipt.cents, facts)


def _trips(entries: Sequence[LedgerEntry]) -> Iterator[tuple[Any, Paper]]:
    wanted = _by_entry([entry for entry in entries if entry.kind == bookings.BANKED])
    for trip in CashTrip.objects.filter(entry__in=wanted).select_related("desk", "carried_by"):
        facts = [
            (_("Desk"), trip.desk.name),
            (_("Carried by"), trip.carried_by or _("somebody")),
            (_("Carried on"), trip.carried_at),
            (_("On the statement of"), trip.arrived_on or _("not yet")),
        ]
        title = _("Cash carried to the bank on %(day)s") % {"day": day(trip.carried_at)}
        for entry in wanted[trip.entry_id]:
            yield entry.pk, Paper("trip", title, trip, "cash", None, trip.cents, facts)


def _counts(entries: Sequence[LedgerEntry]) -> Iterator[tuple[Any, Paper]]:
    wanted = _by_entry([entry for entry in entries if entry.kind == bookings.COUNTED])
    for count in CashCount.objects.filter(entry__in=wanted).select_related("desk", "counted_by"):
        facts = [
            (_("Desk"), count.desk.name),
            (_("Counted by"), count.counted_by or _("somebody")),
            (_("Counted on"), count.counted_at),
            (_("Why they differ"), count.note),
        ]
        title = _("Count of cash of %(day)s") % {"day": day(count.counted_at)}
        for entry in wanted[count.entry_id]:
            yield entry.pk, Paper("count", title, count, "cash", None, abs(count.difference), facts)


def _payouts(entries: Sequence[LedgerEntry]) -> Iterator[tuple[Any, Paper]]:
    """A payout is a paper once somebody else has said yes to it, and the household has signed where it must."""
    wanted = _about(entries, Payout)
    rows = Payout.objects.filter(pk__in=wanted, state__in=DECIDED)
    people = ("requested_by", "approved_by", "seconded_by", "signed_by", "given_up_by")
    for payout in rows.select_related("transfer", *people):
        if payout.lacks_signature or (payout.purpose == Purpose.ARREARS and not payout.seconded_by_id):
            continue
        facts: list[tuple[str | Promise, Any]] = [
            (_("What for"), payout.get_purpose_display()),
            (_("Asked by"), payout.requested_by),
            (pgettext("a payout", "Asked on"), payout.requested_at),
            (_("Approved by"), payout.approved_by),
            (_("Approved on"), payout.approved_at),
        ]
        if payout.seconded_by:
            facts.append((_("Second approval by"), payout.seconded_by))
        if payout.signed_by:
            facts += [
                (_("Signed for the household by"), payout.signed_by),
                (_("Signed on"), payout.signed_at),
            ]
        if payout.transfer:
            facts += [
                (_("File for the bank"), payout.transfer),
                (_("The file's fingerprint"), payout.transfer.digest),
            ]
        if payout.given_up_by:
            facts += [
                (_("Written down by that the bank did not pay"), payout.given_up_by),
                (_("Why the bank did not pay"), payout.failure),
            ]
        title = _("Payout %(number)s") % {"number": payout.pk}
        for entry in wanted[payout.pk]:
            yield entry.pk, Paper("payout", title, payout, "payout", payout.pk, payout.cents, facts)


def _agreements(entries: Sequence[LedgerEntry]) -> Iterator[tuple[Any, Paper]]:
    """Of what the agency adds: its share is written in the agreement."""
    wanted = _about([entry for entry in entries if entry.kind == bookings.MATCHED], SavingsAgreement)
    for agreement in SavingsAgreement.objects.filter(pk__in=wanted):
        facts = [(_("What the agency adds, in per cent"), agreement.match_percent)]
        title = _("Savings agreement %(number)s") % {"number": agreement.number}
        for entry in wanted[agreement.pk]:
            yield (
                entry.pk,
                Paper("agreement", title, agreement, "agreement", agreement.pk, None, facts),
            )
