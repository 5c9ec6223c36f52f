"""A database that freezes, goes away and is migrated while the real server runs."""

import time
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from tests.operations.own_postgres import OwnPostgres
from tests.servers import serving
from webhooks.signature import sign

SECONDS = 12  # "within seconds", on a busy machine
VISITOR = {"cookie": "sessionid=abcdefghijklmnopqrstuvwxyz012345"}
PAGE, API = "/", "/api/v1/tickets"


@pytest.fixture(scope="module")
def database():
    database = OwnPostgres()
    yield database
    database.remove()


@pytest.fixture(scope="module")
def log(tmp_path_factory):
    return tmp_path_factory.mktemp("log") / "serve.log"


@pytest.fixture(scope="module")
def server_of_database(database, log):
    with log.open("w") as stream, serving(log=stream, **database.environment) as address:
        yield address


def get(address):
    return httpx.get(address, headers=VISITOR | {"authorization": "Bearer hdt_x"}, timeout=30)


def post_event(server):
    body = b'{"event": "ping", "data": {}}'
    headers = {"x-signature": sign(body, "a key")}
    return httpx.post(f"{server}/webhooks/eduzz/abc/", content=body, headers=headers, timeout=30)


def ask_all(server):
    """The answers to a page, to the API and to an event, asked for at the same moment; each within seconds."""
    started = time.monotonic()
    with ThreadPoolExecutor(3) as pool:
        asked = pool.submit(get, server + PAGE), pool.submit(get, server + API), pool.submit(post_event, server)
        answers = [answer.result() for answer in asked]
    assert time.monotonic() - started < SECONDS
    return answers


def all_is_well(server):
    return [answer.status_code for answer in ask_all(server)] == [302, 401, 404]


def comes_back(server):
    deadline = time.monotonic() + SECONDS
    while not all_is_well(server):
        assert time.monotonic() < deadline
        time.sleep(0.1)
    return True


def says_that_the_database_is_away(server):
    page, problem, event = ask_all(server)
    assert (page.status_code, page.headers["content-type"]) == (503, "text/html; charset=utf-8")
    assert "503" in page.text
    assert (problem.status_code, problem.headers["content-type"]) == (503, "application/problem+json")
    assert problem.json()["type"] == "/api/v1/docs#unavailable"
    assert (event.status_code, event.json()["status"]) == (503, "unavailable")
    return all("retry-after" in answer.headers for answer in (page, problem, event))


@pytest.mark.slow
def test_a_frozen_database_is_a_503_within_seconds_and_service_resumes(server_of_database, database):
    assert all_is_well(server_of_database)
    with database.frozen():
        assert says_that_the_database_is_away(server_of_database)  # over connections that were there
        assert says_that_the_database_is_away(server_of_database)  # and over new ones
    assert comes_back(server_of_database)


def test_a_stopped_database_is_a_503_at_once_and_service_resumes(server_of_database, database, log):
    assert all_is_well(server_of_database)
    with database.stopped():
        assert says_that_the_database_is_away(server_of_database)
        said = log.read_text()
        for _ in range(30):
            assert get(server_of_database + PAGE).status_code == get(server_of_database + API).status_code == 503
        assert len(log.read_text()) - len(said) < 2000
    assert comes_back(server_of_database)
    assert "Traceback" not in log.read_text()


def test_a_connection_closed_by_the_database_is_reopened_without_an_error(server_of_database, database):
    assert all_is_well(server_of_database)
    database.end_connections()
    time.sleep(0.5)
    assert all_is_well(server_of_database)


def test_a_column_that_changes_while_serving_causes_no_errors(server_of_database, database):
    for _ in range(8):
        assert all_is_well(server_of_database)
    with database.connect() as connection:
        connection.execute("ALTER TABLE django_session ALTER session_data TYPE varchar")
    assert all_is_well(server_of_database)
