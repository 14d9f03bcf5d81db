"""Who is told that there is something new to read: once in each conversation until they have read it."""

from __future__ import annotations

from collections.abc import Iterable

from django.conf import settings
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from portal.extensions import NotificationKind

from .workflow import FACTS


def _recipients(event) -> Iterable:
    message = event.target
    return message.conversation.people_to_tell(message.number) if message else ()


def _title(event) -> str:
    """Says what it is about, and nothing of what was written."""
    return str(_("New messages: %(about)s") % {"about": event.target.conversation})


def _address(event) -> str:
    with override(settings.LANGUAGE_CODE):
        return event.target.get_absolute_url()


NOTIFICATIONS = (
    NotificationKind(
        key=FACTS["send"],
        recipients=_recipients,
        title=_title,
        url=_address,
        icon="message-circle",
        group="community.messages",
        label=_("New messages in your conversations"),
        order=45,
    ),
)
