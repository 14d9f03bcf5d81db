"""Invented neighbours' talk for tests, here and in a site's own suite."""

from __future__ import annotations

import uuid

from django.db import models

from .conversations.models import Conversation, Message


def said(subject: models.Model, by, text: str = "Buongiorno a tutti") -> Message:
    """A message about something, by somebody who takes part."""
    return Conversation.about(subject).say(by=by, client_id=uuid.uuid4(), text=text)
