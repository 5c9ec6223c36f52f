"""The page on which a learner's address is corrected."""

import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from helpdesk.audit.models import AuditEvent
from helpdesk.conversations.actions.filing_emails import open_ticket_for
from helpdesk.conversations.actions.replies import reply
from helpdesk.conversations.models import Dispatch
from helpdesk.courses.actions import lock_or_create_learner, set_corrected_address
from helpdesk.courses.models import FormerAddress
from helpdesk.integrations.models import WebhookDelivery, WebhookEndpoint
from helpdesk.privacy import actions
from helpdesk.tickets.actor import Actor
from helpdesk.tickets.models import Ticket
from tests.conversations.inbound.emails import mailbox_of, receive, write_email
from tests.factories import LearnerFactory, TeamFactory, open_ticket
from tests.privacy.corrected_addresses.former import NEW, OLD, address

pytestmark = [pytest.mark.django_db, pytest.mark.page_of("manager")]


def test_replies_go_to_the_new_address_and_receivers_are_notified(page, team, misspelt_ana):
    WebhookEndpoint.objects.create(team=team, url="https://crm.example/", events=["learner.corrected"])
    answer = page.post(address("correct_address", misspelt_ana), {"email": "  Ana@Gmail.example "}, follow=True)
    assert f"E-mail to this learner goes to {NEW}." in answer.text
    assert OLD in answer.text  # as the one of before
    misspelt_ana.refresh_from_db()
    assert misspelt_ana.email == NEW
    (delivery,) = WebhookDelivery.objects.all()
    assert json.loads(delivery.body)["data"] == {"learner": {"id": misspelt_ana.pk}}
    (event,) = AuditEvent.objects.filter(kind="address_corrected")
    assert event.learner_id == misspelt_ana.pk


def test_a_correction_can_be_reverted(page, misspelt_ana):
    for email in (NEW, OLD):
        page.post(address("correct_address", misspelt_ana), {"email": email})
    misspelt_ana.refresh_from_db()
    assert (misspelt_ana.email, [each.email for each in FormerAddress.objects.all()]) == (OLD, [NEW])


@pytest.mark.parametrize("email", ["", "ana", "ana@", "a" * 300 + "@example.com", "\x00@example.com"])
def test_an_invalid_address_is_refused(page, misspelt_ana, email):
    assert page.post(address("correct_address", misspelt_ana), {"email": email}).status_code == 422
    misspelt_ana.refresh_from_db()
    assert misspelt_ana.email == OLD


def test_another_learners_current_or_former_address_is_refused(page, team, misspelt_ana):
    other = LearnerFactory(team=team, email=NEW, name="Ana L.")
    answer = page.post(address("correct_address", misspelt_ana), {"email": NEW})
    assert answer.status_code == 409
    assert "Another learner has this address." in answer.text
    assert f'<a class="link" href="{address("learner", other)}">' in answer.text  # whom one can write to
    set_corrected_address(other, "else@example.com")
    answer = page.post(address("correct_address", misspelt_ana), {"email": NEW})
    assert answer.status_code == 409
    assert "Another learner had this address." in answer.text
    assert f'<a class="link" href="{address("learner_privacy", other)}">' in answer.text  # where it is set free
    assert set_corrected_address(LearnerFactory(team=TeamFactory()), NEW)


def test_a_learner_who_has_the_correct_address_already_is_answered_there(page, team, misspelt_ana, manager):
    open_ticket(team, learner=misspelt_ana)
    held = receive(mailbox_of(team), write_email("Ninguém me respondeu", sender=NEW))
    open_ticket_for(held, Actor.person(manager))
    assert page.post(address("correct_address", misspelt_ana), {"email": NEW}).status_code == 409
    reply(Ticket.objects.get(learner__email=NEW), Actor.person(manager), "Oi, Ana!")
    assert Dispatch.objects.get().recipient == NEW


def test_an_erased_learners_address_cannot_be_corrected(page, misspelt_ana, owner):
    actions.request_erasure(misspelt_ana, owner)
    assert page.post(address("correct_address", misspelt_ana), {"email": NEW}).status_code == 404
    assert not set_corrected_address(misspelt_ana, NEW)


def test_a_former_address_that_is_somebody_elses_no_longer_finds_the_learner(page, team, corrected):
    page.post(address("forget_former_address", FormerAddress.objects.get()))
    assert lock_or_create_learner(team, email=OLD, name="Ana Souza", at=timezone.now()) != corrected


def test_the_page_takes_as_many_queries_for_many(page, team, corrected):
    asked = []
    for number in range(3):
        with CaptureQueriesContext(connection) as queries:
            page.get(address("learner_privacy", corrected))
        asked.append(len(queries))
        set_corrected_address(corrected, f"{number}@example.com")
    assert asked[1] == asked[2]
