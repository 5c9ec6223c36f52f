"""What comes later with either address: events, tickets, e-mails."""

import re

import pytest
from django.urls import reverse
from django.utils import timezone

from helpdesk.conversations.actions.filing_emails import open_ticket_for
from helpdesk.conversations.actions.replies import reply
from helpdesk.conversations.actions.retrying import retry_message
from helpdesk.conversations.models import Dispatch, SuppressedAddress
from helpdesk.conversations.sending.suppression import suppress_address
from helpdesk.courses.actions import lock_or_create_learner, set_corrected_address
from helpdesk.courses.models import FormerAddress, Learner
from helpdesk.tickets.actions import ActionRefused
from helpdesk.tickets.actor import Actor
from helpdesk.tickets.models import Ticket
from tests.conversations.inbound.emails import mailbox_of, receive, write_email
from tests.factories import TeamFactory, open_ticket
from tests.privacy.corrected_addresses.former import NEW, OLD, address
from tests.webhooks.sender import deliver, learner_help

pytestmark = [pytest.mark.django_db, pytest.mark.page_of("manager")]


def test_an_event_with_the_old_address_is_theirs_and_does_not_restore_it(client, source, team, misspelt_ana):
    deliver(client, source, learner_help(learner={"email": OLD, "name": "Ana Lima"}))
    set_corrected_address(misspelt_ana, NEW)
    for number, email in enumerate([OLD, NEW, OLD.upper()]):
        later = learner_help(learner={"email": email, "name": "Ana"}, id=f"later{number}")
        later["data"]["createdAt"] = timezone.now().isoformat()
        assert deliver(client, source, later).outcome == "processed"
    assert [each.email for each in Learner.objects.for_team(team)] == [NEW]
    assert {ticket.learner for ticket in Ticket.objects.all()} == {misspelt_ana}


def test_a_former_address_counts_only_in_its_team(client, source, corrected):
    FormerAddress.objects.update(team=TeamFactory())
    deliver(client, source, learner_help(learner={"email": OLD, "name": "Ana Lima"}))
    assert Learner.objects.filter(email=OLD).exists()


def test_opening_a_ticket_by_the_old_address_finds_the_learner(team, corrected):
    assert lock_or_create_learner(team, email=OLD, name="", at=timezone.now()) == corrected


def test_an_email_from_the_old_address_is_held(team, corrected):
    """It may be a stranger's: who answers there is not the learner."""
    held = receive(mailbox_of(team), write_email("Oi", sender=OLD, is_proved=True))
    assert held.state == "held"
    with pytest.raises(ActionRefused, match="had this address until it was corrected"):
        open_ticket_for(held, Actor.system())


def test_the_page_of_a_held_email_names_the_learner_and_suggests_their_tickets(page, team, corrected):
    ticket = open_ticket(team, learner=corrected)
    held = receive(mailbox_of(team), write_email("Oi", sender=OLD))
    shown = page.get(address("inbound_email", held)).text
    assert "Ana Lima had this address until it was corrected." in re.sub("[\u2068\u2069]", "", shown)
    assert f'name="suggested" value="{ticket.number}"' in shown
    assert reverse("open_inbound", args=[team.slug, held.pk]) not in shown


def test_an_email_from_the_new_address_is_the_learners(team, corrected):
    found = receive(mailbox_of(team), write_email("Oi", sender=NEW, is_proved=True))
    assert found.ticket.learner == corrected


def test_a_failed_email_is_retried_to_the_new_address_and_the_old_one_stays_suppressed(team, misspelt_ana, manager):
    actor, ticket = Actor.person(manager), open_ticket(team, learner=misspelt_ana)
    message = reply(ticket, actor, "Oi, Ana!")
    Dispatch.objects.update(state="bounced")
    suppress_address(team, OLD, SuppressedAddress.Reason.BOUNCED)
    with pytest.raises(ActionRefused):
        retry_message(message, actor)
    set_corrected_address(misspelt_ana, NEW)
    ticket.refresh_from_db()
    retry_message(message, actor)
    assert Dispatch.objects.get().recipient == NEW
    assert SuppressedAddress.objects.get().address == OLD
