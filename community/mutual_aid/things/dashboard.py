"""What loans show on pages that are not theirs."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from community.safety.minors import minors_with
from portal.extensions import DashboardCard, Indicator, ObjectPanel

from .reservations import Reservation, WaitingPlace

SHOWN = 3  # lines of a card


def my_loans(request: HttpRequest) -> dict | None:
    """For whoever has something, has reserved it, or is asked whether they still want it: the most pressing."""
    offers = list(
        WaitingPlace.objects.filter(person=request.user).offered().select_related("thing")[: SHOWN - 1]
    )
    mine = Reservation.objects.filter(person=request.user).open().select_related("thing")
    loans = list(mine.most_pressing_first()[: SHOWN - len(offers)])
    return {"loans": loans, "offers": offers} if loans or offers else None


def loans_of_minor(request: HttpRequest, person: Any) -> dict | None:
    """What a child has and has reserved, for the adults of their home: also after they have withdrawn their word, since
    what is out has to come back. Of all their children at once."""
    if not hasattr(request, "_loans_of_minors"):
        loans = (
            Reservation.objects.open().filter(person__in=minors_with(request.user)).select_related("thing")
        )
        request._loans_of_minors = list(loans.most_pressing_first())
    theirs = [loan for loan in request._loans_of_minors if loan.person_id == person.pk]
    return {"loans": theirs} if theirs else None


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

PANELS = (
    ObjectPanel(
        key="community.loans_of_minor",
        models=("portal.User",),
        template="community/things/loans_of_minor.html",
        context=loans_of_minor,
    ),
)

INDICATORS = (Indicator(key="community.things_lent", label=_("Things lent"), value=lent_between, order=45),)
