from django.conf import settings
from django.core import checks

from .invitations import checks as invitations_checks  # noqa: F401 — registers its check


@checks.register(checks.Tags.security)
def check_no_demo_in_production(app_configs, **kwargs) -> list[checks.CheckMessage]:
    """Whoever opens the demo's door is anybody they like: it must not stand where real people sign in."""
    if settings.PORTAL_DEMO and settings.PORTAL_PRODUCTION:
        return [
            checks.Critical(
                "PORTAL_DEMO lets everybody sign in as anybody, and this is production.",
                hint="Unset PORTAL_DEMO.",
                id="portal.C001",
            )
        ]
    return []
