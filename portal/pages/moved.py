"""Who asks for a page where it stood before, or for what an administrator has redirected, is led on."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import Resolver404, resolve
from django.utils.translation import get_language
from wagtail.contrib.redirects.models import Redirect
from wagtail.models import Site

from portal.ui.languages import in_language

from .languages import languages
from .page_links import may_open


class RedirectMiddleware:
    """As Wagtail's, with two differences.

    A page is read under each language's prefix, so its old address is known under each, and leads to the same
    language. And only what no app answers is led on: what is missing there is missing, for everybody alike.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code == 404 and not _is_of_an_app(request):
            found = _redirect_for(request)
            if found and (address := _address(found, request)):
                return redirect(address, permanent=found.is_permanent)
        return response


def _is_of_an_app(request: HttpRequest) -> bool:
    try:
        # Nobody answers at an address without its last slash; what stands behind it may be an app's all the same.
        match = request.resolver_match or resolve(f"{request.path_info}/")
    except Resolver404:
        return False
    return match.view_name != "wagtail_serve"


def _redirect_for(request: HttpRequest) -> Redirect | None:
    """The one for this very address, else without its query, else under another language; this site's before all's."""
    address = request.get_full_path()
    path = address.partition("?")[0]
    wanted = [
        Redirect.normalise_path(in_language(asked, code)) for code in languages() for asked in (address, path)
    ]
    if "\0" in wanted[0]:
        return None  # PostgreSQL would refuse the question
    rows = Redirect.get_for_site(Site.find_for_request(request)).filter(old_path__in=wanted)
    found = sorted(rows, key=lambda row: (wanted.index(row.old_path), row.site_id is None))
    return found[0] if found else None


def _address(found: Redirect, request: HttpRequest) -> str | None:
    """Where it leads. Nowhere for a page that this reader could not open: its new address tells what it is about."""
    page = found.redirect_page
    if page is None:
        return found.link
    open_to_reader = page.live and may_open(page, request)
    return in_language(found.link, get_language()) if open_to_reader and found.link else None
