"""`manage.py create_token`: creates a token of a team; prints it as a JSON object."""

import json
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management import CommandError, CommandParser
from django.core.management.base import no_translations

from helpdesk.api.actions import create_token
from helpdesk.api.forms import LONGEST_DAYS
from helpdesk.api.models import ALL_SCOPES
from helpdesk.operations.commands import DatabaseCommand
from helpdesk.teams.models import Team
from helpdesk.ui.cleaning import name_argument
from helpdesk.ui.networks import read_networks


class Command(DatabaseCommand):
    """Create a token and print it; its secret is only shown this once."""

    help = "Create an API token for a team and print it as JSON."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the team, the token's name, its scopes, its networks and its lifetime."""
        parser.add_argument("--team", required=True, help="the slug of the team")
        parser.add_argument("--name", required=True, help="the name under which the history shows its changes")
        parser.add_argument(
            "--scopes",
            default="read,write",
            help="comma-separated: read and write for everything, or for example tickets:read for one resource",
        )
        parser.add_argument("--from", dest="networks", default="", help="comma-separated networks that it works from")
        parser.add_argument(
            "--expires", type=int, metavar="DAYS", help="days until the token expires; without it, it does not"
        )

    @no_translations
    def handle(self, *, team: str, name: str, scopes: str, networks: str, expires: int | None, **options: Any) -> None:
        """Check the options, create the token, and print it."""
        found = Team.objects.filter(slug=team).first()
        if found is None:
            raise CommandError(f"There is no team “{team}”.")
        wanted = scopes.split(",")
        if not set(wanted) <= set(ALL_SCOPES):
            raise CommandError(f"The scopes are {', '.join(ALL_SCOPES)}, separated by commas.")
        try:
            only_from = read_networks(networks) or None
        except ValidationError as error:
            raise CommandError(f"--from: {error.messages[0]}") from error
        name = name_argument(name, "--name")
        if expires is not None and not 1 <= expires <= LONGEST_DAYS:
            raise CommandError(f"--expires takes 1 to {LONGEST_DAYS} days.")
        token, secret = create_token(found, name, wanted, networks=only_from, days=expires)
        said = {
            "id": token.pk,
            "team": found.slug,
            "name": token.name,
            "scopes": token.scopes,
            "networks": token.networks or [],
            "expires_at": token.expires_at and token.expires_at.isoformat(),
            "token": secret,
        }
        self.stdout.write(json.dumps(said, ensure_ascii=False))
