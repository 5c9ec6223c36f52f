"""A migration beside the running product, or a locked table, neither loses nor refuses an event."""

import psycopg
import pytest
from django.db import DatabaseError, connection

from helpdesk.tickets.models import Ticket
from tests.factories import source_of
from tests.servers import database_address
from tests.webhooks.sender import deliver, learner_help, process, send
from webhooks.models import Delivery, SigningKey
from webhooks.processing import process_waiting

PING = {"event": "ping", "data": {"message": "ping"}}
pytestmark = pytest.mark.django_db(transaction=True)


def execute(*statements):
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


@pytest.fixture
def new_column():
    """Adds a column that the running version does not fill in, as Django's AddField leaves it."""
    tables = []

    def add(table):
        tables.append(table)
        execute(
            f"ALTER TABLE {table} ADD COLUMN extra int DEFAULT 1 NOT NULL",
            f"ALTER TABLE {table} ALTER COLUMN extra DROP DEFAULT",
        )

    yield add
    for table in tables:
        execute(f"ALTER TABLE {table} DROP COLUMN IF EXISTS extra")


def test_an_event_that_cannot_be_stored_is_refused_with_503(client, new_column):
    source = source_of()
    new_column("webhooks_delivery")
    for body in (learner_help(), PING):
        response = send(client, source, body)
        assert (response.status_code, response.json()["status"]) == (503, "unavailable")
        assert response["Retry-After"] == "30"


def test_an_event_that_cannot_be_processed_now_is_processed_later(client, new_column):
    source = source_of()
    new_column("tickets_ticket")
    delivery = deliver(client, source, learner_help())
    assert (delivery.outcome, Ticket.objects.count()) == ("waiting", 0)
    execute("ALTER TABLE tickets_ticket DROP COLUMN extra")
    Delivery.objects.update(next_attempt_at=delivery.received_at)
    process()
    assert Ticket.objects.count() == 1


def test_a_renamed_column_counts_as_no_attempt(client):
    source = source_of()
    send(client, source, learner_help())
    execute("ALTER TABLE courses_learner RENAME COLUMN name TO other_name")
    try:
        for _ in range(5):
            with pytest.raises(DatabaseError):
                process_waiting()
        delivery = Delivery.objects.get()
        assert (delivery.outcome, delivery.attempts, delivery.interruptions) == ("waiting", 0, 0)
    finally:
        execute("ALTER TABLE courses_learner RENAME COLUMN other_name TO name")
    process()
    assert Ticket.objects.count() == 1


@pytest.mark.parametrize("table", ["tickets_ticket", "teams_team", "courses_learner", "tickets_ticketevent"])
def test_a_locked_table_does_not_stop_the_intake(client, table):
    source = source_of()
    with psycopg.connect(database_address()) as other:
        other.execute(f"LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE")
        execute("SET statement_timeout = '5s'")
        try:
            assert send(client, source, learner_help()).status_code == 200
        finally:
            execute("RESET statement_timeout")


@pytest.mark.parametrize("table", ["webhooks_source", "webhooks_signingkey"])
def test_building_an_index_does_not_delay_answers(client, table):
    source = source_of()
    assert send(client, source, learner_help(id="known")).status_code == 200
    SigningKey.objects.update(last_verified_at=None)
    with psycopg.connect(database_address()) as other:
        other.execute(f"LOCK TABLE {table} IN SHARE MODE")
        execute("SET lock_timeout = '2s'")
        try:
            answers = [
                send(client, source, learner_help(id="new")),
                send(client, source, learner_help(id="known")),
                send(client, source, PING),
                send(client, source, PING, signature="nonsense"),
            ]
        finally:
            execute("RESET lock_timeout")
    assert [answer.json()["status"] for answer in answers] == ["stored", "duplicate", "pong", "unsigned"]
