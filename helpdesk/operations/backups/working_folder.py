"""Where a dump lies unencrypted while a backup is created or read: never among the backups, which others may copy."""

from __future__ import annotations

import fcntl
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _

from helpdesk.operations.backups.errors import BackupError

PREFIX = "backup-"


@contextmanager
def only_one(folder: Path) -> Iterator[None]:
    """Make sure that no other backup or restore runs in that folder. Raises BackupError."""
    with (folder / ".lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise BackupError(_("Another backup or restore is running in %s.") % folder) from None
        yield


@contextmanager
def working_folder() -> Iterator[Path]:
    """A temporary folder. What killed processes left is removed first. Raises BackupError, OSError."""
    base = Path(settings.VAR_DIR) / "tmp"
    base.mkdir(parents=True, exist_ok=True)
    base.chmod(0o700)
    with only_one(base):
        for left in base.glob(f"{PREFIX}*"):
            shutil.rmtree(left)
        with tempfile.TemporaryDirectory(dir=base, prefix=PREFIX) as place:
            yield Path(place)
