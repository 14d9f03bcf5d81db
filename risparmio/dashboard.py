"""What savings show on pages that are not theirs. Whoever holds the phone reads it: shares, days, no amount."""

from __future__ import annotations

from typing import Any

from django.db.models import OuterRef, Subquery, Sum
from django.http import HttpRequest
from django.utils import timezone

from portal.ledger import LedgerPosting

from .agreements.models import SavingsAgreement
from .agreements.picture import Picture
from .agreements.schedule import promised, standing
from .book.bookings import OWN


def my_savings(request: HttpRequest) -> dict[str, Any] | None:
    """For adults of a household with an agreement: how far the goal is, and the next day. Two questions."""
    postings = LedgerPosting.objects.filter(account=OuterRef("ledger")).order_by().values("account")
    total = Sum("amount")
    running = SavingsAgreement.objects.of_adult(request.user).running()
    agreement = (
        running.annotate(
            stands=Subquery(postings.annotate(total=total).values("total")),
            own=Subquery(postings.filter(entry__kind__in=OWN).annotate(total=total).values("total")),
        )
        .order_by("-number")
        .first()
    )
    if agreement is None:
        return None
    today = timezone.localdate()
    terms = [plan.terms for plan in agreement.plans.agreed()]
    rows = standing(promised(terms, agreement.starts_on, agreement.ends_on), -(agreement.own or 0), today)
    picture = Picture(agreement, -(agreement.stands or 0), rows, today)
    ahead = next((row for row in rows if row.missing and row.due >= today), None)
    # In whole hundredths: a finer one would tell, of a goal that somebody knows, the amount.
    percent = min(100, 100 * max(0, picture.held) // agreement.goal_cents)
    return {"agreement": agreement, "picture": picture, "percent": percent, "next": ahead}
