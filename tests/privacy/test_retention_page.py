"""The page on which a team says how long it keeps what."""

import pytest
from django.urls import reverse

from helpdesk.audit.models import AuditEvent
from helpdesk.courses.models import LearnerActivity
from helpdesk.privacy import actions, forgetting
from helpdesk.privacy.models import TeamRetention
from helpdesk.privacy.retention import retained
from helpdesk.privacy.tasks import forget_old
from helpdesk.teams.models import Membership
from tests.factories import ActivityFactory, LearnerFactory
from tests.privacy.keeping import days_ago, keep

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_folders", "in_english")]


@pytest.mark.page_of("owner")
class TestPage:
    """Where an owner sets it, and sees before what would go."""

    @pytest.fixture
    def retention_page(self, team):
        return reverse("retention", args=[team.slug])

    @pytest.fixture
    def chosen(self):
        """What the form sends."""
        return {kind.name: str(kind.default_days or "for-ever") for kind in retained()}

    def test_it_shows_what_is_stored_and_what_would_be_deleted(self, page, team, retention_page, chosen):
        for days in (10, 40):
            ActivityFactory(team=team, learner=LearnerFactory(team=team), occurred_at=days_ago(days))
        assert "2 stored" in page.get(retention_page).content.decode()
        shown = page.get(retention_page, chosen | {"activities": "30"}).content.decode()
        assert "1 would be deleted" in shown
        assert "Nothing is saved yet" in shown
        assert not TeamRetention.objects.exists()
        assert LearnerActivity.objects.count() == 2

    def test_counts_are_limited(self, page, team, retention_page, chosen, monkeypatch):
        monkeypatch.setattr(forgetting, "COUNTED_AT_MOST", 1)
        monkeypatch.setattr("helpdesk.privacy.retention_views.COUNTED_AT_MOST", 1)
        for _ in range(3):
            ActivityFactory(team=team, learner=LearnerFactory(team=team), occurred_at=days_ago(40))
        shown = page.get(retention_page, chosen | {"activities": "30"}).content.decode()
        assert "More than 1 stored" in shown
        assert "more than 1 would be deleted" in shown

    def test_changes_are_saved_and_recorded_in_the_log(self, page, team, owner, retention_page, chosen):
        response = page.post(retention_page, chosen | {"activities": "30", "webhook_log": "for-ever"})
        assert response.status_code == 302
        days = forgetting.days_of(team)
        assert (days["activities"], days["webhook_log"], days["tickets"]) == (30, None, None)
        noted = AuditEvent.objects.filter(kind="retention_changed")
        assert {(event.actor_id, event.details) for event in noted} == {
            (owner.pk, "activities 30"),
            (owner.pk, "webhook_log for-ever"),
        }
        shown = page.get(reverse("audit_log", args=[team.slug])).content.decode()
        assert "Learner activity, 30 days" in shown
        assert "for ever" in shown

    @pytest.mark.parametrize("days", ["7", "30", "60", "90"])
    def test_the_audit_log_must_be_kept_for_at_least_half_a_year(self, page, team, retention_page, chosen, days):
        assert page.post(retention_page, chosen | {"audit_log": days}).status_code == 422
        assert not TeamRetention.objects.exists()
        assert page.post(retention_page, chosen | {"audit_log": "180"}).status_code == 302
        assert forgetting.days_of(team)["audit_log"] == 180

    @pytest.mark.parametrize("bad", ["", "0", "-1", "1e3", "31", "x", "9" * 30])
    def test_an_invalid_choice_changes_nothing(self, page, team, retention_page, chosen, bad):
        response = page.post(retention_page, chosen | {"activities": bad})
        assert response.status_code == 422
        assert "errorlist" in response.content.decode()
        assert not TeamRetention.objects.exists()

    def test_a_missing_field_changes_nothing(self, page, retention_page):
        assert page.post(retention_page, {"activities": "30"}).status_code == 422
        assert not TeamRetention.objects.exists()


@pytest.mark.page_of("manager")
def test_a_manager_sees_no_link(page, team):
    shown = page.get(reverse("personal_data", args=[team.slug])).content.decode()
    assert reverse("retention", args=[team.slug]) not in shown


def test_a_longer_period_keeps_existing_data(team, owner):
    membership = Membership.objects.get(user=owner)
    keep(team, "activities", 30)
    ActivityFactory(team=team, learner=LearnerFactory(team=team), occurred_at=days_ago(40))
    actions.change_retention(membership, {"activities": 60})
    forget_old()
    assert LearnerActivity.objects.count() == 1
