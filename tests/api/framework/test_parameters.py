"""Parameters in an address: lists of names, and invalid values."""

import pytest

from tests.factories import open_ticket, publish

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "query",
    [
        "fields=number,learner&expand=learner",
        "fields=number&fields=learner&expand=learner",
        "fields=number,learner&fields=number&expand=learner&expand=course",
        "fields=&fields=number,learner&expand=learner",
        "fields=number,%20learner,&expand=+learner",
        "fields=,number,,learner&expand=learner",
    ],
)
def test_a_list_parameter_may_be_repeated_or_comma_separated(api, team, query):
    ticket = open_ticket(team)
    for path in (f"tickets/{ticket.number}", "tickets", "tickets/changes"):
        response = api.get(f"{path}?{query}")
        assert response.status_code == 200, response.json()
        publish()
    shown = api.get(f"tickets/{ticket.number}?{query}").json()
    assert set(shown) == {"number", "learner"}
    assert shown["learner"]["email"] == ticket.learner.email


@pytest.mark.parametrize("query", ["limit=2&limit=3", "status=new&status=open", "fields=number&fields=secret"])
def test_a_single_parameter_cannot_be_repeated(api, query):
    assert api.get(f"tickets?{query}").status_code == 400


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"limit": 0}, "limit"),
        ({"limit": "many"}, "limit"),
        ({"limit": 10**30}, "limit"),
        ({"status": "lost"}, "status"),
        ({"fields": "number,secret"}, "fields"),
        ({"expand": "team"}, "expand"),
        ({"ordering": "pk"}, "ordering"),
        ({"updated_since": "yesterday"}, "updated_since"),
        ({"page": 2}, "page"),
        ({"q": "a\0b"}, "q"),
        ({"q": "a", "ordering": "requested_at"}, "ordering"),
        ({"status": "done", "ordering": "urgency"}, "ordering"),
        ({"folded": "true", "status": "to_do"}, "folded"),
        ({"requested_from": "2026-02-30"}, "requested_from"),
        ({"course": "abc"}, "course"),
    ],
)
def test_an_invalid_parameter_is_named(api, query, field):
    response = api.get("tickets", query)
    assert response.status_code == 400
    assert field in [error["field"].partition(".")[0] for error in response.json()["errors"]]
