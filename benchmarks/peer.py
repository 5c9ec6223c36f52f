"""django-helpdesk for comparison, in its own environment, on the same PostgreSQL, with as many processes.

It is installed if it is missing, and not part of our requirements; peer_project/project.py runs in it.
"""

import json
import os
import socket
import subprocess
import sys
import time
from pathlib import Path

from django.conf import settings
from django.db import connection

from benchmarks.servers import PORT, THREADS, WORKERS
from helpdesk.operations.server import end_with_parent

PROJECT = Path(__file__).resolve().parent / "peer_project"  # no package, since ours would shadow theirs
PACKAGES = ["django-helpdesk==2.6.1", "granian", "psycopg[binary]"]
DATABASE = "peer"


def prepare(tickets):
    """Its pages' addresses by name, and a logged-in session; installs and seeds it first."""
    _install()
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE])
        if not cursor.fetchone():
            cursor.execute(f"CREATE DATABASE {DATABASE}")
    command = [_environment() / "bin" / "python", "project.py", str(tickets)]
    told = subprocess.run(command, cwd=PROJECT, env=_variables(), check=True, stdout=subprocess.PIPE, text=True).stdout
    found = json.loads(told.splitlines()[-1])
    return found["pages"], found["session"]


def run():
    """Run its server, and wait until it accepts connections."""
    command = [
        _environment() / "bin" / "granian", "--interface", "wsgi", "--port", str(PORT), "--workers", WORKERS,
        "--blocking-threads", THREADS, "--http", "1", "--no-ws", "--log-level", "warning", "project:application",
    ]  # fmt: skip
    process = subprocess.Popen(command, cwd=PROJECT, env=_variables(), preexec_fn=end_with_parent)
    while True:
        try:
            socket.create_connection(("127.0.0.1", PORT), timeout=5).close()
            return process
        except OSError:
            time.sleep(0.1)


def _environment():
    return Path(settings.VAR_DIR).resolve() / "peer"


def _install():
    if (_environment() / "installed").exists():
        return
    print("Installing django-helpdesk …", flush=True)
    subprocess.run([sys.executable, "-m", "venv", _environment()], check=True)
    subprocess.run([_environment() / "bin" / "python", "-m", "pip", "install", "--quiet", *PACKAGES], check=True)
    (_environment() / "installed").touch()


def _variables():
    connection.ensure_connection()
    now = connection.connection.info
    database = {"HOST": now.host, "PORT": now.port, "USER": now.user, "PASSWORD": now.password}
    own = {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}
    return own | {"PEER_DATABASE": json.dumps(database | {"NAME": DATABASE})}
