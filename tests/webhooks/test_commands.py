"""Making sources and keys from the command line."""

import json

import pytest
from django.core.management import CommandError, call_command

from helpdesk.tickets.models import Ticket
from tests.factories import TeamFactory, source_of
from tests.webhooks.sender import learner_help, process, send
from webhooks.models import Source

pytestmark = pytest.mark.django_db


def run(capsys, *args, **options):
    call_command(*args, **options)
    return json.loads(capsys.readouterr().out)


def test_create_source_prints_what_eduzz_needs(capsys, client):
    team = TeamFactory()
    made = run(capsys, "create_source", team=team.slug, name="Nutror")
    source = Source.objects.get()
    assert made == {"id": source.pk, "path": f"/webhooks/eduzz/{source.pk}/", "keys": [source.keys.get().key]}
    assert send(client, source, learner_help(), key=made["keys"][0]).status_code == 200


def test_create_source_accepts_a_key_from_the_console(capsys):
    name = "N" * 100
    made = run(capsys, "create_source", team=TeamFactory().slug, name=f" {name} ", key="da-console-01")
    assert made["keys"] == ["da-console-01"]
    assert Source.objects.get().name == name


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"team": "nobody"}, "no team"),
        ({"name": " "}, "--name"),
        ({"name": "\u200b"}, "--name"),
        ({"name": "x" * 101}, "--name"),
        ({"name": "a\0b"}, "--name"),
        ({"key": ""}, "key|chave"),
    ],
)
def test_create_source_refuses_invalid_options(changes, words):
    options = {"team": TeamFactory().slug, "name": "Nutror"} | changes
    with pytest.raises(CommandError, match=words):
        call_command("create_source", **options)
    assert Source.objects.count() == 0


def test_add_key_releases_the_quarantine(capsys, client):
    source = source_of()
    send(client, source, learner_help(), key="a-rotated-key")
    assert run(capsys, "add_key", source.pk, key="a-rotated-key") == {"key": "a-rotated-key"}
    process()
    assert Ticket.objects.count() == 1


def test_add_key_refuses_an_unknown_source_and_an_unusable_key():
    with pytest.raises(CommandError, match="no source"):
        call_command("add_key", "nobody")
    with pytest.raises(CommandError, match="key"):
        call_command("add_key", source_of().pk, key="short")
