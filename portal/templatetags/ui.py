"""The portal's own words for templates: `{% load ui %}`."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from babel.numbers import format_currency
from django import template
from django.db import models
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.timesince import timesince
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from lucide.templatetags.lucide import lucide as draw

from portal.extensions import NavigationItem, ObjectPanel, declared
from portal.ui import charts

register = template.Library()


@lru_cache(maxsize=512)
def _icon(name: str, classes: str) -> SafeString:
    svg = draw(
        name, size=24, **{"class": f"icon {classes}".strip(), "aria-hidden": "true", "focusable": "false"}
    )
    return mark_safe(svg)  # noqa: S308 — drawn by the icon package


@register.simple_tag
def icon(name: str, classes: str = "") -> SafeString:
    """A pictogram, for the eye only: the words beside it say the same."""
    return _icon(str(name), str(classes))


@register.filter
def money(cents: int) -> str:
    """Cents as euros, the way the reader's language writes them."""
    return format_currency(cents / 100, "EUR", locale=get_language() or "it")


@register.filter
def hours(minutes: int) -> str:
    """Minutes as hours and minutes in words."""
    sign = "−" if minutes < 0 else ""
    whole, rest = divmod(abs(minutes), 60)
    parts = []
    if whole or not rest:
        parts.append(ngettext("%(count)d hour", "%(count)d hours", whole) % {"count": whole})
    if rest:
        parts.append(ngettext("%(count)d minute", "%(count)d minutes", rest) % {"count": rest})
    return sign + " ".join(parts)


@register.simple_tag
def when(moment: datetime) -> SafeString:
    """A moment as people say it: "2 hours ago" within a day, otherwise the day and time in the portal's time zone."""
    local = timezone.localtime(moment)
    full = date_format(local, "DATETIME_FORMAT")
    age = timezone.now() - moment
    if timedelta(0) <= age < timedelta(days=1):
        text = (
            _("%(age)s ago") % {"age": timesince(moment, depth=1)}
            if age >= timedelta(minutes=1)
            else _("just now")
        )
    else:
        text = full
    return format_html('<time datetime="{}" title="{}">{}</time>', local.isoformat(), full, text)


@register.simple_tag(takes_context=True)
def object_panels(context: template.Context, obj: models.Model) -> SafeString:
    """What other apps put on this object's page."""
    request = context["request"]
    panels = []
    for panel in declared(ObjectPanel):
        if panel.fits(obj) and (extra := panel.context(request, obj)) is not None:
            panels.append(render_to_string(panel.template, {**extra, "object": obj}, request=request))
    return mark_safe("".join(panels))  # noqa: S308 — rendered by templates


@register.simple_tag(takes_context=True)
def nav_badge(context: template.Context, item: NavigationItem) -> SafeString:
    """The count beside a menu entry; asked once a request, however many menus show it."""
    request = context.get("request")
    if item.badge is None or request is None:
        return mark_safe("")
    known = request.__dict__.setdefault("_portal_badges", {})
    if item.key not in known:
        known[item.key] = item.badge(request.user)
    return format_html('<span class="count">{}</span>', known[item.key]) if known[item.key] else mark_safe("")


@register.simple_tag
def progress_ring(done: int, total: int, label: str) -> SafeString:
    """How far along: `done` of `total`, with `label` for those who cannot see it."""
    return charts.progress_ring(done, total, str(label))


@register.simple_tag
def bar_chart(rows: list[tuple[str, int]], label: str) -> SafeString:
    """Bars from (name, number) pairs, with a table for those who cannot see them."""
    return charts.bar_chart(rows, str(label))


@register.simple_tag
def line_chart(rows: list[tuple[str, int]], label: str) -> SafeString:
    """A line through (name, number) pairs, with a table for those who cannot see it."""
    return charts.line_chart(rows, str(label))
