"""The temporary database in which a backup is verified, dropped afterwards even if the process was killed."""

import os
from dataclasses import replace

import pytest
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from helpdesk.operations.backups import database
from helpdesk.operations.backups.errors import BackupError
from helpdesk.operations.backups.temporary_database import _prefix_for, temporary_database

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]


def name_of(one: database.Database) -> str:
    """What it is called on the server."""
    return str(conninfo_to_dict(one.address)["dbname"])


def ours() -> set[str]:
    """The temporary ones beside the tests' own."""
    with database.configured().connect() as session:
        prefix = _prefix_for(session.info.dbname)
        return {
            name
            for (name,) in session.execute("SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [prefix])
        }


def test_a_temporary_database_is_empty_and_dropped_afterwards():
    with temporary_database(database.configured()) as temporary:
        assert database.is_empty(temporary)
        assert ours() == {name_of(temporary)}
    assert ours() == set()


def test_a_killed_processs_database_is_dropped_and_one_in_use_is_kept():
    source = database.configured()
    with source.connect(autocommit=True) as session:
        left = f"{_prefix_for(session.info.dbname)}left"
        session.execute(f"CREATE DATABASE {left} TEMPLATE template0")
    with temporary_database(source) as first, temporary_database(source) as second:
        assert ours() == {name_of(first), name_of(second)}


def test_the_database_of_another_installation_is_kept():
    source = database.configured()
    with temporary_database(source) as first, temporary_database(first) as of_another, temporary_database(source):
        assert database.is_empty(of_another)


def test_a_role_that_cannot_create_databases_gets_an_explanation():
    source = database.configured()
    role = f"helpdesk_test_{os.getpid()}"
    with source.connect(autocommit=True) as session:
        session.execute(f"CREATE ROLE {role} LOGIN")
        try:
            plain = replace(source, address=make_conninfo(source.address, user=role))
            with pytest.raises(BackupError, match=r"permission denied to create database.*CREATEDB"):
                temporary_database(plain).__enter__()
        finally:
            session.execute(f"DROP ROLE {role}")
