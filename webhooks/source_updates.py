"""Updates of sources and keys during requests from Eduzz; skipped if somebody has locked the row."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from typing import Any

from django.db import OperationalError, connection, transaction
from django.db.models import Model
from psycopg.errors import LockNotAvailable

from webhooks.models import SigningKey, Source

NOTED_EVERY = timedelta(minutes=1)

NOTE_USE = """
    UPDATE webhooks_signingkey SET last_verified_at = %s
    WHERE id = (SELECT id FROM webhooks_signingkey WHERE id = %s FOR NO KEY UPDATE SKIP LOCKED)
"""


def note_use(key_pk: int, last_verified_at: datetime | None, now: datetime) -> None:
    """Remember that the key verified something now; at most once a minute, so that most events cause no extra write.

    If the row or the table is locked, nothing is written; the next event tries again.
    """
    if last_verified_at is None or now - last_verified_at >= NOTED_EVERY:
        with suppress(LockedTableError), _table_for_writing(SigningKey), connection.cursor() as cursor:
            cursor.execute(NOTE_USE, [now, key_pk])


def update_unless_locked(source_id: str, **values: Any) -> None:
    """Update the source, unless its row or table is locked."""
    source = Source.objects.filter(pk=source_id)
    with suppress(LockedTableError), _table_for_writing(Source):
        if source.skip_locked().values("pk").first():
            source.update(**values)


class LockedTableError(Exception):
    """Somebody has locked the table, such as a migration."""


@contextmanager
def _table_for_writing(model: type[Model]) -> Iterator[None]:
    """A transaction or savepoint that may write to the table without waiting for it. Raises LockedTableError."""
    with transaction.atomic():
        try:
            with connection.cursor() as cursor:
                cursor.execute(f"LOCK TABLE {model._meta.db_table} IN ROW EXCLUSIVE MODE NOWAIT")
        except OperationalError as error:
            if isinstance(error.__cause__, LockNotAvailable):
                raise LockedTableError from error
            raise
        yield
