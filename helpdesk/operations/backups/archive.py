"""The format of a backup: a tar with the database dump, the files, and finally a manifest of everything in it.

Without a key it is a plain tar; with a key, that tar is encrypted (encryption.py).
"""

from __future__ import annotations

import hashlib
import io
import json
import tarfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import IO, Any

from django.utils.translation import gettext as _

from helpdesk.operations.backups.encryption import MAGIC, DecryptingReader, EncryptingWriter
from helpdesk.operations.backups.errors import BackupError

FORMAT = 1
DUMP, MANIFEST, FILES = "database.dump", "manifest.json", "files/"
BLOCK = 2**20
LARGEST_MANIFEST = 2**30


@dataclass
class Manifest:
    """What a backup contains: each table's row count and hash, each file's size and SHA-256."""

    made_at: str
    server_version: str
    migrations: list[str]
    tables: dict[str, list[Any]]
    dump: list[Any]
    files: dict[str, list[Any]] = field(default_factory=dict)
    format: int = FORMAT


class Writer:
    """Writes a backup; its `add_…` methods return the size and SHA-256 of what they added."""

    def __init__(self, tar: tarfile.TarFile) -> None:
        self._tar = tar

    def add_dump(self, path: Path) -> list[Any]:
        """Write the dump of the database into the archive."""
        with path.open("rb") as file:
            return self._add(DUMP, file, path.stat().st_size)

    def add_file(self, key: str, file: IO[bytes], size: int) -> list[Any]:
        """Add a stored file."""
        return self._add(FILES + key, file, size)

    def add_manifest(self, manifest: Manifest) -> None:
        """Add the manifest; it must come last."""
        data = json.dumps(asdict(manifest)).encode()
        self._add(MANIFEST, io.BytesIO(data), len(data))

    def _add(self, name: str, file: IO[bytes], size: int) -> list[Any]:
        member = tarfile.TarInfo(name)
        member.size, member.mode = size, 0o600
        hashing = _Hashing(file)
        self._tar.addfile(member, hashing)
        return [size, hashing.digest.hexdigest()]


class _Hashing:
    """A file that is hashed while being read."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file, self.digest = file, hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        data = self._file.read(size)
        self.digest.update(data)
        return data


@contextmanager
def writing(path: Path, passphrase: str) -> Iterator[Writer]:
    """Write a backup to `target`, encrypted if there is a passphrase."""
    with path.open("wb") as file:
        target: Any = EncryptingWriter(file, passphrase) if passphrase else file
        with tarfile.open(fileobj=target, mode="w|", bufsize=BLOCK) as tar:
            yield Writer(tar)
        if passphrase:
            target.finish()


Take = Callable[[str, IO[bytes]], None]


def read(path: Path, passphrase: str, *, dump: IO[bytes] | None = None, take_file: Take | None = None) -> Manifest:
    """Read a whole backup and compare it with its manifest; meanwhile write out the dump and pass on each file.

    Raises BackupError if anything is missing, changed or cut off; by then, what came before has been passed on.
    """
    try:
        with (
            path.open("rb") as file,
            tarfile.open(fileobj=_decrypted(file, passphrase), mode="r|", bufsize=BLOCK) as tar,
        ):
            manifest, found = _read_members(tar, dump, take_file)
    except tarfile.TarError as error:
        raise BackupError(_("The file is cut off, damaged or not a Helpdesk backup (%s).") % error) from None
    except OSError as error:
        raise BackupError(
            _("%(path)s cannot be read: %(error)s") % {"path": path, "error": error.strerror or error}
        ) from None
    if manifest is None:
        raise BackupError(_("The file is cut off: it does not end with its manifest."))
    wanted = {DUMP: manifest.dump, **{FILES + key: value for key, value in manifest.files.items()}}
    if wrong := sorted(name for name in wanted.keys() | found.keys() if wanted.get(name) != found.get(name)):
        raise BackupError(_("The backup is damaged: %s is not what was written.") % wrong[0])
    return manifest


def _decrypted(file: IO[bytes], passphrase: str) -> Any:
    """The tar in a file, to be read from its beginning."""
    is_encrypted = file.read(len(MAGIC)) == MAGIC
    file.seek(0)
    if not is_encrypted:
        return file
    if not passphrase:
        raise BackupError(_("The backup is encrypted: set BACKUP_KEY, or name a file with the key."))
    return DecryptingReader(file, passphrase)


def _read_members(
    tar: tarfile.TarFile, dump: IO[bytes] | None, take_file: Take | None
) -> tuple[Manifest | None, dict[str, list[Any]]]:
    """The manifest, if the tar goes on to it, and of all else size and SHA-256, by name."""
    manifest: Manifest | None = None
    found: dict[str, list[Any]] = {}
    for member in tar:
        content = tar.extractfile(member)
        if content is None or not (member.name in {DUMP, MANIFEST} or member.name.startswith(FILES)):
            raise BackupError(_("This is not a Helpdesk backup."))
        if member.name == MANIFEST:
            manifest = _manifest(content.read(LARGEST_MANIFEST))
        elif member.name == DUMP:
            found[DUMP] = checksum_of(content, dump)
        else:
            found[member.name] = _hand_on(member.name, content, take_file)
    return manifest, found


def _manifest(data: bytes) -> Manifest:
    try:
        values = json.loads(data)
        made_by = values["format"]
        if made_by > FORMAT:
            raise BackupError(_("The backup was made by a later version of Helpdesk. Install that version first."))
        return Manifest(**values)
    except (ValueError, TypeError, KeyError):
        raise BackupError(_("The backup is damaged: its manifest cannot be read.")) from None


def checksum_of(content: IO[bytes], target: IO[bytes] | None = None) -> list[Any]:
    """Size and SHA-256 of the rest of a file, which is also copied to `target` if there is one."""
    hashing, size = _Hashing(content), 0
    while data := hashing.read(BLOCK):
        size += len(data)
        if target:
            target.write(data)
    return [size, hashing.digest.hexdigest()]


def _hand_on(name: str, content: IO[bytes], take: Take | None) -> list[Any]:
    """Pass on one file. It fits in memory, as it did when it was stored."""
    if not take:
        return checksum_of(content)
    copy = io.BytesIO()
    checksum = checksum_of(content, copy)
    copy.seek(0)
    take(name.removeprefix(FILES), copy)
    return checksum
