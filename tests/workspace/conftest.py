"""A course, in which learners ask for help, and who answers."""

from datetime import timedelta

import pytest
from django.utils import timezone

from tests.factories import LearnerFactory, open_ticket


@pytest.fixture
def asked(team, course):
    """What learners asked for, so many hours ago, by their names."""

    def make(name="Conceição Santos", hours=2.0, **fields):
        at = timezone.now() - timedelta(hours=hours)
        learner = fields.pop("learner", None) or LearnerFactory(team=team, name=name)
        fields.setdefault("course", course)
        return open_ticket(team, learner=learner, requested_at=at, received_at=at, **fields)

    return make
