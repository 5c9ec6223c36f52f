"""Folders of a test's own, a backup of an installation with nothing in it, and databases to restore it into."""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as project_settings
from django.db import connection
from django.test import override_settings
from psycopg.conninfo import conninfo_to_dict

from helpdesk.operations.backups import archive, database
from helpdesk.operations.backups.create import create
from helpdesk.operations.backups.database import Database
from helpdesk.operations.backups.temporary_database import temporary_database

KEY = "a key of a backup, 0123456789"


def in_folders_of(place: Path) -> dict[str, object]:
    """The settings of an installation that keeps everything there."""
    storages: Any = project_settings.STORAGES
    attachments = storages["attachments"]
    options = {**attachments["OPTIONS"], "location": place / "var/attachments"}
    return {
        "VAR_DIR": place / "var",
        "BACKUP_DIR": place / "backups",
        "BACKUP_KEY": KEY,
        "STORAGES": {**storages, "attachments": {**attachments, "OPTIONS": options}},
    }


@pytest.fixture
def house(settings, tmp_path):
    """Where the installation keeps everything."""
    for name, value in in_folders_of(tmp_path).items():
        setattr(settings, name, value)
    return tmp_path


@pytest.fixture(scope="module")
def backup(django_db_setup, django_db_blocker, tmp_path_factory):
    """A backup of an empty installation, with two files."""
    place = tmp_path_factory.mktemp("backup")
    files = place / "var/attachments/2026/11"
    files.mkdir(parents=True)
    (files / "ab").write_bytes(b"a picture")
    (files / "cd").write_bytes(b"a document")
    with override_settings(**in_folders_of(place)), django_db_blocker.unblock():
        return create(place / "backups", KEY, verify=False)[0]


def rewritten(backup: Path, path: Path, *, cut: int = 0, **changes: object) -> Path:
    """The same backup with another manifest, or with a dump that ends too soon; whole as a file."""
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


def rows(target: Database, query: str) -> list[tuple]:
    """What is read there."""
    with target.connect() as session:
        return session.execute(query).fetchall()


@contextmanager
def models_of(target: Database) -> Iterator[None]:
    """Have the models read and write that database."""
    with pytest.MonkeyPatch.context() as patch:
        connection.close()
        patch.setitem(connection.settings_dict, "NAME", str(conninfo_to_dict(target.address)["dbname"]))
        try:
            yield
        finally:
            connection.close()


@pytest.fixture
def target(transactional_db, house, monkeypatch):
    """An empty database, into which is restored."""
    with temporary_database(database.configured()) as target:
        monkeypatch.setattr(database, "configured", lambda: target)
        yield target


@pytest.fixture
def old_rows(target):
    """What is in the database before something is restored into it."""
    with target.connect() as session:
        session.execute("CREATE TABLE courses_learner (name text)")
        session.execute("INSERT INTO courses_learner VALUES ('Maria')")
    return [("Maria",)]
