"""`{% aid_parts "shifts" %}`: the way from one part of mutual aid to the others, at the head of each."""

from __future__ import annotations

from typing import Any

from django import template
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

register = template.Library()

PARTS = (
    ("board", _("Help"), "heart-handshake"),
    ("things", _("Borrow"), "drill"),
    ("shifts", _("Shifts"), "calendar-days"),
    ("gatherings", pgettext_lazy("of the neighbourhood", "Events"), "party-popper"),
    ("hours", _("My hours"), "hourglass"),
)


@register.inclusion_tag("community/aid_parts.html")
def aid_parts(here: str) -> dict[str, Any]:
    """`here` is the part whose page it is."""
    return {
        "parts": [
            {
                "label": label,
                "icon": icon,
                "url": reverse(f"community:{name}"),
                "is_current": name == here,
            }
            for name, label, icon in PARTS
        ]
    }
