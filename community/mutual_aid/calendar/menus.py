"""Where the calendar link stands in the menus."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from community.mutual_aid.menus import belongs
from portal.extensions import NavigationItem

ITEMS = (
    NavigationItem(
        key="community.calendar_link",
        label=_("My calendar"),
        hint=_("What you have agreed on with neighbours, in the calendar of your phone"),
        url_name="community:calendar_link",
        icon="calendar-sync",
        place="my_account",
        visible=belongs,
        order=72,
    ),
)
