"""What there is to do about pages, on an editor's day."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from wagtail.models import TaskState

from portal.pages.roles import EDITORS
from portal.people.models import ADMINISTRATOR

from .querysets import PROBLEMS, figures
from .review import handed_in_by, waiting_for

SHOWN = 10


def pages_to_review(request: HttpRequest) -> dict[str, Any] | None:
    """What others have written and wait for; what one has handed in oneself, and what came back."""
    if not (request.user.has_role(EDITORS) or request.user.has_role(ADMINISTRATOR)):
        return None
    waiting = list(waiting_for(request.user)[:SHOWN])
    mine = list(handed_in_by(request.user)[:SHOWN])
    if not waiting and not mine:
        return None
    return {
        "waiting": waiting,
        "back": [state for state in mine if state.status == TaskState.STATUS_REJECTED],
        "handed_in": [state for state in mine if state.status == TaskState.STATUS_IN_PROGRESS],
    }


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
