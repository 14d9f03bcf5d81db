"""What has happened in a case, as far as somebody may know."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet

from portal.events import history_of

from .models import Case
from .rooms import Room


def history_for(case: Case, user: Any) -> QuerySet:
    """The facts about a case, oldest first: those of no room, and those of the rooms that somebody may enter now.

    Nothing else shows a case's history: that something was said, asked or shared in a private room is its people's.
    """
    if not user.has_perm("community.view_case", case):
        return history_of(case).none()
    facts = history_of(case, confidential=True)
    if case.parts_of(user):
        # Before the other side is invited it can only be whoever asked who said no: nobody is told whose it was.
        facts = facts.exclude(kind="community.mediation.mediator_refused")
    rooms = Room.objects.visible_to(user).filter(case=case).values_list("pk", flat=True)
    entered = Q(data__room__in=[str(key) for key in rooms])
    return facts.filter(Q(data__room__isnull=True) | entered)
