"""`manage.py seed`: creates many tickets quickly."""

import json
import time
from typing import Any

from django.core.management import CommandError, CommandParser

from helpdesk.demo.seeding import seed_team
from helpdesk.operations.commands import DatabaseCommand
from helpdesk.teams.models import Team

MOST = 10_000_000


class Command(DatabaseCommand):
    """Fill a team with believable tickets and activity; prints a JSON object with `tickets` and `seconds`."""

    help = "Fill a team with believable tickets and their learners' activity."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the number of tickets, the team and the seed."""
        parser.add_argument("--tickets", type=int, required=True, metavar="N")
        parser.add_argument("--team", required=True, metavar="SLUG")
        parser.add_argument("--seed", default="seed", help="the same seed invents the same learners")

    def handle(self, *args: Any, tickets: int, team: str, seed: str, **options: Any) -> None:
        """Create the tickets, and print how long it took."""
        if not 1 <= tickets <= MOST:
            raise CommandError(f"--tickets must be from 1 to {MOST}.")
        try:
            found = Team.objects.get(slug=team)
        except Team.DoesNotExist:
            raise CommandError(f"There is no team with the slug {team!r}.") from None
        started = time.monotonic()
        seed_team(found, tickets, seed=seed)
        self.stdout.write(json.dumps({"tickets": tickets, "seconds": round(time.monotonic() - started, 1)}))
