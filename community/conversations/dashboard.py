"""The conversation on the page of whatever it is about: its last words and the way to it."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.http import HttpRequest
from django.urls import reverse

from .models import Conversation
from .taking_part import may_discuss
from .words import line_of


def panel(request: HttpRequest, subject: models.Model) -> dict[str, Any] | None:
    """Nothing for whoever may not take part; before the first message, the invitation to write it."""
    user = request.user
    if not may_discuss(user, subject):
        return None
    found = Conversation.objects.on(subject).with_news_for(user).with_last_message().first()
    if found is None or not found.last_number:
        return {"conversation": None, "url": address_on(subject)}
    return {"conversation": found, "url": found.get_absolute_url(), "line": line_of(found, user)}


def address_on(subject: models.Model) -> str:
    """Where the conversation about something begins."""
    return reverse("community:conversation_about", args=[subject._meta.label_lower, str(subject.pk)])
