"""The secrets that are encrypted at rest, in whichever room they are, and the key that encrypts them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.apps import apps
from django.db import models, transaction
from django.db.models import QuerySet, TextField, Value
from django.db.models.functions import Cast
from encrypted_fields.fields import EncryptedFieldMixin

BATCH = 200  # rows in a transaction


@dataclass(frozen=True)
class EncryptedColumn:
    """A field whose values are encrypted; `stored` below is such a value as the database has it."""

    model: type[models.Model]
    field: Any

    def __str__(self) -> str:
        return f"{self.model._meta.label}.{self.field.name}"

    def rows(self) -> QuerySet[Any, tuple[int, str]]:
        """Key and stored value of every row that has one, oldest first."""
        rows = self.model._base_manager.annotate(stored=Cast(self.field.name, TextField()))
        return rows.exclude(stored=None).order_by("pk").values_list("pk", "stored")

    def is_readable(self, stored: str) -> bool:
        """Whether SECRET_KEY or one of SECRET_KEY_FALLBACKS fits."""
        return _fits(MultiFernet([Fernet(key) for key in self.field.keys]), stored)

    def is_current(self, stored: str) -> bool:
        """Whether SECRET_KEY itself fits."""
        return _fits(Fernet(self.field.keys[0]), stored)

    def replace(self, pk: int, stored: str) -> bool:
        """Encrypt a readable value with SECRET_KEY; False where somebody else changed it meanwhile."""
        renewed = MultiFernet([Fernet(key) for key in self.field.keys]).rotate(stored).decode()
        row = self.model._base_manager.annotate(stored=Cast(self.field.name, TextField())).filter(pk=pk, stored=stored)
        return bool(row.update(**{self.field.name: Value(renewed, TextField())}))


def _fits(key: Fernet | MultiFernet, stored: str) -> bool:
    try:
        key.decrypt(stored)
    except InvalidToken:
        return False
    return True


def encrypted_columns() -> list[EncryptedColumn]:
    """All of this installation."""
    return [
        EncryptedColumn(model, field)
        for model in apps.get_models()
        for field in model._meta.local_concrete_fields
        if isinstance(field, EncryptedFieldMixin)
    ]


def fields_of_another_key() -> list[str]:
    """The columns whose newest value neither SECRET_KEY nor a fallback decrypts."""
    newest = ((column, column.rows().order_by("-pk").first()) for column in encrypted_columns())
    return [str(column) for column, row in newest if row and not column.is_readable(row[1])]


@dataclass
class Reencryption:
    """How far re-encrypting has come: numbers of values."""

    renewed: int = 0
    current: int = 0
    unreadable: int = 0

    def run(self) -> Iterator[int]:
        """Encrypt everything with SECRET_KEY; gives the number of values done after each short transaction.

        What is right already is left alone, so that an interrupted run goes on where it was. What no key decrypts
        stays as it is.
        """
        for column in encrypted_columns():
            last = 0
            while batch := list(column.rows().filter(pk__gt=last)[:BATCH]):
                with transaction.atomic():
                    for pk, stored in batch:
                        self._take(column, pk, stored)
                last = batch[-1][0]
                yield len(batch)

    def _take(self, column: EncryptedColumn, pk: int, stored: str) -> None:
        if column.is_current(stored):
            self.current += 1
        elif not column.is_readable(stored):
            self.unreadable += 1
        elif column.replace(pk, stored):
            self.renewed += 1
        else:
            self.current += 1  # whoever changed it encrypted it anew
