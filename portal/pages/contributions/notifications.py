"""Editors are told of a proposal, whoever made it of what became of it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from portal.extensions import EventKind, NotificationKind
from portal.pages.roles import EDITORS

KINDS = (
    EventKind(
        key="portal.contribution.proposed", sentence=gettext_lazy("%(actor)s proposed it"), icon="send"
    ),
    EventKind(key="portal.contribution.published", sentence=gettext_lazy("It was published"), icon="check"),
    EventKind(key="portal.contribution.declined", sentence=gettext_lazy("%(actor)s declined it"), icon="x"),
)


def _coordinates(user: Any) -> bool:
    """Asked once for all kinds of news."""
    if not hasattr(user, "_coordinates_somewhere"):
        user._coordinates_somewhere = user.organization_memberships.filter(
            is_coordinator=True, until=None
        ).exists()
    return user._coordinates_somewhere


def _editors(event) -> Iterable:
    return get_user_model().objects.with_role(EDITORS)


def _proposer(event) -> Iterable:
    return [event.target.by] if event.target and event.target.by else []


def _list(event) -> str:
    with override(settings.LANGUAGE_CODE):
        return reverse("portal:contributions", args=[event.target.organization_id])


# Its title is free text, and a notification shows on locked phones: the list that it leads to says which one.
def _published(event) -> str:
    return _("A text of yours is published. Thank you.")


def _declined(event) -> str:
    return _("A text of yours is not published. Read why.")


NOTIFICATIONS = (
    NotificationKind(
        key="portal.contribution.proposed",
        recipients=_editors,
        title=lambda event: _("An organization proposes something to publish"),
        url=lambda event: reverse("portal_contributions"),
        icon="send",
        label=gettext_lazy("Pages to look after"),
        group="portal.pages",
        concerns=lambda user: user.has_role(EDITORS),
    ),
    *(
        NotificationKind(
            key=f"portal.contribution.{fact}",
            recipients=_proposer,
            title=title,
            url=_list,
            icon=icon,
            label=gettext_lazy("What my organization proposes"),
            group="portal.contributions",
            concerns=_coordinates,
        )
        for fact, title, icon in (("published", _published, "check"), ("declined", _declined, "x"))
    ),
)
