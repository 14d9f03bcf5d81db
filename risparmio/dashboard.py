"""What savings show on pages that are not theirs. Whoever holds the phone reads it: shares, days, no amount."""

from __future__ import annotations

from typing import Any

from django.db.models import OuterRef, Subquery
from django.http import HttpRequest
from django.utils import timezone

from portal.ledger import LedgerPosting

from .agreements.models import SavingsAgreement
from .agreements.picture import Picture


def my_savings(request: HttpRequest) -> dict[str, Any] | None:
    """For adults of a household with an agreement: how far the goal is, and the next day. Three questions."""
    postings = LedgerPosting.objects.filter(account=OuterRef("ledger")).order_by("-sequence")
    running = SavingsAgreement.objects.of_adult(request.user).running().select_related("ledger")
    last = Subquery(postings.values("balance_after")[:1])
    agreement = running.annotate(stands=last).order_by("-number").first()
    if agreement is None:
        return None
    today = timezone.localdate()
    picture = Picture(agreement, -(agreement.stands or 0), agreement.months(today), today)
    # In whole hundredths: a finer one would tell, of a goal that somebody knows, the amount.
    percent = min(100, 100 * max(0, picture.held) // agreement.goal_cents)
    ahead = next((row for row in picture.months if row.missing and row.due >= today), None)
    return {"agreement": agreement, "picture": picture, "percent": percent, "next": ahead}
