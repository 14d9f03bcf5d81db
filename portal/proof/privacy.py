"""What is kept of how somebody proves who they are."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from allauth.mfa.models import Authenticator
from django.utils.translation import gettext as _

from .models import Device


def export_factors(person: Any) -> Iterator[dict[str, Any]]:
    """What there is and when it was used, never a secret: whoever reads the file could sign in with it."""
    for row in Authenticator.objects.filter(user=person).order_by("created_at", "pk"):
        yield {
            "kind": row.type,
            "name": str(row) if row.type == Authenticator.Type.WEBAUTHN else None,
            "added_on": row.created_at.isoformat(),
            "last_used": row.last_used_at.isoformat() if row.last_used_at else None,
        }


def erase_factors(person: Any) -> int:
    return Authenticator.objects.filter(user=person).delete()[0]


def said_kind(value: str, row: Any, person: Any) -> str:
    return {
        Authenticator.Type.WEBAUTHN: _("a passkey"),
        Authenticator.Type.TOTP: _("an app with numbers"),
        Authenticator.Type.RECOVERY_CODES: _("codes on paper"),
    }[value]


def export_devices(person: Any) -> Iterator[dict[str, Any]]:
    for device in Device.objects.filter(person=person).order_by("first_seen", "pk"):
        yield {
            "device": device.system,
            "browser": device.browser,
            "first_seen": device.first_seen.isoformat(),
            "last_seen": device.last_seen.isoformat(),
        }


def erase_devices(person: Any) -> int:
    return Device.objects.filter(person=person).delete()[0]


def expire_devices(before: datetime) -> int:
    return Device.objects.filter(last_seen__lt=before).delete()[0]
