"""For whom tickets stand in the menus, and what their badge counts."""

from __future__ import annotations

from django.core.cache import cache

from portal.access import principals_of

from .models import Ticket
from .querysets import homes_of
from .roles import REPORTS, agency
from .words import State

MENU_LAGS = 60  # seconds


def concerns(user) -> bool:
    """Whether the board is for this person: who lives with the agency or did, acts for somebody who
    does, repairs for it, or sits at its desk.

    Every page asks, for its menu, so what the registers say of a home is remembered for MENU_LAGS; a right never is.
    """
    if agency(user):
        return True
    return cache.get_or_set(
        f"manutenzione.board.{user.pk}",
        lambda: (
            homes_of(user).exists()
            or Ticket.objects.reported_by(user).exists()
            or principals_of(user, REPORTS).exists()
        ),
        MENU_LAGS,
    )


def waiting_for_answer(user) -> int | None:
    """How many reports wait for an answer, told to those who can give it."""
    if not user.has_perm("manutenzione.triage_ticket"):
        return None
    return Ticket.objects.filter(state=State.SUBMITTED).count() or None
