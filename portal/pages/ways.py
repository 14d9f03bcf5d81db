"""What most people come for: first in the menu, large on the home page, and the first that a search finds.

Named in the reader's language even where the page behind it is in another.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.core.cache import cache
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from portal.extensions.registry import Text
from portal.ui.whole_pages import generation

from .directory.models import DirectoryPage
from .languages import best_first, for_everybody, reader_url

REMEMBERED = 60  # seconds, at most: what purges the pages that are kept whole has it asked anew


@dataclass(frozen=True)
class Way:
    """`url_name` is empty for the directory, which is a page and stands where an editor put it."""

    key: str
    title: Text
    text: Text
    icon: str
    url_name: str = ""


NEAR = Way(
    "near",
    _("Find help near you"),
    _("Who helps near here, where, when and in which languages."),
    "map-pin",
)
WAYS = (
    NEAR,
    Way(
        "orientation",
        _("Which answer fits me?"),
        _("Some questions about your home, and a first idea of what there is for you."),
        "signpost",
        "portal:orientation",
    ),
    Way(
        "desk",
        _("Book an appointment"),
        _("Talk with somebody at the desk: choose what it is about, the day and the hour."),
        "calendar-plus",
        "portal:appointments",
    ),
)


def ways() -> list[dict[str, Any]]:
    """Those that can be gone, with their addresses."""
    near = directory_address()
    return [
        {"way": way, "url": reverse(way.url_name) if way.url_name else near}
        for way in WAYS
        if way.url_name or near
    ]


def directory_address() -> str:
    """Where the reader finds local resources; "" where nobody has published a directory. Remembered for a while."""
    key = f"portal.directory.address.{generation()}.{get_language()}"
    return cache.get_or_set(key, _directory_address, REMEMBERED)


def _directory_address() -> str:
    found = for_everybody(DirectoryPage.objects.live()).select_related("locale").order_by("path")
    return next(map(reader_url, best_first(found)), "")
