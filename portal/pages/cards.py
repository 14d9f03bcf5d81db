"""What pages tell on the dashboard."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from .models import NewsIndexPage
from .roles import EDITORS


def writing(request: HttpRequest) -> dict[str, Any] | None:
    """For editors: where news is written, in the language that is written first, and where the pages are."""
    if not request.user.has_role(EDITORS):
        return None  # known without asking the database, which a day of anybody else should not
    news = NewsIndexPage.objects.live().filter(locale__language_code=settings.LANGUAGE_CODE).first()
    if news is None or not news.permissions_for_user(request.user).can_add_subpage():
        return None
    return {"news": news}
