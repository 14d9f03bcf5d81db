"""Who is told of the time bank's facts, and in which words: never a balance, never whose."""

from __future__ import annotations

from collections.abc import Iterable

from django.apps import apps
from django.conf import settings
from django.contrib.auth import get_user_model
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from community.safety.areas import answers_anywhere, who_answers_for
from portal.extensions import NotificationKind, everybody


def holders(event) -> Iterable:
    """The person; of an organization, its coordinators."""
    account = event.target
    if account is None:
        return []
    if account.person:
        return [account.person]
    return coordinators(organization=account.organization_id) if account.organization_id else []


def who_may_decide(event) -> Iterable:
    """Who answers for the area; where nobody does, the agency."""
    asked = event.target
    return who_answers_for(asked.municipality_id, but=[asked.person_id]) if asked else []


def coordinators(**of):
    members = apps.get_model("portal", "OrganizationMember").objects.filter(
        until=None, is_coordinator=True, **of
    )
    return get_user_model().objects.filter(is_active=True, pk__in=members.values("person"))


def who_asked(event) -> Iterable:
    return [event.target.person] if event.target else []


def near_limit(event) -> str:
    if event.data["edge"] == "lowest":
        return _("Your hours are nearly used up. Give somebody a hand, or ask the common pot.")
    return _("You have gathered many hours. Let somebody help you, or give some to the common pot.")


def hours_page(event) -> str:
    with override(settings.LANGUAGE_CODE):
        account = event.target
        if getattr(account, "organization_id", None):
            return reverse("community:hours_organization", args=[account.organization_id])
        return reverse("community:hours")


def requests_page(event) -> str:
    with override(settings.LANGUAGE_CODE):
        return reverse("community:pot_requests")


_MINE = {
    "group": "community.hours",
    "label": gettext_lazy("Your hours in the time bank"),
    "concerns": everybody,
    "order": 53,
}

NOTIFICATIONS = (
    NotificationKind(
        key="community.hours.near_limit",
        recipients=holders,
        title=near_limit,
        url=hours_page,
        icon="hourglass",
        **_MINE,
    ),
    NotificationKind(
        key="community.pot_request.asked",
        recipients=who_may_decide,
        title=lambda event: _("Somebody asks the common pot for hours"),
        url=requests_page,
        icon="hand-helping",
        group="community.pot_requests",
        label=gettext_lazy("Who asks the common pot"),
        concerns=answers_anywhere,
        order=54,
    ),
    NotificationKind(
        key="community.pot_request.granted",
        recipients=who_asked,
        title=lambda event: _("You have new hours from the common pot"),
        url=hours_page,
        icon="check",
        **_MINE,
    ),
    NotificationKind(
        key="community.pot_request.declined",
        recipients=who_asked,
        title=lambda event: _("The common pot cannot give hours now"),
        url=hours_page,
        icon="hourglass",
        **_MINE,
    ),
)
