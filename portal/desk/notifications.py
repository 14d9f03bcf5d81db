"""Who is told that there is a letter. Never what stands in it, nor, to staff, from whom."""

from __future__ import annotations

from collections.abc import Iterable

from django.conf import settings
from django.contrib.auth import get_user_model
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from portal.extensions import EventKind, NotificationKind

from .menus import writes

KINDS = (
    EventKind(
        key="portal.thread.written",
        sentence=gettext_lazy("%(actor)s wrote to the agency"),
        icon="mail",
        confidential=True,
    ),
    EventKind(
        key="portal.thread.continued",
        sentence=gettext_lazy("%(actor)s wrote once more"),
        icon="mail",
        confidential=True,
    ),
    EventKind(
        key="portal.thread.answered",
        sentence=gettext_lazy("%(actor)s answered"),
        icon="reply",
        confidential=True,
    ),
    EventKind(
        key="portal.thread.taken",
        sentence=gettext_lazy("%(actor)s sees to it"),
        icon="user-check",
        confidential=True,
    ),
    EventKind(
        key="portal.thread.settled",
        sentence=gettext_lazy("%(actor)s noted that no answer is needed"),
        icon="check",
        confidential=True,
    ),
)


def _person(event) -> Iterable:
    return [event.target.person] if event.target else []


def _who_answers(event) -> Iterable:
    """Whoever sees to this person's letters; where nobody does, or they do no longer, all who may."""
    thread = event.target
    if thread is None:
        return []
    if thread.caseworker and thread.caseworker.has_perm("portal.answer_thread", thread):
        return [thread.caseworker]
    return get_user_model().objects.with_role("portal.caseworker").exclude(pk=thread.person_id)


def _own_page(event) -> str:
    with override(settings.LANGUAGE_CODE):
        return reverse("portal:write")


def _staff_page(event) -> str:
    with override(settings.LANGUAGE_CODE):
        return event.target.get_absolute_url()


NOTIFICATIONS = (
    NotificationKind(
        key="portal.thread.written",
        recipients=_who_answers,
        title=lambda event: _("A message waits for an answer"),
        url=_staff_page,
        icon="mail",
        label=gettext_lazy("Messages to the agency"),
        concerns=lambda user: user.has_perm("portal.answer_letters"),
    ),
    NotificationKind(
        key="portal.thread.answered",
        recipients=_person,
        title=lambda event: _("The agency has answered your message"),
        url=_own_page,
        icon="reply",
        label=gettext_lazy("My messages"),
        concerns=writes,
    ),
)
