"""The facts of the directory, and what editors are told of."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from portal.extensions import EventKind, NotificationKind

KINDS = (
    EventKind(
        key="portal.resource.assured",
        sentence=gettext_lazy("%(actor)s said that all of it is still right"),
        icon="check",
    ),
    EventKind(
        key="portal.resource.corrected",
        sentence=gettext_lazy("%(actor)s wrote what has changed"),
        icon="pencil",
    ),
    EventKind(
        key="portal.resource.correction_settled",
        sentence=gettext_lazy("%(actor)s saw to what the organization wrote"),
        icon="check",
    ),
    EventKind(
        key="portal.resource.renewal_asked",
        sentence=gettext_lazy("%(actor)s asked the organization whether its entries are right"),
        icon="mail",
    ),
)


def _editors(event: Any) -> Iterable[Any]:
    return get_user_model().objects.with_role("portal.editor")


def _list(event: Any) -> str:
    with override(settings.LANGUAGE_CODE):
        return reverse("portal:resources_care")


NOTIFICATIONS = (
    NotificationKind(
        key="portal.resource.corrected",
        recipients=_editors,
        title=lambda event: _("An organization wrote what has changed"),
        url=_list,
        icon="map-pin",
        label=gettext_lazy("Local resources"),
        concerns=lambda user: user.has_perm("portal.keep_directory"),
    ),
)
