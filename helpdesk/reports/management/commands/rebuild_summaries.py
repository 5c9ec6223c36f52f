"""`manage.py rebuild_summaries`: count all summarized days again."""

from __future__ import annotations

from typing import Any

from django.core.management import CommandError, CommandParser
from tqdm import tqdm

from helpdesk.operations.commands import DatabaseCommand
from helpdesk.reports.summaries import invalidate_marked_days, summarizable_days, summarize, zones_of
from helpdesk.teams.models import Team


class Command(DatabaseCommand):
    """Works day by day, latest first, in a short transaction each; may be interrupted, and needs no downtime."""

    help = "Count every day that is over anew from the tickets, for reports; they are right meanwhile, too."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the options."""
        parser.add_argument("--team", metavar="SLUG", help="only this team's")

    def handle(self, *args: Any, team: str | None, **options: Any) -> None:
        """Rebuild the summaries, and print the number of days. Raises CommandError for an unknown team."""
        teams = Team.objects.order_by("pk")
        if team is not None and not (teams := teams.filter(slug=team)):
            raise CommandError(f"There is no team with the slug {team!r}.")
        days = []
        for each in teams:
            while invalidate_marked_days(each):
                pass
            for zone in zones_of(each):
                if found := summarizable_days(each, zone):
                    days += [(each, zone, day) for day in reversed(found.dates())]
        for each, zone, day in tqdm(days, desc="Summarizing", unit="day", disable=None):
            summarize(each, zone, day)
        self.stdout.write(f"Summarized {len(days)} days.")
