from channels import DEFAULT_CHANNEL_LAYER
from django.conf import settings
from django.core import checks


@checks.register("portal")
def check_there_is_a_channel_layer(app_configs, **kwargs) -> list[checks.CheckMessage]:
    """Channels itself says nothing of a missing one: every socket would break at its first message."""
    if DEFAULT_CHANNEL_LAYER in getattr(settings, "CHANNEL_LAYERS", {}):
        return []
    return [
        checks.Error(
            "CHANNEL_LAYERS names no default channel layer, and live pages need one.",
            hint="Keep the one of portal.settings.base, or name one that all processes share.",
            id="portal.E009",
        )
    ]
