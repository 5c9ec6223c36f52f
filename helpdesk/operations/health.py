"""Whether this process is alive, whether it can serve, and whether the whole installation is healthy.

For monitoring: nothing here reveals a team's data or a secret.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.db import connection
from django.db.models import F
from django.db.models.functions import Now
from django.http import HttpRequest, JsonResponse

from helpdesk.operations import start_checks
from helpdesk.operations.database_errors import DATABASE_IS_AWAY
from helpdesk.operations.encryption import fields_of_another_key
from helpdesk.operations.models import WorkerHeartbeat

logger = logging.getLogger(__name__)

ALIVE_WITHIN = timedelta(seconds=10)

# A room's own check: returns JSON to include, with a key `is_ok`.
HealthCheck = Callable[[], dict[str, Any]]
_CHECKS: dict[str, HealthCheck] = {}
_is_checked = False


def register_health_check(name: str, check: HealthCheck) -> None:
    """Include this check's result in /healthz; a room does so in its AppConfig.ready()."""
    _CHECKS[name] = check


def worker_silence() -> timedelta | None:
    """How long no worker has been heard from; None if none ever was."""
    silences = WorkerHeartbeat.objects.annotate(silence=Now() - F("seen_at")).order_by("silence")
    return silences.values_list("silence", flat=True).first()


def livez(request: HttpRequest) -> JsonResponse:
    """200: this process answers."""
    return JsonResponse({"status": "ok"})


def readyz(request: HttpRequest) -> JsonResponse:
    """200 if this process can serve, else 503.

    It can if the database answers, is writable and has every migration, and SECRET_KEY decrypts what is stored. With
    `?verbose` the body is that of /healthz, whose further checks do not affect the status.
    """
    if "verbose" in request.GET:
        return healthz(request)
    lacking = _lacking()
    return _unavailable(lacking) if lacking else JsonResponse({"status": "ok"})


def healthz(request: HttpRequest) -> JsonResponse:
    """503 if this process cannot serve; otherwise 200 with `ok` or `degraded` and the reasons."""
    if lacking := _lacking():
        return _unavailable(lacking)
    try:
        silence = worker_silence()
        checks = {name: _run(name, check) for name, check in _CHECKS.items()}
    except DATABASE_IS_AWAY:
        return _unavailable("database")
    is_alive = silence is not None and silence <= ALIVE_WITHIN
    is_ok = is_alive and all(check["is_ok"] for check in checks.values())
    worker = {"alive": is_alive, "last_seen": None if silence is None else round(silence.total_seconds(), 1)}
    return JsonResponse(
        {"status": "ok" if is_ok else "degraded", "database": "ok", "worker": worker, "checks": checks},
    )


def _lacking() -> str:
    """What this process lacks to serve, if anything; once the start checks have passed, they are not repeated.

    They also run here because the database may have been away at the start.
    """
    global _is_checked
    try:
        if not _is_checked:
            if not start_checks.is_migrated():
                return "migrations"
            if fields_of_another_key():
                return "SECRET_KEY"
            _is_checked = True
        with connection.cursor() as cursor:
            cursor.execute("SHOW transaction_read_only")
            return "writable database" if cursor.fetchone() == ("on",) else ""
    except DATABASE_IS_AWAY:
        return "database"


def _run(name: str, check: HealthCheck) -> dict[str, Any]:
    try:
        return check()
    except DATABASE_IS_AWAY:
        raise
    except Exception:
        logger.exception("The health check %s failed", name)
        return {"is_ok": False}


def _unavailable(lacking: str) -> JsonResponse:
    return JsonResponse({"status": "unavailable", "lacking": lacking}, status=503)
