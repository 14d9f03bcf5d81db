"""`{% load search %}`: words found, marked where they stand."""

from __future__ import annotations

from django import template

from portal.search.highlights import highlighted

register = template.Library()
register.filter("highlighted", highlighted)
