"""A service goes on whatever its work raises."""

import logging
import threading

import pytest
from django.db import OperationalError

from helpdesk.operations.services import Service

pytestmark = pytest.mark.django_db(transaction=True)


def run_with(errors):
    """Run a service whose work raises these errors in turn, then succeeds once."""
    stop, turns = threading.Event(), []

    def work():
        if errors:
            raise errors.pop(0)
        stop.set()
        return False

    Service("echo", "echo", work).run(stop, lambda: turns.append(1))
    return turns


def test_a_database_that_is_away_is_said_once_and_that_it_is_back(caplog):
    caplog.set_level(logging.INFO)
    turns = run_with([OperationalError("connection refused\nIs the server running?") for _ in range(3)])
    assert [record.getMessage() for record in caplog.records if record.name == "helpdesk.operations.services"] == [
        "echo: the database cannot be used (connection refused)",
        "echo works again",
    ]
    assert len(turns) > 3


def test_an_error_of_its_own_is_told_with_where_it_happened(caplog):
    run_with([ValueError("odd")])
    assert "ValueError: odd" in caplog.text
