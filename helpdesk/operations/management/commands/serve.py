"""`manage.py serve`: the production server."""

import os
from typing import Any

import environ
from django.conf import settings
from django.core.management import BaseCommand, CommandError

from helpdesk.operations import server


class Command(BaseCommand):
    """Serve on HOST and PORT with WEB_WORKERS processes of WEB_THREADS threads, until SIGINT or SIGTERM."""

    help = "Run the production server."

    def handle(self, **options: Any) -> None:
        """Check the address, then serve."""
        env = environ.Env()
        host: str = env.str("HOST", default="127.0.0.1")
        if not server.is_port_free(host, settings.PORT):
            raise CommandError(f"Port {settings.PORT} of {host} is in use or not permitted; choose another with PORT=…")
        self.stdout.write(f"Serving {settings.BASE_URL} (Ctrl-C stops it)")
        self.stdout.flush()
        server.run(
            host,
            settings.PORT,
            workers=env.int("WEB_WORKERS", default=min(4, os.cpu_count() or 1)),
            threads=env.int("WEB_THREADS", default=3),
        )
