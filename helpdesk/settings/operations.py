"""Logs, error reports, metrics and backups."""

from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

from helpdesk.settings.environment import VAR_DIR, env

# Where `manage.py backup` writes, and a random passphrase to encrypt backups with; store it separately from them.
BACKUP_DIR = Path(env.str("BACKUP_DIR", default="").strip() or VAR_DIR / "backups")
BACKUP_KEY = env.str("BACKUP_KEY", default="").strip()
# The folder of pg_dump, pg_restore and psql, if those in PATH don't match the server's version.
PG_BIN_DIR = env.str("PG_BIN_DIR", default="").strip()

# Whoever reads /metrics must send this as a bearer token; if empty, /metrics is closed and nothing is counted.
METRICS_TOKEN = env.str("METRICS_TOKEN", default="").strip()
if METRICS_TOKEN and len(METRICS_TOKEN) < 20:
    raise ImproperlyConfigured("Set METRICS_TOKEN to a random text of at least 20 characters, or leave it empty.")

# Where to report errors, in Sentry's protocol; empty: nowhere.
SENTRY_DSN = env.str("SENTRY_DSN", default="").strip()

# Where to send traces, with OTLP over HTTP (port 4318 of a collector); empty: nowhere. Needs the extra `telemetry`.
OTEL_EXPORTER_OTLP_ENDPOINT = env.str("OTEL_EXPORTER_OTLP_ENDPOINT", default="").strip()

# Other data processors of this installation, such as its hosting company: “Name: what for; Name: what for”.
SUBPROCESSORS = [part.strip() for part in env.str("SUBPROCESSORS", default="").split(";") if part.strip()]

# Whether queries carry their request's ID, for the database's log; the database then plans each query again.
REQUEST_IDS_IN_QUERIES = env.bool("REQUEST_IDS_IN_QUERIES", default=False)

LOG_FORMAT = env.str("LOG_FORMAT", default="line").strip().lower()
if LOG_FORMAT not in {"line", "json"}:
    raise ImproperlyConfigured("Set LOG_FORMAT to line or to json.")
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {
            "()": "helpdesk.operations.logs.LineFormatter",
            "format": "{asctime} {levelname} {name}: {message}",
            "style": "{",
        },
        "json": {"()": "helpdesk.operations.logs.JsonFormatter"},
    },
    "filters": {
        "job_arguments": {"()": "helpdesk.operations.logs.JobArgumentsFilter"},
        "deferred": {"()": "helpdesk.operations.logs.DeferredFilter"},
        "stranger": {"()": "helpdesk.operations.logs.StrangerFilter"},
        "unavailable": {"()": "helpdesk.operations.logs.UnavailableFilter"},
        "refused": {"()": "helpdesk.operations.logs.RefusedFilter"},
    },
    "handlers": {
        "console": {
            "class": "logging.StreamHandler",
            "formatter": LOG_FORMAT,
            # Their order matters: each sees what the one before has shortened.
            "filters": ["job_arguments", "deferred", "stranger", "unavailable", "refused"],
        },
    },
    "loggers": {
        "httpx": {"level": "WARNING"},  # logs a line for every event that send_event sends
        "httpcore": {"level": "WARNING"},
        "mail.log": {"level": "WARNING"},  # aiosmtpd logs who connects, and sender and recipients of each e-mail
        "procrastinate": {"level": "WARNING"},  # logs several lines for every job; failures are logged elsewhere
        "procrastinate.jobs": {"level": "INFO"},  # logs which jobs a request deferred
    },
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", default="INFO")},
}
