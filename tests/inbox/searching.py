"""Creates tickets of people with given names, and reads which are listed or found."""

from datetime import timedelta

from django.utils import timezone

from tests.factories import LearnerFactory, open_ticket


def ask(team, name, email="", *, minutes=10, **fields):
    learner = LearnerFactory(team=team, name=name, **({"email": email} if email else {}))
    fields.setdefault("requested_at", timezone.now() - timedelta(minutes=minutes))
    return open_ticket(team, learner=learner, **fields)


def found(page, **query):
    response = page.get("/t/escola/", query)
    assert response.status_code == 200
    return {row.learner.name for group in response.context["groups"] for row in group.rows}


def listed(page, query):
    """The tickets shown in the list."""
    return page.get(f"/t/escola/?{query}").context["page"].tickets
