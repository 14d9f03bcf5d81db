"""Words side by side, as the reader's language writes them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils.translation import pgettext


def comma() -> str:
    """What stands between the words of a list: ", " and in Arabic "، "."""
    return pgettext("between the words of a list", ", ")


def listed(words: Iterable[Any]) -> str:
    return comma().join(map(str, words))


def unbroken(number: str) -> str:
    """A number in groups, none of which goes to another line."""
    return number.replace(" ", "\N{NO-BREAK SPACE}")
