"""Making a team from the command line."""

import json

import pytest
from django.core.management import CommandError, call_command

from helpdesk.teams.models import Team

pytestmark = pytest.mark.django_db


def test_create_team_prints_its_slug(capsys):
    call_command("create_team", "Escola da Ana", owner_email="ana@example.com")
    assert json.loads(capsys.readouterr().out) == {"slug": "escola-da-ana"}


@pytest.mark.parametrize(
    ("name", "options", "words"),
    [
        ("", {"owner_email": "a@b.com"}, "NAME must have"),
        ("\u200b", {"owner_email": "a@b.com"}, "NAME must have"),
        ("x" * 101, {"owner_email": "a@b.com"}, "NAME must have"),
        ("Escola", {"owner_email": "nobody"}, "valid email"),
        ("Escola", {"owner_email": ""}, "cannot be blank"),
        ("Escola", {"owner_email": f"a@{'é' * 60}.example"}, "valid email"),
        ("Escola", {"owner_email": "a@b.com", "owner_password": "12345"}, "password is too short"),
    ],
)
def test_create_team_refuses_invalid_options(name, options, words):
    with pytest.raises(CommandError, match=words):
        call_command("create_team", name, **options)
    assert Team.objects.count() == 0
