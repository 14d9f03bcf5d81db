"""The facts of calendar links, and how a history says them."""

from django.utils.translation import gettext_lazy as _

from portal.extensions import EventKind

KINDS = (
    EventKind(
        key="community.calendar_link.made", sentence=_("%(actor)s made a calendar link"), icon="calendar-sync"
    ),
)
