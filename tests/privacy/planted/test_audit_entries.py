"""The audit entries of actions on a learner's data."""

import pytest
from django.urls import reverse

from helpdesk.audit.models import AuditEvent
from helpdesk.audit.recording import Kind, record_audit
from helpdesk.privacy import actions
from helpdesk.teams.models import Membership
from tests.audit.entries import kinds
from tests.privacy.world import finish

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]


@pytest.mark.page_of("owner")
def test_actions_on_a_learners_data_are_recorded(page, team, owner, planted):
    before = AuditEvent.objects.count()
    new = {"learner_id": planted.pk, "actor_id": owner.pk}
    page.post(reverse("correct_name", args=[team.slug, planted.pk]), {"name": "Certa"})
    page.post(reverse("create_export", args=[team.slug, planted.pk]))
    assert kinds(**new) == ["learner_corrected", "export_requested"]
    page.post(reverse("erase_learner", args=[team.slug, planted.pk]), {"email": planted.email})
    assert kinds(**new)[-1] == "erasure_requested"
    assert AuditEvent.objects.count() == before + 3


def test_second_consent_and_withdrawal_are_recorded(team, planted, manager, owner):
    actions.change_settings(Membership.objects.get(user=owner), needs_second_person=True, contact="")
    actions.withdraw_erasure(actions.request_erasure(planted, manager))
    actions.agree_to_erasure(actions.request_erasure(planted, manager), owner)
    assert kinds()[-5:] == [
        "erasure_rule_changed",
        "erasure_requested",
        "erasure_withdrawn",
        "erasure_requested",
        "erasure_agreed",
    ]


def test_erasing_a_learner_keeps_its_entries_without_names(team, planted, manager):
    name, email = planted.name, planted.email
    record_audit(team.pk, Kind.LEARNER_VIEWED, manager, learner_id=planted.pk)
    before = set(AuditEvent.objects.filter(learner_id=planted.pk).values_list("pk", flat=True))
    finish(actions.request_erasure(planted, manager))
    assert before < set(AuditEvent.objects.filter(learner_id=planted.pk).values_list("pk", flat=True))
    said = " ".join(" ".join(map(str, row)) for row in AuditEvent.objects.values_list("actor_name", "about", "details"))
    assert name not in said
    assert email not in said
