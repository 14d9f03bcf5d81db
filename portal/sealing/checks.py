"""What `manage.py check` says of the keys: before somebody tells something in confidence, not after."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core import checks

from . import masters
from .masters import NoMasterKey


@checks.register(checks.Tags.security)
def check_keys(app_configs: Any, **kwargs: Any) -> list[checks.CheckMessage]:
    """Errors where the keys lie in what is backed up or served, or where there is none and nobody makes one."""
    found: list[checks.CheckMessage] = []
    for place in {Path(settings.PORTAL_KEYS), masters.path()}:
        for setting in ("MEDIA_ROOT", "STATIC_ROOT"):
            if place.resolve().is_relative_to(Path(getattr(settings, setting)).resolve()):
                message = f"{place} lies in {setting}: keys must lie outside of what is backed up and served."
                found.append(checks.Error(message, id="portal.sealing.E002"))
    if not settings.PORTAL_MAKES_MASTER_KEY:
        try:
            masters.masters()
        except NoMasterKey as error:
            hint = "Set PORTAL_KEYS, and make the first with manage.py sealing --rotate (docs/operations.md)."
            found.append(checks.Error(str(error), hint=hint, id="portal.sealing.E003"))
    return found
