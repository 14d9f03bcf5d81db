"""The meetings on the page of a case: what is to come, and what waits for the reader."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Exists, Min, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from community.mediation.meetings import Meeting, MeetingState
from community.mediation.models import Case
from community.mediation.pages.waiting import Waiting


@dataclass(frozen=True)
class MeetingLine:
    """A meeting in a list. `waits` says what the reader is to do, "" where they only come."""

    meeting: Meeting
    waits: str


def meetings_for(case: Case, user: Any) -> list[MeetingLine]:
    """What waits for somebody's answer first, then what is to come, the nearest first. One query.

    Show it with community/mediation/meetings/list.html. To those who may not enter a room its meetings are not there.
    """
    found = Meeting.objects.visible_to(user).filter(room__case=case).to_come()
    found = found.annotate(
        first_time=Min("times__starts_at", filter=Q(times__starts_at__gt=timezone.now())),
        mediates=Exists(case.mediators.assigned().filter(person=user)),
        is_ripe=Exists(Meeting.objects.ripe().filter(pk=OuterRef("pk"))),
        is_asked=Exists(Meeting.objects.waiting_for(user).filter(pk=OuterRef("pk"))),
    ).select_related("room")
    lines = [MeetingLine(meeting, _waits(meeting)) for meeting in found]
    return sorted(lines, key=lambda line: (not line.waits, _when(line.meeting)))


def waiting_for(lines: list[MeetingLine]) -> list[Waiting]:
    """What of `meetings_for` waits for its reader."""
    return [
        Waiting(title=line.waits, url=line.meeting.get_absolute_url(), icon="calendar-days")
        for line in lines
        if line.waits
    ]


def _when(meeting: Meeting) -> datetime:
    return meeting.starts_at or meeting.first_time or meeting.proposed_at


def _waits(meeting: Meeting) -> str:
    if meeting.mediates and meeting.state == MeetingState.FIXED:
        return _("Say how it went") if meeting.has_begun else ""
    if meeting.mediates and meeting.is_ripe:
        return _("Choose a time")
    return _("Say which times fit you") if meeting.is_asked else ""
