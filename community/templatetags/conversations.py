"""`{% conversation thing %}`: the conversation about something, on a page of community's own."""

from __future__ import annotations

from typing import Any

from django import template
from django.db import models
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from community.conversations.dashboard import panel

register = template.Library()


@register.simple_tag(takes_context=True)
def conversation(context: template.Context, subject: models.Model) -> SafeString | str:
    """Nothing for whoever may not take part in it."""
    request = context["request"]
    shown: dict[str, Any] | None = panel(request, subject)
    return render_to_string("community/conversations/panel.html", shown, request=request) if shown else ""
