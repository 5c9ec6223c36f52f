"""Fixtures and hooks for all tests."""

import gc
import os
import time
from contextlib import contextmanager
from unittest import mock

import hypothesis
import pytest
from django.conf import settings
from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.core.management import call_command
from django.db import connection
from django.test import Client, TransactionTestCase
from django.utils import translation
from whitenoise import WhiteNoise

from helpdesk.bulk import steps
from helpdesk.notifications.models import PushKey
from helpdesk.operations.encryption import encrypted_columns
from tests.databases import busy_connections, empty_database, migrated_template, undone
from tests.folders import folders_in
from tests.logins import force_login, log_in
from tests.servers import serving

pytest_plugins = ["tests.people", "tests.url_objects"]
PBKDF2PasswordHasher.iterations = 1_000  # instead of a million, which take a quarter of a second
Client.force_login = force_login  # type: ignore[method-assign, assignment]
hypothesis.settings.register_profile(
    "any machine",  # slow generation of examples depends on the machine and says nothing about the code
    hypothesis.settings.default,
    deadline=None,
    suppress_health_check=[hypothesis.HealthCheck.too_slow],
)
hypothesis.settings.load_profile("any machine")


def pytest_sessionstart(session: pytest.Session) -> None:
    """Collect the static files, once for all parallel workers."""
    if hasattr(session.config, "workerinput"):
        return
    call_command("collectstatic", verbosity=0, interactive=False)
    if session.config.getoption("numprocesses", None):
        gc.enable()  # only the workers collect tests, and they enable it afterwards


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers():
    """One process more than there are cores, because some tests wait for other processes."""
    return len(os.sched_getaffinity(0)) + 1 if hasattr(os, "sched_getaffinity") else None


def pytest_collection_modifyitems(items):
    """Run slow tests first, so that the last ones to finish are quick.

    `make browser-test` collects only its own folder, which halves the time, so browser tests must be there.
    """
    strays = [item.nodeid for item in items if item.get_closest_marker("browser") and "browser" not in item.path.parts]
    if strays:
        raise pytest.UsageError(f"Tests that drive a browser belong into tests/browser/: {strays}")
    items.sort(key=lambda item: item.get_closest_marker("slow") is None)


def pytest_collection_finish(session):
    """Exclude everything that exists by now from garbage collection, and collect rarely.

    Django's pages leave little for the collector to find, and Python's default frequency takes a tenth of the time.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 50, 100)
    gc.enable()


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix):
    """Let pytest-django create the tests' database from a migrated template."""
    connection.settings_dict["TEST"]["TEMPLATE"] = migrated_template()


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """Start without the rows that set-up creates, as after every test that commits."""
    with django_db_blocker.unblock():
        PushKey.objects.all().delete()
    yield
    gc.collect()  # also closes the connections of threads that have ended, such as those of jobs


@pytest.fixture(scope="session", autouse=True)
def _committed_rows_are_deleted():
    """Replace pytest-django's cleanup after tests that commit with a faster one."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", lambda case: empty_database())
        yield


@pytest.fixture(scope="session", autouse=True)
def _static_files_are_found_once():
    """Search the static files once; otherwise every test client would, at its first request."""
    find, found = WhiteNoise.update_files_dictionary, {}

    def find_once(whitenoise, root, prefix):
        if (root, prefix) not in found:
            find(whitenoise, root, prefix)
            found[root, prefix] = whitenoise.files
        whitenoise.files = found[root, prefix]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(WhiteNoise, "update_files_dictionary", find_once)
        yield


@pytest.fixture(autouse=True)
def _process_is_given_back():
    """Restore environment variables and language, which code under test may change for the whole process."""
    with mock.patch.dict(os.environ), translation.override(settings.LANGUAGE_CODE):
        yield


@pytest.fixture
def case(subtests, db):
    """`with case(name=…):` runs each of several cases from the test's state, and names the case that fails."""

    @contextmanager
    def one(**names):
        with subtests.test(**names), undone():
            yield

    return one


@pytest.fixture(scope="session")
def running_server(django_db_setup, django_db_blocker):
    """The address of a server for all tests; it keeps nothing from earlier tests, whose rows are deleted and keys not
    reused.
    """
    with django_db_blocker.unblock(), serving() as address:
        yield address


@pytest.fixture
def server(transactional_db, running_server):
    """The shared server; the test's teardown waits until it has answered its last requests."""
    yield running_server
    deadline = time.monotonic() + 10
    while busy_connections() and time.monotonic() < deadline:
        time.sleep(0.02)


@pytest.fixture
def own_folders(settings, tmp_path):
    """Store files in folders of this test alone; returns their parent."""
    for name, value in folders_in(tmp_path).items():
        setattr(settings, name, value)
    return tmp_path


@pytest.fixture
def use_keys(settings):
    """A function that sets other secret keys, as in a process with another environment."""

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
def page(client, request):
    """A browser in English of the agent, or of the person in `@pytest.mark.page_of("owner")`."""
    marker = request.node.get_closest_marker("page_of")
    log_in(client, request.getfixturevalue(marker.args[0] if marker else "agent"))
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    return client


@pytest.fixture
def one_step(monkeypatch):
    """Let one step cover a whole bulk change, however busy the machine is."""
    monkeypatch.setattr(steps, "STEP", 60)


@pytest.fixture
def in_english():
    """Texts outside of requests are in English."""
    with translation.override("en"):
        yield


@pytest.fixture
def installation_in_english(settings, in_english):
    """Texts outside of requests, and those for people who have chosen no language, are in English."""
    settings.LANGUAGE_CODE = "en"
