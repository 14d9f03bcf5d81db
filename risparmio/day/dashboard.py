"""What savings show on the staff's day: how much waits, and no amount. Never kept offline."""

from __future__ import annotations

from django.http import HttpRequest

from portal.extensions import DashboardCard
from risparmio.bank.models import BankLine
from risparmio.pages import address
from risparmio.payments.models import Payout
from risparmio.roles import advises, approves, keeps_books

from .saving import standings


def today(request: HttpRequest) -> dict | None:
    """For whoever keeps the book, and for whoever approves payouts: what one may not approve is not counted."""
    user = request.user
    keeps, says_yes = keeps_books(user), approves(user)
    if not (keeps or says_yes):
        return None
    return {
        "keeps": keeps,
        "unknown": BankLine.objects.unknown().count() if keeps else None,
        "to_order": Payout.objects.to_order().count() if keeps else None,
        "to_approve": Payout.objects.to_approve_by(user).count() if says_yes else None,
        "approvals": address("approvals"),
        "bank_lines": address("bank_lines"),
        "transfers": address("transfers"),
    }


CARDS = (
    DashboardCard(
        key="risparmio.today", template="risparmio/day/card.html", context=today, place="day", order=44
    ),
)
