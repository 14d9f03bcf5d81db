"""What makes a part of a page live: `<div id="ticket" {% live_attrs "manutenzione.ticket" ticket.pk %}>`."""

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from portal.live.positions import seen_by_page

register = template.Library()


@register.simple_tag(takes_context=True)
def live_attrs(context: template.Context, key: str, identifier: object) -> SafeString:
    """The attributes of an element, which needs an id, that is fetched again when its topic is touched.

    An element that stands on a page twice asks once, and the menus' topics are asked for together.
    """
    topic = f"{key}:{identifier}"
    request = context.get("request")
    known = request.__dict__.setdefault("_live_seen", {}) if request is not None else {}
    if topic not in known:
        links = context["navigation"].all if "navigation" in context else ()
        menus = {":".join(link.topic) for link in links if link.topic}
        known.update(seen_by_page({topic, *menus} - known.keys()))
    return format_html('data-live="{}" data-live-seen="{}"', topic, known[topic])
