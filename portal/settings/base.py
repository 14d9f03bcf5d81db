"""What every installation shares. Everything that differs comes from the environment; `docs/operations.md` lists it."""

from pathlib import Path

import environ
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

env = environ.Env()


def named_hosts(hosts: list[str]) -> list[str]:
    """Those names, stripped. Raises ImproperlyConfigured for none, and for all."""
    names = [host.strip() for host in hosts if host.strip()]
    if not names or "*" in names:
        raise ImproperlyConfigured(
            "Set PORTAL_HOSTS to the names of this portal: with any name allowed, a stranger chooses where the links "
            "in its letters lead."
        )
    return names


# Whose site this is: its `templates/` come before ours, and what it writes lies in its `var/`. That is the checkout,
# and where only the packages are installed, the directory that the portal is started in.
_PACKAGES = Path(__file__).resolve().parents[2]
_STARTED_IN = _PACKAGES if (_PACKAGES / "manage.py").is_file() else Path.cwd()
ROOT = Path(env.str("PORTAL_ROOT", default=str(_STARTED_IN)))
if ROOT.parent == ROOT:
    raise ImproperlyConfigured("Set PORTAL_ROOT to the site's own directory: it is started in none.")

PLUGINS = ["community", "manutenzione", "risparmio"]

INSTALLED_APPS = [
    *env.list("PORTAL_PLUGINS", default=PLUGINS),
    "portal",
    "wagtail.contrib.redirects",
    "wagtail.contrib.settings",
    "wagtail_localize",
    "wagtail_localize.locales",  # instead of Wagtail's own
    "wagtail.embeds",
    "wagtail.sites",
    "portal.people.wagtail_users.UsersAppConfig",
    "wagtail.snippets",
    "wagtail.documents",
    "portal.pages.images.ImagesAppConfig",
    "wagtail.search",
    "portal.pages.editing.wagtail_admin.AdminAppConfig",
    "wagtail",
    "modelcluster",
    "taggit",
    "django_tasks",
    "django_tasks_db",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "channels",
    "csp",
    "django_htmx",
    "lucide",
    "rules",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.sitemaps",
    "servestatic.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.forms",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    # Before the files, which answer without asking further: they carry the same headers.
    "csp.middleware.CSPMiddleware",
    "portal.ui.middleware.SecurityHeadersMiddleware",
    "portal.ui.static_files.StaticFilesMiddleware",
    "portal.ui.packing.PackingMiddleware",
    # Before whatever looks who is there: what it has kept is for whoever is nobody.
    "portal.pages.page_cache.PageCacheMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "portal.ui.middleware.AddressLanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "portal.pwa.middleware.PhoneMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "portal.proof.middleware.ProofMiddleware",
    "portal.people.delegations.acting.ActingMiddleware",
    "portal.people.doors.DoorMiddleware",
    # Nearest to the views: whom the door turns away is led nowhere.
    "portal.pages.moved.RedirectMiddleware",
]

ROOT_URLCONF = "portal.urls"
ASGI_APPLICATION = "portal.asgi.application"
WSGI_APPLICATION = "portal.wsgi.application"

FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [ROOT / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "portal.ui.context_processors.portal",
                "portal.pages.menus.menus",
            ],
        },
    }
]

# -- People ---------------------------------------------------------------------------------------------------------

AUTH_USER_MODEL = "portal.User"
# Those that were the installation's secret before: what was signed or encrypted under them is still read.
SECRET_KEY_FALLBACKS = env.list("PORTAL_OLD_SECRET_KEYS", default=[])
AUTHENTICATION_BACKENDS = ["rules.permissions.ObjectPermissionBackend", "portal.people.backends.EmailBackend"]
PASSWORD_HASHERS = ["portal.people.hashers.LeanArgon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "portal.people.passwords.PasswordValidator",
        "OPTIONS": {"min_length": 10, "user_attributes": ("display_name", "email", "phone")},
    },
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "portal:casa"
PASSWORD_RESET_TIMEOUT = 3600  # seconds
ACCOUNT_ADAPTER = "portal.people.adapter.AccountAdapter"
ACCOUNT_EMAIL_NOTIFICATIONS = True
# With "mandatory", somebody without an e-mail address would be sent to confirm one and never get in.
ACCOUNT_EMAIL_VERIFICATION = "optional"
ACCOUNT_FORMS = {
    "change_password": "portal.people.forms.ChangePasswordForm",
    "confirm_login_code": "portal.people.forms.ConfirmCodeForm",
    "login": "portal.people.forms.SignInForm",
    "request_login_code": "portal.people.forms.RequestCodeForm",
    "reset_password": "portal.people.forms.RequestResetForm",
    "reset_password_from_key": "portal.people.forms.NewPasswordForm",
    "set_password": "portal.people.forms.SetPasswordForm",
}
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_MAX_ATTEMPTS = 5
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 600  # seconds
ACCOUNT_LOGIN_METHODS = {"email", "phone"}
ACCOUNT_PASSWORD_RESET_TOKEN_GENERATOR = "portal.people.reset_links.ResetTokenGenerator"  # noqa: S105 a class
# None: by address alone a stranger would use up what all who share it may. portal/people/limits.py counts.
ACCOUNT_RATE_LIMITS = {
    "login": None,
    "login_failed": None,
    "request_login_code": None,
    "reset_password": None,
}
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_DISPLAY = str
MFA_ADAPTER = "portal.proof.adapter.FactorAdapter"
MFA_SUPPORTED_TYPES = ["webauthn", "totp", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
# A passkey opens for its owner, not for whoever holds the phone.
MFA_WEBAUTHN_USER_VERIFICATION = "required"
MFA_FORMS = {
    "authenticate": "portal.proof.forms.SignInCodeForm",
    "authenticate_webauthn": "portal.proof.forms.SignInPasskeyForm",
    "login_webauthn": "portal.proof.forms.PasskeyAloneForm",
}
MFA_RATE_LIMITS = {"webauthn_login": "60/m/ip"}  # there is nothing to guess
# How many proxies of our own stand before the portal: so many entries of X-Forwarded-For are believed, from its end.
PORTAL_TRUSTED_PROXIES = env.int("PORTAL_TRUSTED_PROXIES", default=0)

# -- Language and time ----------------------------------------------------------------------------------------------

LANGUAGE_CODE = "it"
LANGUAGES = [("it", _("Italian")), ("en", _("English")), ("ar", _("Arabic"))]
WAGTAIL_CONTENT_LANGUAGES = LANGUAGES
FORMAT_MODULE_PATH = "portal.settings.formats"
WAGTAIL_I18N_ENABLED = True
# What is sent to be translated stays a draft until somebody has put it into words: nobody's English is Italian. A
# translation whose page is deleted is kept, for the page that takes its place.
WAGTAILLOCALIZE_SYNC_LIVE_STATUS_ON_TRANSLATE = False
WAGTAILLOCALIZE_DISABLE_ON_DELETE = True
USE_I18N = True
TIME_ZONE = "Europe/Rome"
USE_TZ = True

# -- Files ----------------------------------------------------------------------------------------------------------

VAR = Path(env.str("PORTAL_VAR", default=str(ROOT / "var")))
STATIC_URL = "/static/"
STATIC_ROOT = VAR / "static"
MEDIA_URL = "/media/"
MEDIA_ROOT = VAR / "media"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "servestatic.storage.CompressedManifestStaticFilesStorage"},
}
# The keys of what is told in confidence (portal/sealing/): outside the database, the media and every backup of them.
PORTAL_KEYS = Path(env.str("PORTAL_KEYS", default=str(VAR / "keys")))
PORTAL_MASTER_KEYS = env.str("PORTAL_MASTER_KEYS", default="")  # a file; the one called `master` beside them
PORTAL_MAKES_MASTER_KEY = True  # with the first data key
# One form with five photos of 10 MB; what is larger is refused at the edge (portal/edge.py).
PORTAL_MAX_BODY = env.int("PORTAL_MAX_BODY", default=52 * 1024 * 1024)  # bytes
PORTAL_BODY_IDLE = env.int("PORTAL_BODY_IDLE", default=20)  # seconds
PORTAL_VOICE_SECONDS = env.int("PORTAL_VOICE_SECONDS", default=180)  # the longest voice note
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024  # bytes, without files

# How many seconds a public page is kept whole for whoever has not signed in; 0: not at all.
PORTAL_PAGE_CACHE = env.int("PORTAL_PAGE_CACHE", default=300)

# -- The portal -----------------------------------------------------------------------------------------------------

PORTAL_NAME = env.str("PORTAL_NAME", default="Abitare")
PORTAL_DEMO = env.bool("PORTAL_DEMO", default=False)
PORTAL_PRODUCTION = False  # where real people sign in; a check refuses the demo there
# How facts leave the outbox: "thread" drains behind the request, "inline" at commit (tests).
PORTAL_DISPATCH = "thread"
# Emergency numbers stand before any form. The gas distributor's is set per building.
PORTAL_EMERGENCY_NUMBER = env.str("PORTAL_EMERGENCY_NUMBER", default="112")
# By what the orientation weighs answers (portal/pages/orientation/figures.toml); an installation names its own file.
ORIENTATION_FIGURES = env.str("PORTAL_ORIENTATION_FIGURES", default="")
# The country of a number that is written without one.
PORTAL_COUNTRY = env.str("PORTAL_COUNTRY", default="IT")
# The longest that one person may let another act for them.
PORTAL_DELEGATION_MONTHS = env.int("PORTAL_DELEGATION_MONTHS", default=12)
# Whether links to other sites are asked, once a week, if they still lead somewhere.
PORTAL_CHECK_LINKS = env.bool("PORTAL_CHECK_LINKS", default=True)
# The class that hands text messages to a provider (portal/tasks/sms.py); none, and nobody is offered one.
PORTAL_SMS_SENDER = env.str("PORTAL_SMS_SENDER", default="")
PORTAL_SMS_FILE_PATH = VAR / "mail"
# How many text messages about news a person gets on one day: each says the same, and each costs.
PORTAL_SMS_PER_DAY = env.int("PORTAL_SMS_PER_DAY", default=3)
# From when until when nobody is written to who has not chosen other hours; empty: there are no such hours.
PORTAL_QUIET_HOURS = env.str("PORTAL_QUIET_HOURS", default="22-7")
# The street map under the pins of the directory: the address of a piece, with {z}, {x} and {y}, and who draws it.
# Nothing is asked of it before a reader says so (docs/adr/0026); "" takes the offer away.
PORTAL_MAP_TILES = env.str("PORTAL_MAP_TILES", default="https://tile.openstreetmap.org/{z}/{x}/{y}.png")
PORTAL_MAP_CREDIT = env.str("PORTAL_MAP_CREDIT", default="© OpenStreetMap")
# Messages on a phone's screen (portal/notifications/push.py): the key that signs them, or whether one may be made in
# VAR; and the browsers' push services, by name or "*." and what is below it. To nothing else is anything sent.
PORTAL_VAPID_PRIVATE_KEY = env.str("PORTAL_VAPID_PRIVATE_KEY", default="")
PORTAL_VAPID_MAKES_KEY = False
PORTAL_PUSH_HOSTS = env.list(
    "PORTAL_PUSH_HOSTS",
    default=[
        "fcm.googleapis.com",
        "*.push.services.mozilla.com",
        "*.notify.windows.com",
        "*.push.apple.com",
    ],
)

# Enough for one process, which serves sockets and pages alike. Several need one that they share: production's Redis.
CHANNEL_LAYERS = {"default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}}
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": ["default"]}}

EMAIL_TIMEOUT = 20  # seconds; a mail server that hangs would hold the worker for ever

WAGTAIL_SITE_NAME = PORTAL_NAME
WAGTAILADMIN_BASE_URL = env.str("PORTAL_BASE_URL", default="http://localhost:8000")
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_ENABLE_WHATS_NEW_BANNER = False
WAGTAIL_PASSWORD_MANAGEMENT_ENABLED = False
WAGTAIL_EMAIL_MANAGEMENT_ENABLED = False
WAGTAIL_PASSWORD_RESET_ENABLED = False
WAGTAIL_GRAVATAR_PROVIDER_URL = None
WAGTAIL_FINISH_WORKFLOW_ACTION = "portal.pages.editing.finish.put_out"
WAGTAILADMIN_LOGIN_URL = LOGIN_URL
WAGTAIL_FRONTEND_LOGIN_URL = LOGIN_URL
# A password that many share and nothing limits is no lock.
WAGTAIL_PRIVATE_PAGE_OPTIONS = {"SHARED_PASSWORD": False}
WAGTAILDOCS_PRIVATE_COLLECTION_OPTIONS = {"SHARED_PASSWORD": False}
# What an editor may offer for download: nothing that a browser or a desk's computer would run.
WAGTAILDOCS_EXTENSIONS = ["csv", "docx", "ics", "odp", "ods", "odt", "pdf", "pptx", "rtf", "txt", "xlsx"]
# Decoding takes four bytes a pixel or more (THREATS.md): no picture of a page needs more than this.
WAGTAILIMAGES_MAX_IMAGE_PIXELS = 25_000_000
# The portal stems words itself (portal/pages/index.py): PostgreSQL takes them as they are.
WAGTAILSEARCH_BACKENDS = {
    "default": {"BACKEND": "wagtail.search.backends.database", "SEARCH_CONFIG": "simple"}
}

# -- Safety ---------------------------------------------------------------------------------------------------------

# The database keeps them (open sockets are held against it); the cache spares each page the question.
SESSION_ENGINE = "django.contrib.sessions.backends.cached_db"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
CSRF_FAILURE_VIEW = "portal.ui.errors.csrf_failure"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:", "blob:"],
        "connect-src": [SELF],
        "object-src": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    },
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# What goes wrong is seen where the portal runs; Django alone shows nothing of a 500 outside DEBUG.
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
}
