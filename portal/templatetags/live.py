from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from portal.live.positions import position_of

register = template.Library()


@register.simple_tag
def live_attrs(key: str, identifier: object) -> SafeString:
    """The attributes of an element that is fetched again when its topic is touched. The element needs an id."""
    topic = f"{key}:{identifier}"
    return format_html('data-live="{}" data-live-seen="{}"', topic, position_of(topic))
