"""`manage.py create_source`: creates a source with its first key."""

import json
from typing import Any

from django.core.management import CommandError, CommandParser
from django.core.management.base import no_translations

from helpdesk.operations.commands import DatabaseCommand
from helpdesk.teams.models import Team
from helpdesk.ui.cleaning import name_argument
from helpdesk.ui.refusals import ActionRefused
from webhooks.actions import create_source


class Command(DatabaseCommand):
    """Create a source for a team; prints a JSON object with `id`, `path` and `keys`."""

    help = "Create a webhook source for a team, and print its address and key."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the team, the name, and the key from the Eduzz console, if there is one."""
        parser.add_argument("--team", required=True, metavar="SLUG", help="the team's slug")
        parser.add_argument("--name", required=True, help="what people will call the source")
        parser.add_argument("--key", help="the access key of the Eduzz console; without it one is generated")

    @no_translations
    def handle(self, *args: Any, team: str, name: str, key: str | None, **options: Any) -> None:
        """Create a source, and print its address and key."""
        name = name_argument(name, "--name")
        try:
            source, signing_key = create_source(Team.objects.get(slug=team), name, key)
        except Team.DoesNotExist:
            raise CommandError(f"There is no team with the slug {team!r}.") from None
        except ActionRefused as refused:
            raise CommandError(str(refused)) from None
        self.stdout.write(json.dumps({"id": source.pk, "path": source.intake_path, "keys": [signing_key.key]}))
