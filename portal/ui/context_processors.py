from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from .installation import installation
from .languages import language_links
from .navigation import navigation_of


def portal(request: HttpRequest) -> dict[str, Any]:
    """What every page needs: the portal's name, the menus for this person, the same address in the other languages."""
    return {
        **installation(),
        "language_links": SimpleLazyObject(lambda: language_links(request)),
        "navigation": SimpleLazyObject(lambda: navigation_of(request)),
    }
