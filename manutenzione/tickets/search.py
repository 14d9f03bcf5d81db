from __future__ import annotations

from django.db.models import Q

from portal.extensions import SearchHit, containing

from .models import Ticket
from .words import Category


def find_tickets(user, query: str, limit: int) -> list[SearchHit]:
    """By words, place, category or number; only what the person may see."""
    wanted = containing(query, "text", "area__name", "building__name", category=Category.choices)
    if query.isdecimal() and len(query) < 10:
        wanted |= Q(number=int(query))
    return [
        SearchHit(
            title=f"{ticket.number} · {ticket.get_category_display()}",
            url=ticket.get_absolute_url(),
            summary=f"{ticket.area}, {ticket.building} · {ticket.get_state_display()}",
            icon=ticket.icon,
        )
        for ticket in Ticket.objects.visible_to(user).filter(wanted).with_places()[:limit]
    ]
