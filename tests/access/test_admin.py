"""Who reaches what inside the Wagtail admin: every address of it that needs no argument, for everybody who comes in.

Wagtail tests its own pages; which of them the agency's roles open is ours to know.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import wagtail.admin.urls
from django.urls import URLPattern

from .people import ANYONE, EDITORS

pytestmark = pytest.mark.once

# Registers and tools that hold people, power or the installation: only those named reach them.
GUARDED = {
    "people": {"admin", "caseworker"},
    "households": {"admin", "caseworker"},
    "household-members": {"admin", "caseworker"},
    "organizations": {"admin", "caseworker"},
    "organization-members": {"admin", "caseworker"},
    "person_chooser": {"admin", "caseworker"},
    "household_chooser": {"admin", "caseworker"},
    "tenancies": {"admin", "caseworker"},
    "dwellings": {"admin", "caseworker"},
    "buildings": {"admin", "caseworker"},
    "documents": {"editor", "admin"},
    "images": set(),
    "pages": {"editor", "admin"},
    "synonyms": {"editor", "admin"},
    "reports/portal-pages": {"editor", "admin"},
    "reports/portal-languages": {"editor", "admin"},
    "portal-proposals": {"editor", "admin"},
    "bank_accounts": set(),
    "collections": set(),
    "locales": set(),
    "redirects": set(),
    "sites": set(),
}
# Choosing a public document is part of writing any text; of pictures there is nothing to choose.
OPEN_BELOW = ("documents/chooser/", "images/chooser/")


def plain(resolver=wagtail.admin.urls, route: str = "") -> Iterator[str]:
    """The routes below /admin/ that take no argument."""
    for pattern in resolver.urlpatterns if hasattr(resolver, "urlpatterns") else resolver.url_patterns:
        here = route + str(pattern.pattern)
        if isinstance(pattern, URLPattern):
            if not set("<(^\\[") & set(here):
                yield here
        else:
            yield from plain(pattern, here)


def test_the_reader_of_routes_finds_the_registers():
    assert {f"{name}/" for name in ("people", "households", "documents", "sites")} <= set(plain())


@pytest.mark.parametrize("name", GUARDED)
def test_who_reaches_it(world, name):
    wrong = {}
    routes = [route for route in set(plain()) if route.startswith(f"{name}/")]
    for route in routes:
        if route.startswith(OPEN_BELOW):
            continue
        for persona in sorted(EDITORS - GUARDED[name]):
            answer = world.ask(persona, "get", f"/admin/{route}")
            # A form that is not for them sends them back to the admin's first page, or is refused.
            if answer.status_code == 200:
                wrong[f"{persona} at {route}"] = answer.status_code
    assert routes
    assert wrong == {}
    for persona in GUARDED[name]:
        assert world.ask(persona, "get", f"/admin/{name}/").status_code == 200


def test_to_everybody_else_no_address_of_it_exists(world):
    found = {
        f"{persona} at {route}"
        for persona in sorted(ANYONE - EDITORS)[:3]
        for route in plain()
        # Drawings and words of the interface, which hold nothing.
        if not route.startswith(("sprite", "jsi18n"))
        and world.ask(persona, "get", f"/admin/{route}").status_code not in (302, 404)
    }
    assert found == set()
