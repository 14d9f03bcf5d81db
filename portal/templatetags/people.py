"""How people's contacts are written on a page."""

from django import template

from portal.people.contacts import masked
from portal.people.phones import readable

register = template.Library()
register.filter("phone", readable)
register.filter("masked", masked)
