"""The portal's own words for templates, `{% load ui %}`; the components are in `templates/portal/components/`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any

from babel.dates import format_time, format_timedelta
from babel.numbers import format_decimal
from django import template
from django.db import models
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, get_language_info
from django.utils.translation import gettext as _
from lucide.templatetags.lucide import lucide as draw

from portal.events import history_of
from portal.extensions import EventKind, ObjectPanel, declared, find
from portal.ui import charts
from portal.ui.amounts import gain, hours, money, money_gain
from portal.ui.days import day, month, short_day, weekday
from portal.ui.fields import filled
from portal.ui.languages import locale
from portal.ui.parts import part
from portal.ui.week import Day, worth_a_row
from portal.ui.words import comma, isolated, listed, unbroken

register = template.Library()
register.filter("isolated", isolated)
register.filter("listed", listed)
register.filter("unbroken", unbroken)
register.simple_tag(comma)

# Pictograms that point along the line of writing turn round with it.
DIRECTED = {
    "send",
    "log-in",
    "log-out",
    "reply",
    "undo-2",
    "list",
    "external-link",
    "megaphone",
    "list-checks",
}
JUST_NOW = timedelta(minutes=1)
RECENT = timedelta(days=1)


@lru_cache(maxsize=1024)
def _icon(name: str, classes: str) -> SafeString:
    if name in DIRECTED or name.endswith(("-left", "-right")):
        classes += " icon--directed"
    svg = draw(
        name, size=24, **{"class": f"icon {classes}".strip(), "aria-hidden": "true", "focusable": "false"}
    )
    return mark_safe(svg)  # noqa: S308 — drawn by the icon package


@register.simple_tag
def icon(name: str, classes: str = "") -> SafeString:
    """A pictogram of lucide.dev, for the eye only: the words beside it say the same."""
    return _icon(str(name), str(classes))


for function in (money, money_gain, hours, gain):
    register.filter(function.__name__, function)
    register.simple_tag(function, name=function.__name__)


for function in (day, weekday, short_day, month):
    register.filter(function.__name__, function)


@register.simple_tag
def today() -> date:
    """The date in Rome: `{% today as day %}{{ day|weekday }}`."""
    return timezone.localdate()


@register.inclusion_tag("portal/components/week.html")
def week_table(week: Sequence[Day], caption: str) -> dict[str, Any]:
    """When something is open, from Monday to Sunday. `caption` says of what, for whoever hears the table."""
    days = worth_a_row(week)
    return {"days": days, "caption": caption, "closed_otherwise": len(days) < 7}


@register.simple_tag
def when(moment: datetime | date) -> SafeString:
    """A moment as people say it: "2 hours ago" within a day, otherwise day and time in Rome. Also takes a date."""
    if not isinstance(moment, datetime):
        return format_html('<time datetime="{}">{}</time>', moment.isoformat(), day(moment))
    local = timezone.localtime(moment)
    # Seconds and zone would be noise. Languages differ in the comma.
    full = _("%(day)s, %(time)s") % {
        "day": day(local),
        "time": format_time(local, "HH:mm", locale=locale()),
    }
    age = timezone.now() - moment
    if timedelta(0) <= age < JUST_NOW:
        text = _("just now")
    elif JUST_NOW <= age < RECENT:
        text = format_timedelta(-age, add_direction=True, locale=locale(), threshold=1)
    else:
        text = full
    return format_html(
        '<time datetime="{}" title="{}">{}</time>', local.isoformat(timespec="seconds"), full, text
    )


@register.simple_tag
def written_in(code: str | None) -> SafeString:
    """`<p {% written_in "it" %}>`: the attributes of what is not in the page's own language; none for what is."""
    if not code or code == get_language():
        return SafeString()
    return format_html('lang="{}" dir="{}"', code, "rtl" if get_language_info(code)["bidi"] else "ltr")


@register.simple_tag
def language_note(code: str | None) -> str:
    """`{% language_note "it" %}`: says of what is not in the page's own language in which it is; nothing of what is."""
    if not code or code == get_language():
        return ""
    return " " + _("(in %(language)s)") % {"language": get_language_info(code)["name_translated"]}


@register.simple_tag(takes_context=True)
def object_panels(context: template.Context, obj: models.Model) -> SafeString:
    """What other apps put on this object's page."""
    request = context["request"]

    def rendered(panel: ObjectPanel) -> str:
        extra = panel.context(request, obj)
        if extra is None:
            return ""
        return render_to_string(panel.template, {**extra, "object": obj}, request=request)

    panels = [part(request, p, lambda p=p: rendered(p), str) for p in declared(ObjectPanel) if p.fits(obj)]
    return mark_safe("".join(panels))  # noqa: S308 — rendered by templates


@register.simple_tag
def errors_title(*parts: Any) -> str:
    """What stands above the errors of forms and formsets: what is still there, and what has to be entered again."""
    stands, again = filled(*parts)
    words = [_("Something is missing or not right.")]
    if stands:
        words.append(
            _("The rest of what you wrote is still here.") if again else _("Nothing you wrote is lost.")
        )
    if "password" in again:
        words.append(_("Write the password again."))
    if "file" in again:
        words.append(_("Choose the file again."))
    return " ".join(words)


@register.inclusion_tag("portal/components/timeline.html")
def history(
    about: Any, *, names: bool | Mapping[int, str] = True, notes: Mapping[int, Any] | None = None
) -> dict[str, Any]:
    """The timeline of an object, or of the events given, oldest first.

    Of an object, without what is confidential; a view whose reader may know that too gives the events. `names=False`
    says "Somebody" of everybody, and a mapping of ids says what the reader calls people; `notes` maps an event's id to
    what was written with it. Facts of a plugin that is gone are left out.
    """
    entries = []
    for event in history_of(about) if isinstance(about, models.Model) else about:
        if (kind := find(EventKind, event.kind)) is None:
            continue
        actor = str(event.actor) if names is True and event.actor else _("Somebody")
        if isinstance(names, Mapping):
            actor = names.get(event.actor_id, actor)
        if names is True and event.on_behalf_of:
            actor = _("%(actor)s for %(principal)s") % {"actor": actor, "principal": event.on_behalf_of}
        note = (notes or {}).get(event.pk, "")
        entries.append(
            {
                "icon": kind.icon,
                "sentence": str(kind.sentence) % {"actor": actor},
                "at": event.at,
                "note": note,
            }
        )
    return {"entries": entries}


def _shown(value: float, unit: str) -> str:
    if unit == "cents":
        return money(int(value))
    if unit == "minutes":
        return hours(int(value))
    return format_decimal(value, locale=locale())


@register.inclusion_tag("portal/components/charts/bars.html")
def bar_chart(rows: Sequence[tuple[str, float | None]], label: str, unit: str = "count") -> dict[str, Any]:
    """Bars for (name, number) rows; None: of too few people to be shown. `unit` is "count", "minutes" or "cents"."""
    highest = max((number for _name, number in rows if number is not None), default=0)
    return {
        "label": label,
        "rows": [
            {
                "label": name,
                "shown": _("too few to show") if number is None else _shown(number, unit),
                "share": charts.percent(number or 0, highest),
            }
            for name, number in rows
        ],
    }


@register.inclusion_tag("portal/components/charts/line.html")
def line_chart(rows: Sequence[charts.Row], label: str, unit: str = "count") -> dict[str, Any]:
    """A curve through (name, number) rows, the oldest first. `unit` is "count", "minutes" or "cents"."""
    return {
        "label": label,
        "line": charts.line(rows),
        "width": charts.WIDTH,
        "height": charts.HEIGHT,
        "highest": _shown(max((number for _name, number in rows), default=0), unit),
        "rows": [{"label": name, "shown": _shown(number, unit)} for name, number in rows],
    }


@register.inclusion_tag("portal/components/charts/scale.html")
def scale_chart(
    lowest: charts.Row, value: charts.Row, highest: charts.Row, label: str, unit: str = "count"
) -> dict[str, Any]:
    """Where a value stands between its limits, below zero or above: each a (name, number). `unit` as for bar_chart."""
    return {
        "label": label,
        "scale": charts.scale(value[1], lowest[1], highest[1]),
        "ends": [_shown(lowest[1], unit), _shown(highest[1], unit)],
        "rows": [{"label": name, "shown": _shown(number, unit)} for name, number in (lowest, value, highest)],
    }


@register.simple_tag
def progress_ring(done: float, total: float, label: str, text: str = "") -> SafeString:
    """How far along: `done` of `total`, with `label` for those who cannot see it. In it: `text` or the ratio."""
    return format_html(
        '<svg class="ring" viewBox="0 0 110 110" role="img" aria-label="{label}">'
        '<circle class="ring__track" cx="55" cy="55" r="46"/>'
        '<circle class="ring__value" cx="55" cy="55" r="46" transform="rotate(-90 55 55)" pathLength="100"'
        ' stroke-dasharray="{percent} 200"/>'
        '<text class="ring__text" x="55" y="56" direction="ltr">{text}</text></svg>',
        label=label,
        percent=charts.percent(done, total),
        text=text or f"{done}/{total}",
    )
