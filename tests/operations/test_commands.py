"""What every management command of ours has in common."""

import pytest
from django.core.management import CommandError, get_commands, load_command_class
from django.db import OperationalError

from helpdesk.operations import start_checks

OURS = {name: app for name, app in get_commands().items() if app.startswith(("helpdesk.", "webhooks"))}
WITHOUT_DATABASE = {"send_event"}
# The first two migrate; of the others see test_serve.py, backups and test_doctor.py.
THEIR_OWN_WAY = {"migrate", "setup", "serve", "worker", "backup", "restore", "doctor"}
COMMANDS = sorted(OURS.keys() - WITHOUT_DATABASE - THEIR_OWN_WAY)


def refusal(name):
    command = load_command_class(OURS[name], name)
    with pytest.raises(CommandError) as refused:
        command.execute(force_color=False, no_color=False, skip_checks=True)
    return str(refused.value)


@pytest.mark.parametrize("name", COMMANDS)
def test_an_unmigrated_database_is_refused(name, monkeypatch):
    monkeypatch.setattr(start_checks, "is_migrated", lambda: False)
    assert "Run `manage.py setup` first" in refusal(name)


@pytest.mark.parametrize("name", COMMANDS)
def test_an_unreachable_database_is_reported_in_one_sentence(name, monkeypatch):
    def fail():
        raise OperationalError("connection failed: no route\nmore")

    monkeypatch.setattr(start_checks, "is_migrated", fail)
    assert refusal(name) == "The database cannot be used: connection failed: no route"
