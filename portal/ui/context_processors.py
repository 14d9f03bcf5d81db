from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from .installation import installation
from .languages import language_links
from .main_desk import main_desk
from .navigation import foot, navigation_of


def portal(request: HttpRequest) -> dict[str, Any]:
    """What every page needs: its name, the desk, the menus for this person, the same address in other languages."""
    return {
        **installation(),
        "main_desk": SimpleLazyObject(main_desk),
        "language_links": SimpleLazyObject(lambda: language_links(request)),
        "foot": SimpleLazyObject(foot),
        "navigation": SimpleLazyObject(lambda: navigation_of(request)),
    }
