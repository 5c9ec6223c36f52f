"""The servers that benchmarks run, with the same number of processes and threads: ours, and others for comparison."""

import os
import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path

from helpdesk.operations.server import end_with_parent

ROOT = Path(__file__).resolve().parent.parent
PORT = 8791
WORKERS, THREADS = "2", "3"
OURS = "from helpdesk.operations import server; server.run('127.0.0.1', {}, workers={}, threads={}, application='{}')"


def server_command(name, application):
    """The command of each server; only ours has the gateway."""
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    return {
        "ours": [sys.executable, "-c", OURS.format(PORT, WORKERS, THREADS, application)],
        "granian": [
            shutil.which("granian", path=path), "--interface", "wsgi", "--port", str(PORT), "--workers", WORKERS,
            "--blocking-threads", THREADS, "--http", "1", "--no-ws", "--log-level", "warning", application,
        ],
        "granian-asgi": [
            shutil.which("granian", path=path), "--interface", "asginl", "--port", str(PORT), "--workers", WORKERS,
            "--http", "1", "--no-ws", "--log-level", "warning", application,
        ],
        "gunicorn": [
            shutil.which("gunicorn", path=path), "-b", f"127.0.0.1:{PORT}", "-k", "gthread", "-w", WORKERS,
            "--threads", THREADS, "--log-level", "warning", application,
        ],
        "waitress": [
            shutil.which("waitress-serve", path=path), f"--listen=127.0.0.1:{PORT}", "--threads=6",
            "--connection-limit=1000", "--asyncore-use-poll", application,
        ],
    }[name]  # fmt: skip


def run_server(name, application, key=""):
    """Run a server, and wait until it accepts connections."""
    environment = os.environ | {"BENCHMARK_KEY": key, "PORT": str(PORT), "LOG_LEVEL": "ERROR"}
    process = subprocess.Popen(server_command(name, application), env=environment, cwd=ROOT, preexec_fn=end_with_parent)
    while True:
        try:
            socket.create_connection(("127.0.0.1", PORT), timeout=5).close()
            return process
        except OSError:
            time.sleep(0.1)
