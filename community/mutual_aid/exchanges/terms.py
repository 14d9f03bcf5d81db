"""How long things last and when it is late: what an installation may want otherwise stands in its settings."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings

# A post leaves the board after so long, unless its author renews it.
EXPIRES_AFTER = timedelta(days=getattr(settings, "COMMUNITY_POST_DAYS", 60))
REMIND_BEFORE = timedelta(days=getattr(settings, "COMMUNITY_POST_REMINDER_DAYS", 7))
# Whoever calls off with less than this to go leaves the other without help.
LATE_WITHIN = timedelta(hours=getattr(settings, "COMMUNITY_LATE_HOURS", 24))

# Who has to say something of an exchange (whether it was done, that it was, on which day) is reminded after so long.
REMIND_AFTER = (timedelta(days=1), timedelta(days=3))
# What two people do not agree on goes to the agency, where whoever answers for the area has let it lie for so long.
PASS_ON_AFTER = timedelta(days=getattr(settings, "COMMUNITY_PASS_ON_DAYS", 7))
# What only one has called done, or none after its time, ends after so long, and no hours move: they need both.
CONFIRM_WITHIN = timedelta(days=getattr(settings, "COMMUNITY_CONFIRM_DAYS", 14))
# A yes without a day ends after so long.
DAY_WITHIN = timedelta(days=getattr(settings, "COMMUNITY_AGREE_DAYS", 30))
# Where two met is nobody's business once it is over.
PLACE_KEPT = timedelta(days=getattr(settings, "COMMUNITY_PLACE_DAYS", 7))

POSTS_A_DAY, QUESTIONS_A_DAY = "20/d", "30/d"
