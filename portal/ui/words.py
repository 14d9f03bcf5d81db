"""Words side by side, as the reader's language writes them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils.translation import pgettext

FIRST_STRONG_ISOLATE, POP_ISOLATE = "\u2068", "\u2069"


def isolated(text: str) -> str:
    """Words that may be in another language than the sentence they stand in: their direction is their own."""
    return f"{FIRST_STRONG_ISOLATE}{text}{POP_ISOLATE}"


def plain(text: str) -> str:
    """The same without marks of direction, for where somebody goes on writing it."""
    return text.replace(FIRST_STRONG_ISOLATE, "").replace(POP_ISOLATE, "")


def comma() -> str:
    """What stands between the words of a list: ", " and in Arabic "، "."""
    return pgettext("between the words of a list", ", ")


def listed(words: Iterable[Any]) -> str:
    return comma().join(map(str, words))


def unbroken(number: str) -> str:
    """A number in groups, none of which goes to another line."""
    return number.replace(" ", "\N{NO-BREAK SPACE}")
