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


def _tells(event, person) -> bool:
    message = event.target
    return message is not None and message.conversation.tells(person, message.number)


def _title(event) -> str:
    """Nothing of what was written, nor of what it is about: people give things names of their own."""
    return str(_("New messages in a conversation"))


def _address(event) -> str:
    with override(settings.LANGUAGE_CODE):
        return event.target.get_absolute_url()


NOTIFICATIONS = (
    NotificationKind(
        key=FACTS["send"],
        recipients=_recipients,
        tells=_tells,
        title=_title,
        url=_address,
        icon="message-circle",
        group="community.messages",
        label=_("New messages in your conversations"),
        order=45,
    ),
)
