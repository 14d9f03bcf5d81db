"""How the running agreements stand, all at once, in three queries: who is late, and for whom the agency's share is
missing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Prefetch, Q, Sum
from django.utils import timezone

from portal.ledger import LedgerPosting
from risparmio.agreements.models import SavingsAgreement
from risparmio.agreements.plans import SavingsPlan
from risparmio.agreements.schedule import promised, standing
from risparmio.book.accounts import BOOK
from risparmio.book.bookings import MATCHED, OWN


@dataclass(frozen=True)
class Standing:
    """Of one agreement. `share_missing`: cents of the agency's share that are not booked."""

    agreement: SavingsAgreement
    is_late: bool
    share_missing: int


def standings(day: date | None = None) -> list[Standing]:
    """Of the agreements that ran on that day, with what had been paid and signed by its end. Of today, where none is
    named."""
    day = day or timezone.localdate()
    plans = Prefetch("plans", SavingsPlan.objects.agreed(), to_attr="plans_agreed")
    ran = Q(closed_on=None) | Q(closed_on__gt=day)
    running = list(SavingsAgreement.objects.filter(ran, opened_at__date__lte=day).prefetch_related(plans))
    postings = LedgerPosting.objects.filter(
        account__book__code=BOOK, account__code__startswith="household-", entry__day__lte=day
    ).order_by()
    sums = {
        account: (-(own or 0), -(matched or 0))
        for account, own, matched in postings.values_list("account").annotate(
            own=Sum("amount", filter=Q(entry__kind__in=OWN)),
            matched=Sum("amount", filter=Q(entry__kind=MATCHED)),
        )
    }
    return [_standing(agreement, *sums.get(agreement.ledger_id, (0, 0)), day) for agreement in running]


def _standing(agreement: SavingsAgreement, paid: int, matched: int, day: date) -> Standing:
    terms = [plan.terms for plan in agreement.plans_agreed if timezone.localdate(plan.decided_at) <= day]
    last = min(agreement.ends_on, agreement.leaving_on or agreement.ends_on)
    # Of all months: what was paid ahead covers those to come, and the share is of them too.
    months = standing(promised(terms, agreement.starts_on, last), paid, day)
    # Of whoever moves on nobody waits for anything more: the list of agreements says so too.
    late = agreement.leaving_on is None and any(month.days_late for month in months)
    share = sum(month.paid for month in months) * agreement.match_percent // 100
    return Standing(agreement, late, max(0, share - matched))
