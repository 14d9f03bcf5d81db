"""What a session remembers of the code to sign in with that was asked for last."""

from __future__ import annotations

from django.http import HttpRequest

# What the person's own sessions were held against at that moment, a number of its own to count the tries by, and what
# was counted for the place it was asked for from.
ASKED_AS = "portal_code_asked_as"
ASKED_NUMBER = "portal_code_number"
ASKED_COUNTED = "portal_code_counted"


def forget_asked(request: HttpRequest) -> None:
    """Whoever is in has no code to wait for; it may have been somebody else's, with their address in the session."""
    for key in (ASKED_AS, ASKED_NUMBER, ASKED_COUNTED):
        request.session.pop(key, None)
