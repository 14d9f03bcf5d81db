"""Where safety stands in the menus."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from portal.extensions import NavigationItem

from .areas import coordinates_somewhere
from .minors import concerns_parents
from .roles import caseworker

ITEMS = (
    NavigationItem(
        key="community.safety",
        label=_("My safety among neighbours"),
        hint=_("Whom you have blocked, what you have reported, and who of your children takes part"),
        url_name="community:safety",
        icon="shield",
        place="my_account",
        order=70,
    ),
    NavigationItem(
        key="community.minors",
        label=_("Who of your children takes part"),
        hint=_("Say yes or no to mutual aid for whoever is under 18"),
        url_name="community:minors",
        icon="users",
        place="my_account",
        visible=concerns_parents,
        order=71,
    ),
    NavigationItem(
        key="community.abuse_reports",
        label=_("What people report"),
        url_name="community:abuse_reports",
        icon="flag",
        place="people",
        visible=lambda user: caseworker(user) or coordinates_somewhere(user),
        order=80,
    ),
)
