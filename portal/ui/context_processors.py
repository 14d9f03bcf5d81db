from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import translate_url
from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language, get_language_info

from portal.extensions import NavigationItem, declared

BAR_LENGTH = 5  # entries that fit side by side at 360 px


def portal(request: HttpRequest) -> dict[str, Any]:
    """What every page needs: the portal's name, the menus for this person, the same address in the other languages."""
    return {
        "site_name": settings.PORTAL_NAME,
        "emergency_number": settings.PORTAL_EMERGENCY_NUMBER,
        "language_links": SimpleLazyObject(lambda: language_links(request)),
        "navigation": SimpleLazyObject(lambda: navigation(request)),
    }


def language_links(request: HttpRequest) -> list[dict[str, Any]]:
    """One entry a language: its own name, and this address in it. A page may offer its own by context."""
    here = request.get_full_path()
    return [
        {
            **get_language_info(code),
            "code": code,
            "url": translate_url(here, code),
            "is_current": code == get_language(),
        }
        for code, _ in settings.LANGUAGES
    ]


def navigation(request: HttpRequest) -> dict[str, list[NavigationItem]]:
    """The entries that this person may see: `all` of them by place, and the `bar` of the few under the thumb.

    Who works for the agency finds the work first.
    """
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {"all": [], "bar": []}
    seen = [item for item in declared(NavigationItem) if item.visible(user)]
    everything = [item for place in ("staff", "main", "account") for item in seen if item.place == place]
    return {"all": everything, "bar": everything[:BAR_LENGTH]}
