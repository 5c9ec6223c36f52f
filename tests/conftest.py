"""What all tests share."""

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO
from urllib.parse import urlsplit, urlunsplit

import pytest
from django.conf import settings
from django.db import connection

from helpdesk.operations.encryption import encrypted_columns
from helpdesk.operations.server import end_with_parent
from tests.factories import MembershipFactory, TeamFactory


def pytest_sessionstart(session: pytest.Session) -> None:
    """Bring the compiled translations and static files up to date, once for all parallel workers."""
    if hasattr(session.config, "workerinput"):
        return
    from django.core.management import call_command

    from helpdesk.operations.management.commands.setup import compile_translations

    compile_translations()
    call_command("collectstatic", verbosity=0, interactive=False)


def free_port() -> int:
    """A port on which nothing listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def database_address() -> str:
    """The DATABASE_URL of the tests' own database."""
    parts = urlsplit(os.environ["DATABASE_URL"])
    return urlunsplit(parts._replace(path=f"/{connection.settings_dict['NAME']}"))


@contextmanager
def serving(*, worker: bool = False, log: IO[str] | None = None, **variables: str) -> Iterator[str]:
    """Run `manage.py serve`, with a worker if wished; gives its address.

    On the tests' own database, unless the variables name another.
    """
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    environment = os.environ | {"PORT": str(port), "BASE_URL": address, "WEB_WORKERS": "1"}
    environment |= variables or {"DATABASE_URL": database_address()}
    command = [sys.executable, str(settings.BASE_DIR / "manage.py"), "serve", *([] if worker else ["--without-worker"])]
    process = subprocess.Popen(command, env=environment, preexec_fn=end_with_parent, stderr=log)
    try:
        deadline = time.monotonic() + 30
        while True:
            try:
                urllib.request.urlopen(f"{address}/readyz", timeout=2)  # noqa: S310 - loopback
                break
            except OSError:
                assert time.monotonic() < deadline, "the server did not start"
                time.sleep(0.1)
        yield address
    finally:
        process.terminate()
        process.wait()


@pytest.fixture
def server(transactional_db):
    """The address of a `manage.py serve` of the test's own."""
    with serving() as address:
        yield address


@pytest.fixture
def team():
    return TeamFactory(slug="escola")


@pytest.fixture
def use_keys(settings):
    """Take other secret keys, as a process with another environment does."""

    def forget():
        for column in encrypted_columns():
            for name in ("keys", "f"):
                column.field.__dict__.pop(name, None)

    def use(current, *fallbacks):
        settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = current, list(fallbacks)
        forget()

    yield use
    forget()


@pytest.fixture
def agent(team):
    """Somebody of the team who works on tickets."""
    return MembershipFactory(team=team, user__name="João Pedro").user


@pytest.fixture
def page(client, agent):
    """The agent's browser, in English."""
    client.force_login(agent)
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    return client
