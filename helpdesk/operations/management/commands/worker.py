"""`manage.py worker`: runs jobs, and other work outside of requests."""

import os
from typing import Any

from django.core.management import BaseCommand, CommandParser

from helpdesk.operations import worker
from helpdesk.operations.start_checks import wait_and_check_start

# Longer than our transactions ever hold locks; what times out is tried again.
TIME_LIMITS = "-c lock_timeout=20s"


class Command(BaseCommand):
    """Work until SIGINT or SIGTERM; any number of workers may run, on any number of machines."""

    help = "Do what waits in the database: events that came in, e-mails, webhooks and other jobs."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the options."""
        parser.add_argument("--until-done", action="store_true", help="End when nothing waits any more.")
        parser.add_argument(
            "--beside-server", action="store_true", help="Let a server on this machine have the processor first."
        )

    def handle(self, *, until_done: bool, beside_server: bool, **options: Any) -> None:
        """Run services and jobs until a signal arrives."""
        os.environ.setdefault("PGOPTIONS", TIME_LIMITS)
        os.environ.setdefault("PGAPPNAME", "helpdesk worker")
        wait_and_check_start()
        self.stdout.write("Working (Ctrl-C stops it)")
        self.stdout.flush()
        if until_done:
            worker.run_until_done()
        else:
            worker.run(is_beside_server=beside_server)
