"""How long things take and where one leaves to; a site says otherwise in its settings."""

from __future__ import annotations

from django.conf import settings

# Days in which whoever asks for a mediation has an answer.
ANSWERED_WITHIN = getattr(settings, "COMMUNITY_MEDIATION_DAYS", 7)
REQUESTS_A_DAY = "5/d"  # of one person
REQUESTS_WRITTEN_A_DAY = "40/d"  # by one caseworker, beside those who ask


def quick_exit() -> str:
    """Where the quick exit leads: an address that everybody knows and that nobody wonders about."""
    return getattr(settings, "COMMUNITY_QUICK_EXIT", "https://it.wikipedia.org/")
