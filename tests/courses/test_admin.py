"""Learners in the operator's admin."""

import pytest
from django.urls import reverse

from helpdesk.courses.models import Learner
from tests.admin.addresses import change
from tests.audit.entries import kinds
from tests.factories import LearnerFactory, TeamFactory, open_ticket

pytestmark = pytest.mark.django_db


def test_learners_with_tickets_cannot_be_deleted_and_the_operator_learns_why(operator, team):
    asked = [open_ticket(team).learner for _ in range(2)]
    address = reverse("admin:courses_learner_changelist")
    choice = {"action": "delete_selected", "_selected_action": [learner.pk for learner in asked], "post": "yes"}
    refused = operator.post(address, choice, headers={"accept-language": "en"})
    assert "the team can use Privacy" in refused.text
    alone = operator.get(reverse("admin:courses_learner_delete", args=[asked[0].pk]), headers={"accept-language": "en"})
    assert "the team can use Privacy" in alone.text
    assert Learner.objects.filter(pk__in=[learner.pk for learner in asked]).count() == 2
    others = [LearnerFactory(team=team) for _ in range(2)]
    choice["_selected_action"] = [learner.pk for learner in others]
    assert operator.post(address, choice).status_code == 302
    assert not Learner.objects.filter(pk__in=[learner.pk for learner in others]).exists()


def test_a_learners_address_can_be_corrected_only_on_the_teams_pages(operator, team):
    """By that of before, which is kept there, events and e-mails stay theirs and an erasure finds them."""
    learner = LearnerFactory(team=team, email="ana@example.com", name="Ana")
    fields = operator.get(change(learner)).context["adminform"].form
    asked = {name: fields.initial.get(name) or "" for name in fields.fields}
    times = {"named_at_0": "2026-01-01", "named_at_1": "10:00:00"}
    data = asked | times | {"name": "Ana Lima", "email": "other@example.com", "team": TeamFactory().pk}
    assert operator.post(change(learner), data).status_code == 302
    learner.refresh_from_db()
    assert (learner.email, learner.team, learner.name) == ("ana@example.com", team, "Ana Lima")


def test_a_name_and_phone_changed_by_an_operator_are_recorded(operator, team):
    learner = LearnerFactory(team=team)
    data = {"name": "Outra", "phone": "5511987651234", "named_at_0": "2026-05-04", "named_at_1": "10:00:00"}
    operator.post(change(learner), data)
    learner.refresh_from_db()
    assert learner.name == "Outra"
    assert kinds(team=team) == ["learner_corrected", "phone_changed"]
