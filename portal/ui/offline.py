"""What a phone may keep to show it without a connection: nothing, but for what says so itself.

A page is kept when its answer carries `keep()`'s header, and of that page only what stands between `<!--keep-->` and
`<!--/keep-->` in its template. Both are needed, and neither is ever put around mediation or money: whoever holds the
phone reads what it keeps (THREATS.md, "stolen phone"). The service worker (`portal/worker.js`) holds to it.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from django.http import HttpRequest, HttpResponse
from django.utils.html import format_html
from django.utils.safestring import SafeString

KEEP = "X-Portal-Offline"
# Whose answer it is: of which sign-in, by a number that says nothing else, or of nobody's.
FOR = "X-Portal-For"
NOBODY = "nobody"


def keep(response: HttpResponse) -> HttpResponse:
    """Let the phone keep the marked parts of this page."""
    response[KEEP] = "keep"
    return response


def marked(html: SafeString) -> SafeString:
    """A part of a page that the phone may keep; the page has to be one that it keeps."""
    return format_html("<!--keep-->{}<!--/keep-->", html)


def kept_offline(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """For views of which the phone may keep every page that they answer with (`keep`)."""

    @wraps(view)
    def kept(request: HttpRequest, *args, **kwargs) -> HttpResponse:
        return keep(view(request, *args, **kwargs))

    return kept


def forget_this_phone(response: HttpResponse) -> HttpResponse:
    """Have the browser throw away all that it holds of this site: caches, drafts, the worker and what it kept.

    A browser that does not know the header has the worker do its part: it sees that the next answer is nobody's.
    """
    response["Clear-Site-Data"] = '"cache", "storage"'
    return response
