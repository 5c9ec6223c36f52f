"""Tickets of people with a name, and who is found."""

from datetime import timedelta

from django.utils import timezone

from tests.factories import LearnerFactory, open_ticket


def ask(team, name, email="", **fields):
    learner = LearnerFactory(team=team, name=name, **({"email": email} if email else {}))
    fields.setdefault("requested_at", timezone.now() - timedelta(minutes=9))
    return open_ticket(team, learner=learner, **fields)


def found(page, **query):
    response = page.get("/t/escola/", query)
    assert response.status_code == 200
    return {row.learner.name for group in response.context["groups"] for row in group.rows}
