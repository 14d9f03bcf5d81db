from __future__ import annotations

from django.conf import settings


def installation() -> dict[str, str]:
    """What every page says of this installation, also where there is no request and no database to ask anything of."""
    return {
        "site_name": settings.PORTAL_NAME,
        "emergency_number": settings.PORTAL_EMERGENCY_NUMBER,
    }
