"""What it all adds up to: the figures that the apps declare, for those who may read them."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.core.cache import cache
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.extensions import Indicator, declared

PERIOD = timedelta(days=30)
KEPT = 600  # seconds: a figure of thirty days does not change by the minute


def card(request: HttpRequest) -> dict[str, Any] | None:
    """Each figure of the last thirty days beside that of the thirty days before."""
    readable = [each for each in declared(Indicator) if request.user.has_perm(each.permission)]
    if not readable:
        return None
    today = timezone.now()
    return {
        "figures": [
            {
                "label": each.label,
                "unit": each.unit,
                "rows": [
                    (_("last 30 days"), _value(each, today - PERIOD, today, "now")),
                    (_("30 days before"), _value(each, today - 2 * PERIOD, today - PERIOD, "before")),
                ],
            }
            for each in readable
        ]
    }


def _value(indicator: Indicator, since: datetime, until: datetime, which: str) -> int | None:
    return cache.get_or_set(
        f"portal.indicator.{indicator.key}.{which}", lambda: indicator.value(since, until), KEPT
    )
