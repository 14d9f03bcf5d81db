"""What editors are told about pages."""

from __future__ import annotations

from collections.abc import Iterable

from django.contrib.auth import get_user_model
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.extensions import EventKind, NotificationKind
from portal.pages.roles import EDITORS

KINDS = (
    EventKind(
        key="portal.page.checked", sentence=gettext_lazy("%(actor)s checked that it is right"), icon="check"
    ),
    EventKind(
        key="portal.page.review_due", sentence=gettext_lazy("The day came to check it again"), icon="clock"
    ),
)


def editors(event) -> Iterable:
    return get_user_model().objects.with_role(EDITORS)


def _is_editor(user) -> bool:
    return user.has_role(EDITORS)


NOTIFICATIONS = (
    NotificationKind(
        key="portal.page.review_due",
        recipients=editors,
        title=lambda event: (
            _("Is this page still right? “%(page)s”") % {"page": event.target.title}
            if event.target
            else _("A page is to be checked")
        ),
        url=lambda event: reverse("portal_page_state", args=[event.target_id]),
        icon="clock",
        label=gettext_lazy("Pages to look after"),
        group="portal.pages",
        concerns=_is_editor,
    ),
)
