"""Money and time spent, as people write them in the reader's language."""

from __future__ import annotations

from babel.lists import format_list
from babel.numbers import format_currency
from babel.units import format_unit

from .languages import locale


def money(cents: int) -> str:
    """Cents as euros: `{{ cents|money }}` or `{% money cents %}`."""
    return format_currency(cents / 100, "EUR", locale=locale())


def hours(minutes: int) -> str:
    """Minutes as hours and minutes in words: `{{ minutes|hours }}` or `{% hours minutes %}`."""
    sign = "−" if minutes < 0 else ""
    whole, rest = divmod(abs(minutes), 60)
    parts = []
    if whole or not rest:
        parts.append(format_unit(whole, "duration-hour", length="long", locale=locale()))
    if rest:
        parts.append(format_unit(rest, "duration-minute", length="long", locale=locale()))
    return sign + format_list(parts, locale=locale())
