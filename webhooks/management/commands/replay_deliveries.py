"""`manage.py replay_deliveries`: tries failed or ignored deliveries again."""

import json
import time
from collections import Counter
from typing import Any

from django.core.management import CommandError, CommandParser
from tqdm import tqdm

from helpdesk.operations.commands import DatabaseCommand
from webhooks.models import Delivery, Source
from webhooks.processing import process_waiting

BATCH = 500  # deliveries
LONGEST_WAIT = 30.0  # seconds in which no delivery is finished


class Command(DatabaseCommand):
    """Replay failed or ignored deliveries, oldest first; prints a JSON object with their number and their outcomes."""

    help = "Run the handlers again on deliveries that failed, or that had no handler."

    def add_arguments(self, parser: CommandParser) -> None:
        """Add the options that select deliveries."""
        parser.add_argument("--source", metavar="ID", help="only this source's")
        parser.add_argument("--outcome", choices=["failed", "ignored"], default="failed")

    def handle(self, *args: Any, source: str | None, outcome: str, **options: Any) -> None:
        """Have the deliveries wait again, and help to process them until they are done."""
        deliveries = Delivery.objects.replayable().filter(outcome=outcome)
        if source is not None:
            if not Source.objects.filter(pk=source).exists():
                raise CommandError(f"There is no source with the id {source!r}.")
            deliveries = deliveries.filter(source=source)
        pks = list(deliveries.order_by("received_at", "pk").values_list("pk", flat=True))
        outcomes: Counter[str] = Counter()
        with tqdm(total=len(pks), desc="Replaying", unit="delivery", disable=None) as bar:
            for start in range(0, len(pks), BATCH):
                batch = Delivery.objects.filter(pk__in=pks[start : start + BATCH])
                batch.filter(outcome=outcome).requeue()
                self._process(batch)
                outcomes.update(batch.values_list("outcome", flat=True))
                bar.update(len(pks[start : start + BATCH]))
        self.stdout.write(json.dumps({"replayed": len(pks), **outcomes}))
        if outcomes["waiting"]:
            raise CommandError("Some are still waiting: the database was busy. A worker goes on with them.")

    def _process(self, batch: Any) -> None:
        """Process until none of the batch waits, or none was finished for LONGEST_WAIT."""
        waiting, deadline = batch.waiting(), time.monotonic() + LONGEST_WAIT
        left = waiting.count()
        while left and time.monotonic() < deadline:
            if not process_waiting():
                time.sleep(0.2)
            if (still := waiting.count()) < left:
                left, deadline = still, time.monotonic() + LONGEST_WAIT
