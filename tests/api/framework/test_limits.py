"""How often a token, a person and a team may ask in a minute."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from helpdesk.api.models import RateWindow
from helpdesk.api.tasks import forget_rate_windows
from tests.factories import MembershipFactory, open_ticket

pytestmark = pytest.mark.django_db


@pytest.fixture
def session_browser(team):
    """The session of an agent."""
    browser = Client()
    browser.force_login(MembershipFactory(team=team).user)
    browser.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    return browser


@pytest.fixture(autouse=True)
def one_minute(monkeypatch):
    """No test runs from one minute into the next."""
    if (left := 59 - timezone.now().second) < 5:
        import time

        time.sleep(left + 1)


def refused(response):
    assert response.status_code == 429
    assert response.json()["type"] == "/api/v1/docs#too-many-requests"
    assert 0 < int(response["Retry-After"]) <= 60
    return response.json()["detail"]


def test_a_token_is_limited_per_minute(api, settings):
    settings.API_RATE_PER_MINUTE = 3
    for remaining in ("2", "1", "0"):
        response = api.get("tickets")
        assert response.status_code == 200
        assert response["RateLimit-Remaining"] == remaining
        assert response["RateLimit-Limit"] == "3"
        assert 0 < int(response["RateLimit-Reset"]) <= 60
    assert refused(api.get("tickets")) == "This token has used up its requests for this minute."


def test_tokens_are_limited_separately(api, reader, settings):
    settings.API_RATE_PER_MINUTE = 1
    assert api.get("tickets").status_code == 200
    assert reader.get("tickets").status_code == 200


def test_a_person_in_a_session_is_limited_too(api, session_browser, settings):
    settings.API_RATE_PER_MINUTE = 1
    response = session_browser.get("/api/v1/tickets")
    assert (response.status_code, response["RateLimit-Limit"], response["RateLimit-Remaining"]) == (200, "1", "0")
    assert refused(session_browser.get("/api/v1/tickets")) == "You have used up your requests for this minute."
    assert api.get("tickets").status_code == 200


def test_tokens_and_sessions_of_a_team_share_a_limit(api, reader, session_browser, stranger, settings):
    settings.API_RATE_PER_MINUTE_OF_TEAM = 3
    assert api.get("tickets").status_code == 200
    assert reader.get("tickets").status_code == 200
    response = session_browser.get("/api/v1/tickets")
    assert (response["RateLimit-Limit"], response["RateLimit-Remaining"]) == ("3", "0")
    for client in (api, reader):
        assert refused(client.get("tickets")) == "Your team has used up its requests for this minute."
    assert session_browser.get("/api/v1/tickets").status_code == 429
    assert stranger.get("tickets").status_code == 200


def test_refused_requests_of_a_token_do_not_use_up_the_teams_limit(api, reader, settings):
    settings.API_RATE_PER_MINUTE, settings.API_RATE_PER_MINUTE_OF_TEAM = 2, 4
    for _ in range(10):
        api.get("tickets")
    assert reader.get("tickets").status_code == 200
    assert reader.get("tickets")["RateLimit-Remaining"] == "0"


def test_the_count_restarts_every_minute_and_old_ones_are_deleted(api, team, settings):
    settings.API_RATE_PER_MINUTE = 1
    open_ticket(team)
    api.get("tickets")
    assert api.get("tickets").status_code == 429
    RateWindow.objects.update(started_at=timezone.now() - timedelta(minutes=1))
    assert api.get("tickets").status_code == 200
    RateWindow.objects.filter(client__startswith="team:").update(started_at=timezone.now() - timedelta(hours=2))
    forget_rate_windows(0)
    assert [window.client.partition(":")[0] for window in RateWindow.objects.all()] == ["token"]
