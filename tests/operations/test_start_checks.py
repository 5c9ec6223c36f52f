"""What a worker needs of its connections before it starts."""

from contextlib import nullcontext
from itertools import count, cycle
from random import Random

import psycopg
import pytest
from django.core.management import CommandError, call_command

from helpdesk.operations.database_errors import DATABASE_IS_AWAY
from helpdesk.operations.start_checks import check_requests, check_sessions
from tests.servers import database_address, free_port

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def port(settings):
    """One on which nothing else of the machine listens."""
    settings.PORT = free_port()


@pytest.fixture
def pooler(monkeypatch):
    """Pools by transaction, as pgbouncer does: each transaction gets any free session."""
    with psycopg.connect(database_address(), autocommit=True) as session:
        monkeypatch.setattr(psycopg, "connect", lambda **params: nullcontext(session))
        yield


class SharedSessions:
    """What pgbouncer gives on a busy pool, or in turns: each statement has another session, as if by chance."""

    def __init__(self, order):
        self.order = order

    def execute(self, _statement):
        return self

    def fetchone(self):
        return (next(self.order),)


@pytest.mark.parametrize("order", [cycle(range(5)), (Random(number).randrange(10) for number in count())])
def test_sessions_that_change_between_statements_are_refused(monkeypatch, order):
    monkeypatch.setattr(psycopg, "connect", lambda **params: nullcontext(SharedSessions(order)))
    with pytest.raises(CommandError, match="A worker needs its own"):
        check_sessions()


def test_dedicated_connections_are_accepted():
    check_sessions()


@pytest.mark.parametrize("command", ["worker", "serve"])
def test_sessions_shared_by_a_pooler_are_refused_with_an_explanation(pooler, command):
    with pytest.raises(CommandError, match="A worker needs its own"):
        call_command(command)


def test_a_server_without_a_worker_may_use_shared_sessions(pooler, monkeypatch):
    served: list[dict[str, object]] = []
    monkeypatch.setattr("helpdesk.operations.management.commands.serve.supervise", served.append)
    call_command("serve", without_worker=True)
    assert [list(programs) for programs in served] == [["web"]]


def test_an_unreachable_database_is_not_taken_for_a_pooler(monkeypatch):
    def refuse(**params):
        raise psycopg.OperationalError("connection refused")

    monkeypatch.setattr(psycopg, "connect", refuse)
    with pytest.raises(DATABASE_IS_AWAY):
        check_sessions()


@pytest.mark.parametrize("parameter", [": options", " in options: statement_timeout"])
def test_a_pooler_that_refuses_request_limits_is_reported_at_startup(monkeypatch, parameter):
    def refuse(**params):
        assert "statement_timeout" in params["options"]
        raise psycopg.OperationalError(f"FATAL: unsupported startup parameter{parameter}")

    monkeypatch.setattr(psycopg, "connect", refuse)
    with pytest.raises(CommandError, match="ignore_startup_parameters = options"):
        call_command("serve", without_worker=True)


def test_connections_that_accept_request_limits_pass():
    check_requests()
