"""How people's contacts are written on a page."""

from django import template

from portal.people.contacts import masked
from portal.people.phones import readable
from portal.ui.words import unbroken

register = template.Library()


@register.filter
def phone(number: str | None) -> str:
    """As it is written on paper, in one piece: no line ends within it. Empty for whoever has none."""
    return unbroken(readable(number)) if number else ""


register.filter("masked", masked)
