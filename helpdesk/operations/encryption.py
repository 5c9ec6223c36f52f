"""All secrets that are encrypted at rest, in any room, and the key that encrypts them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.apps import apps
from django.conf import settings
from django.db import models, transaction
from django.db.models import QuerySet, TextField, Value
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast
from encrypted_fields.fields import EncryptedFieldMixin

BATCH = 200  # rows per transaction


@dataclass(frozen=True)
class EncryptedColumn:
    """An encrypted field; `stored` in its methods is the ciphertext as the database has it."""

    model: type[models.Model]
    field: Any

    def __str__(self) -> str:
        return f"{self.model._meta.label}.{self.field.name}"

    def rows(self) -> QuerySet[Any, tuple[int, str]]:
        """Primary key and stored value of every row that has one, oldest first."""
        rows = self.model._base_manager.annotate(stored=Cast(self.field.name, TextField()))
        return rows.exclude(stored=None).order_by("pk").values_list("pk", "stored")

    def is_readable(self, stored: str) -> bool:
        """Whether SECRET_KEY or one of SECRET_KEY_FALLBACKS decrypts it."""
        return _fits(MultiFernet([Fernet(key) for key in self.field.keys]), stored)

    def is_current(self, stored: str) -> bool:
        """Whether SECRET_KEY itself decrypts it."""
        return _fits(Fernet(self.field.keys[0]), stored)

    def replace(self, pk: int, stored: str) -> bool:
        """Encrypt a readable value with SECRET_KEY; False if it was changed meanwhile."""
        renewed = MultiFernet([Fernet(key) for key in self.field.keys]).rotate(stored).decode()
        row = self.model._base_manager.annotate(stored=Cast(self.field.name, TextField())).filter(pk=pk, stored=stored)
        return bool(row.update(**{self.field.name: Value(renewed, TextField())}))


@dataclass(frozen=True)
class EncryptedJsonKey(EncryptedColumn):
    """An encrypted value stored under a key of a JSON field."""

    key: str = ""

    def __str__(self) -> str:
        return f"{super().__str__()}.{self.key}"

    def rows(self) -> QuerySet[Any, tuple[int, str]]:
        """Primary key and stored value of every row that has one, oldest first."""
        rows = self.model._base_manager.annotate(stored=KeyTextTransform(self.key, self.field.name))
        return rows.exclude(stored=None).order_by("pk").values_list("pk", "stored")

    def is_readable(self, stored: str) -> bool:
        """Whether SECRET_KEY or one of SECRET_KEY_FALLBACKS decrypts it."""
        return _fits(MultiFernet(text_keys()), stored)

    def is_current(self, stored: str) -> bool:
        """Whether SECRET_KEY itself decrypts it."""
        return _fits(text_keys()[0], stored)

    def replace(self, pk: int, stored: str) -> bool:
        """Encrypt a readable value with SECRET_KEY; False if it was changed meanwhile."""
        row = self.model._base_manager.select_for_update().get(pk=pk)
        data = getattr(row, self.field.name)
        if data.get(self.key) != stored:
            return False
        data[self.key] = MultiFernet(text_keys()).rotate(stored).decode()
        row.save(update_fields=[self.field.name])
        return True


_JSON_KEYS: list[tuple[str, str, str]] = []
_FILES: list[Callable[[], None]] = []


def register_encrypted_json_key(model: str, field: str, key: str) -> None:
    """Register a key of a JSON field of the model `app.Model` as holding a text encrypted by `encrypt_text`."""
    _JSON_KEYS.append((model, field, key))


def register_encrypted_files(reencrypt: Callable[[], None]) -> None:
    """Register a function that encrypts files again with SECRET_KEY, if they hold texts of `encrypt_text`."""
    _FILES.append(reencrypt)


def text_keys() -> list[Fernet]:
    """The keys for encrypted texts, that of SECRET_KEY first."""
    return _derived_keys(settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS, salt=settings.SALT_KEY)


@lru_cache(maxsize=8)
def _derived_keys(*secret_keys: str, salt: str) -> list[Fernet]:
    return [Fernet(key) for key in EncryptedFieldMixin().keys]  # these arguments stand for the settings


def encrypt_text(text: str) -> str:
    """Encrypt a secret that is not in an encrypted field."""
    return text_keys()[0].encrypt(text.encode()).decode()


def decrypt_text(stored: str) -> str:
    """Decrypt it. Raises InvalidToken if no key fits."""
    return MultiFernet(text_keys()).decrypt(stored).decode()


def _fits(key: Fernet | MultiFernet, stored: str) -> bool:
    try:
        key.decrypt(stored)
    except InvalidToken:
        return False
    return True


def encrypted_columns() -> list[EncryptedColumn]:
    """Every encrypted column of this installation."""
    columns = [
        EncryptedColumn(model, field)
        for model in apps.get_models()
        for field in model._meta.local_concrete_fields
        if isinstance(field, EncryptedFieldMixin)
    ]
    for label, name, key in _JSON_KEYS:
        model = apps.get_model(label)
        columns.append(EncryptedJsonKey(model, model._meta.get_field(name), key))
    return columns


def reencrypt_files() -> None:
    """Encrypt secrets in files with the current key. Raises InvalidToken, OSError."""
    for reencrypt in _FILES:
        reencrypt()


def fields_of_another_key() -> list[str]:
    """The columns whose newest value can be decrypted neither by SECRET_KEY nor by a fallback."""
    newest = ((column, column.rows().order_by("-pk").first()) for column in encrypted_columns())
    return [str(column) for column, row in newest if row and not column.is_readable(row[1])]


@dataclass
class Reencryption:
    """Progress of re-encrypting, in numbers of values."""

    renewed: int = 0
    current: int = 0
    unreadable: int = 0

    def run(self) -> Iterator[int]:
        """Encrypt everything with SECRET_KEY; yields the number of values done after each short transaction.

        Values that are up to date are skipped, so an interrupted run can be repeated. Values that no key decrypts stay
        as they are.
        """
        for column in encrypted_columns():
            last = 0
            while batch := list(column.rows().filter(pk__gt=last)[:BATCH]):
                self._take_batch(column, batch)
                last = batch[-1][0]
                yield len(batch)

    @transaction.atomic
    def _take_batch(self, column: EncryptedColumn, batch: list[tuple[int, str]]) -> None:
        for pk, stored in batch:
            self._take(column, pk, stored)

    def _take(self, column: EncryptedColumn, pk: int, stored: str) -> None:
        if column.is_current(stored):
            self.current += 1
        elif not column.is_readable(stored):
            self.unreadable += 1
        elif column.replace(pk, stored):
            self.renewed += 1
        else:
            self.current += 1  # whoever changed it used the current key
