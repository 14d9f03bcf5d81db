"""One process, one SQLite file, nothing else to install: `make run`."""

from .base import *  # noqa: F403
from .base import VAR, env

DEBUG = env.bool("PORTAL_DEBUG", default=False)
ALLOWED_HOSTS = env.list("PORTAL_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
CSRF_TRUSTED_ORIGINS = env.list("PORTAL_ORIGINS", default=[])

VAR.mkdir(parents=True, exist_ok=True)


def _embedded_secret() -> str:
    """The installation's own secret, made at the first start and kept readable for its owner only."""
    from django.core.management.utils import get_random_secret_key

    path = VAR / "secret"
    try:
        with path.open("x") as file:
            path.chmod(0o600)
            file.write(get_random_secret_key())
    except FileExistsError:
        pass
    return path.read_text()


SECRET_KEY = env.str("PORTAL_SECRET_KEY", default="") or _embedded_secret()

DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": VAR / "portal.sqlite3",
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
    }
}
CHANNEL_LAYERS = {"default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}}

EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
EMAIL_FILE_PATH = VAR / "mail"
if env.str("EMAIL_URL", default=""):
    vars().update(env.email("EMAIL_URL"))
DEFAULT_FROM_EMAIL = env.str("PORTAL_FROM_EMAIL", default="Abitare <portale@abitare.example>")
