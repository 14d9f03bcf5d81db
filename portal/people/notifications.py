"""Where the news about one's own account leads, and who is told when others may read what was told in confidence."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext, override

from portal.extensions import Role, declared, find
from portal.ui.words import isolated

AUDITOR = "portal.auditor"


def my_contacts(event: Any) -> str:
    with override(settings.LANGUAGE_CODE):
        return reverse("portal:contacts")


def my_account(event: Any) -> str:
    with override(settings.LANGUAGE_CODE):
        return reverse("portal:account")


def who_watches_over_confidences(event: Any) -> Iterable[Any]:
    """Of a role that `opens_confidences`: all who hold it, and whoever audits."""
    from .models import User

    role = find(Role, event.data.get("role", ""))
    if role is None or not role.opens_confidences:
        return []
    return User.objects.with_role(role.key, AUDITOR)


def watches_over_confidences(person: Any) -> bool:
    return bool(
        person.role_keys & {AUDITOR, *(role.key for role in declared(Role) if role.opens_confidences)}
    )


def role_given(event: Any) -> str:
    role = find(Role, event.data.get("role", ""))
    return gettext("%(name)s holds the role “%(role)s” now.") % {
        "name": isolated(str(event.target)),
        "role": role.label if role else "",
    }


def inbox(event: Any) -> str:
    """That it happened is all there is to read: the page where roles are given is not open to all of them."""
    with override(settings.LANGUAGE_CODE):
        return reverse("portal:notifications")
