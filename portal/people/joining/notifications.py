"""The facts of asking to join and of vouching, and who is told of them: never by name outside the portal."""

from __future__ import annotations

from collections.abc import Iterable

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from portal.extensions import EventKind, NotificationKind
from portal.people.models import User

_FACTS = {
    "join_request.waiting": (gettext_lazy("Somebody asked to be let in"), "user-plus"),
    "join_request.for_organization": (gettext_lazy("Somebody asked to join the organization"), "user-plus"),
    "join_request.vouched": (gettext_lazy("%(actor)s vouched for them"), "thumbs-up"),
    "join_request.not_vouched": (gettext_lazy("%(actor)s did not vouch for them"), "thumbs-down"),
    "join_request.approved": (gettext_lazy("%(actor)s let them in"), "user-check"),
    "join_request.closed": (
        gettext_lazy("%(actor)s closed the account that an organization had opened"),
        "user-x",
    ),
    "join_request.declined": (gettext_lazy("%(actor)s did not let them in"), "user-x"),
    "member.vouched": (gettext_lazy("%(actor)s vouched for a member"), "thumbs-up"),
    "member.unvouched": (gettext_lazy("%(actor)s took the vouching back"), "undo-2"),
    "member.checked": (gettext_lazy("%(actor)s checked a member"), "shield-check"),
    "member.unchecked": (gettext_lazy("%(actor)s took the check back"), "undo-2"),
}

KINDS = tuple(
    EventKind(key=f"portal.{fact}", sentence=sentence, icon=icon, confidential=True)
    for fact, (sentence, icon) in _FACTS.items()
)


def _who_decides(event) -> Iterable:
    return User.objects.with_role("portal.caseworker", "portal.administrator")


def _coordinators(event) -> Iterable:
    """Of the organization that the request names."""
    asked = event.target
    if asked is None or asked.organization is None:
        return []
    members = asked.organization.members.current().filter(is_coordinator=True)
    return [member.person for member in members.select_related("person")]


def _requests_page(event) -> str:
    with override(settings.LANGUAGE_CODE):
        return reverse("portal:join_requests")


def _to_check_page(event) -> str:
    return f"{_requests_page(event)}?show=check"


def _organizations_page(event) -> str:
    with override(settings.LANGUAGE_CODE):
        return event.target.organization.get_absolute_url()


NOTIFICATIONS = (
    NotificationKind(
        key="portal.join_request.waiting",
        recipients=_who_decides,
        title=lambda event: _("Somebody asks to be let in"),
        url=_requests_page,
        icon="user-plus",
        label=gettext_lazy("Requests to join"),
        group="portal.join_requests",
        concerns=lambda user: user.has_perm("portal.decide_join_request"),
    ),
    NotificationKind(
        key="portal.join_request.vouched",
        recipients=_who_decides,
        title=lambda event: _("An organization has let somebody in: check them"),
        url=_to_check_page,
        icon="shield-check",
        label=gettext_lazy("Requests to join"),
        group="portal.join_requests",
        concerns=lambda user: user.has_perm("portal.decide_join_request"),
    ),
    NotificationKind(
        key="portal.join_request.for_organization",
        recipients=_coordinators,
        title=lambda event: _("Somebody asks to join your organization: do you know them?"),
        url=_organizations_page,
        icon="user-plus",
        label=gettext_lazy("Requests to join my organization"),
        concerns=lambda user: user.organization_memberships.current().filter(is_coordinator=True).exists(),
    ),
)
