"""The figures of reports in the API."""

import pytest

from helpdesk.conversations.actions.replies import reply
from helpdesk.tickets.actor import Actor
from helpdesk.tickets.models import Status
from tests.factories import LearnerFactory, UserFactory, open_ticket

pytestmark = pytest.mark.django_db
REPORTS = ["summary", "days", "times", "courses", "backlog", "members", "hours"]


@pytest.mark.parametrize("name", REPORTS)
def test_figures_are_those_of_the_page(api, team, name):
    ticket = open_ticket(team, learner=LearnerFactory(team=team, email="mariana@example.com"))
    reply(ticket, Actor.person(UserFactory()), "Oi!", then=Status.RESOLVED)
    query = {"first": "2026-03-01", "last": "2026-03-31", "course": ticket.course_id}
    shown = api.get(f"reports/{name}", query).json()
    rows = {
        "summary": lambda: shown["now"]["requests"] == 1 and shown["before"]["requests"] == 0,
        "days": lambda: len(shown["results"]) == 31 and shown["results"][9] == {"day": "2026-03-10", "requests": 1},
        "times": lambda: shown["results"][0]["start"] == "2026-03-10" and shown["results"][0]["median_response"] > 0,
        "courses": lambda: shown["results"] == [{"course": ticket.course_id, "requests": 1}],
        "backlog": lambda: len(shown["results"]) == 6,
        "members": lambda: shown["results"][0]["given"] == 1,
        "hours": lambda: shown["results"] == [{"weekday": 2, "hour": 9, "requests": 1}],
    }
    assert rows[name]()


@pytest.mark.parametrize("name", REPORTS)
@pytest.mark.parametrize(
    "query",
    [
        {"first": "2026-03-02", "last": "2026-03-01"},
        {"first": "2020-01-01"},
        {"last": "0001-01-01"},
        {"first": "9999-12-31"},
        {"days": 0},
        {"days": 10**20},
    ],
)
def test_days_that_make_no_sense_are_named(api, name, query):
    response = api.get(f"reports/{name}", query)
    assert response.status_code == 400
    assert response.json()["errors"]
