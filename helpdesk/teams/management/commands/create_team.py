"""`manage.py create_team`: a team and its owner."""

import json
import sys
from contextlib import redirect_stdout
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management import CommandError, CommandParser
from django.core.management.base import no_translations

from helpdesk.operations.commands import DatabaseCommand
from helpdesk.teams.actions import create_team
from helpdesk.teams.emails import send_welcome
from helpdesk.ui.cleaning import name_argument


class Command(DatabaseCommand):
    """Create a team with its owner, and welcome them by e-mail; prints a JSON object with the slug."""

    help = "Create a team and its owner, who gets an e-mail that says how to log in and what to do first."

    def add_arguments(self, parser: CommandParser) -> None:
        """The team's name, and its owner."""
        parser.add_argument("name", metavar="NAME")
        parser.add_argument("--owner-email", required=True, metavar="E")
        parser.add_argument(
            "--owner-password", metavar="P", help="without it a new owner chooses one by the link in the e-mail"
        )

    @no_translations
    def handle(
        self, *args: Any, name: str, owner_email: str, owner_password: str | None = None, **options: Any
    ) -> None:
        """Create the team with its owner, and print its slug. Raises CommandError for invalid values."""
        name = name_argument(name, "NAME")
        try:
            team = create_team(name, owner_email, owner_password)
            with redirect_stdout(sys.stderr):  # e-mails printed by a console backend are not output
                send_welcome(team.memberships.select_related("team", "user").get())
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from None
        self.stdout.write(json.dumps({"slug": team.slug}))
