"""`manage.py replay_deliveries`: try again what came to nothing."""

import json
from collections import Counter
from typing import Any

from django.core.management import BaseCommand, CommandError, CommandParser
from tqdm import tqdm

from webhooks.actions import replay_delivery
from webhooks.models import Delivery, Source


class Command(BaseCommand):
    """Replay failed or ignored deliveries, oldest first; prints one JSON object: how many came to what."""

    help = "Run the handlers again on deliveries that failed, or that had no handler."

    def add_arguments(self, parser: CommandParser) -> None:
        """Which deliveries."""
        parser.add_argument("--source", metavar="ID", help="only this source's")
        parser.add_argument("--outcome", choices=["failed", "ignored"], default="failed")

    def handle(self, *args: Any, source: str | None, outcome: str, **options: Any) -> None:
        """Replay one after the other, each in its own transaction."""
        deliveries = Delivery.objects.filter(outcome=outcome)
        if source is not None:
            if not Source.objects.filter(pk=source).exists():
                raise CommandError(f"There is no source with the id {source!r}.")
            deliveries = deliveries.filter(source=source)
        waiting = list(deliveries.order_by("received_at", "pk").values_list("pk", flat=True))
        outcomes: Counter[str] = Counter()
        for pk in tqdm(waiting, desc="Replaying", unit="delivery", disable=None):
            outcomes[replay_delivery(Delivery(pk=pk)).outcome] += 1
        self.stdout.write(json.dumps({"replayed": len(waiting), **outcomes}))
