"""The street map under the pins: pieces of it come from another server, and only for whoever has asked for them."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse


def tiles() -> str:
    """The address of a piece of the map, with {z}, {x} and {y}; "" where an installation wants none."""
    return settings.PORTAL_MAP_TILES


def wants_street(request: HttpRequest) -> bool:
    return bool(tiles()) and request.GET.get("map") == "street"


def allow_tiles(response: HttpResponse) -> HttpResponse:
    """Let this answer show pictures of the map's server, and tell that server which site asks, which some demand."""
    address = urlsplit(tiles())
    response._csp_update = {"img-src": [f"{address.scheme}://{address.netloc}"]}  # type: ignore[attr-defined]
    response["Referrer-Policy"] = "strict-origin"
    return response
