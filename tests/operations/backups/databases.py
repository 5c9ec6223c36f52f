"""Reads a restored database."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import connection
from psycopg.conninfo import conninfo_to_dict

from helpdesk.operations.backups.database import Database


def rows(target: Database, query: str) -> list[tuple]:
    """The rows of a query there."""
    with target.connect() as session:
        return session.execute(query).fetchall()


@contextmanager
def models_of(target: Database) -> Iterator[None]:
    """Let the models use that database."""
    with pytest.MonkeyPatch.context() as patch:
        connection.close()
        patch.setitem(connection.settings_dict, "NAME", str(conninfo_to_dict(target.address)["dbname"]))
        try:
            yield
        finally:
            connection.close()
