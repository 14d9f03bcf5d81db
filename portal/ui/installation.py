from __future__ import annotations

from django.conf import settings


def installation() -> dict[str, str]:
    """What every page says of this installation, also where there is no request to ask anything of."""
    return {
        "site_name": settings.PORTAL_NAME,
        "emergency_number": settings.PORTAL_EMERGENCY_NUMBER,
        "desk_phone": settings.PORTAL_DESK_PHONE,
        "desk_address": settings.PORTAL_DESK_ADDRESS,
        "desk_hours": settings.PORTAL_DESK_HOURS,
    }
