"""Somebody whose session has expired."""

import pytest

from tests.teams.interrupted.browsing import end_session, person


@pytest.fixture
def ana(team):
    return person(team, "ana@example.com")


@pytest.fixture
def logged_out(client, ana):
    """A browser whose session has expired."""
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    client.force_login(ana)
    assert client.get("/t/escola/").status_code == 200
    end_session(client)
    return client
