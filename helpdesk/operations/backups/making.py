"""Making a backup, seeing that it can be restored, and restoring it."""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import IO

from django.core.exceptions import SuspiciousFileOperation
from django.core.files.base import File
from django.core.files.storage import Storage, storages
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.utils import timezone
from django.utils.translation import gettext as _

from helpdesk.operations.backups import archive, database
from helpdesk.operations.backups.archive import Manifest
from helpdesk.operations.backups.encryption import LEAST_KEY
from helpdesk.operations.backups.errors import BackupError
from helpdesk.operations.backups.rotation import name_of

REMAINS_KEPT = 24 * 3600.0  # seconds


def key_of(text: str) -> str:
    """The passphrase, or nothing. Raises BackupError where it could be guessed."""
    if text.strip() and len(text.strip()) < LEAST_KEY:
        raise BackupError(_("The key is too short: take a random text of %s characters or more.") % LEAST_KEY)
    return text.strip()


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """While no other backup is being made there."""
    with (folder / ".lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise BackupError(_("Another backup is being made in %s.") % folder) from None
        forget_remains(folder)
        yield


def forget_remains(folder: Path) -> None:
    """Delete what a backup or a restore left that was killed a day ago or longer: its dump is not encrypted."""
    until = time.time() - REMAINS_KEPT
    for path in [*folder.glob(".making-*"), *folder.glob(".dump-*")]:
        if path.stat().st_mtime < until:
            shutil.rmtree(path) if path.is_dir() else path.unlink()


def make(folder: Path, key: str, now: datetime | None = None) -> Path:
    """Write a backup of this moment into the folder. Raises BackupError; then nothing is left of it."""
    now = now or timezone.now()
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        path = folder / name_of(now)
        with _alone(folder), tempfile.TemporaryDirectory(dir=folder, prefix=".making-") as place:
            if path.exists():
                raise BackupError(_("%s is there already.") % path)
            draft = Path(place) / path.name
            draft.touch(mode=0o600)
            _write(draft, Path(place) / archive.DUMP, key, now)
            with draft.open("rb") as file:
                os.fsync(file.fileno())
            draft.rename(path)
    except OSError as error:
        raise BackupError(
            _("%(path)s cannot be written: %(error)s") % {"path": folder, "error": error.strerror or error}
        ) from None
    return path


def _write(draft: Path, dump: Path, key: str, now: datetime) -> None:
    source = database.configured()
    with database.snapshot(source) as (session, name):
        database.dump(source, name, dump)
        tables = database.facts_of(session)
        version = session.info.parameter_status("server_version") or ""
        migrations = session.execute("SELECT app || '.' || name FROM django_migrations ORDER BY 1").fetchall()
    with archive.writing(draft, key) as writer:
        manifest = Manifest(
            made_at=now.isoformat(timespec="seconds"),
            server_version=version,
            migrations=[row[0] for row in migrations],
            tables=tables,
            dump=writer.add_dump(dump),
        )
        storage = storages["attachments"]
        for path in _files_of(storage):
            try:
                with storage.open(path) as file:
                    manifest.files[path] = writer.add_file(path, file, storage.size(path))
            except FileNotFoundError:
                continue  # removed meanwhile, with its row
        writer.add_manifest(manifest)


def _files_of(storage: Storage, folder: str = "") -> Iterator[str]:
    """The paths of all files, those of rows that the snapshot sees among them: a file is written before its row."""
    if not storage.exists(folder):
        return
    folders, names = storage.listdir(folder)
    prefix = f"{folder}/" if folder else ""
    for name in sorted(names):
        yield prefix + name
    for name in sorted(folders):
        yield from _files_of(storage, prefix + name)


@contextmanager
def _read(path: Path, key: str) -> Iterator[tuple[Manifest, Path]]:
    """All of a backup, read and compared with its manifest, and its dump as a file. Raises BackupError."""
    beside = path.parent if os.access(path.parent, os.W_OK) else None  # where there is room for it
    with tempfile.NamedTemporaryFile(dir=beside, prefix=".dump-") as dump:
        manifest = archive.read(path, key, dump=dump)
        dump.flush()
        yield manifest, Path(dump.name)


def verify(path: Path, key: str) -> Manifest:
    """Restore a backup into a database that is dropped again, and compare. Raises BackupError."""
    source = database.configured()
    with _read(path, key) as (manifest, dump), database.scratch(source) as scratch:
        database.restore(scratch, dump)
        database.compare(scratch, manifest.tables)
    return manifest


def restore(path: Path, key: str, *, replace: bool) -> Manifest:
    """Make database and files what they were; of the database all or nothing. Raises BackupError.

    The backup is read to its end before anything is changed.
    """
    with _read(path, key) as (manifest, dump):
        _require_known(manifest)
        target = database.configured()
        connection.close()
        if others := database.users_of(target):
            raise BackupError(_("Others use the database (%s connections). Stop servers and workers first.") % others)
        if not database.is_empty(target):
            if not replace:
                raise BackupError(_("The database is not empty. With --replace, all that is in it is deleted first."))
            database.clear(target)
        database.restore(target, dump)
        database.compare(target, manifest.tables)
        database.analyze(target)
    archive.read(path, key, take_file=_keep)
    return manifest


def _require_known(manifest: Manifest) -> None:
    """Raises BackupError where it was made by a later version, whose tables this one does not know."""
    loader = MigrationLoader(None, ignore_no_migrations=True)
    known = {f"{app}.{name}" for app, name in loader.disk_migrations}
    for migration in loader.disk_migrations.values():
        known |= {f"{app}.{name}" for app, name in migration.replaces}
    if unknown := sorted(set(manifest.migrations) - known):
        raise BackupError(
            _("The backup was made by a later version of Helpdesk, with %s. Install that version first.") % unknown[0]
        )


def _keep(path: str, file: IO[bytes]) -> None:
    storage = storages["attachments"]
    try:
        if not storage.exists(path):
            kept = storage.save(path, File(file))
            if kept != path:
                raise BackupError(_("The file %s cannot be kept under its name.") % path)
    except SuspiciousFileOperation:
        raise BackupError(_("The backup names a file outside of its folder: %s") % path[:100]) from None
