"""pgbouncer, between a cluster's web servers and its database."""

import getpass
import os
import shutil
import socket
import subprocess
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from benchmarks.processes import end, wait_until
from helpdesk.operations.server import end_with_parent

PORT = 18100
CONFIGURATION = """
[databases]
helpdesk = {database}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {port}
unix_socket_dir =
auth_type = any
pool_mode = transaction
default_pool_size = 20
max_client_conn = 200
ignore_startup_parameters = options,extra_float_digits
logfile = {directory}/log
"""


class Pooler:
    """pgbouncer between web servers and database, if it is installed."""

    def __init__(self):
        self._program = os.environ.get("PGBOUNCER") or shutil.which("pgbouncer")
        self.variables, self._command, self._process = {}, [], None

    @contextmanager
    def running(self):
        """Run it, with `variables` pointing web servers at it; if it is not installed, at the database itself."""
        if not self._program:
            print("No pgbouncer: the web servers go to the database itself.")
            yield
            return
        address = urlsplit(os.environ["DATABASE_URL"])
        host = parse_qs(address.query).get("host", [address.hostname])[0]
        parts = {"host": host, "port": address.port, "user": address.username, "password": address.password}
        parts["dbname"] = address.path.strip("/")
        database = " ".join(f"{name}={value}" for name, value in parts.items() if value)
        with tempfile.TemporaryDirectory(prefix="pgbouncer-") as directory:
            file = Path(directory, "pgbouncer.ini")
            file.write_text(CONFIGURATION.format(database=database, port=PORT, directory=directory))
            self._user = Path(host).owner() if Path(host).is_dir() else getpass.getuser()  # who may open the socket
            shutil.chown(directory, self._user)
            self._command = [self._program, "-q", file]
            self._start()
            url = f"postgres://{address.username}@127.0.0.1:{PORT}/helpdesk"
            self.variables = {"DATABASE_URL": url, "PRIVATE_DATABASE_URL": "", "PREPARED_STATEMENTS": "false"}
            yield
            end(self._process)

    def _start(self):
        self._process = subprocess.Popen(self._command, user=self._user, preexec_fn=end_with_parent)
        wait_until(lambda: socket.create_connection(("127.0.0.1", PORT), 1).close() is None)

    def kill(self, is_back):
        """Kill it and restart it after a second; returns the seconds until `is_back` is true."""
        self._process.kill()
        self._process.wait()
        begun = time.monotonic()
        time.sleep(1)
        self._start()
        wait_until(is_back)
        return time.monotonic() - begun
