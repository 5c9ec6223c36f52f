"""`manage.py serve`: the production server, with a worker beside it."""

import os
from collections.abc import Callable
from functools import partial
from typing import Any

import environ
from django.conf import settings
from django.core.management import BaseCommand, CommandError, CommandParser, call_command

from helpdesk.operations import server
from helpdesk.operations.database_errors import DATABASE_IS_AWAY, first_line
from helpdesk.operations.shared_files import shared_metrics
from helpdesk.operations.start_checks import check_requests, check_sessions, check_start
from helpdesk.operations.supervisor import supervise


def work() -> None:
    """Run the worker, in its own process."""
    os.environ["PGAPPNAME"] = "helpdesk worker"
    call_command("worker", beside_server=True)


def take_email() -> None:
    """Run the SMTP server, in its own process."""
    call_command("smtp")


class Command(BaseCommand):
    """Serve on HOST and PORT with WEB_WORKERS processes of WEB_THREADS threads, and run a worker, until SIGINT or
    SIGTERM.
    """

    help = "Run the production server and a worker."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the options."""
        parser.add_argument(
            "--without-worker", action="store_true", help="Only serve: `manage.py worker` runs elsewhere."
        )

    def handle(self, *, without_worker: bool, **options: Any) -> None:
        """Check address and database, then serve."""
        env = environ.Env()
        host: str = env.str("HOST", default="127.0.0.1")
        if not server.is_port_free(host, settings.PORT):
            raise CommandError(f"Port {settings.PORT} of {host} is in use or not permitted; choose another with PORT=…")
        try:
            check_requests()
            check_start()
            if not without_worker:
                check_sessions()
        except DATABASE_IS_AWAY as error:
            # The database may be available later; until then every request gets a 503.
            self.stderr.write(f"The database cannot be used: {first_line(error)}")
        self.stdout.write(f"Serving {settings.BASE_URL} (Ctrl-C stops it)")
        self.stdout.flush()
        programs: dict[str, Callable[[], None]] = {
            "web": partial(
                server.run,
                host,
                settings.PORT,
                workers=env.int("WEB_WORKERS", default=min(4, os.cpu_count() or 1)),
                threads=env.int("WEB_THREADS", default=3),
            )
        }
        if not without_worker:
            programs["worker"] = work
        if settings.SMTP_PORT:
            programs["smtp"] = take_email
        os.environ.setdefault("PGAPPNAME", "helpdesk web")
        with shared_metrics():
            supervise(programs)
