"""Which workers use the same VAR_DIR as this process: each leaves an empty file with its name there."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings
from django.db.models.functions import Now

from helpdesk.operations.health import ALIVE_WITHIN
from helpdesk.operations.models import WorkerHeartbeat


def leave_mark(name: str) -> None:
    """Leave this worker's mark, and remove those of unknown workers. Raises OSError."""
    folder = _folder()
    folder.mkdir(parents=True, exist_ok=True)
    marks = list(folder.iterdir())  # before the names: every mark that exists now belongs to a known or an ended worker
    known = {name, *WorkerHeartbeat.objects.values_list("name", flat=True)}
    for mark in marks:
        if mark.name not in known:
            mark.unlink(missing_ok=True)
    (folder / name).touch()


def workers_elsewhere() -> list[str]:
    """The names of running workers that have left no mark here."""
    at_work = WorkerHeartbeat.objects.filter(seen_at__gt=Now() - ALIVE_WITHIN).order_by("name")
    return [name for name in at_work.values_list("name", flat=True) if not (_folder() / name).exists()]


def _folder() -> Path:
    return Path(settings.VAR_DIR) / "workers"
