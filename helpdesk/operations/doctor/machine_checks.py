"""Checks of this machine: settings, disk, worker, backups."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.core import checks
from django.core.files.storage import storages
from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _

from helpdesk.operations.backups.database import path_of
from helpdesk.operations.backups.errors import BackupError
from helpdesk.operations.backups.rotation import backups_in, time_of
from helpdesk.operations.doctor.findings import Finding, fail, ok, warn
from helpdesk.operations.health import ALIVE_WITHIN, worker_silence
from helpdesk.operations.tracing import is_installed
from helpdesk.operations.worker_marks import workers_elsewhere

GIGABYTE = 2**30
LITTLE_SPACE, NO_SPACE = 2 * GIGABYTE, GIGABYTE // 4
BACKUP_DUE, BACKUP_MISSED, CLOCK_DRIFT = timedelta(hours=26), timedelta(days=8), timedelta(minutes=5)
TAGS = ("security", "caches", "files", "compatibility", "urls")
# The proxy in front redirects to https, and the intake must never answer with a redirect.
MEANT = {"security.W008"}
FOLLOWS_FROM_HTTP = {"security.W004", "security.W012", "security.W016"}  # which network_checks.py checks


def check_settings() -> Iterator[Finding]:
    """The warnings of Django's deployment checks."""
    left_out = MEANT if settings.IS_HTTPS else MEANT | FOLLOWS_FROM_HTTP
    said = checks.run_checks(tags=TAGS, include_deployment_checks=True)
    found = [each for each in said if each.id not in left_out and not each.is_silenced()]
    for each in found:
        level = fail if each.level >= checks.ERROR else warn
        yield level(_("settings"), f"{each.msg} ({each.id})", each.hint or _("See Django’s documentation of checks."))
    if not found:
        yield ok(_("settings"), _("Django’s checks for a deployment find nothing."))
    if settings.EMAIL_BACKEND.endswith((".console.EmailBackend", ".dummy.EmailBackend")):
        yield warn(_("settings"), _("E-mails are only printed in the log."), _("Set EMAIL_URL or ANYMAIL_PROVIDER."))


def _existing(path: Path) -> Path:
    return path if path.exists() or path == path.parent else _existing(path.parent)


def check_disk() -> Iterator[Finding]:
    """Whether files can be written to the storage, and how soon the disk will be full."""
    place = _existing(Path(getattr(storages["attachments"], "location", settings.VAR_DIR)))
    if not os.access(place, os.W_OK):
        to_do = _("Let the user that runs this write there, or set VAR_DIR.")
        yield fail(_("disk"), _("%s cannot be written.") % place, to_do)
        return
    usage = shutil.disk_usage(place)
    words = _("%(free)s GB of %(total)s GB are free at %(place)s") % {
        "free": f"{usage.free / GIGABYTE:.1f}",
        "total": f"{usage.total / GIGABYTE:.0f}",
        "place": place,
    }
    if usage.free < NO_SPACE:
        yield fail(_("disk"), words, _("Free up space now: learners’ files can no longer be stored."))
    elif usage.free < LITTLE_SPACE or usage.free < usage.total / 20:
        yield warn(_("disk"), words, _("Free up space, or move VAR_DIR to a larger disk."))
    else:
        yield ok(_("disk"), words)


def check_worker() -> Iterator[Finding]:
    """Whether a worker is running."""
    silence = worker_silence()
    to_do = _("Run `manage.py worker`, or `manage.py serve` with the worker in it, under something that restarts it.")
    if silence is None:
        yield fail(_("worker"), _("No worker has ever run: events and e-mails are waiting."), to_do)
    elif silence > ALIVE_WITHIN:
        seconds = round(silence.total_seconds())
        yield fail(
            _("worker"), _("No worker has reported for %s seconds: events and e-mails are waiting.") % seconds, to_do
        )
    else:
        yield ok(_("worker"), _("It is running."))


def check_workers_files() -> Iterator[Finding]:
    """Whether the workers store files in the same folder as this process, so that both find them."""
    if elsewhere := workers_elsewhere():
        words = _("%s keeps its files in another VAR_DIR than this process, or is of an earlier version.")
        to_do = _("Have all processes share VAR_DIR (docs/operations.md, Scale), and restart the worker.")
        yield warn(_("worker"), words % ", ".join(elsewhere), to_do)


def check_backups() -> Iterator[Finding]:
    """Whether there is a complete backup from today that only we can read."""
    subject, folder = _("backups"), settings.BACKUP_DIR
    to_do = _("Run `manage.py backup` every day (deploy/systemd/helpdesk-backup.timer), and keep a copy elsewhere.")
    backups = backups_in(folder)
    if not backups:
        yield fail(subject, _("There are none in %s.") % folder, to_do)
        return
    newest = backups[0]
    made_at = time_of(newest)
    age = timezone.now() - made_at if made_at else BACKUP_MISSED
    words = _("The newest is %(hours)s hours old; %(count)s are kept in %(folder)s") % {
        "hours": round(age.total_seconds() / 3600),
        "count": len(backups),
        "folder": folder,
    }
    if not newest.stat().st_size:
        yield fail(subject, _("%s is empty.") % newest.name, _("Delete it, and see whether the disk is full."))
    elif age < -CLOCK_DRIFT:
        to_do = _("Correct the clock, then delete it: until then no newer one is noticed.")
        yield fail(subject, _("%s is dated in the future.") % newest.name, to_do)
    elif age > BACKUP_MISSED:
        yield fail(subject, words, to_do)
    elif age > BACKUP_DUE:
        yield warn(subject, words, to_do)
    else:
        yield ok(subject, words)
    if newest.stat().st_mode & 0o077:
        yield warn(subject, _("Others on this machine can read %s.") % newest.name, f"chmod 600 {folder}/*.backup")
    if not settings.BACKUP_KEY:
        yield warn(subject, _("They are not encrypted."), _("Set BACKUP_KEY, and keep it apart from the backups."))


def check_backup_programs() -> Iterator[Finding]:
    """Whether pg_dump can back up the server: an older pg_dump refuses."""
    subject, to_do = _("backups"), _("Set PG_BIN_DIR to a folder with the programs of the server’s version.")
    try:
        said = subprocess.run([path_of("pg_dump"), "--version"], capture_output=True, text=True, check=False).stdout  # noqa: S603 - our own command
    except (BackupError, OSError) as error:
        yield fail(subject, str(error), to_do)
        return
    connection.ensure_connection()
    version, server = re.search(r"\d+", said), connection.connection.info.server_version // 10_000
    if not version or int(version[0]) < server:
        words = _("%(program)s cannot back up a PostgreSQL %(version)s.")
        yield fail(subject, words % {"program": said.strip() or "pg_dump", "version": server}, to_do)


def check_tracing() -> Iterator[Finding]:
    """Whether the packages for tracing are installed, if the settings ask for it."""
    if not settings.OTEL_EXPORTER_OTLP_ENDPOINT:
        return
    if is_installed():
        yield ok(_("traces"), _("They are sent to OTEL_EXPORTER_OTLP_ENDPOINT."))
    else:
        to_do = _("Install requirements/telemetry.txt as well, or unset it.")
        yield fail(_("traces"), _("OTEL_EXPORTER_OTLP_ENDPOINT is set, but OpenTelemetry is not installed."), to_do)
