"""Verifies that a backup can be restored, and restores it."""

from __future__ import annotations

from pathlib import Path
from typing import IO

from django.core.exceptions import SuspiciousFileOperation
from django.core.files.base import File
from django.core.files.storage import storages
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.utils.translation import gettext as _

from helpdesk.operations.backups import archive, database
from helpdesk.operations.backups.archive import Manifest
from helpdesk.operations.backups.errors import BackupError
from helpdesk.operations.backups.loading import load
from helpdesk.operations.backups.temporary_database import temporary_database
from helpdesk.operations.backups.working_folder import working_folder


def verify(path: Path, key: str) -> Manifest:
    """Restore a backup into a temporary database and compare. Raises BackupError, psycopg.Error."""
    with working_folder() as place:
        return try_in(place, path, key)


def try_in(place: Path, path: Path, key: str) -> Manifest:
    """The same, with an existing working folder."""
    manifest = _read(path, key, place / archive.DUMP)
    with temporary_database(database.configured()) as temporary:
        load(temporary, place / archive.DUMP, manifest.tables, clear=False)
    return manifest


def restore(path: Path, key: str, *, replace: bool) -> Manifest:
    """Restore the database and files; the database entirely or not at all. Raises BackupError, psycopg.Error.

    The whole backup is read before anything is changed; with `replace`, old data is kept until everything is restored.
    """
    with working_folder() as place:
        manifest = _read(path, key, place / archive.DUMP)
        _require_known(manifest)
        target = database.configured()
        connection.close()
        if others := database.users_of(target):
            raise BackupError(_("The database is in use (%s connections). Stop servers and workers first.") % others)
        is_empty = database.is_empty(target)
        if not (is_empty or replace):
            raise BackupError(_("The database is not empty. With --replace, everything in it is deleted first."))
        load(target, place / archive.DUMP, manifest.tables, clear=not is_empty)
        database.analyze(target)
    archive.read(path, key, take_file=_keep)
    return manifest


def _read(path: Path, key: str, dump: Path) -> Manifest:
    """Read the whole backup, compare it with its manifest, and write its dump to a file. Raises BackupError."""
    dump.touch(mode=0o600)
    with dump.open("wb") as file:
        return archive.read(path, key, dump=file)


def _require_known(manifest: Manifest) -> None:
    """Raises BackupError if a later version, whose tables this one doesn't know, made the backup."""
    loader = MigrationLoader(None, ignore_no_migrations=True)
    known = {f"{app}.{name}" for app, name in loader.disk_migrations}
    for migration in loader.disk_migrations.values():
        known |= {f"{app}.{name}" for app, name in migration.replaces}
    if unknown := sorted(set(manifest.migrations) - known):
        raise BackupError(
            _("The backup was made by a later version of Helpdesk, with %s. Install that version first.") % unknown[0]
        )


def _keep(path: str, file: IO[bytes]) -> None:
    """Store the file under its name; an existing file of that name is replaced once the new one is complete."""
    storage = storages["attachments"]
    try:
        if storage.exists(path):
            with storage.open(path) as there:
                is_same = archive.checksum_of(there) == archive.checksum_of(file)
            if is_same:
                return
            file.seek(0)
        kept = storage.save(path, File(file))
        if kept != path:  # the name was taken
            Path(storage.path(kept)).replace(storage.path(path))
    except SuspiciousFileOperation:
        raise BackupError(_("The backup names a file outside of its folder: %s") % path[:100]) from None
    except OSError as error:
        words = {"path": path, "error": error.strerror or error}
        raise BackupError(_("The file %(path)s cannot be kept: %(error)s") % words) from None
