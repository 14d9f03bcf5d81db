"""`{% quick_exit_url %}`: where the quick exit of mediation's pages leads."""

from django import template

from community.mediation.terms import quick_exit

register = template.Library()
register.simple_tag(quick_exit, name="quick_exit_url")
