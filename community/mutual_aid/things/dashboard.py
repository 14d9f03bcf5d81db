"""What loans show on pages that are not theirs."""

from __future__ import annotations

from datetime import datetime

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from portal.extensions import DashboardCard, Indicator

from .reservations import Reservation, WaitingPlace


def my_loans(request: HttpRequest) -> dict | None:
    """For whoever has something, has reserved it, or is asked whether they still want it."""
    mine = Reservation.objects.filter(person=request.user).open().select_related("thing")
    loans = list(mine.most_pressing_first()[:3])
    offers = list(WaitingPlace.objects.filter(person=request.user).offered().select_related("thing")[:3])
    return {"loans": loans, "offers": offers} if loans or offers else None


def lent_between(since: datetime, until: datetime) -> int:
    return Reservation.objects.filter(picked_up_at__gte=since, picked_up_at__lt=until).count()


CARDS = (
    DashboardCard(
        key="community.my_loans",
        template="community/things/card_loans.html",
        context=my_loans,
        order=40,
    ),
)

INDICATORS = (Indicator(key="community.things_lent", label=_("Things lent"), value=lent_between, order=45),)
