"""Work in progress during an erasure restores none of the learner's data."""

import psycopg
import pytest

from helpdesk.privacy import actions, erasing
from tests.factories import LearnerFactory, open_ticket
from tests.privacy.dump import hits
from tests.privacy.world import EMAIL, NAME, WORDS, finish
from tests.servers import database_address

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_folders", "in_english")]


@pytest.mark.django_db(transaction=True)
def test_an_erasure_waits_for_transactions_that_began_before(team, manager):
    learner = LearnerFactory(team=team, email=EMAIL, name=NAME)
    with psycopg.connect(database_address()) as older:
        older.execute("SELECT 1")  # it has written nothing so far, and may have read the address
        erasure = actions.request_erasure(learner, manager)
        assert erasing.make_steps(erasure.pk, 60) is erasing.Progress.WAITING
        erasure.refresh_from_db()
        assert erasure.state == "running"
    assert finish(erasure).state == "done"


@pytest.mark.django_db(transaction=True)
def test_data_written_by_an_older_transaction_is_found(team, manager, client):
    learner = LearnerFactory(team=team, email=EMAIL, name=NAME)
    other = open_ticket(team, learner=LearnerFactory(team=team))
    with psycopg.connect(database_address()) as older:
        older.execute("SELECT 1")
        erasure = actions.request_erasure(learner, manager)
        erasing.make_steps(erasure.pk, 60)
        older.execute(
            "INSERT INTO tickets_message (team_id, ticket_id, kind, author_name, author_email, body, created_at)"
            " VALUES (%s, %s, 'learner', %s, %s, %s, now())",
            [team.pk, other.pk, NAME, EMAIL, WORDS],
        )
    finish(erasure)
    assert hits(None, NAME, EMAIL, WORDS) == []
