"""What there is to do about pages, on an editor's day."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from portal.pages.roles import EDITORS

from .querysets import PROBLEMS, figures


def pages_to_look_after(request: HttpRequest) -> dict[str, Any] | None:
    if not request.user.has_role(EDITORS):
        return None
    numbers = figures()
    return {
        "figures": [
            {"key": key, "label": label, "number": numbers[key]}
            for key, (label, _condition) in PROBLEMS.items()
            if numbers[key]
        ]
    }
