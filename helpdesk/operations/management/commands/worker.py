"""`manage.py worker`: runs the jobs."""

from typing import Any

import environ
from django.conf import settings
from django.core.management import BaseCommand, CommandParser
from procrastinate.contrib.django import app
from procrastinate.contrib.django.db_cleanup import DjangoApp


class Command(BaseCommand):
    """Run jobs until SIGINT or SIGTERM; any number of workers may run, on any number of machines."""

    help = "Run the jobs that wait in the database: letters and whatever else need not be done at once."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the options."""
        parser.add_argument("--until-done", action="store_true", help="End when no job waits any more.")

    def handle(self, until_done: bool, **options: Any) -> None:
        """Work."""
        # Another app with the same tasks: the worker has its own connections, while a task that defers a job goes on
        # doing so through Django's, in the transaction that it is in.
        working = DjangoApp(connector=app.connector.get_worker_connector())  # type: ignore[attr-defined]
        working.tasks, working.periodic_registry = app.tasks, app.periodic_registry
        self.stdout.write("Working (Ctrl-C stops it)")
        self.stdout.flush()
        working.run_worker(
            wait=not until_done,
            concurrency=environ.Env().int("WORKER_JOBS", default=4),
            delete_jobs="successful",
            shutdown_graceful_timeout=10,
            update_heartbeat_interval=settings.WORKER_LOST_AFTER / 3,
            stalled_worker_timeout=settings.WORKER_LOST_AFTER,
        )
