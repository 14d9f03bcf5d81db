"""For whom a form is made: `{% acting_field %}` in every form of a view that is declared with `acts_in`."""

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from portal.access.acting import FIELD

register = template.Library()


@register.simple_tag(takes_context=True)
def acting_field(context: template.Context) -> SafeString:
    """The hidden field that says under which grant the page was drawn; empty for whoever acts for themselves."""
    grant = getattr(context.get("request"), "acting_here", None)
    return format_html('<input type="hidden" name="{}" value="{}">', FIELD, grant.pk if grant else "")
