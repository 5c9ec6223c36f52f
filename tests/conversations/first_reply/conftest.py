"""A team with first replies, and a learner who has just asked for help."""

from datetime import timedelta

import pytest
from django.utils import timezone

from helpdesk.tickets.actor import Actor
from tests.factories import ActivityFactory, LearnerFactory, open_ticket, publish


@pytest.fixture
def conceicao(team):
    return LearnerFactory(team=team, name="Conceição Santos", email="conceicao@example.com")


@pytest.fixture
def ask_for_help(team, course, conceicao, first_reply):
    """A help request as events create it, after a worker has processed it."""

    def make(learner=None, **fields):
        fields.setdefault("requested_at", timezone.now())
        fields.setdefault("course", course)
        ticket = open_ticket(team, learner=learner or conceicao, **fields)
        publish()
        return ticket

    return make


@pytest.fixture
def published_request(ask_for_help, team, conceicao, course):
    for days, title in ((3, "Temperagem"), (2, "Embalagem"), (1, "Ovos recheados"), (4, "Boas-vindas")):
        at = timezone.now() - timedelta(days=days)
        ActivityFactory(team=team, learner=conceicao, course=course, lesson_title=title, occurred_at=at)
    return ask_for_help()


@pytest.fixture
def learner_actor(conceicao):
    return Actor.learner(conceicao)
