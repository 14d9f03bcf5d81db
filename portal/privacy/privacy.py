"""What this room itself knows about a person: copies of their data, and that they asked to be erased."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from portal.extensions import years

from .models import EXPORT_LIFE, DataExport, ErasureRequest

__all__ = [
    "ERASURES_KEPT",
    "EXPORT_LIFE",
    "erase_exports",
    "expire_erasures",
    "expire_exports",
    "export_erasures",
    "export_exports",
    "keep_erasures",
]

ERASURES_KEPT = years(10)


def export_exports(user: Any) -> Iterator[dict[str, Any]]:
    for export in DataExport.objects.filter(person=user):
        yield {
            "asked_at": export.asked_at.isoformat(),
            "state": str(export.get_state_display()),
            "kept_until": export.expires_at.isoformat() if export.expires_at else None,
        }


def erase_exports(user: Any) -> int:
    return DataExport.objects.filter(person=user).forget()


def expire_exports(before: datetime) -> int:
    """Those whose days are over, and those that did not succeed."""
    return DataExport.objects.filter(asked_at__lt=before).forget()


def said_state(value: str, row: Any, person: Any) -> str:
    """While a copy is written it is being made; whoever reads its page has it in their hands."""
    under_way = {str(state.label) for state in DataExport.UNDER_WAY}
    return _("this copy, which you are reading") if value in under_way else value


def export_erasures(user: Any) -> Iterator[dict[str, Any]]:
    for request in ErasureRequest.objects.filter(person=user):
        yield {
            "asked_at": request.asked_at.isoformat(),
            "state": str(request.get_state_display()),
            "ended_at": request.ended_at.isoformat() if request.ended_at else None,
        }


def keep_erasures(user: Any) -> int:
    """Nothing: that a number was asked to be forgotten, and was, is all that it says."""
    return 0


def expire_erasures(before: datetime) -> int:
    ended = ErasureRequest.objects.filter(~Q(state__in=ErasureRequest.OPEN), ended_at__lt=before)
    return ended.delete()[0]
