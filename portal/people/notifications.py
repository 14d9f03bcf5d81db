"""Where the news about one's own account leads."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import override


def my_contacts(event: Any) -> str:
    with override(settings.LANGUAGE_CODE):
        return reverse("portal:contacts")


def my_account(event: Any) -> str:
    with override(settings.LANGUAGE_CODE):
        return reverse("portal:account")
