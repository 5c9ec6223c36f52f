"""Trying again what came to nothing."""

import json

import pytest
from django.core.management import CommandError, call_command

from helpdesk.operations import wakeups
from helpdesk.tickets.models import Ticket
from tests.factories import source_of
from tests.webhooks.sender import deliver, learner_help, process
from webhooks.actions import replay
from webhooks.claims import forget_bodies
from webhooks.handlers import _HANDLERS
from webhooks.models import Delivery

pytestmark = pytest.mark.django_db


@pytest.fixture
def failed(client, source, monkeypatch):
    with monkeypatch.context() as broken:
        broken.setitem(_HANDLERS, "nutror.learner_help", lambda records, event: 1 / 0)
        return deliver(client, source, learner_help())


def test_a_failure_stores_its_reason(failed):
    assert (failed.outcome, failed.reason) == ("failed", "ZeroDivisionError: division by zero")


def test_replaying_creates_the_ticket(failed, monkeypatch, django_capture_on_commit_callbacks):
    woken: list[str] = []
    monkeypatch.setattr(wakeups, "_send", woken.append)
    with django_capture_on_commit_callbacks(execute=True):
        assert replay(failed) is True
    assert woken == ["deliveries"]
    failed.refresh_from_db()
    assert (failed.outcome, failed.attempts, failed.interruptions) == ("waiting", 0, 0)
    process()
    failed.refresh_from_db()
    assert (failed.outcome, failed.problem, failed.reason, failed.attempts) == ("processed", "", "", 1)
    assert failed.ticket == Ticket.objects.get()


def test_a_forgotten_delivery_has_neither_body_nor_reason(failed):
    forget_bodies([failed.pk])
    failed.refresh_from_db()
    assert (bytes(failed.body), failed.reason, failed.outcome, failed.is_replayable) == (b"", "", "ignored", False)


def test_replaying_twice_creates_one_ticket(failed):
    replay(failed)
    assert replay(failed) is False  # it waits already
    process()
    assert replay(failed) is False  # it is processed
    process()
    assert Ticket.objects.count() == 1


def test_ignored_events_can_be_replayed_once_they_have_a_handler(client, source, monkeypatch, capsys):
    deliver(client, source, learner_help() | {"event": "nutror.brand_new"})
    monkeypatch.setitem(_HANDLERS, "nutror.brand_new", _HANDLERS["nutror.learner_help"])
    call_command("replay_deliveries", outcome="ignored", source=source.pk)
    assert json.loads(capsys.readouterr().out) == {"replayed": 1, "processed": 1}
    assert Ticket.objects.count() == 1


@pytest.mark.parametrize("problem", [Delivery.Problem.ERASED, Delivery.Problem.EXPIRED])
def test_empty_deliveries_cannot_be_replayed(failed, problem, capsys):
    forget_bodies([failed.pk], problem)
    call_command("replay_deliveries", outcome="ignored")
    assert json.loads(capsys.readouterr().out) == {"replayed": 0}
    assert Delivery.objects.all().requeue() == 0
    failed.refresh_from_db()
    assert (failed.outcome, failed.problem) == ("ignored", problem)


def test_the_command_replays_failures_of_one_source(failed, capsys):
    other = source_of()
    call_command("replay_deliveries", source=other.pk)
    assert json.loads(capsys.readouterr().out) == {"replayed": 0}
    call_command("replay_deliveries")
    assert json.loads(capsys.readouterr().out) == {"replayed": 1, "processed": 1}


def test_the_command_refuses_an_unknown_source():
    with pytest.raises(CommandError, match="no source"):
        call_command("replay_deliveries", source="nobody")


def test_the_command_reports_what_is_left_when_the_database_is_busy(failed, capsys, monkeypatch):
    monkeypatch.setattr("webhooks.management.commands.replay_deliveries.LONGEST_WAIT", 0.1)
    monkeypatch.setattr("webhooks.management.commands.replay_deliveries.process_waiting", lambda: False)
    with pytest.raises(CommandError, match="still waiting"):
        call_command("replay_deliveries")
    assert json.loads(capsys.readouterr().out) == {"replayed": 1, "waiting": 1}
