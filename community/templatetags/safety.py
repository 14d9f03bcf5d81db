"""`{% report_link obj %}`: the way to report something, wherever it is shown to somebody who did not make it."""

from __future__ import annotations

from typing import Any

from django import template

from community.safety.names import author_shown
from community.safety.reporting import can_be_reported_by, name_of

register = template.Library()


@register.inclusion_tag("community/safety/report_link.html", takes_context=True)
def report_link(context: template.Context, target: Any) -> dict[str, Any]:
    """Report it, or keep its author at a distance. Nothing for whoever made it, nor for what nobody answers for."""
    user = context["request"].user
    if not user.is_authenticated or not can_be_reported_by(user, target):
        return {}
    return {"model": name_of(target), "key": str(target.pk), "author": author_shown(target, user)}
