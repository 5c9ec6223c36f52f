"""Actions of foreign keys in the database are set up without waiting for readers."""

import psycopg
import pytest
from django.db import OperationalError, connection

from helpdesk.operations.postgresql.foreign_keys import on_delete
from tests.servers import database_address


@pytest.mark.django_db(transaction=True)
def test_a_foreign_key_migration_does_not_wait_for_readers_and_can_be_retried():
    replace, validate = (str(each.sql) for each in on_delete("courses_formeraddress", "team_id", "CASCADE"))
    with psycopg.connect(database_address()) as other:
        other.execute("SELECT 1 FROM teams_team")
        with pytest.raises(OperationalError, match="lock timeout"), connection.cursor() as cursor:
            cursor.execute(replace)
    with connection.cursor() as cursor:
        cursor.execute(replace)
        cursor.execute(validate)
        cursor.execute("SHOW lock_timeout")
        assert cursor.fetchone() == ("0",)
