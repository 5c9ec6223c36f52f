"""The pages for erasing a learner with data everywhere, and a second person's consent."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from helpdesk.privacy import actions, erasing
from helpdesk.privacy.models import MOST_FAILURES, LearnerErasure, TeamPrivacy
from helpdesk.tickets.actions import ActionRefused
from tests.conversations.inbound.emails import receive, write_email
from tests.privacy.world import EMAIL, NAME, finish

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]


class TestConsent:
    """Of a second person, where the team wants it."""

    @pytest.fixture(autouse=True)
    def _wanted(self, team, planted):
        TeamPrivacy.objects.filter(team=team).update(needs_second_person=True)

    def test_nothing_is_erased_without_it(self, planted, manager, owner):
        erasure = actions.request_erasure(planted, manager)
        assert erasing.make_steps(erasure.pk, 1) is erasing.Progress.DONE
        planted.refresh_from_db()
        assert planted.email == EMAIL
        with pytest.raises(ActionRefused):
            actions.agree_to_erasure(erasure, manager)
        actions.agree_to_erasure(erasure, owner)
        assert finish(erasure).agreed_by == owner
        with pytest.raises(ActionRefused):
            actions.withdraw_erasure(erasure)

    def test_only_one_erasure_is_requested_at_a_time(self, planted, manager, owner):
        erasure = actions.request_erasure(planted, manager)
        with pytest.raises(ActionRefused):
            actions.request_erasure(planted, owner)
        actions.withdraw_erasure(erasure)
        with pytest.raises(ActionRefused):
            actions.agree_to_erasure(erasure, owner)
        assert actions.request_erasure(planted, owner).state == "waiting"

    @pytest.mark.page_of("owner")
    def test_a_second_person_agrees_on_the_page(self, page, team, planted, manager):
        erasure = actions.request_erasure(planted, manager)
        address = reverse("learner_privacy", args=[team.slug, planted.pk])
        assert "Beatriz Lima asked for this learner to be erased" in page.get(address).content.decode()
        assert page.post(reverse("agree_to_erasure", args=[team.slug, erasure.pk])).url == address
        assert "kinds of data checked" in page.get(address).content.decode()
        finish(erasure)
        shown = page.get(address).content.decode()
        assert "This learner has been erased." in shown
        assert NAME not in shown


@pytest.mark.page_of("manager")
class TestPages:
    """From the learner's page to the receipt."""

    def test_the_address_must_be_entered_to_confirm(self, page, team, planted):
        address = reverse("erase_learner", args=[team.slug, planted.pk])
        shown = page.get(address)
        assert "What will be erased" in shown.content.decode()
        refused = page.post(address, {"email": "another@example.com"})
        assert refused.status_code == 422
        assert "Nothing was erased." in refused.content.decode()
        assert not LearnerErasure.objects.exists()
        page.post(address, {"email": f" {EMAIL.upper()} "})
        finish(LearnerErasure.objects.get())
        assert page.get(address).status_code == 404

    def test_a_head_request_searches_nothing(self, page, team, planted, monkeypatch):
        monkeypatch.setattr("helpdesk.privacy.erasure_views.plan_for_all", lambda persons: 1 / 0)
        assert page.head(reverse("erase_learner", args=[team.slug, planted.pk])).status_code == 200

    def test_the_page_shows_repeated_failures(self, page, team, planted, manager):
        erasure = actions.request_erasure(planted, manager)
        LearnerErasure.objects.filter(pk=erasure.pk).update(failures=MOST_FAILURES, last_error="OperationalError")
        shown = page.get(reverse("learner_privacy", args=[team.slug, planted.pk])).content.decode()
        assert "it failed 3 times in a row" in shown
        assert "OperationalError" in shown

    @pytest.mark.parametrize("state", ["waiting", "running"])
    def test_the_page_shows_by_when_the_learner_must_be_answered(self, page, team, planted, manager, state):
        address = reverse("learner_privacy", args=[team.slug, planted.pk])
        actions.request_erasure(planted, manager)
        LearnerErasure.objects.update(state=state, failures=MOST_FAILURES)
        assert "The learner must be answered by" in page.get(address).text
        LearnerErasure.objects.update(created_at=timezone.now() - timedelta(days=15, seconds=1))
        assert "overdue: answer by" in page.get(address).text

    @pytest.mark.parametrize("state", ["withdrawn", "done"])
    def test_a_finished_erasure_shows_no_deadline(self, page, team, planted, manager, state):
        actions.request_erasure(planted, manager)
        LearnerErasure.objects.update(state=state, created_at=timezone.now() - timedelta(days=16))
        shown = page.get(reverse("learner_privacy", args=[team.slug, planted.pk])).text.partition('id="erasure"')[2]
        assert "answered by" not in shown
        assert "overdue" not in shown


@pytest.mark.page_of("manager")
def test_emails_with_only_the_same_name_are_shown_and_kept(page, team, planted, manager):
    raw = write_email("Sou outra", sender=f"{NAME} <outra@example.com>", subject="Matrícula")
    namesake = receive(team.mailboxes.get(), raw)
    shown = page.get(reverse("erase_learner", args=[team.slug, planted.pk])).content.decode()
    assert "Matrícula" in shown
    assert reverse("inbound_email", args=[team.slug, namesake.pk]) in shown
    finish(actions.request_erasure(planted, manager))
    namesake.refresh_from_db()
    assert (namesake.state, namesake.sender_address) == ("held", "outra@example.com")
    assert b"Sou outra" in bytes(namesake.raw)
