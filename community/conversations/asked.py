"""What a page of messages is asked with."""

from __future__ import annotations

from django.http import HttpRequest

PAGE = 30  # messages
FOLLOWING = 100  # messages that are fetched at once by whoever was away


def number_in(request: HttpRequest, name: str) -> int:
    """A number that a page sends back; nonsense is the beginning."""
    text = (request.POST if request.method == "POST" else request.GET).get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def is_prefetched(request: HttpRequest) -> bool:
    """Whether a browser only gets the page ready for somebody who may never look at it."""
    purposes = (request.headers.get(name, "") for name in ("Sec-Purpose", "Purpose", "X-Moz"))
    return any("prefetch" in purpose for purpose in purposes)
