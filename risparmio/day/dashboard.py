"""What savings show on the staff's day: how much waits, and no amount. Never kept offline."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from portal.extensions import DashboardCard
from risparmio.agreements.models import SavingsAgreement
from risparmio.bank.models import BankLine
from risparmio.pages import address
from risparmio.payments.models import Payout
from risparmio.roles import advises, approves, keeps_books

from .saving import standings


def today(request: HttpRequest) -> dict | None:
    """For whoever keeps the book, for whoever approves payouts and for whoever talks with households: what one may not
    approve or sign is not counted."""
    user = request.user
    keeps, says_yes, talks = keeps_books(user), approves(user), advises(user)
    if not (keeps or says_yes or talks):
        return None
    return {
        "keeps": keeps,
        "talks": talks,
        "unknown": BankLine.objects.unknown().count() if keeps else None,
        "to_order": Payout.objects.to_order().count() if keeps else None,
        "to_approve": Payout.objects.to_approve_by(user).count() if says_yes else None,
        "households": _households(user) if talks else None,
        "approvals": address("approvals"),
        "bank_lines": address("bank_lines"),
        "transfers": address("transfers"),
        "agreements": address("agreements"),
    }


def _households(user: Any) -> dict[str, int]:
    """With how many there is something to do, by the part of the list of agreements where they stand; {} for none. In
    four queries."""
    saving = standings()
    counts = {
        "late": sum(one.is_late for one in saving),
        "talk": sum(bool(one.agreement.talk_wanted_by) for one in saving),
        "leaving": sum(bool(one.agreement.leaving_on or one.agreement.exit_asked_at) for one in saving),
        "sign": SavingsAgreement.objects.to_sign_for_agency(user).count(),
    }
    return {part: count for part, count in counts.items() if count}


CARDS = (
    DashboardCard(
        key="risparmio.today", template="risparmio/day/card.html", context=today, place="day", order=44
    ),
)
