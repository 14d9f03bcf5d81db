"""Text messages from a background task. Which provider takes them is a setting; what goes wrong names nobody."""

from __future__ import annotations

import sys
import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from django.conf import settings
from django.utils import timezone
from django.utils.module_loading import import_string

from .mail import NotSent


@dataclass(frozen=True, slots=True)
class TextMessage:
    """`to` is a number in the form of E.164 ("+390200000101"). `reference` is the same at every attempt, so that a
    provider can tell a repetition."""

    to: str
    text: str
    reference: str = ""


class NumberRefused(Exception):
    """What a sender may raise where the provider says that the number is wrong, or that nobody has it: then the staff
    read so."""


class Sender(Protocol):
    """What PORTAL_SMS_SENDER names: a class without arguments."""

    def send(self, message: TextMessage) -> None:
        """Hand the message to the provider. Whatever it raises, the task is tried again."""


class ConsoleSender:
    """Writes messages where the server runs: for development."""

    def send(self, message: TextMessage) -> None:
        sys.stdout.write(f"SMS to {message.to}: {message.text}\n")
        sys.stdout.flush()


class FileSender:
    """Writes each message into a file of its own beside the mail (`var/mail/`): the embedded default."""

    def send(self, message: TextMessage) -> None:
        directory = Path(settings.PORTAL_SMS_FILE_PATH)
        directory.mkdir(parents=True, exist_ok=True)
        name = f"{timezone.now():%Y%m%d-%H%M%S}-{uuid.uuid4().hex}.sms"
        (directory / name).write_text(f"To: {message.to}\n\n{message.text}\n", encoding="utf-8")


class MemorySender:
    """Keeps messages in `outbox`: for tests."""

    outbox: list[TextMessage] = []

    def send(self, message: TextMessage) -> None:
        self.outbox.append(message)


def can_send_sms() -> bool:
    """Whether this installation has a provider; without one, nobody is offered a text message."""
    return bool(settings.PORTAL_SMS_SENDER)


def send_sms(to: str, text: str, *, reference: str = "") -> None:
    """Hand a text message to the provider. Raises NotSent, so that the task is tried again.

    Without its cause, as for mail: a provider's words repeat the number.
    """
    try:
        import_string(settings.PORTAL_SMS_SENDER)().send(TextMessage(to, text, reference))
    except NumberRefused:
        raise NotSent(NumberRefused.__name__) from None  # whatever the provider's own sort of it is called
    except Exception as error:
        raise NotSent.because_of(error) from None
