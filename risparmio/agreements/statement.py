"""A statement as a household reads it: amounts are theirs, above zero came in, and each line says what it was. Cents.

The papers of a line (a receipt, a payout, a transfer) belong to rooms that stand on this one: they are asked of the
agreement by the names under which they hang on it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.ledger import Line as Booked
from portal.ledger import statement
from risparmio.book import bookings

from .models import SavingsAgreement

WORDS: dict[str, str | Promise] = {
    bookings.TRANSFER: gettext_lazy("Transfer"),
    bookings.ASSIGNED: gettext_lazy("Transfer"),
    bookings.UNASSIGNED: gettext_lazy("Taken back: it was of somebody else"),
    bookings.CASH: gettext_lazy("Cash at the desk"),
    bookings.MATCHED: gettext_lazy("The agency adds to it"),
    bookings.MOVED: gettext_lazy("From one savings agreement to the next"),
    bookings.ORDERED: gettext_lazy("Payout"),
    bookings.OFFSET: gettext_lazy("To the landlord, as signed"),
}
PAYOUTS = "risparmio.payout"  # what an entry is about


@dataclass(frozen=True, kw_only=True)
class Line:
    """`cents` above zero came in; `balance` is what was theirs after it. `receipt` and `payout` are its papers."""

    day: date
    words: str
    cents: int
    balance: int
    receipt: Any = None
    payout: Any = None

    @property
    def came_in(self) -> int:
        return max(0, self.cents)

    @property
    def went_out(self) -> int:
        return max(0, -self.cents)


@dataclass(frozen=True, kw_only=True)
class SavingsStatement:
    """From one day to another, both included; None is the beginning, and today.

    What was taken back or came back counts against what it was: opening + paid_in + added − taken_out = closing.
    """

    agreement: SavingsAgreement
    first: date | None
    last: date | None
    opening: int
    closing: int
    lines: list[Line]
    paid_in: int
    added: int
    taken_out: int

    @classmethod
    def of(
        cls, agreement: SavingsAgreement, first: date | None = None, last: date | None = None
    ) -> SavingsStatement:
        booked = statement(agreement.ledger, first, last)
        paid_in = sum(
            -one.posting.amount for one in booked.lines if one.posting.entry.kind in bookings.BROUGHT
        )
        added = sum(-one.posting.amount for one in booked.lines if one.posting.entry.kind == bookings.MATCHED)
        return cls(
            agreement=agreement,
            first=first,
            last=last,
            opening=-booked.opening,
            closing=-booked.closing,
            lines=explained(agreement, booked.lines, receipts=_receipts(agreement)),
            paid_in=paid_in,
            added=added,
            taken_out=paid_in + added + booked.closing - booked.opening,
        )


def explained(
    agreement: SavingsAgreement, booked: Iterable[Booked], *, receipts: Mapping[Any, Any] | None = None
) -> list[Line]:
    """In the order in which they come. The book keeps what it owes below zero; a household reads it as theirs.
    receipts: by their entry, where lines lead to them; in words they say nothing."""
    papers, lines = _Papers.of(agreement), []
    for one in booked:
        entry = one.posting.entry
        paper = entry.reverses_id or entry.pk
        receipt = (receipts or {}).get(paper)
        payout = papers.payouts.get(entry.about)
        words = str(WORDS.get(entry.kind, _("A booking")))
        if entry.kind == bookings.ORDERED and payout:
            words = _("Payout: %(purpose)s") % {"purpose": payout.get_purpose_display()}
        elif paper in papers.of_others:
            who = papers.of_others[paper]
            words = (
                _("Transfer, paid by %(who)s") % {"who": who} if who else _("Transfer, paid by somebody else")
            )
        if entry.reverses_id:
            words = _("Taken back: %(what)s") % {"what": words}
        if payout and entry.reverses_id:
            words = _("Came back from the bank")
        lines.append(
            Line(
                day=one.day,
                words=words,
                cents=-one.posting.amount,
                balance=-one.balance,
                receipt=receipt,
                payout=payout,
            )
        )
    return lines


@dataclass(frozen=True)
class _Papers:
    """Of one agreement: payouts by what an entry says that it is about; of the entries of transfers that no adult of
    the household has made, the organization that supports it, or "" for anybody else."""

    payouts: dict[str, Any]
    of_others: dict[Any, str]

    @classmethod
    def of(cls, agreement: SavingsAgreement) -> _Papers:
        # Also of those who have left since: what they paid, the household paid.
        names = [words_of(member.person.display_name) for member in agreement.adult_members]
        supporter = str(getattr(agreement, "supporter", None) or "")
        transfers = agreement.lines.filter(cents__gt=0).exclude(counterparty="")
        of_others = {}
        for entry, settling, counterparty in transfers.values_list("entry", "settling", "counterparty"):
            said = words_of(counterparty)
            if not any(name <= said for name in names):
                is_known = supporter and words_of(supporter) <= said
                of_others[settling or entry] = supporter if is_known else ""
        return cls(
            payouts={f"{PAYOUTS}:{payout.pk}": payout for payout in agreement.payouts.all()},
            of_others=of_others,
        )


def _receipts(agreement: SavingsAgreement) -> dict[Any, Any]:
    return {receipt.entry_id: receipt for receipt in agreement.receipts.all()}


def words_of(name: str) -> frozenset[str]:
    """Without accents and in small letters, in whatever order banks write them."""
    plain = unicodedata.normalize("NFKD", name.casefold())
    return frozenset(re.findall(r"\w+", "".join(sign for sign in plain if not unicodedata.combining(sign))))
