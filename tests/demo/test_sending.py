"""Trying an installation from the command line, against a real server."""

import json
from pathlib import Path
from random import Random

import pytest
from django.core.management import CommandError, call_command

from helpdesk.courses.models import LearnerActivity
from helpdesk.demo.examples import examples
from helpdesk.demo.simulation import invent_event, simulate_day
from helpdesk.tickets.models import Ticket
from tests.factories import KEY, NOON, TeamFactory, source_of
from tests.webhooks.sender import process
from webhooks.models import Delivery


@pytest.fixture
def intake_url(live_server, transactional_db):
    return live_server.url + source_of().intake_path


def run(capsys, *args, **options):
    call_command(*args, **options)
    return json.loads(capsys.readouterr().out)


def test_send_event_invents_help_requests(capsys, intake_url):
    assert run(capsys, "send_event", intake_url, key=KEY, count=5, seed="a") == {"stored": 5}
    process()
    assert Ticket.objects.count() == 5


def test_the_same_seed_sends_the_same_events(capsys, intake_url):
    run(capsys, "send_event", intake_url, key=KEY, count=3, seed="a")
    assert run(capsys, "send_event", intake_url, key=KEY, count=3, seed="a") == {"duplicate": 3}


def test_send_event_sends_examples_pings_and_files(capsys, intake_url, tmp_path):
    assert run(capsys, "send_event", intake_url, key=KEY, event="examples") == {"stored": len(examples())}
    assert run(capsys, "send_event", intake_url, key=KEY, event="ping") == {"pong": 1}
    file = tmp_path / "event.json"
    file.write_bytes(b'{"event": "myeduzz.invoice_paid"}')
    assert run(capsys, "send_event", intake_url, key=KEY, file=file) == {"stored": 1}
    assert Delivery.objects.filter(body=file.read_bytes()).exists()


def test_send_event_fails_if_events_are_not_accepted(capsys, intake_url):
    with pytest.raises(CommandError, match="Not every event was taken"):
        call_command("send_event", intake_url, key="wrong-key")
    assert json.loads(capsys.readouterr().out) == {"unverified": 1}
    with pytest.raises(CommandError, match="Not every event was taken"):
        call_command("send_event", "http://127.0.0.1:9/", key="wrong-key")
    assert json.loads(capsys.readouterr().out) == {"ConnectError": 1}


@pytest.mark.parametrize(
    ("url", "options", "words"),
    [
        ("http://127.0.0.1:9/", {"count": 0}, "--count"),
        ("http://127.0.0.1:9/", {"parallel": 0}, "--parallel"),
        ("http://127.0.0.1:9/", {"parallel": 257}, "--parallel"),
        ("http://127.0.0.1:9/", {"event": "nutror.nothing"}, "no example of 'nutror.nothing'"),
        ("http://127.0.0.1:9/", {"file": Path("/nowhere/at/all")}, "cannot be read"),
        ("ftp://127.0.0.1/", {}, "URL must start with"),
    ],
)
def test_send_event_refuses_invalid_options(url, options, words):
    with pytest.raises(CommandError, match=words):
        call_command("send_event", url, key=KEY, **options)


@pytest.mark.parametrize("name", sorted(examples()))
def test_invented_events_have_the_same_shape_as_the_vendors(name):
    def shape(value):
        return {key: shape(inner) for key, inner in value.items()} if isinstance(value, dict) else None

    invented = shape(invent_event(Random("x"), name, NOON)["data"])
    expected = shape(examples()[name]["data"])
    assert set(invented) == set(expected)


def test_a_simulated_day_is_the_same_for_the_same_seed():
    assert simulate_day(Random("a"), NOON) == simulate_day(Random("a"), NOON) != simulate_day(Random("b"), NOON)


@pytest.mark.django_db
def test_seed_adds_tickets_to_a_team(capsys, client):
    from tests.factories import MembershipFactory, open_ticket

    team = TeamFactory()
    MembershipFactory(team=team)
    open_ticket(team)
    assert run(capsys, "seed", tickets=300, team=team.slug)["tickets"] == 300
    run(capsys, "seed", tickets=50, team=team.slug)
    open_ticket(team)
    assert sorted(Ticket.objects.values_list("number", flat=True)) == list(range(1, 353))
    assert LearnerActivity.objects.count() > 300
    assert Ticket.objects.unfinished().count() > 5


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("options", "words"),
    [({"tickets": 0, "team": "x"}, "--tickets"), ({"tickets": 5, "team": "nobody"}, "no team with the slug")],
)
def test_seed_refuses_invalid_options(options, words):
    with pytest.raises(CommandError, match=words):
        call_command("seed", **options)
