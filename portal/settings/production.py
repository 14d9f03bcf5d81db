"""PostgreSQL, Redis, several nodes. What is missing stops the start with its name."""

from django.core.exceptions import ImproperlyConfigured

from .base import *  # noqa: F403
from .base import env, named_hosts


def _required(name: str) -> str:
    value = env.str(name, default="")
    if not value:
        raise ImproperlyConfigured(f"Set {name}: production does not start without it (docs/operations.md).")
    return value


def _secret() -> str:
    secret = _required("PORTAL_SECRET_KEY")
    if len(secret) < 50:
        raise ImproperlyConfigured(
            "PORTAL_SECRET_KEY is too short to be a secret: 50 characters or more, drawn at random."
        )
    return secret


DEBUG = False
PORTAL_PRODUCTION = True
# Of several nodes each would make its own, where they do not share the directory.
PORTAL_MAKES_MASTER_KEY = False
SECRET_KEY = _secret()
ALLOWED_HOSTS = named_hosts(_required("PORTAL_HOSTS").split(","))
# A name that begins with a dot stands for all below it.
CSRF_TRUSTED_ORIGINS = [f"https://{'*' if host.startswith('.') else ''}{host}" for host in ALLOWED_HOSTS]
WAGTAILADMIN_BASE_URL = env.str("PORTAL_BASE_URL", default=f"https://{ALLOWED_HOSTS[0].lstrip('.')}")

_required("DATABASE_URL")
_database = env.db("DATABASE_URL")
DATABASES = {"default": {**_database, "OPTIONS": {**_database.get("OPTIONS", {}), "pool": True}}}
REDIS_URL = _required("REDIS_URL")
_redis = {"LOCATION": REDIS_URL, "OPTIONS": {"socket_connect_timeout": 1, "socket_timeout": 1}}  # seconds
CACHES = {
    "default": {"BACKEND": "portal.caches.RedisOrMemoryCache", **_redis},
    "pages": {"BACKEND": "portal.caches.RedisOrDrawnAnewCache", "KEY_PREFIX": "pages", **_redis},
    "sessions": {"BACKEND": "portal.caches.RedisOrNothingCache", **_redis},
}
SESSION_CACHE_ALIAS = "sessions"
CHANNEL_LAYERS = {
    "default": {"BACKEND": "channels_redis.core.RedisChannelLayer", "CONFIG": {"hosts": [REDIS_URL]}}
}

EMAIL_CONFIG = env.email("EMAIL_URL", default="smtp://localhost:25")
vars().update(EMAIL_CONFIG)
DEFAULT_FROM_EMAIL = _required("PORTAL_FROM_EMAIL")

SECURE_SSL_REDIRECT = True
SECURE_REDIRECT_EXEMPT = [r"^healthz$"]  # asked from inside, without TLS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_HSTS_SECONDS = 31_536_000  # one year
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True
