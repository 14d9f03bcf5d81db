"""Money and time spent, as people write them in the reader's language."""

from __future__ import annotations

import re
from decimal import Decimal

from babel.lists import format_list
from babel.numbers import format_currency
from babel.units import format_unit
from django.utils.translation import get_language_bidi

from .languages import locale
from .words import POP_ISOLATE, isolated

LEFT_TO_RIGHT_ISOLATE = "\u2066"


def money(cents: int) -> str:
    """Cents as euros: `{{ cents|money }}` or `{% money cents %}`. "1.250,00 €", "€1,250.00".

    From right to left the whole keeps its own direction and a minus stays before its figures, wherever it is put.
    """
    text = format_currency(Decimal(cents).scaleb(-2), "EUR", locale=locale())
    if not get_language_bidi():
        return text
    return isolated(re.sub(r"-[0-9.,]+", rf"{LEFT_TO_RIGHT_ISOLATE}\g<0>{POP_ISOLATE}", text))


def money_gain(cents: int) -> str:
    """The same with a plus before what is more than nothing, also where the line runs from right to left."""
    text = money(cents)
    if cents <= 0:
        return text
    if not get_language_bidi():
        return f"+{text}"
    return re.sub(r"[0-9][0-9.,]*", rf"{LEFT_TO_RIGHT_ISOLATE}+\g<0>{POP_ISOLATE}", text, count=1)


def hours(minutes: int) -> str:
    """Minutes as hours and minutes in words: `{{ minutes|hours }}` or `{% hours minutes %}`."""
    sign = "−" if minutes < 0 else ""
    whole, rest = divmod(abs(minutes), 60)
    parts = []
    if whole or not rest:
        parts.append(format_unit(whole, "duration-hour", length="long", locale=locale()))
    if rest:
        parts.append(format_unit(rest, "duration-minute", length="long", locale=locale()))
    return _signed(sign, format_list(parts, locale=locale()))


def gain(minutes: int) -> str:
    """The same with a plus before what is more than nothing: `{{ minutes|gain }}`."""
    return _signed("+", hours(minutes)) if minutes > 0 else hours(minutes)


def _signed(sign: str, words: str) -> str:
    """The sign before its number, also in a line that runs from right to left."""
    number = re.match(r"\d+", words)
    if not sign or not number or not get_language_bidi():
        return sign + words
    return f"{LEFT_TO_RIGHT_ISOLATE}{sign}{number[0]}{POP_ISOLATE}{words[number.end() :]}"
