"""Settings, all from environment variables; `.env.example` documents each of them."""

from pathlib import Path
from typing import Any

from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from helpdesk.operations.policy_reports.header import DIRECTIVES as REPORTING
from helpdesk.settings.accounts import *  # noqa: F403
from helpdesk.settings.email import *  # noqa: F403
from helpdesk.settings.environment import BASE_DIR, BASE_URL, IS_HTTPS, PORT, VAR_DIR, env, required  # noqa: F401
from helpdesk.settings.operations import *  # noqa: F403

LOOPBACK = {"localhost", "127.0.0.1", "[::1]", "::1", "testserver"}

DEBUG = env.bool("DEBUG", default=False)
SECRET_KEY = required("SECRET_KEY", "a random text of 50 characters or more, kept secret.")
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])
if len(SECRET_KEY) < 40 or len(set(SECRET_KEY)) < 10 or SECRET_KEY.startswith(("django-insecure", "change-me")):
    raise ImproperlyConfigured(
        "Set SECRET_KEY to something that cannot be guessed: at least 40 characters, random. "
        'For example: python3 -c "import secrets; print(secrets.token_urlsafe(50))"'
    )
ALLOWED_HOSTS = [
    host.strip()
    for host in required("ALLOWED_HOSTS", "the host names that people and Eduzz use, comma-separated.").split(",")
]
if "*" in ALLOWED_HOSTS:
    raise ImproperlyConfigured("Set ALLOWED_HOSTS to the real host names; '*' lets anybody forge links in e-mails.")
if DEBUG and not set(ALLOWED_HOSTS) <= LOOPBACK:
    raise ImproperlyConfigured("Set DEBUG to false: its error pages would show secrets on a public host.")

INSTALLED_APPS = [
    "helpdesk.teams",
    "helpdesk.api",
    "helpdesk.courses",
    "helpdesk.tickets",
    "helpdesk.inbox",
    "helpdesk.workspace",
    "helpdesk.bulk",
    "helpdesk.reports",
    "helpdesk.notifications",
    "helpdesk.integrations",
    "helpdesk.conversations",
    "helpdesk.audit",
    "helpdesk.privacy",
    "helpdesk.ui",
    "helpdesk.operations",
    "webhooks",
    "helpdesk.demo",
    "procrastinate.contrib.django",
    "rest_framework",
    "drf_spectacular",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "django_htmx",
    "csp",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.sessions",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
]

MIDDLEWARE = [
    "helpdesk.operations.request_ids.request_id_middleware",
    "helpdesk.operations.probes.probe_middleware",
    "webhooks.middleware.any_host_middleware",
    "helpdesk.operations.instruments.request_middleware",
    "helpdesk.operations.charsets.CharsetMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "helpdesk.operations.policy_reports.header.reporting_middleware",
    "csp.middleware.CSPMiddleware",
    "helpdesk.conversations.public_pages.cookieless_middleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "helpdesk.teams.middleware.no_store_middleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "helpdesk.teams.session_use.session_use_middleware",
    "helpdesk.ui.known_browsers.known_browser_middleware",
    "helpdesk.teams.middleware.language_middleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "helpdesk.teams.access.form_address_middleware",
    "helpdesk.teams.access.LibraryPagesMiddleware",
]

ROOT_URLCONF = "helpdesk.urls"
WSGI_APPLICATION = "helpdesk.wsgi.application"

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "libraries": {"frame": "helpdesk.frame"},
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "helpdesk.teams.context_processors.shell",
            ],
        },
    },
]

required("DATABASE_URL", "postgres://user:password@host:5432/name")
DATABASES: dict[str, dict[str, Any]] = {"default": env.db_url("DATABASE_URL")}
if DATABASES["default"]["ENGINE"] != "django.db.backends.postgresql":
    raise ImproperlyConfigured("Set DATABASE_URL to a PostgreSQL address; it is the one engine that is supported.")
DATABASES["default"]["ENGINE"] = "helpdesk.operations.postgresql"
DATABASES["default"] |= {"CONN_MAX_AGE": 600, "CONN_HEALTH_CHECKS": True}
DATABASES["default"]["OPTIONS"] = {
    "connect_timeout": 5,  # seconds
    # If the database's machine is gone without a word, connections end after this time (seconds; milliseconds).
    "keepalives_idle": 30,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 15_000,
} | DATABASES["default"].get("OPTIONS", {})
# The database plans each statement once per connection; switch this off if a pooler shares connections.
if env.bool("PREPARED_STATEMENTS", default=True):
    DATABASES["default"]["OPTIONS"] |= {"server_side_binding": True, "prepare_threshold": 5}
# The cache for attempt counters and used one-time codes is shared by all processes, and survives restarts.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "cache",
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    },
    # For what each process may lose, or compute by itself.
    "process": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "LOCATION": "process",
        "OPTIONS": {"MAX_ENTRIES": 10_000},
    },
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Secrets at rest are encrypted with a key derived from SECRET_KEY and this salt.
SALT_KEY = env.str("SALT_KEY", default="helpdesk.signing-keys")

LANGUAGE_CODE = "pt-br"
LANGUAGES = [("pt-br", _("Brazilian Portuguese")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = "helpdesk.ui.formats"
TIME_ZONE = "America/Sao_Paulo"
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = Path(env.str("STATIC_ROOT", default="").strip() or VAR_DIR / "static")
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "attachments": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {
            "location": VAR_DIR / "attachments",
            "file_permissions_mode": 0o600,
            "directory_permissions_mode": 0o700,
        },
    },
    "exports": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {
            "location": VAR_DIR / "exports",
            "file_permissions_mode": 0o600,
            "directory_permissions_mode": 0o700,
        },
    },
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "helpdesk.ui.static_files.JoinedStaticFilesStorage"
    },
}

# A lesson's address in Nutror, from the course's hash and the lesson's ID, for {lesson_link} in replies. Eduzz
# documents none, and no event contains one; unless this is set, the variable does not exist.
NUTROR_LESSON_URL = env.str("NUTROR_LESSON_URL", default="")

# Whether outgoing webhooks may go to http:// addresses and into private networks.
WEBHOOKS_ALLOW_PRIVATE_ADDRESSES = env.bool("WEBHOOKS_ALLOW_PRIVATE_ADDRESSES", default=False)

# The gateway limits bodies by lane (helpdesk/operations/lanes.py); e-mail providers post up to 25 MB in one form field.
DATA_UPLOAD_MAX_MEMORY_SIZE = 48 * 2**20

# Whether push services may be at http:// addresses and in private networks.
PUSH_ALLOW_PRIVATE_ADDRESSES = env.bool("PUSH_ALLOW_PRIVATE_ADDRESSES", default=False)

# How many jobs of each queue a worker runs at once, so that queues don't wait for each other; `default` is all others.
WORKER_PLACES = {
    "webhooks": env.int("WORKER_WEBHOOKS", default=8),
    "notifications": env.int("WORKER_NOTIFICATIONS", default=2),
    "emails": env.int("WORKER_EMAILS", default=4),
    "push": env.int("WORKER_PUSH", default=2),
    "bulk": env.int("WORKER_BULK", default=2),
    "operations": 2,
    "privacy": 2,
    "default": env.int("WORKER_JOBS", default=4),
}

CSRF_TRUSTED_ORIGINS = [BASE_URL]
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = IS_HTTPS
LANGUAGE_COOKIE_HTTPONLY = True  # scripts read the CSRF token, but no other cookie
if IS_HTTPS:  # browsers only accept such cookies from this very host, not from other hosts of its domain
    SESSION_COOKIE_NAME, CSRF_COOKIE_NAME, LANGUAGE_COOKIE_NAME = (
        "__Host-sessionid",
        "__Host-csrftoken",
        "__Host-language",
    )
MESSAGE_STORAGE = "helpdesk.ui.messages.MessageStorage"
SESSION_ENGINE = "helpdesk.teams.session_store"
SESSION_COOKIE_AGE = 60 * 60 * 24 * 30  # seconds
SECURE_SSL_REDIRECT = False  # the proxy in front redirects to https; the intake must never answer with a redirect
SECURE_HSTS_SECONDS = 60 * 60 * 24 * 365 if IS_HTTPS else 0
# Warnings of `check --deploy` that don't apply: about subdomains (W005, W021), and that redirect (W008).
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W008", "security.W021"]
SECURE_REFERRER_POLICY = "same-origin"
BEHIND_PROXY = env.bool("BEHIND_PROXY", default=False)
# How many proxies in front add to X-Forwarded-For; the first address that they add is the client's.
TRUSTED_PROXIES = env.int("TRUSTED_PROXIES", default=1 if BEHIND_PROXY else 0)
if BEHIND_PROXY:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "worker-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        **REPORTING,
    }
}

API_RATE_PER_MINUTE = env.int("API_RATE_PER_MINUTE", default=600)  # per token, or per person for all their sessions
API_RATE_PER_MINUTE_OF_TEAM = env.int("API_RATE_PER_MINUTE_OF_TEAM", default=1800)  # for the whole team
BULK_CHANGES_AT_ONCE = env.int("BULK_CHANGES_AT_ONCE", default=4)  # unfinished ones per team, apart from small ones
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "helpdesk.api.framework.authentication.TokenAuthentication",
        "helpdesk.api.framework.authentication.MemberAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": [],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["helpdesk.api.framework.parsing.BoundedJSONParser"],
    "DEFAULT_SCHEMA_CLASS": "helpdesk.api.framework.schema.ApiSchema",
    "EXCEPTION_HANDLER": "helpdesk.api.framework.problems.handle",
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Helpdesk",
    "DESCRIPTION": "Help requests of your learners, as tickets. docs/api.md leads from a token to the first change.",
    "VERSION": "1",
    "OAS_VERSION": "3.1.1",
    "SCHEMA_PATH_PREFIX": "/api/v1/",
    "POSTPROCESSING_HOOKS": ["helpdesk.api.framework.schema.tidy"],
    "ENUM_GENERATE_CHOICE_DESCRIPTION": False,
    "COMPONENT_SPLIT_PATCH": False,
}
