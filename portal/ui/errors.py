"""Error pages: in the address's language, self-contained, and without a query (the database may be the error)."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.http import HttpRequest, HttpResponse
from django.template import loader
from django.utils import translation

from .installation import installation
from .middleware import language_of


def _page(request: HttpRequest, status: int, template: str = "") -> HttpResponse:
    # Errors of the URL resolver come here after the language middleware has left; the address still tells.
    with translation.override(language_of(request.path_info)):
        return HttpResponse(
            loader.render_to_string(template or f"{status}.html", {**installation(), "path": request.path}),
            status=status,
        )


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    # A text of megabytes or a hundred files: it is too much and not wrong, and the page says what to do about it.
    too_much = isinstance(exception, (RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent))
    return _page(request, 413 if too_much else 400)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _page(request, 403)


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _page(request, 404)


def server_error(request: HttpRequest) -> HttpResponse:
    return _page(request, 500)


def csrf_failure(request: HttpRequest, reason: str = "", **kwargs: Any) -> HttpResponse:
    return _page(request, 403, "403_csrf.html")
