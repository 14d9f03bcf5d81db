"""All addresses that the portal serves, but for the inside of Wagtail's admin, which Wagtail tests itself."""

from __future__ import annotations

from collections.abc import Iterator

import wagtail.admin.urls
from django.urls import URLPattern, get_resolver

NOT_OURS = (wagtail.admin.urls,)


def addresses() -> Iterator[str]:
    """The name of every address ("manutenzione:ticket"), or its route where it has none."""
    yield from _below(get_resolver(), "", "")


def _below(resolver, namespace: str, route: str) -> Iterator[str]:
    if resolver.urlconf_name in NOT_OURS:
        return
    for pattern in resolver.url_patterns:
        here = route + str(pattern.pattern)
        if isinstance(pattern, URLPattern):
            yield f"{namespace}{pattern.name}" if pattern.name else here
        else:
            inside = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from _below(pattern, inside, here)
