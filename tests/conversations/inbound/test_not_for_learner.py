"""People other than the learner may write about them what they are not to read."""

import pytest
from django.urls import reverse

from helpdesk.conversations.actions.filing_emails import file_email, open_ticket_for
from helpdesk.conversations.actions.undoing_decisions import undo_decision
from helpdesk.conversations.learner_page.learner_links import link_for
from helpdesk.conversations.models import InboundEmail
from helpdesk.conversations.sending.dispatches import root_id
from helpdesk.tickets.actions import ActionRefused, change_status, resolve_ticket
from helpdesk.tickets.models import Status
from helpdesk.tickets.sentences import sentence_of
from helpdesk.ui.isolation import plain
from tests.conversations.inbound.emails import TEAM_ADDRESS, receive, write_email
from tests.conversations.inbound.reading import address, state_of

pytestmark = pytest.mark.django_db
State = InboundEmail.State


@pytest.fixture
def from_colleague(mailbox, colleague):
    body = "Cuidado: já pediu reembolso duas vezes."
    return receive(mailbox, write_email(body, sender=colleague.email, is_proved=True))


def seen_by_learner(client, ticket):
    return client.get(link_for(ticket)).text


def test_an_email_of_a_colleague_becomes_their_note(client, ticket, from_colleague, colleague, actor):
    resolve_ticket(ticket, actor)
    message = file_email(from_colleague, ticket, actor).message
    assert message
    assert (message.kind, message.author, message.author_email) == ("note", colleague, "")
    assert state_of(ticket)[0] == Status.RESOLVED
    assert "reembolso" not in seen_by_learner(client, ticket)
    undo_decision(from_colleague, actor)
    assert not ticket.messages.filter(cancelled_at=None).exists()
    told = ticket.events.filter(kind="email_taken_out").get()
    assert plain(sentence_of(told, ticket)) == f"{actor.name} took an e-mail out of the ticket"


def test_an_email_of_a_colleague_to_the_learner_becomes_a_reply(mailbox, ticket, dispatch, colleague, actor):
    held = receive(
        mailbox,
        write_email(
            "Limpe o cache.", sender=colleague.email, is_proved=True, to=f"{ticket.learner.email}, {TEAM_ADDRESS}"
        ),
    )
    before = state_of(ticket)
    message = file_email(held, ticket, actor).message
    assert message
    assert (message.kind, message.author) == ("reply", colleague)
    undo_decision(held, actor)
    assert state_of(ticket) == before


def test_a_colleague_does_not_become_a_learner(client, logged_in_member, from_colleague, actor):
    with pytest.raises(ActionRefused, match="not a learner"):
        open_ticket_for(from_colleague, actor)
    page = client.get(address("inbound_email", from_colleague)).text
    assert address("open_inbound", from_colleague) not in page
    assert 'name="is_for_learner"' not in page


def test_an_email_of_anybody_else_becomes_a_note_and_the_ticket_is_unchanged(
    client, logged_in_member, held, ticket, actor
):
    change_status(ticket, actor, "pending")
    before = state_of(ticket)
    client.post(address("file_inbound", held), {"suggested": ticket.number, "number": ""})
    held.refresh_from_db()
    assert (held.message.kind, held.message.author_email) == ("note", "pedro@example.com")
    assert state_of(ticket) == before
    assert "pedro@example.com" in client.get(reverse("ticket", args=[ticket.team.slug, ticket.number])).text
    assert "não consegue" not in seen_by_learner(client, ticket)


def test_a_member_may_make_it_readable_for_the_learner(client, logged_in_member, held, ticket):
    client.post(address("file_inbound", held), {"number": ticket.number, "is_for_learner": "on"})
    held.refresh_from_db()
    shown = plain(client.get(reverse("ticket", args=[ticket.team.slug, ticket.number])).text)
    assert f"A reply goes to {ticket.learner}, not to pedro@example.com." in shown
    assert held.message.kind == "learner"
    assert "não consegue" in seen_by_learner(client, ticket)


def test_an_email_the_learner_also_received_becomes_a_learner_message(client, mailbox, ticket, dispatch, actor):
    raw = write_email("Ela não entra.", sender="pedro@example.com", to=TEAM_ADDRESS, Cc=ticket.learner.email)
    message = file_email(receive(mailbox, raw), ticket, actor).message
    assert message
    assert message.kind == "learner"


def test_a_note_does_not_make_its_sender_a_participant(mailbox, held, ticket, actor):
    file_email(held, ticket, actor)
    raw = write_email("E agora?", sender="pedro@example.com", References=root_id(ticket))
    assert receive(mailbox, raw).state == State.HELD
