"""Folders for backups, and backups that have been tampered with."""

import io
from dataclasses import replace
from pathlib import Path
from typing import Any

from django.conf import settings as project_settings

from helpdesk.operations.backups import archive

KEY = "a key of a backup, 0123456789"


def in_folders_of(place: Path) -> dict[str, object]:
    """The settings that keep everything of an installation in this folder."""
    storages: Any = project_settings.STORAGES
    attachments = storages["attachments"]
    options = {**attachments["OPTIONS"], "location": place / "var/attachments"}
    return {
        "VAR_DIR": place / "var",
        "BACKUP_DIR": place / "backups",
        "BACKUP_KEY": KEY,
        "STORAGES": {**storages, "attachments": {**attachments, "OPTIONS": options}},
    }


def rewritten(backup: Path, path: Path, *, cut: int = 0, **changes: object) -> Path:
    """A copy of a backup with a changed manifest or a truncated dump, as an intact file."""
    dump, files = io.BytesIO(), {}
    manifest = archive.read(backup, KEY, dump=dump, take_file=lambda name, file: files.update({name: file.read()}))
    bare = path.with_suffix(".dump")
    bare.write_bytes(dump.getvalue()[: len(dump.getvalue()) - cut])
    with archive.writing(path, KEY) as writer:
        changed = replace(manifest, dump=writer.add_dump(bare), files={}, **changes)  # type: ignore[arg-type]
        for name, content in files.items():
            changed.files[name] = writer.add_file(name, io.BytesIO(content), len(content))
        writer.add_manifest(changed)
    bare.unlink()
    return path
