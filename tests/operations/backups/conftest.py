"""Folders of each test, a backup of an empty installation, and databases to restore into."""

import pytest
from django.test import override_settings

from helpdesk.operations.backups import database
from helpdesk.operations.backups.create import create
from helpdesk.operations.backups.temporary_database import temporary_database
from tests.operations.backups.archives import KEY, in_folders_of


@pytest.fixture
def house(settings, tmp_path):
    """The folder in which the installation keeps everything."""
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


@pytest.fixture
def target(transactional_db, house, monkeypatch):
    """An empty database to restore into."""
    with temporary_database(database.configured()) as target:
        monkeypatch.setattr(database, "configured", lambda: target)
        yield target


@pytest.fixture
def old_rows(target):
    """Rows that are in the database before the restore."""
    with target.connect() as session:
        session.execute("CREATE TABLE courses_learner (name text)")
        session.execute("INSERT INTO courses_learner VALUES ('Maria')")
    return [("Maria",)]
