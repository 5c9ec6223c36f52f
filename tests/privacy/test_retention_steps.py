"""Due data is found by an index, in turns, and one failure does not stop the rest."""

import time
from dataclasses import replace

import pytest

from helpdesk.courses.models import LearnerActivity
from helpdesk.privacy import forgetting
from helpdesk.privacy.retention import retained
from helpdesk.privacy.tasks import forget_old
from tests.factories import ActivityFactory, LearnerFactory, TeamFactory
from tests.plans import plan_without
from tests.privacy.keeping import days_ago, keep

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_folders", "in_english")]


@pytest.fixture
def activities(monkeypatch):
    """The kind of them, the only one, two rows at once."""
    kind = replace(next(each for each in retained() if each.name == "activities"), batch=2)
    monkeypatch.setattr(forgetting, "retained", lambda: (kind,))
    return kind


def add_old_activities(team, count):
    """So many, 31 days old."""
    for _ in range(count):
        ActivityFactory(team=team, learner=LearnerFactory(team=team), occurred_at=days_ago(31))


def test_an_error_in_one_kind_does_not_stop_the_others(team, monkeypatch, caplog, activities):
    keep(team, "activities", 30)
    add_old_activities(team, 3)
    broken = replace(activities, name="broken", due=lambda *args: 1 / 0)
    monkeypatch.setattr(forgetting, "retained", lambda: (broken, activities))
    keep(team, "broken", 30)
    forget_old()
    assert f"Retention of broken in team {team.pk} stopped: ZeroDivisionError" in caplog.text
    assert not LearnerActivity.objects.exists()


def test_it_continues_where_it_was_interrupted(team, activities):
    keep(team, "activities", 30)
    add_old_activities(team, 5)
    assert not forgetting.forget_of_team(team, deadline=0)  # its time is over after a step
    assert LearnerActivity.objects.count() == 3
    assert forgetting.forget_of_team(team, deadline=time.monotonic() + 60)
    assert not LearnerActivity.objects.exists()


def test_teams_are_processed_in_turn(team, activities):
    other = TeamFactory()
    for each in (team, other):
        keep(each, "activities", 30)
        add_old_activities(each, 2)
    assert forgetting.forget_of_teams(0, seconds=0) == min(team.pk, other.pk)
    assert forgetting.forget_of_teams(other.pk, seconds=60) is None
    assert set(LearnerActivity.objects.values_list("team", flat=True)) <= {team.pk}


PLANS = {
    "activities": "activity_oldest",
    "tickets": "ticket_old_words",
    "emails": "inbound_with_bytes",
    "audit_log": "audit_event_newest",
    "api_reads": "learner_read_newest",
    "webhook_log": "subscription_delivery_oldest",
    "deliveries": "delivery_of_team",
}


@pytest.mark.parametrize("name", PLANS)
def test_due_rows_are_found_by_index(team, name):
    kind = next(each for each in retained() if each.name == name)
    rows = kind.due(team.pk, days_ago(30))
    if kind.is_walk:
        rows = rows.filter(pk__gt=1)
    plan = plan_without(rows.values("pk")[: kind.batch], "seqscan", "sort")
    assert PLANS[name] in plan, plan
