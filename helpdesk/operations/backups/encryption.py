"""Encrypts a file as a stream: AES-256-GCM in chunks, with a key derived from a passphrase by scrypt.

Each chunk is bound to its position and to the header, and the last one is marked as the last, so any change, omission,
reordering or truncation is detected (the STREAM construction of Hoang, Reyhanitabar, Rogaway and Vizár, 2015).
"""

from __future__ import annotations

import io
import os
from typing import IO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt
from django.utils.translation import gettext as _

from helpdesk.operations.backups.errors import BackupError

MAGIC = b"helpdesk-backup-encrypted-1\n"
SALT, PREFIX, TAG = 16, 7, 16  # bytes
PIECE = 2**20  # bytes of text
LEAST_KEY = 20  # characters


def key_of(text: str) -> str:
    """The passphrase, or nothing. Raises BackupError if it is too easy to guess."""
    if text.strip() and len(text.strip()) < LEAST_KEY:
        raise BackupError(_("The key is too short: use a random text of at least %s characters.") % LEAST_KEY)
    return text.strip()


def _cipher(passphrase: str, salt: bytes) -> AESGCM:
    return AESGCM(Scrypt(salt=salt, length=32, n=2**15, r=8, p=1).derive(passphrase.strip().encode()))


def _nonce(prefix: bytes, number: int, is_last: bool) -> bytes:
    return prefix + number.to_bytes(4, "big") + bytes([is_last])


class EncryptingWriter:
    """Encrypts what is written to it; `finish` writes the last chunk."""

    def __init__(self, file: IO[bytes], passphrase: str) -> None:
        salt, self._prefix = os.urandom(SALT), os.urandom(PREFIX)
        self._file, self._cipher, self._header = file, _cipher(passphrase, salt), MAGIC + salt + self._prefix
        self._pending, self._number = bytearray(), 0
        file.write(self._header)

    def write(self, data: bytes) -> int:
        """Encrypt these bytes; they reach the file once a chunk is full."""
        self._pending += data
        while len(self._pending) > PIECE:
            self._put(bytes(self._pending[:PIECE]), is_last=False)
            del self._pending[:PIECE]
        return len(data)

    def finish(self) -> None:
        """Write the last chunk, which marks the end of the file."""
        self._put(bytes(self._pending), is_last=True)
        self._pending.clear()

    def _put(self, text: bytes, *, is_last: bool) -> None:
        nonce = _nonce(self._prefix, self._number, is_last)
        self._file.write(self._cipher.encrypt(nonce, text, self._header))
        self._number += 1


class DecryptingReader(io.RawIOBase):
    """Decrypts a file while reading. Raises BackupError if the file was changed or cut off."""

    def __init__(self, file: IO[bytes], passphrase: str) -> None:
        header = file.read(len(MAGIC) + SALT + PREFIX)
        if len(header) < len(MAGIC) + SALT + PREFIX:
            raise BackupError(_("The file is cut off."))
        self._file, self._header, self._prefix = file, header, header[-PREFIX:]
        self._cipher = _cipher(passphrase, header[len(MAGIC) : len(MAGIC) + SALT])
        self._text, self._number = b"", 0
        self._next = file.read(PIECE + TAG)

    def readable(self) -> bool:
        """Always true; `io.RawIOBase` requires the method."""
        return True

    def read(self, size: int = -1) -> bytes:
        """Up to `size` bytes, fewer at the end."""
        while (size < 0 or len(self._text) < size) and self._next:
            self._text += self._decrypt()
        taken = self._text if size < 0 else self._text[:size]
        self._text = self._text[len(taken) :]
        return taken

    def _decrypt(self) -> bytes:
        piece, self._next = self._next, self._file.read(PIECE + TAG)
        try:
            text = self._cipher.decrypt(_nonce(self._prefix, self._number, not self._next), piece, self._header)
        except (InvalidTag, ValueError):
            if self._number:
                raise BackupError(_("The file is cut off or damaged.")) from None
            raise BackupError(_("The key does not fit, or the file is cut off or damaged.")) from None
        self._number += 1
        return text
