"""Everything stored, as text: all rows, and all files, unpacked and decrypted."""

import gzip
import json
import zlib
from contextlib import suppress
from email import message_from_bytes, policy
from io import BytesIO
from zipfile import BadZipFile, ZipFile

from cryptography.fernet import InvalidToken
from django.db import connection

from helpdesk.operations.encryption import decrypt_text

TABLES = "SELECT quote_ident(relname) FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
ENCRYPTED = "gAAAA"  # start of Fernet's tokens
HEADERS = (b"From:", b"MIME-Version:", b"Content-Type:")


def hits(folder, *words):
    """Where any of these words occurs: names of tables and, if a folder is given, paths of files."""
    found = []
    with connection.cursor() as cursor:
        cursor.execute(TABLES)
        for (table,) in cursor.fetchall():
            cursor.execute(f"SELECT * FROM {table}")  # noqa: S608 - names of tables
            for row in cursor.fetchall():
                text = "\n".join(text for value in row for text in texts_in(value))
                found += [(table, word, text[:2000]) for word in words if is_in(text, word)]
    for path in folder.rglob("*") if folder else ():
        if path.is_file():
            text = "\n".join([str(path), *texts_in(path.read_bytes())])
            found += [(str(path), word, "") for word in words if is_in(text, word)]
    return found


def texts_in(value):
    """A value as text, including its unpacked contents."""
    if value is None or isinstance(value, int):
        return
    if isinstance(value, bytes | memoryview):
        yield from _unpacked(bytes(value))
        return
    yield str(value)
    if str(value).startswith(ENCRYPTED):
        with suppress(InvalidToken):
            yield decrypt_text(str(value))


def _unpacked(data):
    yield data.decode(errors="replace")
    if data[:2] == b"\x1f\x8b":
        with suppress(OSError, EOFError, zlib.error):
            yield from _unpacked(gzip.decompress(data))
    with suppress(BadZipFile), ZipFile(BytesIO(data)) as archive:
        for name in archive.namelist():
            yield name
            yield from _unpacked(archive.read(name))
    if any(header in data[:10_000] for header in HEADERS):
        message = message_from_bytes(data, policy=policy.default)
        for part in message.walk():
            yield "\n".join(str(header) for header in part.values())
            payload = part.get_payload(decode=True)
            if isinstance(payload, bytes):
                yield payload.decode(errors="replace")


def is_in(text, word):
    """Whether the text contains the word, in any case, and even if it is escaped as in JSON."""
    text, word = text.lower(), word.lower()
    return word in text or json.dumps(word)[1:-1] in text
