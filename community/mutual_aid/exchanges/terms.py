"""How long things last and when it is late: what an installation may want otherwise stands in its settings."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings

# A post leaves the board after so long, unless its author renews it.
EXPIRES_AFTER = timedelta(days=getattr(settings, "COMMUNITY_POST_DAYS", 60))
REMIND_BEFORE = timedelta(days=getattr(settings, "COMMUNITY_POST_REMINDER_DAYS", 7))
# Whoever calls off with less than this to go leaves the other without help.
LATE_WITHIN = timedelta(hours=getattr(settings, "COMMUNITY_LATE_HOURS", 24))

POSTS_A_DAY, QUESTIONS_A_DAY = "20/d", "30/d"
