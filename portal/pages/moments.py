"""When a page that is kept whole says something that is no longer true: a call closes at its hour, an event is over.

Midnight needs no word (portal/pages/page_cache.py keeps nothing beyond it).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from wagtail.models import Page


def moments(shown: Any) -> Iterator[datetime]:
    """Of each page among what a template is given, however deep in its lists: its `changes_at`, where it has one."""
    if isinstance(shown, Page):
        if (moment := getattr(shown, "changes_at", None)) is not None:
            yield moment
    elif isinstance(shown, Mapping):
        for value in shown.values():
            yield from moments(value)
    elif isinstance(shown, list | tuple):
        for value in shown:
            yield from moments(value)
