"""Which activity is due to go."""

from datetime import timedelta

import pytest

from helpdesk.courses.models import LearnerActivity
from helpdesk.courses.retention import RETAINED, due, forget
from tests.factories import NOON, ActivityFactory, TeamFactory


@pytest.mark.django_db
def test_older_activities_are_due_oldest_first_and_deleted_alone(team, ticket):
    times = [NOON - timedelta(hours=1), NOON - timedelta(hours=2), NOON]
    newer, older, kept = [ActivityFactory(team=team, learner=ticket.learner, occurred_at=at) for at in times]
    ActivityFactory(team=TeamFactory(), occurred_at=times[1])
    assert list(due(team.pk, NOON)) == [older, newer]
    forget([older.pk, newer.pk])
    assert list(LearnerActivity.objects.filter(team=team)) == [kept]
    forget([])
    assert LearnerActivity.objects.count() == 2
    ticket.refresh_from_db()


def test_activities_are_kept_for_two_years_by_default():
    (retained,) = RETAINED
    assert (retained.name, retained.default_days) == ("activities", 730)
