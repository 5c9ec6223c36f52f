"""Pages by a cursor: nothing left out or shown twice, and none that is not ours."""

import base64
import json
from datetime import timedelta

import pytest

from tests.api.responses import errors_of, numbers
from tests.factories import NOON, LearnerFactory, open_ticket

pytestmark = pytest.mark.django_db


def every_page(api, query):
    """All numbers, page by page, as an integration walks through them."""
    response = api.get("tickets", query)
    found = numbers(response)
    while address := response.json()["next"]:
        response = api.get(address.partition("/api/v1/")[2])
        found += numbers(response)
    return found


def forged(*values):
    return base64.urlsafe_b64encode(json.dumps(values).encode()).decode()


def test_the_link_to_the_next_page_uses_the_products_address(api, team, settings):
    settings.BASE_URL = "https://helpdesk.example.com"  # though the request came in clear, from a proxy
    for _ in range(3):
        open_ticket(team)
    shown = api.get("tickets?limit=1&fields=number&fields=url").json()
    assert shown["next"].startswith("https://helpdesk.example.com/api/v1/tickets?limit=1&fields=number&fields=url&")
    assert shown["results"][0]["url"].startswith("https://helpdesk.example.com/t/")


@pytest.mark.parametrize(
    "ordering", ["requested_at", "-requested_at", "last_activity_at", "-last_activity_at", "urgency"]
)
def test_every_order_is_paginated_without_gaps_or_repetitions(api, team, ordering):
    tickets = [open_ticket(team, requested_at=NOON + timedelta(minutes=place % 3)) for place in range(7)]
    found = every_page(api, {"ordering": ordering, "limit": 2})
    assert sorted(found) == sorted(ticket.number for ticket in tickets)
    assert found == numbers(api.get("tickets", {"ordering": ordering}))


def test_a_search_is_paginated_too(api, team):
    learner = LearnerFactory(team=team, name="João")
    tickets = [open_ticket(team, learner=learner) for _ in range(5)]
    assert every_page(api, {"q": "joao", "limit": 2}) == [ticket.number for ticket in reversed(tickets)]


@pytest.mark.parametrize("cursor", ["x", "WyJ4Il0", "____", "é", "W" * 900])
def test_a_foreign_cursor_is_refused(api, cursor):
    for path in ("tickets", "tags", "learners", "saved-views", "members"):
        assert errors_of(api.get(path, {"cursor": cursor})) == [("cursor", "invalid")]


@pytest.mark.parametrize("number", [float("inf"), float("nan"), 10**18 * 10, -(10**30), 1.5, "1", True, None, [], {}])
def test_a_cursor_with_an_impossible_number_is_refused(api, number):
    for place in (["requested_at", NOON.isoformat(), number], ["urgency", number, NOON.isoformat(), 1]):
        response = api.get("tickets", {"ordering": place[0], "cursor": forged(*place)})
        assert errors_of(response) == [("cursor", "invalid")]
    assert errors_of(api.get("learners", {"cursor": forged("", number)})) == [("cursor", "invalid")]


@pytest.mark.parametrize(
    "moment",
    ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "2026-03-10", "2026-03-10T12:00:00", "", "now", 0, None],
)
def test_a_cursor_with_an_impossible_time_is_refused(api, moment):
    assert errors_of(api.get("tickets", {"cursor": forged("-requested_at", moment, 1)})) == [("cursor", "invalid")]


@pytest.mark.parametrize("text", ["a\0", "\ud83d", "x" * 500, 1, None])
def test_a_cursor_with_an_impossible_text_is_refused(api, text):
    assert errors_of(api.get("tags", {"cursor": forged("", text, 1)})) == [("cursor", "invalid")]


def test_a_cursor_of_another_order_is_refused(api, team):
    for _ in range(3):
        open_ticket(team)
    address = api.get("tickets", {"limit": 1}).json()["next"].partition("/api/v1/")[2]
    assert errors_of(api.get(f"{address}&ordering=urgency")) == [("cursor", "invalid")]
