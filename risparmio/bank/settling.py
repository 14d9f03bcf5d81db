"""Somebody says what a line is that nobody knew; or that it was not what it had been taken for.

It counts on the day on which it came, or on the first one that is open where that period is closed. Whoever keeps the
books may, but never for their own household.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.events import record
from portal.ledger import LedgerEntry, LimitReached
from risparmio.agreements.models import NotPossible, SavingsAgreement
from risparmio.amounts import LITTLE
from risparmio.book import bookings
from risparmio.book.accounts import (
    AGENCY,
    SUSPENSE,
    book_of_money,
    first_open_day,
    owed,
    transit,
    unexplained,
)
from risparmio.payments.models import Payout
from risparmio.payments.tills import CashTrip
from risparmio.payments.words import State as PayoutState

from .matching import Reason
from .models import BankLine, Correction
from .retold import may_be_retold
from .words import Meaning

LONGEST_REASON = 300  # characters
_MEANWHILE = _("This line was settled meanwhile.")
_PAID_OUT = _("The money is not there any more: it was paid out. Talk to whoever received it.")
_PAID_TO_ANOTHER = _("The bank says another IBAN than was approved. Ask the bank where the money went.")


@transaction.atomic
def settle(line: BankLine, agreement: SavingsAgreement, *, by: Any, why: Reason = Reason.BY_HAND) -> None:
    """An unknown line came in for that household. Twice is once.

    Raises NotPossible where somebody has settled it otherwise, nothing came in, or the agreement has ended;
    PermissionDenied.
    """
    line = _locked(line, by=by)
    if not by.has_perm("risparmio.credit_savingsagreement", agreement):
        raise PermissionDenied
    if line.meaning == Meaning.SAVING and line.agreement_id == agreement.pk:
        return
    _must_be_unknown(line, line.cents > 0)
    if not agreement.still_runs():
        raise NotPossible(_("This savings agreement has ended."))
    entry = bookings.assign(agreement.ledger, line.cents, **_booked(line))
    line.agreement = agreement
    _settled(line, Meaning.SAVING, entry, by=by, why=why)
    record("risparmio.saving.arrived", agreement, by=by)


@transaction.atomic
def settle_otherwise(line: BankLine, meaning: Meaning, *, by: Any) -> bool:
    """An unknown line is the agency's money (AGENCY), or charges of the bank (CHARGES). Twice is once.

    False: it waits until an approver has said yes (`approve`), as charges above LITTLE do, and what had been taken for
    a household's, or was not booked as one's because another file may have told it already. Raises NotPossible,
    PermissionDenied.
    """
    line = _locked(line, by=by)
    if line.meaning == meaning:
        return True
    _must_be_unknown(line, meaning == (Meaning.AGENCY if line.cents > 0 else Meaning.CHARGES))
    may_be_theirs = line.perhaps_told or line.was_a_households
    if may_be_theirs if meaning == Meaning.AGENCY else -line.cents > LITTLE:
        return _ask(line, meaning, by=by)
    _as_other(line, meaning, by=by)
    return True


def _as_other(line: BankLine, meaning: Meaning, *, by: Any, approved_by: Any = None) -> None:
    booked = bookings.assign_to_agency if line.cents > 0 else bookings.explain_charges
    _settled(line, meaning, booked(abs(line.cents), **_booked(line)), by=by, approved_by=approved_by)


@transaction.atomic
def settle_as_cash(line: BankLine, trip: CashTrip, *, by: Any) -> None:
    """An unknown line is the cash of that trip, all of it. Twice is once. Raises NotPossible, PermissionDenied."""
    line = _locked(line, by=by)
    trip = CashTrip.objects.select_for_update(of=("self",)).get(pk=trip.pk)
    if trip.line_id == line.pk:
        return
    _must_be_unknown(line, line.cents > 0)
    if trip.taken_back_at is not None:
        raise NotPossible(_MEANWHILE)
    if trip.line_id is not None or trip.arrived_on is not None:
        raise NotPossible(_("This cash is on a statement already."))
    if trip.cents != line.cents:
        raise NotPossible(_("So much cash was not on its way."))
    entry = bookings.cash_arrived(owed(SUSPENSE), line.cents, **_booked(line))
    trip.line, trip.arrived_on = line, line.day
    trip.save(update_fields=["line", "arrived_on"])
    _settled(line, Meaning.CASH, entry, by=by)


@transaction.atomic
def settle_as_payouts(line: BankLine, payouts: Sequence[Payout], *, by: Any) -> None:
    """An unknown line that went out is those ordered payouts, in one sum. Twice is once.

    Raises NotPossible where they are not that sum, where the bank says that it went to another IBAN than was approved,
    or one of them is not ordered or of one's own household; PermissionDenied.
    """
    line = _locked(line, by=by)
    payouts = list(
        Payout.objects.filter(pk__in=[one.pk for one in payouts])
        .select_related("agreement__ledger", "agreement__tenancy__household")
        .order_by("pk")
    )
    if line.meaning == Meaning.PAYOUT and {one.line_id for one in payouts} == {line.pk}:
        return
    _must_be_unknown(line, line.cents < 0)
    if not payouts:
        raise NotPossible(_("Choose at least one payout."))
    for one in payouts:
        if not by.has_perm("risparmio.credit_savingsagreement", one.agreement):
            raise NotPossible(
                _("One of these payouts is of your own household: somebody else has to do this.")
            )
        if one.state != PayoutState.ORDERED:
            raise NotPossible(_("One of these payouts does not wait for the bank any more."))
    if sum(one.cents for one in payouts) != -line.cents:
        raise NotPossible(_("These payouts together are not the amount of this line."))
    # Of several in one sum a bank may name our own account.
    if line.counterparty_iban not in ("", line.account.iban) and any(
        one.iban != line.counterparty_iban for one in payouts
    ):
        raise NotPossible(_PAID_TO_ANOTHER)
    booked = _booked(line)
    entries = []
    for one in payouts:
        key = f"{booked['key']}:{one.pk}"
        entries.append(one.confirm(unexplained(), by=by, key=key, day=booked["day"]))
        one.line = line
        one.save(update_fields=["line"])
    alone = len(payouts) == 1
    line.agreement = payouts[0].agreement if alone else None
    _settled(line, Meaning.PAYOUT, entries[0] if alone else None, by=by)


@transaction.atomic
def settle_as_returned(line: BankLine, payout: Payout, *, by: Any) -> None:
    """An unknown line that came in is that payout, which a bank could not pay: the household has it again, all of it.
    What banks kept of it, up to LITTLE, the agency bears. Twice is once.

    Raises NotPossible where it is on no statement yet (a return may be told before anybody knows with which line it
    went out, one sum for several), where it came back already, is another amount or of one's own household;
    PermissionDenied.
    """
    line = _locked(line, by=by)
    payout = Payout.objects.select_related("agreement__tenancy__household", "line").get(pk=payout.pk)
    if line.meaning == Meaning.RETURN and line.payout_id == payout.pk:
        return
    _must_be_unknown(line, line.cents > 0)
    if not by.has_perm("risparmio.credit_savingsagreement", payout.agreement):
        raise NotPossible(_("This payout is of your own household: somebody else has to do this."))
    kept = payout.cents - line.cents
    if not 0 <= kept <= LITTLE:
        raise NotPossible(_("This is not the amount of that payout."))
    if payout.state == PayoutState.ORDERED:
        raise NotPossible(
            _("This payout is on no statement yet: first settle the line with which the bank has paid it.")
        )
    if payout.state != PayoutState.PAID or (payout.line and payout.line.day > line.day):
        raise NotPossible(_("This payout had not gone out, or it came back already."))
    booked = _booked(line)
    try:
        entry = payout.come_back(owed(SUSPENSE), by=by, key=booked["key"], day=booked["day"], kept=kept)
    except LimitReached as error:
        raise NotPossible(_("The agency has not paid in enough to bear what the banks kept.")) from error
    line.payout, line.agreement = payout, payout.agreement
    _settled(line, Meaning.RETURN, entry, by=by)


@transaction.atomic
def settle_as_sent_back(line: BankLine, of_line: BankLine, *, by: Any) -> None:
    """An unknown line that went out returns an unknown one that had come in: it was nobody's of ours. Twice is once.

    Raises NotPossible where amounts differ, where it went to another account than it came from, or one of them is
    settled; PermissionDenied.
    """
    line, of_line = _locked(line, by=by), _locked(of_line, by=by)
    if line.sends_back_id == of_line.pk:
        return
    _must_be_unknown(line, line.cents < 0)
    _must_be_unknown(of_line, of_line.cents > 0)
    if of_line.cents != -line.cents or of_line.day > line.day:
        raise NotPossible(_("Another amount came in, or it came in later."))
    ibans = {one for one in (line.counterparty_iban, of_line.counterparty_iban) if one}
    if len(ibans) > 1:
        raise NotPossible(
            _("It went to another account than this came from. Ask the bank where the money went.")
        )
    line.sends_back = of_line
    entry = bookings.send_back(unexplained(), of_line.cents, **_booked(line))
    _settled(line, Meaning.SENT_BACK, entry, by=by)
    _settled(of_line, Meaning.SENT_BACK, None, by=by)


@transaction.atomic
def settle_as_told(line: BankLine, of_line: BankLine, *, by: Any) -> None:
    """An unknown line that was perhaps told already is that one, which a file of another format has told: it moved
    nothing, and what was booked of it is reversed. No household has more or less by it. Twice is once.

    Raises NotPossible where it cannot be that one (`retold.may_be_retold`), or one of them is settled otherwise;
    PermissionDenied.
    """
    line = _locked(line, by=by)
    if line.meaning == Meaning.TOLD and line.retells_id == of_line.pk:
        return
    _must_be_unknown(line, line.perhaps_told)
    if of_line not in may_be_retold(line):
        raise NotPossible(
            _("These are two movements: day, amount or reference differ, or it was told already.")
        )
    # Where it was taken for that before, and wrongly, its own entry is reversed already, and one stands in its place.
    anew = line.corrections.filter(was=Meaning.TOLD).select_related("entry__book").last()
    standing = anew.entry if anew else line.entry
    booked = _booked(line)
    line.retells = of_line
    reversal = standing.reverse(key=booked["key"], day=max(booked["day"], first_open_day(standing.day)))
    _settled(line, Meaning.TOLD, reversal, by=by)


@transaction.atomic
def unsettle(line: BankLine, *, by: Any, reason: str, seen: int | None = None) -> bool:
    """A line is not what it was taken for, by a rule or by somebody: nobody knows it again, and what it was taken for
    is kept, with the reason. What was booked stands; an entry of today takes it back. Twice is once.

    False: it waits until an approver has said yes (`approve`), as all does that was booked as a household's, by
    whomever, and what two people have decided.

    seen: how often it had been put right when somebody looked (`corrections.count()`). Raises NotPossible where it was
    put right meanwhile, where the money is not there any more, or where a payout hangs on it; ValueError without a
    reason; PermissionDenied.
    """
    if not reason.strip():
        raise ValueError("say what was wrong")
    line = _locked(line, by=by)
    agreement = line.agreement
    if agreement and not by.has_perm("risparmio.credit_savingsagreement", agreement):
        raise PermissionDenied
    if line.is_unknown:
        return True
    if seen is not None and line.corrections.count() != seen:
        raise NotPossible(_("This line was put right meanwhile. Look at it again."))
    if not line.can_be_put_right:
        raise NotPossible(_("A payout hangs on this line: it cannot be put right here."))
    if agreement and agreement.held < line.cents:
        raise NotPossible(_PAID_OUT)
    reason = reason.strip()[:LONGEST_REASON]
    if line.meaning == Meaning.SAVING or line.approved_at is not None:
        return _ask(line, Meaning.UNKNOWN, by=by, reason=reason)
    _take_back(line, by=by, reason=reason)
    return True


def _take_back(line: BankLine, *, by: Any, reason: str, approved_by: Any = None) -> None:
    agreement = line.agreement
    try:
        entry = _taken_back(line)
    except LimitReached as error:
        raise NotPossible(_PAID_OUT if agreement else _("The money is not there any more.")) from error
    Correction.objects.create(
        line=line,
        entry=entry,
        was=line.meaning,
        was_why=line.why,
        was_of=agreement,
        was_settling=line.settling,
        was_settled_by=line.settled_by,
        was_settled_at=line.settled_at,
        reason=reason,
        by=by,
        approved_by=approved_by,
        approved_at=timezone.now() if approved_by else None,
    )
    CashTrip.objects.filter(line=line).update(line=None, arrived_on=None)
    line.meaning, line.why, line.agreement, line.retells = Meaning.UNKNOWN, "", None, None
    line.settling = line.settled_by = line.settled_at = line.approved_by = line.approved_at = None
    _not_asked(line)
    _save(line)
    record("risparmio.line.put_right", line, by=by)
    if agreement:
        record("risparmio.saving.taken_back", agreement, by=by)


# -- four eyes -------------------------------------------------------------------------------------------------------


@transaction.atomic
def approve(line: BankLine, *, by: Any, what: str | None = None) -> None:
    """The second person says yes to what somebody has asked for: it is done. Twice is once.

    what: to which meaning (UNKNOWN: to its being put right), where somebody has looked. Raises NotPossible where
    nothing waits any more, or something else, and what the verb itself raises; PermissionDenied.
    """
    line = _seen(line)
    if not by.has_perm("risparmio.approve_bankline", line):
        raise PermissionDenied
    if not line.asked:
        last = line.corrections.last()
        if by.pk in (line.approved_by_id, last and last.approved_by_id):
            return
        raise NotPossible(_MEANWHILE)
    if what is not None and what != line.asked:
        raise NotPossible(_MEANWHILE)
    asked = Meaning(line.asked)
    if asked == Meaning.UNKNOWN:
        _take_back(line, by=line.asked_by, reason=line.asked_reason, approved_by=by)
    else:
        _as_other(line, asked, by=line.asked_by, approved_by=by)
    record("risparmio.line.approved", line, by=by)


@transaction.atomic
def refuse(line: BankLine, *, by: Any) -> None:
    """No: it stays what it is. By an approver, or taken back by whoever keeps the books. Twice is once."""
    line = _seen(line)
    keeps = by.has_perm("risparmio.settle_bankline", line) and (
        line.agreement is None or by.has_perm("risparmio.credit_savingsagreement", line.agreement)
    )
    if not keeps and not by.has_perm("risparmio.approve_bankline", line):
        raise PermissionDenied
    if not line.asked:
        return
    _not_asked(line)
    _save(line)
    record("risparmio.line.refused", line, by=by)


def _ask(line: BankLine, what: Meaning, *, by: Any, reason: str = "") -> bool:
    """False: nothing is done yet. Twice is once: the first one's asking stands."""
    if line.asked != what:
        line.asked, line.asked_reason, line.asked_by, line.asked_at = what, reason, by, timezone.now()
        _save(line)
        record("risparmio.line.asked", line, by=by)
    return False


def _not_asked(line: BankLine) -> None:
    line.asked, line.asked_reason, line.asked_by, line.asked_at = "", "", None, None


def _taken_back(line: BankLine) -> LedgerEntry:
    # Today: what was paid out meanwhile was there, and no statement shows a household owing.
    today = first_open_day(timezone.localdate())
    booked = _booked(line) | {"key": f"unsettle:{line.pk}.{line.corrections.count()}", "day": today}
    if line.meaning == Meaning.CHARGES:
        return bookings.unexplain_charges(-line.cents, **booked)
    if line.meaning == Meaning.TOLD:  # the bank has it after all, since the day on which it was said not to
        return unknown(line, booked | {"day": first_open_day(line.settling.day)})
    account = {
        Meaning.SAVING: lambda: line.agreement.ledger,
        Meaning.AGENCY: lambda: owed(AGENCY),
        Meaning.CASH: transit,
    }[Meaning(line.meaning)]()
    return bookings.unassign(account, line.cents, **booked)


def unknown(line: BankLine, booked: dict[str, Any]) -> LedgerEntry:
    """It came or went, and nobody knows for whom or why."""
    bank = line.account.ledger
    if line.cents > 0:
        return bookings.unknown_in(bank, line.cents, **booked)
    return bookings.unknown_out(bank, -line.cents, **booked)


def _locked(line: BankLine, *, by: Any) -> BankLine:
    if not by.has_perm("risparmio.settle_bankline", line):
        raise PermissionDenied
    return _seen(line)


def _seen(line: BankLine) -> BankLine:
    """As it stands now, and nobody changes it meanwhile."""
    book_of_money().lock()
    return (
        BankLine.objects.select_for_update(of=("self",), no_key=True)
        .select_related("account__ledger", "statement", "agreement__ledger", "asked_by", "entry__book")
        .get(pk=line.pk)
    )


def _must_be_unknown(line: BankLine, fits: bool) -> None:
    if not line.is_unknown or not fits:
        raise NotPossible(_MEANWHILE)


def _booked(line: BankLine) -> dict[str, Any]:
    """Key, subject and day of what settles a line. Each time that it was put right begins a round of its own, which
    counts from the day of that on: before, the money was somebody else's."""
    rounds = list(line.corrections.select_related("entry"))
    key = f"settle:{line.pk}.{len(rounds)}" if rounds else f"settle:{line.pk}"
    day = first_open_day(max([line.day, *(one.entry.day for one in rounds)]))
    return {"key": key, "about": line.statement, "day": day}


def _settled(
    line: BankLine,
    meaning: Meaning,
    entry: LedgerEntry | None,
    *,
    by: Any,
    why: Reason = Reason.BY_HAND,
    approved_by: Any = None,
) -> None:
    line.meaning, line.settling, line.why = meaning, entry, why.value
    line.settled_by, line.settled_at = by, timezone.now()
    line.approved_by, line.approved_at = approved_by, line.settled_at if approved_by else None
    _not_asked(line)
    _save(line)
    record("risparmio.line.settled", line, by=by, meaning=str(meaning.value))


def _save(line: BankLine) -> None:
    line.save(
        update_fields=[
            "meaning",
            "why",
            "agreement",
            "payout",
            "sends_back",
            "retells",
            "settling",
            "settled_by",
            "settled_at",
            "asked",
            "asked_reason",
            "asked_by",
            "asked_at",
            "approved_by",
            "approved_at",
        ]
    )
