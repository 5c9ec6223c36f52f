"""Learners and their activities in the API."""

from datetime import timedelta

import pytest
from django.utils import timezone

from helpdesk.courses.actions import rename
from tests.api.responses import results
from tests.factories import NOON, ActivityFactory, LearnerFactory, MembershipFactory

pytestmark = pytest.mark.django_db


def test_a_learner_is_found_by_address_with_their_activities(api, team):
    learner = LearnerFactory(team=team, email="m@example.com")
    for minutes in range(3):
        ActivityFactory(team=team, learner=learner, occurred_at=NOON + timedelta(minutes=minutes))
    (shown,) = results(api.get("learners", {"email": "M@example.com"}))
    assert shown["id"] == learner.pk
    first = api.get(f"learners/{learner.pk}/activities", {"limit": 2, "expand": "course"}).json()
    assert [step["occurred_at"] for step in first["results"]] == ["2026-03-10T12:02:00Z", "2026-03-10T12:01:00Z"]
    assert first["results"][0]["course"]["title"] == "Confeitaria do zero"
    (last,) = results(api.get(first["next"].partition("/api/v1/")[2]))
    assert last["occurred_at"] == "2026-03-10T12:00:00Z"


def test_a_learners_phone_number_can_be_set_and_removed(api, team):
    learner = LearnerFactory(team=team)
    assert api.patch(f"learners/{learner.pk}", {"phone": "(11) 91234-5678"}).json()["phone"] == "5511912345678"
    wrong = api.patch(f"learners/{learner.pk}", {"phone": "12"})
    assert wrong.status_code == 422
    assert wrong.json()["errors"][0]["field"] == "phone"
    assert api.patch(f"learners/{learner.pk}", {"name": "x"}).status_code == 422
    assert api.patch(f"learners/{learner.pk}", {"phone": ""}).json()["phone"] == ""


def test_learners_can_be_filtered_by_update(api, team, client):
    quiet, renamed, called, paged = (LearnerFactory(team=team, name=name) for name in ("Ana", "Bia", "Caio", "Davi"))
    since = timezone.now().isoformat()
    rename(renamed, "Beatriz", renamed.named_at + timedelta(days=1))
    rename(quiet, "Anna", quiet.named_at - timedelta(days=1))  # an older event
    assert api.patch(f"learners/{called.pk}", {"phone": "+55 11 91234-5678"}).status_code == 200
    client.force_login(MembershipFactory(team=team).user)
    client.post(f"/t/{team.slug}/learners/{paged.pk}/", {"phone": "11 91234-5678"})
    changed = [renamed.pk, called.pk, paged.pk]
    first = api.get("learners", {"updated_since": since, "limit": 2})
    rest = api.get(first.json()["next"].partition("/api/v1/")[2])
    assert [learner["id"] for learner in results(first) + results(rest)] == changed
    assert results(api.get("learners", {"updated_since": results(rest)[0]["updated_at"]})) == results(rest)
    assert [learner["id"] for learner in results(api.get("learners"))] == [quiet.pk, *changed]
