"""The suite: SQLite and in-memory by default, PostgreSQL and Redis when DATABASE_URL and REDIS_URL say so."""

import tempfile
from pathlib import Path

from .base import *  # noqa: F403
from .base import STORAGES, env

_directory = tempfile.TemporaryDirectory(prefix="portal-test-")  # goes with the process
VAR = Path(_directory.name)
MEDIA_ROOT = VAR / "media"
PORTAL_KEYS = VAR / "keys"
SECRET_KEY = "for tests only, never a secret"
ALLOWED_HOSTS = ["testserver", "localhost", "127.0.0.1"]
PORTAL_DEMO = True
PORTAL_DISPATCH = "inline"

if env.str("DATABASE_URL", default=""):
    DATABASES = {"default": env.db("DATABASE_URL")}
else:
    from .embedded import DATABASES as _EMBEDDED

    # A thread that stays would keep the database of the test before.
    DATABASES = {"default": {**_EMBEDDED["default"], "NAME": VAR / "portal.sqlite3", "CONN_MAX_AGE": 0}}

REDIS_URL = env.str("REDIS_URL", default="")
if REDIS_URL:
    CACHES = {
        "default": {"BACKEND": "portal.caches.RedisOrMemoryCache", "LOCATION": REDIS_URL},
        "pages": {
            "BACKEND": "portal.caches.RedisOrDrawnAnewCache",
            "LOCATION": REDIS_URL,
            "KEY_PREFIX": "pages",
        },
    }
    CHANNEL_LAYERS = {
        "default": {"BACKEND": "channels_redis.core.RedisChannelLayer", "CONFIG": {"hosts": [REDIS_URL]}}
    }
else:
    from .embedded import CACHES  # noqa: F401

STORAGES = {**STORAGES, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
# Tests change rows behind the portal's back, which purges nothing; those of the cache switch it on.
PORTAL_PAGE_CACHE = env.int("PORTAL_PAGE_CACHE", default=0)
PORTAL_VAPID_MAKES_KEY = True
PORTAL_SMS_SENDER = "portal.tasks.sms.MemorySender"
PORTAL_CHECK_LINKS = False  # the suite asks nobody
PORTAL_QUIET_HOURS = ""  # the suite runs at night as well; the tests of quiet hours set theirs
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
DEFAULT_FROM_EMAIL = "Abitare <portale@abitare.example>"
# One real hash is computed wherever a real one would be: the tests count them.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
