"""What all tests share."""

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

from helpdesk.notifications.models import PushKey
from helpdesk.operations.encryption import encrypted_columns
from tests.databases import busy_connections, empty_database, migrated_template, undone
from tests.folders import folders_in
from tests.logins import force_login, log_in
from tests.servers import serving

pytest_plugins = ["tests.people", "tests.things"]
PBKDF2PasswordHasher.iterations = 1_000  # of a million, which take a quarter of a second
Client.force_login = force_login  # type: ignore[method-assign, assignment]
hypothesis.settings.register_profile(
    "any machine",  # how long examples take to be invented says how busy it is, and nothing of what is tested
    hypothesis.settings.default,
    deadline=None,
    suppress_health_check=[hypothesis.HealthCheck.too_slow],
)
hypothesis.settings.load_profile("any machine")


def pytest_sessionstart(session: pytest.Session) -> None:
    """Bring the static files up to date, once for all parallel workers."""
    if hasattr(session.config, "workerinput"):
        return
    call_command("collectstatic", verbosity=0, interactive=False)
    if session.config.getoption("numprocesses", None):
        gc.enable()  # the workers collect the tests


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers():
    """One process more than there are cores, since some tests wait for other processes and leave a core idle."""
    return len(os.sched_getaffinity(0)) + 1 if hasattr(os, "sched_getaffinity") else None


def pytest_collection_modifyitems(items):
    """What takes long is begun first, so that at the end no core waits for it alone.

    `make browser-test` collects its folder alone, which spares it half the time: none may lie elsewhere.
    """
    strays = [item.nodeid for item in items if item.get_closest_marker("browser") and "browser" not in item.path.parts]
    if strays:
        raise pytest.UsageError(f"Tests that drive a browser belong into tests/browser/: {strays}")
    items.sort(key=lambda item: item.get_closest_marker("slow") is None)


def pytest_collection_finish(session):
    """What is there by now stays, and is not looked through again for garbage; that of the tests is, but seldom.

    A page of Django's leaves little that only the collector finds, and to look as often as Python does of itself takes
    a tenth of the time.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 50, 100)
    gc.enable()


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix):
    """What pytest-django copies to make the tests' database."""
    connection.settings_dict["TEST"]["TEMPLATE"] = migrated_template()


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """Without what set-up makes beside the tables, as it is after every test that commits."""
    with django_db_blocker.unblock():
        PushKey.objects.all().delete()
    yield
    gc.collect()  # it alone closes the connections of threads that have ended, such as those of jobs, and looks seldom


@pytest.fixture(scope="session", autouse=True)
def _committed_rows_are_deleted():
    """What pytest-django does after a test that commits, in less time."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", lambda case: empty_database())
        yield


@pytest.fixture(scope="session", autouse=True)
def _static_files_are_found_once():
    """They are the same for each client, which would look through hundreds of them at its first request."""
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
    """A command's variables and a request's language are those of their process, which is here that of all tests."""
    with mock.patch.dict(os.environ), translation.override(settings.LANGUAGE_CODE):
        yield


@pytest.fixture
def case(subtests, db):
    """`with case(name=…):` around each of many that begin in the test's world; a failure tells the names."""

    @contextmanager
    def one(**names):
        with subtests.test(**names), undone():
            yield

    return one


@pytest.fixture(scope="session")
def running_server(django_db_setup, django_db_blocker):
    """The server's address; it keeps nothing of a test that was, since its rows are gone and keys do not come again."""
    with django_db_blocker.unblock(), serving() as address:
        yield address


@pytest.fixture
def server(transactional_db, running_server):
    """The shared server; when the test ends, it is waited for until it has answered what it was asked last."""
    yield running_server
    deadline = time.monotonic() + 10
    while busy_connections() and time.monotonic() < deadline:
        time.sleep(0.02)


@pytest.fixture
def own_folders(settings, tmp_path):
    """Files are stored where no other test's are; gives the folder."""
    for name, value in folders_in(tmp_path).items():
        setattr(settings, name, value)
    return tmp_path


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
def page(client, request):
    """The browser, in English, of the agent, or of whom `@pytest.mark.page_of("owner")` names."""
    marker = request.node.get_closest_marker("page_of")
    log_in(client, request.getfixturevalue(marker.args[0] if marker else "agent"))
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    return client


@pytest.fixture
def in_english():
    """What is said outside of a request."""
    with translation.override("en"):
        yield


@pytest.fixture
def installation_in_english(settings, in_english):
    """What is said outside of a request, and to whom has chosen no language."""
    settings.LANGUAGE_CODE = "en"
