"""What the pages of mutual aid share: the way from one part to the others, at the head of each; and the one tap with
which a minor asks at home."""

from __future__ import annotations

from typing import Any

from django import template
from django.forms import BoundField
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from community.mutual_aid.taking_part import needs_nobody
from community.safety.models import ParentalApproval

register = template.Library()

PARTS = (
    ("board", _("Help"), "heart-handshake"),
    ("things", _("Borrow"), "drill"),
    ("shifts", _("Shifts"), "calendar-days"),
    ("gatherings", pgettext_lazy("of the neighbourhood", "Events"), "party-popper"),
    ("hours", _("My hours"), "hourglass"),
)


@register.filter
def chosen(field: BoundField) -> str:
    """What is chosen in a list, in its words; nothing where nothing is."""
    return next((choice.choice_label for choice in field.subwidgets if choice.data["selected"]), "")


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


@register.inclusion_tag("community/safety/ask_at_home.html", takes_context=True)
def ask_at_home(context: template.Context) -> dict[str, Any]:
    """Where somebody cannot do what the page is for: a minor without a parent's word asks for it here. Nothing for
    others."""
    request = context["request"]
    if not request.user.is_authenticated or needs_nobody.test(request.user):
        return {"concerned": False}
    return {
        "concerned": True,
        "has_asked": ParentalApproval.asked_today(request.user),
        "page": request.get_full_path(),
        "csrf_token": context.get("csrf_token"),
    }
