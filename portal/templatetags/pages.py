"""What the templates of pages show: structured data, the matrix, figures with their unit, days that are left."""

from __future__ import annotations

import json
from typing import Any

from babel import Locale
from babel.core import get_global
from babel.numbers import format_currency, format_decimal
from django import template
from django.core.serializers.json import DjangoJSONEncoder
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, get_language_bidi, ngettext, to_locale
from django.utils.translation import gettext as _

from portal.pages.languages import reader_url

register = template.Library()

# As Django's `json_script`, which has no word for another type than JSON's own.
_ESCAPED = {ord("<"): "\\u003C", ord(">"): "\\u003E", ord("&"): "\\u0026"}

CELL, GAP, LEFT, TOP = 44, 4, 30, 4  # of the matrix, in its own units
SIDE = 3 * CELL + 2 * GAP


@register.simple_tag
def structured_data(things: list[dict[str, Any]] | None) -> SafeString:
    """Each as a block of data for machines. No browser executes it, so that the content policy lets it be."""
    written = [json.dumps(thing, cls=DjangoJSONEncoder).translate(_ESCAPED) for thing in things or ()]
    blocks = (f'<script type="application/ld+json">{each}</script>' for each in written)
    return mark_safe("".join(blocks))  # noqa: S308 — escaped as json_script does


@register.simple_tag
def reader_writes(code: str) -> SafeString:
    """`<div {% reader_writes content_language %}>`: what the portal says, within a text of another language."""
    if code == get_language():
        return SafeString()
    return format_html('lang="{}" dir="{}"', get_language(), "rtl" if get_language_bidi() else "ltr")


@register.filter
def territory(code: str) -> str:
    """A language with the country that speaks it most, as Open Graph writes it: "it" is it_IT."""
    likely = Locale.parse(get_global("likely_subtags").get(to_locale(code), to_locale(code)))
    return f"{likely.language}_{likely.territory}" if likely.territory else likely.language


@register.filter
def amount(threshold: Any) -> str:
    """The figure with its unit, as the reader's language writes it: "26.000 €", "5 anni"."""
    locale = Locale.parse(to_locale(get_language()))
    number = threshold.amount
    if threshold.is_money:
        if number == int(number):
            pattern = locale.currency_formats["standard"].pattern.replace(".00", "")
            return format_currency(number, "EUR", pattern, locale=locale, currency_digits=False)
        return format_currency(number, "EUR", locale=locale)
    count = int(number)
    words = {
        "years": ngettext("%(count)s year", "%(count)s years", count),
        "months": ngettext("%(count)s month", "%(count)s months", count),
        "people": ngettext("%(count)s person", "%(count)s people", count),
    }[threshold.unit]
    return words % {"count": format_decimal(count, locale=locale)}


@register.filter
def months(count: int) -> str:
    return ngettext("%(count)s month", "%(count)s months", count) % {"count": count}


@register.filter
def closes_in(days: int) -> str:
    """Of a call that is open: "Closes in 5 days"."""
    if days == 0:
        return _("Closes today")
    if days == 1:
        return _("Closes tomorrow")
    return ngettext("Closes in %(days)s day", "Closes in %(days)s days", days) % {"days": days}


@register.filter
def span(levels: range) -> str:
    """A range on one side of the matrix, in words."""
    names = {1: _("low"), 2: _("middle"), 3: _("high")}
    if len(levels) == 1:
        return names[levels[0]]
    if len(levels) == len(names):
        return _("any")
    return _("from %(first)s to %(last)s") % {"first": names[levels[0]], "last": names[levels[-1]]}


@register.inclusion_tag("portal/pages/parts/matrix.html")
def matrix(page: Any, *, small: bool = False) -> dict[str, Any]:
    """Where an answer stands, drawn as in the orientation: resources upwards, potential in the direction of reading."""
    bidi = get_language_bidi()
    start = 0 if bidi else LEFT
    cells = []
    for across in (1, 2, 3):
        column = 3 - across if bidi else across - 1
        for up in (1, 2, 3):
            cells.append(
                {
                    "x": start + column * (CELL + GAP),
                    "y": TOP + (3 - up) * (CELL + GAP),
                    "on": across in page.potential and up in page.resources,
                }
            )
    return {
        "page": page,
        "small": small,
        "cells": cells,
        "bidi": bidi,
        "cell": CELL,
        "box": f"{start} {TOP} {SIDE} {SIDE}" if small else f"0 0 {SIDE + LEFT} {SIDE + TOP + 24}",
        "middle": start + SIDE // 2,
        "below": SIDE + TOP + 18,
        "upwards": SIDE + 18 if bidi else 16,
        "half": TOP + SIDE // 2,
    }


@register.simple_tag
def reader_address(page: Any) -> str:
    """Where the page is under the menus of this reader's language."""
    return reader_url(page)
