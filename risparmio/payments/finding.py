"""What a page of money shows, or nothing: whoever may not see it finds it missing."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest


def thing_or_missing(request: HttpRequest, rows: Any, pk: int) -> Any:
    """A receipt or payout: rows is the manager. Its agreement comes along."""
    found = rows.visible_to(request.user).with_people().filter(pk=pk).first()
    if found is None:
        raise Http404
    return found
