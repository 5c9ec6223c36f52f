"""Teams take turns: what comes for one does not wait until a burst of another's is done."""

import json
import time
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from helpdesk.tickets.models import Ticket
from tests.factories import TeamFactory, source_of
from tests.webhooks.sender import learner_help, process
from webhooks import claims, processing
from webhooks.claims import BATCH, claim_batch
from webhooks.handlers import _HANDLERS
from webhooks.models import Delivery
from webhooks.processing import process_waiting
from webhooks.querysets import DUE_TEAMS

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def new_worker(monkeypatch):
    monkeypatch.setattr(claims, "_served_last", 0)
    monkeypatch.setattr(processing, "BATCH_SECONDS", 60)


def store(source, count, event="nutror.learner_help", outcome="waiting"):
    """So many events of learners who are new, as the intake stores them."""
    now = timezone.now()
    body = json.dumps(learner_help(id="{n}", learner={"email": "l{n}@x.com"}) | {"event": event})
    Delivery.objects.bulk_create(
        Delivery(
            team=source.team,
            source=source,
            body=body.replace("{n}", str(number)).encode(),
            event=event,
            event_id=str(number),
            outcome=outcome,
            received_at=now,
            next_attempt_at=now,
        )
        for number in range(count)
    )


@pytest.fixture
def two():
    """Sources of two teams, in the order of the teams' keys."""
    return source_of(TeamFactory()), source_of(TeamFactory())


def done(source):
    return Delivery.objects.filter(source=source).exclude(outcome="waiting").count()


@pytest.mark.parametrize("burst_first", [True, False])
def test_a_burst_of_3000_events_does_not_hold_up_other_teams(two, burst_first):
    busy, other = two if burst_first else two[::-1]
    store(busy, 3000)
    process_waiting()
    store(other, 1)
    process_waiting()
    process_waiting()
    assert Ticket.objects.filter(team=other.team).count() == 1
    assert done(busy) >= BATCH


@pytest.mark.parametrize("burst_first", [True, False])
def test_slow_events_do_not_hold_up_other_teams(two, burst_first, monkeypatch):
    busy, other = two if burst_first else two[::-1]

    def slow(records, event):
        time.sleep(0.4)

    monkeypatch.setattr(processing, "BATCH_SECONDS", 0.3)
    monkeypatch.setitem(_HANDLERS, "nutror.learner_help", slow)
    store(busy, 50)
    process_waiting()
    store(other, 1)
    process_waiting()
    process_waiting()
    assert done(other) == 1


def test_a_batch_is_shared_among_waiting_teams(two):
    for source in two:
        store(source, 50)
    process_waiting()
    assert [done(source) for source in two] == [BATCH // 2] * 2


def test_unused_shares_go_to_the_next_teams(two):
    small, large = two
    store(small, 2)
    store(large, 50)
    process_waiting()
    assert [done(source) for source in two] == [2, BATCH - 2]


def test_a_single_team_gets_the_whole_batch(two):
    store(two[1], 50)
    for batches in (1, 2):
        assert process_waiting() is True
        assert done(two[1]) == batches * BATCH


def test_within_a_team_the_oldest_are_processed_first(two):
    for source in two:
        store(source, 30)
    claim, _has_more = claim_batch()
    assert claim
    for source in two:
        oldest = Delivery.objects.filter(source=source).order_by("pk").values_list("pk", flat=True)[: BATCH // 2]
        assert set(oldest) <= set(claim.due_at)


def test_more_teams_than_fit_into_a_batch_all_get_their_turn():
    sources = [source_of(TeamFactory()) for _ in range(BATCH + 5)]
    for source in sources:
        store(source, 3, event="nutror.nobody_handles_this")
    process_waiting()
    process_waiting()
    assert {done(source) for source in sources} == {1, 3}  # the last five were alone in the second batch
    process()
    assert {done(source) for source in sources} == {3}


def test_an_event_that_ends_its_workers_does_not_hold_up_other_teams(two):
    store(two[0], 1)
    claim_batch()
    store(two[1], 1)
    Delivery.objects.update(next_attempt_at=timezone.now())
    process_waiting()
    assert [done(source) for source in two] == [1, 0]
    process_waiting()
    assert [done(source) for source in two] == [1, 1]


def test_a_team_without_due_events_is_skipped(two):
    for source in two:
        store(source, 1)
    Delivery.objects.filter(source=two[0]).update(next_attempt_at=timezone.now() + timedelta(hours=1))
    process()
    assert [done(source) for source in two] == [0, 1]


def test_due_teams_and_events_are_found_by_index_despite_outdated_statistics(two):
    store(two[0], 3000, event="nutror.done", outcome="processed")
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE webhooks_delivery")
        for source in two:
            store(source, 500)
        cursor.execute(f"EXPLAIN {DUE_TEAMS}", {"after": 0, "most": BATCH})
        teams = "\n".join(line for (line,) in cursor.fetchall())
    of_team = Delivery.objects.due().filter(team=two[0].team).skip_locked()[:BATCH].explain()
    assert [plan.count("delivery_due_of_team") for plan in (teams, of_team)] == [2, 1]
    assert "Sort" not in teams + of_team
