"""Pages about a learner who was erased."""

import pytest
from django.urls import reverse

from helpdesk.conversations.models import InboundEmail
from helpdesk.courses.actions import set_corrected_name
from helpdesk.courses.models import Learner
from helpdesk.privacy import actions
from helpdesk.tickets.actions import ActionRefused
from helpdesk.tickets.models import Ticket
from tests.privacy.world import NAME
from webhooks.models import Delivery

pytestmark = [pytest.mark.django_db, pytest.mark.page_of("manager"), pytest.mark.usefixtures("in_english")]


def test_pages_of_erased_records_still_work(page, team, erased):
    ticket = Ticket.objects.filter(learner=erased.learner_id).earliest("pk")
    assert page.get(reverse("ticket", args=[team.slug, ticket.number])).status_code == 200
    assert page.get(reverse("learner", args=[team.slug, erased.learner_id])).status_code == 200
    emails, deliveries = InboundEmail.objects.all(), Delivery.objects.all()
    assert emails
    assert deliveries
    for email in emails:
        assert page.get(reverse("inbound_email", args=[team.slug, email.pk])).status_code == 200
    for delivery in deliveries:
        assert page.get(reverse("delivery", args=[team.slug, delivery.source_id, delivery.pk])).status_code == 200


def test_an_erased_learner_has_no_export(page, team, erased):
    assert page.post(reverse("create_export", args=[team.slug, erased.learner_id])).status_code == 404
    with pytest.raises(ActionRefused):
        actions.request_export(Learner.objects.get(pk=erased.learner_id), erased.requested_by)


def test_an_erased_learners_name_cannot_be_corrected(page, team, erased):
    address = reverse("correct_name", args=[team.slug, erased.learner_id])
    assert page.post(address, {"name": NAME}).status_code == 404
    assert not set_corrected_name(Learner.objects.get(pk=erased.learner_id), NAME)
    assert Learner.objects.get(pk=erased.learner_id).name == ""
