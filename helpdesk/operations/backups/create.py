"""Creates backups; a file gets its final name only after it was verified."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path

from django.core.files.storage import Storage, storages
from django.utils import timezone
from django.utils.translation import gettext as _

from helpdesk.operations.backups import archive, database
from helpdesk.operations.backups.archive import Manifest
from helpdesk.operations.backups.errors import BackupError
from helpdesk.operations.backups.restore import try_in
from helpdesk.operations.backups.rotation import name_of
from helpdesk.operations.backups.working_folder import only_one, working_folder
from helpdesk.operations.disk_sync import sync

DRAFT = ".draft-{}"


def create(folder: Path, key: str, *, verify: bool, now: datetime | None = None) -> tuple[Path, Manifest]:
    """Back up the current state into the folder and, if wanted, verify it.

    Raises BackupError or psycopg.Error, and then leaves nothing behind.
    """
    now = now or timezone.now()
    path = folder / name_of(now)
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        with only_one(folder), working_folder() as place, _draft_of(path) as draft:
            manifest = _write(draft, place / archive.DUMP, key, now)
            if verify:
                try_in(place, draft, key)
            sync(draft)
            draft.rename(path)
            sync(folder)
    except OSError as error:
        words = {"path": error.filename or folder, "error": error.strerror or error}
        raise BackupError(_("%(path)s cannot be written: %(error)s") % words) from None
    return path, manifest


@contextmanager
def _draft_of(path: Path) -> Iterator[Path]:
    """A file that is to become the backup, and is gone afterwards if it does not; those that were left go first.

    Raises BackupError where the backup is there already.
    """
    for left in path.parent.glob(DRAFT.format("*")):
        left.unlink()
    if path.exists():
        raise BackupError(_("%s already exists.") % path)
    draft = path.with_name(DRAFT.format(path.name))
    try:
        draft.touch(mode=0o600)
        yield draft
    finally:
        draft.unlink(missing_ok=True)


def _write(draft: Path, dump: Path, key: str, now: datetime) -> Manifest:
    source = database.configured()
    with database.snapshot(source) as (session, name):
        database.dump(source, name, dump)
        tables = database.checksums(session)
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
        dump.unlink()
        storage = storages["attachments"]
        for path in _files_of(storage):
            with suppress(FileNotFoundError), storage.open(path) as file:  # deleted meanwhile, together with its row
                manifest.files[path] = writer.add_file(path, file, storage.size(path))
        writer.add_manifest(manifest)
    return manifest


def _files_of(storage: Storage, folder: str = "") -> Iterator[str]:
    """Paths of all stored files. Those of rows in the snapshot are among them, because files are written before their
    rows.
    """
    if not storage.exists(folder):
        return
    folders, names = storage.listdir(folder)
    prefix = f"{folder}/" if folder else ""
    for name in sorted(names):
        yield prefix + name
    for name in sorted(folders):
        yield from _files_of(storage, prefix + name)
