"""`manage.py send_event`: tries an installation with signed events."""

import json
from pathlib import Path
from random import Random
from typing import Any

from django.core.management import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from helpdesk.demo.event_sender import send_all
from helpdesk.demo.examples import examples
from helpdesk.demo.simulation import invent_event

MOST = 10_000_000


class Command(BaseCommand):
    """Sign and send events to a source's URL; prints a JSON object with the number of responses by status."""

    help = "Sign and send example, invented or your own events to a source's address."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the options."""
        parser.add_argument("url", metavar="URL", help="the source's full address")
        parser.add_argument("--key", required=True, help="a signing key of the source")
        what = parser.add_mutually_exclusive_group()
        names = ", ".join(["ping", "examples", *examples()])
        what.add_argument("--event", metavar="NAME", default="nutror.learner_help", help=f"one of: {names}")
        what.add_argument("--file", metavar="F", type=Path, help="a file whose bytes are sent as they are")
        parser.add_argument("--count", type=int, default=1, metavar="N")
        parser.add_argument("--parallel", type=int, default=4, metavar="P", help="requests at the same time")
        parser.add_argument("--seed", help="the same seed invents the same events, ids included")

    def handle(self, *args: Any, url: str, key: str, count: int, parallel: int, **options: Any) -> None:
        """Send, and print a summary. Raises CommandError if an event was not accepted, or for wrong options."""
        if not url.startswith(("http://", "https://")):
            raise CommandError("URL must start with http:// or https://.")
        if not 1 <= count <= MOST:
            raise CommandError(f"--count must be from 1 to {MOST}.")
        if not 1 <= parallel <= 256:
            raise CommandError("--parallel must be from 1 to 256.")
        events = self._events(options["event"], options["file"], count, options["seed"])
        answers = send_all(url, key, events, parallel=parallel, total=len(events))
        self.stdout.write(json.dumps(dict(answers.most_common())))
        if set(answers) - {"stored", "duplicate", "pong"}:
            raise CommandError("Not every event was taken.")

    def _events(self, name: str, file: Path | None, count: int, seed: str | None) -> list[dict[str, Any] | bytes]:
        if file is not None:
            try:
                return [file.read_bytes()] * count
            except OSError as error:
                raise CommandError(f"{file} cannot be read: {error.strerror}") from None
        if name == "ping":
            return [{"event": "ping", "data": {"message": "ping"}}] * count
        if name == "examples":
            return [*examples().values()] * count
        if name not in examples():
            raise CommandError(f"There is no example of {name!r}; choose from ping, examples, {', '.join(examples())}.")
        random, now = Random(seed), timezone.now()
        return [invent_event(random, name, now) for _number in range(count)]
