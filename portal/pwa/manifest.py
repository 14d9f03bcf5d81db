"""What a phone is told that puts the portal among its apps: name, icons, where it opens, in the address's language."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.templatetags.static import static
from django.urls import reverse
from django.utils import translation

from portal.extensions import NavigationItem, declared

# As in the page's head and in its style: the light ground, which the phone shows while the portal opens.
GROUND = "#fbf8f3"
SHORTCUTS = 4  # a phone shows no more


def manifest() -> dict[str, Any]:
    """The web app manifest in the active language, as JSON can hold it."""
    return {
        # One app, whatever the language that it was installed in.
        "id": "/",
        "name": settings.PORTAL_NAME,
        "short_name": settings.PORTAL_NAME[:12],
        "lang": translation.get_language(),
        "dir": "rtl" if translation.get_language_bidi() else "ltr",
        "start_url": reverse("portal:casa"),
        "scope": "/",
        "display": "standalone",
        "background_color": GROUND,
        "theme_color": GROUND,
        "icons": [
            _icon("icon.svg", "any", "image/svg+xml"),
            _icon("icon-192.png", "192x192"),
            _icon("icon-512.png", "512x512"),
            {**_icon("icon-maskable-512.png", "512x512"), "purpose": "maskable"},
        ],
        "shortcuts": [
            {
                "name": str(item.label),
                "url": reverse(item.url_name),
                "icons": [_icon("icon-192.png", "192x192")],
            }
            for item in declared(NavigationItem)
            if item.place == "shortcut"
        ][:SHORTCUTS],
    }


def _icon(name: str, sizes: str, kind: str = "image/png") -> dict[str, str]:
    return {"src": static(f"portal/{name}"), "sizes": sizes, "type": kind}
