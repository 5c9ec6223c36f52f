"""An e-mail that is about something else becomes a ticket of its own."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from helpdesk.conversations.actions.incoming_messages import IncomingMessage
from helpdesk.conversations.actions.receiving import receive_message
from helpdesk.conversations.actions.replies import reply
from helpdesk.conversations.actions.splitting import split_email
from helpdesk.conversations.models import InboundEmail, QuestionRequest
from helpdesk.conversations.sending.dispatches import root_id
from helpdesk.tickets.actions import ActionRefused, change_status, reopen_ticket, snooze_ticket
from helpdesk.tickets.actor import Actor
from helpdesk.tickets.models import Status
from tests.conversations.inbound.emails import receive, tagged, write_email
from tests.conversations.inbound.reading import address, state_of
from tests.factories import LearnerFactory, open_ticket

pytestmark = pytest.mark.django_db
State = InboundEmail.State


@pytest.fixture
def filed(mailbox, ticket, dispatch):
    raw = write_email(
        "Quero reembolso.", to=tagged(dispatch), subject="Reembolso", files=[("a.txt", "text/plain", b"a")]
    )
    return receive(mailbox, raw)


def test_an_email_about_something_else_becomes_its_own_ticket(client, logged_in_member, team, ticket, filed):
    old = filed.message
    page = client.get(address("inbound_email", filed)).text
    assert "Reembolso" in page
    assert address("split_inbound", filed) in page
    assert client.post(address("split_inbound", filed)).status_code == 303
    filed.refresh_from_db()
    other = filed.ticket
    assert (other.learner, other.course) == (ticket.learner, ticket.course)
    assert other != ticket
    assert not other.is_merged
    assert (filed.message.body, filed.message.trust, filed.message.ticket) == ("Quero reembolso.", "token", other)
    assert [file.name for file in filed.message.attachments.all()] == ["a.txt"]
    old.refresh_from_db()
    ticket.refresh_from_db()
    assert old.cancelled_at
    assert (ticket.is_merged, ticket.is_finished, ticket.request_count) == (False, False, 1)


def test_another_subject_is_shown_on_the_ticket(client, logged_in_member, mailbox, ticket, dispatch, filed):
    receive(mailbox, write_email("Oi?", to=tagged(dispatch), subject=f"RES: ENC: {dispatch.subject}"))
    receive(mailbox, write_email("Então?", to=tagged(dispatch), subject="Re: reembolso"))
    page = client.get(reverse("ticket", args=[ticket.team.slug, ticket.number])).text
    assert page.count("Subject:") == 1
    assert "Reembolso" in page


def test_the_question_moves_to_the_new_ticket(ticket, filed, actor):
    InboundEmail.objects.filter(pk=filed.pk).update(received_at=filed.received_at - timedelta(days=1))
    other = split_email(filed, actor).ticket
    assert other
    assert other.requested_at == filed.received_at - timedelta(days=1)
    assert (other.messages.get().created_at, other.awaiting_reply_since) == (other.requested_at, other.requested_at)
    assert other.question == "Quero reembolso."
    assert state_of(ticket) == (Status.OPEN, "", None, "")
    assert (ticket.question_origin, ticket.question_known_at) == ("", None)


def test_an_unverified_email_becomes_the_question_of_its_new_ticket(mailbox, ticket, dispatch, actor):
    raw = write_email("Quero a nota fiscal.", References=root_id(ticket))
    other = split_email(receive(mailbox, raw), actor).ticket
    assert other
    assert (other.question, state_of(ticket)[1]) == ("Quero a nota fiscal.", "")


@pytest.mark.parametrize("what", ["asked again", "replied", "resolved and reopened"])
def test_the_old_ticket_stays_open_if_something_happened_since(mailbox, ticket, dispatch, actor, what):
    change_status(ticket, actor, "resolved")
    found = receive(mailbox, write_email("E a nota fiscal?", to=tagged(dispatch), subject="Nota fiscal"))
    if what == "asked again":
        open_ticket(ticket.team, learner=ticket.learner, course=ticket.course)
    elif what == "replied":
        reply(ticket, actor, "Um momento.")
    else:
        change_status(ticket, actor, "resolved")
        reopen_ticket(ticket, actor)
    split_email(found, actor)
    assert state_of(ticket)[0] == Status.OPEN


def test_the_old_ticket_is_resolved_again(mailbox, ticket, dispatch, actor):
    change_status(ticket, actor, "resolved")
    before, resolved_at = state_of(ticket), ticket.resolved_at
    found = receive(mailbox, write_email("E a nota fiscal?", to=tagged(dispatch), subject="Nota fiscal"))
    assert state_of(ticket)[0] == Status.OPEN
    split_email(found, actor)
    assert (state_of(ticket), ticket.resolved_at) == (before, resolved_at)


def test_a_snooze_since_is_kept_and_no_new_request_is_recorded(ticket, filed, actor):
    change_status(ticket, actor, "pending")
    snooze_ticket(ticket, actor, timezone.now() + timedelta(days=3))
    split_email(filed, actor)
    assert state_of(ticket)[0] == Status.PENDING
    assert ticket.snoozed_until
    assert not ticket.events.filter(kind__in=["asked_again", "unmerged"]).exists()


def test_the_old_ticket_keeps_waiting_for_a_later_message(mailbox, ticket, dispatch, filed, actor):
    again = receive(mailbox, write_email("E o vídeo?", to=tagged(dispatch)))
    split_email(filed, actor)
    assert state_of(ticket)[2] == again.message.created_at
    assert ticket.status == Status.OPEN


def test_it_is_not_offered_for_the_only_message_of_a_ticket(client, logged_in_member, mailbox, team, actor):
    LearnerFactory(team=team, email="mariana@example.com")
    found = receive(mailbox, write_email("Quero a nota fiscal."))
    with pytest.raises(ActionRefused, match="nothing to separate it from"):
        split_email(found, actor)
    assert address("split_inbound", found) not in client.get(address("inbound_email", found)).text
    receive_message(
        found.ticket, Actor.learner(found.ticket.learner), IncomingMessage("E o vídeo?", "page", trust="link")
    )
    assert address("split_inbound", found) in client.get(address("inbound_email", found)).text
    assert split_email(found, actor).ticket != found.ticket


def test_the_question_of_the_first_reply_is_open_again(mailbox, ticket, dispatch, filed, actor):
    """So that the learner's page goes on asking what the old ticket is about."""
    asked = QuestionRequest.objects.create(
        team=ticket.team,
        ticket=ticket,
        kind="again",
        state="sent",
        due_at=timezone.now(),
        answered_at=timezone.now(),
    )
    split_email(filed, actor)
    asked.refresh_from_db()
    assert asked.answered_at is None


def test_an_email_that_no_learner_wrote_cannot_be_split_off(held, actor):
    with pytest.raises(ActionRefused):
        split_email(held, actor)
    held.refresh_from_db()
    assert held.state == State.HELD
