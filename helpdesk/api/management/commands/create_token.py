"""`manage.py create_token`: a token of a team, as one JSON object."""

import json
from typing import Any

from django.core.management import CommandError, CommandParser

from helpdesk.api.actions import create_token
from helpdesk.api.forms import LONGEST_DAYS
from helpdesk.api.models import Scope
from helpdesk.operations.commands import DatabaseCommand
from helpdesk.teams.models import Team
from helpdesk.ui.names import name_argument


class Command(DatabaseCommand):
    """Make a token and print it; its secret is shown this once."""

    help = "Make an API token of a team and print it as JSON."

    def add_arguments(self, parser: CommandParser) -> None:
        """Whose, its name, and what it is good for."""
        parser.add_argument("--team", required=True, help="the slug of the team")
        parser.add_argument("--name", required=True, help="under which its changes stand in the history")
        parser.add_argument("--scopes", default="read,write", help="read, write, or both with a comma")
        parser.add_argument("--expires", type=int, metavar="DAYS", help="without it, the token does not expire")

    def handle(self, *, team: str, name: str, scopes: str, expires: int | None, **options: Any) -> None:
        """Check, create, print."""
        found = Team.objects.filter(slug=team).first()
        if found is None:
            raise CommandError(f"There is no team “{team}”.")
        wanted = scopes.split(",")
        if not set(wanted) <= set(Scope.values):
            raise CommandError(f"The scopes are {', '.join(Scope.values)}, with a comma between them.")
        name = name_argument(name, "--name")
        if expires is not None and not 1 <= expires <= LONGEST_DAYS:
            raise CommandError(f"--expires takes 1 to {LONGEST_DAYS} days.")
        token, secret = create_token(found, name, wanted, days=expires)
        said = {
            "id": token.pk,
            "team": found.slug,
            "name": token.name,
            "scopes": token.scopes,
            "expires_at": token.expires_at and token.expires_at.isoformat(),
            "token": secret,
        }
        self.stdout.write(json.dumps(said, ensure_ascii=False))
