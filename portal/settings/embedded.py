"""One process, one SQLite file, nothing else to install: `make run`."""

import contextlib
import os
import tempfile

from .base import *  # noqa: F403
from .base import VAR, WAGTAILADMIN_BASE_URL, env, named_hosts

DEBUG = env.bool("PORTAL_DEBUG", default=False)
ALLOWED_HOSTS = env.list("PORTAL_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
CSRF_TRUSTED_ORIGINS = env.list("PORTAL_ORIGINS", default=[])

if WAGTAILADMIN_BASE_URL.startswith("https://"):
    # For real people, behind a proxy that ends TLS (docs/operations.md).
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
    ALLOWED_HOSTS = named_hosts(ALLOWED_HOSTS)

# People's data: nobody else on this machine reads what this process writes, whoever made the directory it lies in.
os.umask(0o077)
VAR.mkdir(parents=True, exist_ok=True)


def _embedded_secret() -> str:
    """The installation's own secret, made at the first start and kept readable for its owner only."""
    from django.core.management.utils import get_random_secret_key

    path = VAR / "secret"
    if not path.exists():
        # Written aside and put in place whole: of two processes that start at once both read the same.
        with tempfile.NamedTemporaryFile(
            "w", dir=VAR, prefix=".secret-"
        ) as file:  # readable for its owner only
            file.write(get_random_secret_key())
            file.flush()
            with contextlib.suppress(FileExistsError):
                os.link(file.name, path)
    return path.read_text()


SECRET_KEY = env.str("PORTAL_SECRET_KEY", default="") or _embedded_secret()

DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": VAR / "portal.sqlite3",
        # Threads keep theirs: opening one, with all that Django and the lines below set up, is longer work than a page.
        "CONN_MAX_AGE": None,
        "OPTIONS": {
            # Writers queue at BEGIN instead of failing half-way; readers never wait (THREATS.md).
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": (
                "PRAGMA journal_mode=WAL;PRAGMA synchronous=NORMAL;PRAGMA foreign_keys=ON;"
                "PRAGMA recursive_triggers=ON;PRAGMA secure_delete=ON;"
            ),
        },
    }
}
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        # Django's 300 would have a stranger's attempts push out what counts them.
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    },
    "pages": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "LOCATION": "pages",
        # Some 30 kB each, twice: they must not push out what counts attempts, nor fill a small machine's memory.
        "OPTIONS": {"MAX_ENTRIES": 1000},
    },
}

PORTAL_VAPID_MAKES_KEY = True
PORTAL_SMS_SENDER = env.str("PORTAL_SMS_SENDER", default="portal.tasks.sms.FileSender")
EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
EMAIL_FILE_PATH = VAR / "mail"
if env.str("EMAIL_URL", default=""):
    vars().update(env.email("EMAIL_URL"))
DEFAULT_FROM_EMAIL = env.str("PORTAL_FROM_EMAIL", default="Abitare <portale@abitare.example>")
