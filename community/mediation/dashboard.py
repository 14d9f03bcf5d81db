"""What mediation shows on pages that are not its own. Never kept offline: whoever holds the phone would read it."""

from __future__ import annotations

from django.http import HttpRequest

from portal.extensions import DashboardCard

from .pages.day.menus import waiting_count
from .waiting import to_answer

SHOWN = 1  # several would be links of one name


def my_mediations(request: HttpRequest) -> dict | None:
    """For whoever mediates: in how many of their cases something waits for them."""
    if not request.user.has_role("community.mediator"):
        return None
    return {"waiting": waiting_count(request.user) or 0}


def waits_for_me(request: HttpRequest) -> dict | None:
    """For a party: that something waits, and not what."""
    cases = list(to_answer(request.user)[:SHOWN])
    return {"cases": cases} if cases else None


CARDS = (
    DashboardCard(
        key="community.mediation_waits",
        template="community/mediation/day/card_party.html",
        context=waits_for_me,
        order=24,
    ),
    DashboardCard(
        key="community.my_mediations",
        template="community/mediation/day/card_mediator.html",
        context=my_mediations,
        place="day",
        order=34,
    ),
)
