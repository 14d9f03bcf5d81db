"""What comes round by itself."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta

from django.utils import timezone

from portal.extensions import Schedule

from .agreements import FollowUp
from .meetings import Meeting
from .models import LAPSES_AFTER, QUIET_FOR, Case, Party
from .workflow import NotPossible

REMIND_AFTER = timedelta(days=7)  # without an answer to the invitation; once


def remind_of_meetings() -> None:
    for meeting in Meeting.objects.to_remind().select_related("room__case"):
        meeting.remind()


def ask_how_it_goes() -> None:
    for follow_up in FollowUp.objects.due().select_related("case"):
        follow_up.ask()


def remind_the_invited() -> None:
    """Once, a week after the invitation. Who does not answer then is left in peace, and asked no more in the end."""
    for party in Party.objects.to_remind(timezone.now() - REMIND_AFTER).select_related("case"):
        party.remind()


def end_what_waits_for_nobody() -> None:
    """Invitations that nobody answers, and what has been quiet for a year: else what was told would stay for ever."""
    now = timezone.now()
    for case in Case.objects.without_answer_since(now - LAPSES_AFTER):
        with suppress(NotPossible):  # they have answered a moment ago
            case.lapse()
    for case in Case.objects.quiet_since(now - QUIET_FOR):
        case.expire()


SCHEDULES = (
    Schedule(key="community.mediation.meetings", run=remind_of_meetings, every=timedelta(hours=1)),
    Schedule(key="community.mediation.follow_ups", run=ask_how_it_goes, every=timedelta(hours=6)),
    Schedule(key="community.mediation.invited", run=remind_the_invited, every=timedelta(hours=6)),
    Schedule(key="community.mediation.ended", run=end_what_waits_for_nobody, every=timedelta(hours=24)),
)
