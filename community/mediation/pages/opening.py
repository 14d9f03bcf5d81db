"""Where the key of what is sealed is missing or wrong, a page says so and shows nothing of it; what was typed stays."""

from __future__ import annotations

import logging
import re

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from community.mediation.models import Case
from portal.sealing import KeyMissing, NoMasterKey, Unreadable

SHUT = (KeyMissing, NoMasterKey, Unreadable)

MADE = re.compile(r"[0-9a-f-]{36}|[0-9a-f]{64}")  # the numbers and marks that a form carries
LONGEST_CHOSEN = 36  # characters

log = logging.getLogger(__name__)


def shut(request: HttpRequest, error: Exception) -> HttpResponse:
    """The 503 for one of `SHUT`: whoever looks after the portal brings the key back, and what was sent stands in a form
    that sends it again."""
    # No traceback: it would carry what was typed into the log.
    log.error("A mediation cannot be read (%s: %s)", type(error).__name__, error)
    sent = [(name, value) for name, values in request.POST.lists() for value in values if value]
    sent = [(name, value, _is_written(value)) for name, value in sent if name != "csrfmiddlewaretoken"]
    return render(request, "community/mediation/unreadable.html", {"sent": sent}, status=503)


def _is_written(value: str) -> bool:
    """Whether somebody wrote it, and is to see that it is there still."""
    words = value.split()
    return (len(words) > 1 or len(value) > LONGEST_CHOSEN) and not all(map(MADE.fullmatch, words))


def prove_key(case: Case) -> None:
    """Raises what `SHUT` lists where the case's key is missing, or is not that of its texts: before anything is
    written that the right one could not open."""
    case.invitation  # noqa: B018 opened: every case in which people talk has one
