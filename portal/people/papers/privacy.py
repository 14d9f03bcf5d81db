from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from .models import SignInSheet


def export_papers(person) -> Iterator[dict[str, Any]]:
    """When papers were printed and used; what opened the account is no knowledge of ours."""
    for sheet in person.sign_in_sheets.prefetch_related("codes").order_by("printed_at"):
        yield {
            "number": str(sheet),
            "printed_on": sheet.printed_at.isoformat(),
            "valid_until": sheet.valid_until.isoformat(),
            "revoked_on": sheet.revoked_at.isoformat() if sheet.revoked_at else None,
            "used_on": [code.used_at.isoformat() for code in sheet.codes.all() if code.used_at],
        }


def erase_papers(person) -> int:
    return person.sign_in_sheets.all().delete()[0]


def expire_papers(before: datetime) -> int:
    return SignInSheet.objects.filter(valid_until__lt=before).delete()[0]
