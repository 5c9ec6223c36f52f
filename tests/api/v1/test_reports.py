"""The figures of reports in the API."""

from datetime import timedelta

import pytest
from django.utils import timezone

from helpdesk.conversations.actions.incoming_messages import IncomingMessage
from helpdesk.conversations.actions.ratings import rate_ticket
from helpdesk.conversations.actions.receiving import receive_message
from helpdesk.conversations.actions.replies import reply
from helpdesk.conversations.models import QuestionRequest
from helpdesk.tickets import actions
from helpdesk.tickets.actor import Actor
from helpdesk.tickets.models import Status
from tests.factories import LearnerFactory, UserFactory, open_ticket
from tests.tickets.reading import fresh

pytestmark = pytest.mark.django_db
OF_REQUESTS = ["summary", "days", "times", "courses", "backlog", "members", "hours"]
REPORTS = [*OF_REQUESTS, "questions", "first-replies", "topics", "lesson-topics", "ratings"]


@pytest.mark.parametrize("name", OF_REQUESTS)
def test_figures_match_the_page(api, team, name):
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
def test_invalid_days_are_named(api, name, query):
    response = api.get(f"reports/{name}", query)
    assert response.status_code == 400
    assert response.json()["errors"]


def test_reports_about_questions_first_replies_and_ratings_are_returned(api, team, agent):
    """Of two tickets, one of which learner and team said something about."""
    ticket, other = (open_ticket(team, learner=LearnerFactory(team=team)) for _time in range(2))
    now = timezone.now()
    for each, state, reason in ((ticket, "sent", ""), (other, "not_sent", "switched_off")):
        answered = now + timedelta(minutes=5) if state == "sent" else None
        QuestionRequest.objects.create(
            team=team, ticket=each, state=state, reason=reason, due_at=now, decided_at=now, answered_at=answered
        )
    learner = Actor.learner(ticket.learner)
    receive_message(ticket, learner, IncomingMessage("Não abre", "page", trust="link", topic="video"))
    actions.take_ticket(fresh(ticket), Actor.person(agent))
    actions.resolve_ticket(fresh(ticket), Actor.person(agent))
    rate_ticket(fresh(ticket), learner, 1, "")
    day = {"first": "2026-03-01", "last": "2026-03-31"}
    found = api.get("reports/questions", day).json()
    assert (found["tickets"], found["known"]) == (2, 1)
    assert {row["origin"]: row["tickets"] for row in found["results"] if row["tickets"]} == {"first_reply": 1}
    found = api.get("reports/first-replies", day).json()
    assert found.pop("results") == [{"reason": "switched_off", "tickets": 1}]
    assert found == {"sent": 1, "answered": 1, "median_answer": 300, "not_sent": 1}
    rows = api.get("reports/topics", day).json()["results"]
    assert rows == [{"course": ticket.course_id, "topic": "video", "tickets": 1}]
    rows = api.get("reports/lesson-topics", day).json()["results"]
    assert rows == [{"lesson": None, "topic": "video", "tickets": 1}]
    assert api.get("reports/ratings", day).json()["results"] == []  # it was resolved today
    rows = api.get("reports/ratings", {"days": 2}).json()["results"]
    assert rows == [{"member": agent.pk, "good": 0, "ok": 0, "bad": 1}]
    assert api.get("reports/questions", day | {"course": "none"}).json()["tickets"] == 0
