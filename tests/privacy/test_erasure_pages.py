"""The pages from which learners are erased, and a second person's consent."""

import pytest
from django.urls import reverse
from django.utils import timezone

from helpdesk.audit.models import AuditEvent
from helpdesk.conversations.learner_page import learner_links
from helpdesk.courses.actions import rename
from helpdesk.courses.models import Learner
from helpdesk.privacy.models import TeamPrivacy
from tests.webhooks.sender import deliver, learner_help

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_folders", "in_english")]


def rule_changes():
    """Who changed whether a second person must agree."""
    return AuditEvent.objects.filter(kind=AuditEvent.Kind.ERASURE_RULE_CHANGED)


@pytest.mark.page_of("manager")
class TestPages:
    """From the learner's page to the receipt."""

    def test_a_manager_can_require_a_second_person_but_not_stop_requiring_one(self, page, team, manager):
        address = reverse("personal_data", args=[team.slug])
        page.post(address, {"needs_second_person": "on"})
        assert TeamPrivacy.objects.get(team=team).needs_second_person
        assert "checked" in page.get(address).content.decode()
        refused = page.post(address, {})
        assert refused.status_code == 422
        assert "Only an owner" in refused.content.decode()
        assert TeamPrivacy.objects.get(team=team).needs_second_person
        assert rule_changes().get().actor_id == manager.pk


@pytest.mark.page_of("owner")
def test_an_owner_can_stop_requiring_a_second_person(page, team, owner):
    TeamPrivacy.objects.create(team=team, needs_second_person=True)
    page.post(reverse("personal_data", args=[team.slug]), {})
    assert not TeamPrivacy.objects.get(team=team).needs_second_person
    change = rule_changes().get()
    assert (change.actor_id, change.details) == (owner.pk, "off")
    assert (
        "last changed this option"
        in page.get(reverse("personal_data", args=[team.slug])).text.partition("Ana Prado")[2]
    )


@pytest.mark.page_of("manager")
def test_a_corrected_name_is_not_overwritten_by_events(page, client, source, team):
    deliver(client, source, learner_help(learner={"email": "ana@example.com", "name": "Ana Errada"}))
    ana = Learner.objects.get(email="ana@example.com")
    address = reverse("correct_name", args=[team.slug, ana.pk])
    assert page.post(address, {"name": " "}).status_code == 422
    page.post(address, {"name": "Ana  Certa"})
    later = learner_help(learner={"email": "ana@example.com", "name": "Ana Errada"}, id="later")
    later["data"]["createdAt"] = timezone.now().isoformat()
    assert deliver(client, source, later).outcome == "processed"
    ana.refresh_from_db()
    assert ana.name == "Ana Certa"
    rename(ana, "Ana Errada", timezone.now())
    ana.refresh_from_db()
    assert ana.name == "Ana Certa"


@pytest.mark.page_of("manager")
def test_learners_see_whom_to_ask_about_their_data(page, client, team, ticket):
    address, link = reverse("personal_data", args=[team.slug]), learner_links.create_link(ticket)[1]
    assert "mailto:" not in client.get(f"/ajuda/{link}/").content.decode()
    assert page.post(address, {"contact": "not an address"}).status_code == 422
    page.post(address, {"contact": "privacidade@escola.example"})
    assert "mailto:privacidade@escola.example" in client.get(f"/ajuda/{link}/").content.decode()
    assert not rule_changes().exists()
