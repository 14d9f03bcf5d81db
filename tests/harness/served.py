"""Settings of a server under test: the embedded portal, on PostgreSQL and Redis where the environment names them."""

from portal.settings.embedded import *  # noqa: F403
from portal.settings.embedded import env

if env.str("DATABASE_URL", default=""):
    # Connections stay, as they do on SQLite here and by the pool in production.
    DATABASES = {"default": {**env.db("DATABASE_URL"), "CONN_MAX_AGE": None}}

REDIS_URL = env.str("REDIS_URL", default="")
if REDIS_URL:
    _redis = {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL}
    CACHES = {"default": _redis, "pages": {**_redis, "KEY_PREFIX": "pages"}}
    CHANNEL_LAYERS = {
        "default": {"BACKEND": "channels_redis.core.RedisChannelLayer", "CONFIG": {"hosts": [REDIS_URL]}}
    }
