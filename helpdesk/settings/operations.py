"""What those see who run it: logs, error reports, metrics, backups."""

from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

from helpdesk.settings.environment import VAR_DIR, env

# Where `manage.py backup` writes, and a random text by which what it writes is encrypted; keep that apart from them.
BACKUP_DIR = Path(env.str("BACKUP_DIR", default="").strip() or VAR_DIR / "backups")
BACKUP_KEY = env.str("BACKUP_KEY", default="").strip()
# The folder of pg_dump, pg_restore and psql, where those of PATH are not of the server's version.
PG_BIN_DIR = env.str("PG_BIN_DIR", default="").strip()

# Whoever reads /metrics names it as a bearer token; empty: nobody may, and nothing is counted.
METRICS_TOKEN = env.str("METRICS_TOKEN", default="").strip()
if METRICS_TOKEN and len(METRICS_TOKEN) < 20:
    raise ImproperlyConfigured("Set METRICS_TOKEN to a random text of at least 20 characters, or leave it empty.")

# Where errors are reported, in the language of Sentry; empty: nowhere.
SENTRY_DSN = env.str("SENTRY_DSN", default="").strip()

# Where traces go, by OTLP over HTTP (port 4318 of a collector); empty: nowhere. Takes the extra `telemetry`.
OTEL_EXPORTER_OTLP_ENDPOINT = env.str("OTEL_EXPORTER_OTLP_ENDPOINT", default="").strip()

# Who else works for this installation, such as who runs its servers: “Name: what for; Name: what for”.
SUBPROCESSORS = [part.strip() for part in env.str("SUBPROCESSORS", default="").split(";") if part.strip()]

# Whether queries bear the ID of their request, for the database's own log; each is then planned anew.
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
            # In this order: what one shortens, the next repeats.
            "filters": ["job_arguments", "deferred", "stranger", "unavailable", "refused"],
        },
    },
    "loggers": {
        "httpx": {"level": "WARNING"},  # a line for every event that send_event sends
        "httpcore": {"level": "WARNING"},
        "mail.log": {"level": "WARNING"},  # of aiosmtpd: who connects, and from whom to whom each e-mail goes
        "procrastinate": {"level": "WARNING"},  # several lines for every job; what fails is said
        "procrastinate.jobs": {"level": "INFO"},  # which job a request left to the worker
    },
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", default="INFO")},
}
