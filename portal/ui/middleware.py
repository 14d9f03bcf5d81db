from __future__ import annotations

from collections.abc import Callable

from csp.constants import SELF, UNSAFE_INLINE
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import translation
from django.utils.cache import patch_cache_control

PERMISSIONS_POLICY = "camera=(self), geolocation=(self), microphone=(self)"

_OTHER_LANGUAGES = {code for code, _ in settings.LANGUAGES} - {settings.LANGUAGE_CODE}


def language_of(path: str) -> str:
    """The language that an address names: its prefix, or the default for none. Nothing else decides."""
    prefix = path.split("/", 2)[1] if path.startswith("/") else ""
    return prefix if prefix in _OTHER_LANGUAGES else settings.LANGUAGE_CODE


class AddressLanguageMiddleware:
    """The address alone decides the language: no cookie and no browser preference makes one address two pages.

    The Wagtail admin carries no prefix; Wagtail itself switches to the editor's language there.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        language = language_of(request.path_info)
        with translation.override(language):
            request.LANGUAGE_CODE = language  # type: ignore[attr-defined]
            response = self.get_response(request)
            response.headers.setdefault("Content-Language", translation.get_language() or language)
            return response


# Wagtail's editor draws styles inline, frames its previews and starts from scripts in the page.
ADMIN_POLICY = {
    "script-src": [SELF, UNSAFE_INLINE],
    "style-src": [SELF, UNSAFE_INLINE],
    "frame-src": [SELF],
    "frame-ancestors": [SELF],
}


class SecurityHeadersMiddleware:
    """What every answer carries besides what Django and django-csp set, and the admin's looser policy."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.path_info.startswith(reverse("wagtailadmin_home")):
            response._csp_replace = ADMIN_POLICY  # type: ignore[attr-defined]
            # A preview has been through the site's own middleware already, whose policy lets nobody frame it.
            response.headers.pop("Content-Security-Policy", None)
        response.headers.setdefault("Permissions-Policy", PERMISSIONS_POLICY)
        if "Cache-Control" not in response.headers and _is_personal(request):
            # A public page, with this person's menu and what waits for them: nobody else's cache keeps it, and their
            # own browser asks again. What concerns them alone says itself that it is to be stored nowhere.
            patch_cache_control(response, private=True, no_cache=True)
        return response


def _is_personal(request: HttpRequest) -> bool:
    """Whether somebody is signed in and the answer has looked who."""
    session = getattr(request, "session", None)
    return session is not None and session.accessed and request.user.is_authenticated
