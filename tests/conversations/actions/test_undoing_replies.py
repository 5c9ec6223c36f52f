"""A reply can be undone within ten seconds, with all its consequences."""

from datetime import timedelta

import pytest
from django.utils import timezone

from helpdesk.conversations.actions.cancelling import cancel_reply
from helpdesk.conversations.actions.delivery_failures import note_failed
from helpdesk.conversations.actions.incoming_messages import IncomingMessage
from helpdesk.conversations.actions.receiving import receive_message
from helpdesk.conversations.actions.replies import reply
from helpdesk.conversations.actions.retrying import retry_message
from helpdesk.conversations.models import Dispatch, Draft
from helpdesk.tickets import actions
from helpdesk.tickets.actor import Actor
from helpdesk.tickets.models import Status, Ticket
from helpdesk.tickets.timeline import timeline_of
from tests.attachments import file_of
from tests.factories import open_ticket
from tests.tickets.reading import fresh, kinds, refused

pytestmark = pytest.mark.django_db
State = Dispatch.State


def test_undoing_restores_ticket_and_draft(ticket, actor):
    since = timezone.now() - timedelta(hours=1)
    Ticket.objects.filter(pk=ticket.pk).update(awaiting_reply_since=since)
    file = file_of(ticket, actor)
    message = reply(ticket, actor, "Olá!", attachments=[file], then=Status.RESOLVED)
    cancel_reply(message, actor)
    after = fresh(ticket)
    assert (after.status, after.first_responded_at, after.resolved_at) == (Status.NEW, None, None)
    assert after.awaiting_reply_since == since
    draft = Draft.objects.get()
    assert (draft.body, draft.user, draft.kind) == ("Olá!", actor.user, "reply")
    file.refresh_from_db()
    assert file.message is None
    message.refresh_from_db()
    assert message.cancelled_at
    assert message.dispatches.get().state == State.CANCELLED
    assert "reply_cancelled" in kinds(ticket)
    assert not any(entry.message for entry in timeline_of(after, []))


def test_undoing_twice_has_no_further_effect(ticket, actor):
    message = reply(ticket, actor, "Olá!")
    cancel_reply(message, actor)
    Draft.objects.all().delete()
    cancel_reply(message, actor)
    assert not Draft.objects.exists()


def test_the_restored_draft_precedes_one_begun_meanwhile(ticket, actor):
    message = reply(ticket, actor, "Olá!")
    Draft.objects.create(team=ticket.team, ticket=ticket, user=actor.user, kind="reply", body="Aliás, ")
    cancel_reply(message, actor)
    assert Draft.objects.get().body == "Olá!\n\nAliás,"


def test_undoing_keeps_a_status_that_others_changed_since(ticket, actor, other_actor):
    message = reply(ticket, actor, "Olá!", then=Status.PENDING)
    actions.change_status(ticket, other_actor, Status.ON_HOLD)
    cancel_reply(message, actor)
    assert (fresh(ticket).status, fresh(ticket).first_responded_at) == (Status.ON_HOLD, None)


def test_undoing_keeps_status_and_first_response_after_a_later_reply(ticket, actor, other_actor):
    message = reply(ticket, actor, "Olá!")
    reply(ticket, other_actor, "Oi!")
    cancel_reply(message, actor)
    assert (fresh(ticket).status, fresh(ticket).first_responded_at is None) == (Status.OPEN, False)


def test_only_the_writer_can_undo_a_reply(ticket, actor, other_actor):
    message = reply(ticket, actor, "Olá!")
    for other in (other_actor, Actor.token("Zapier")):
        with refused("Only the person who wrote it"):
            cancel_reply(message, other)


def test_a_token_can_undo_its_own_reply(ticket):
    message = reply(ticket, Actor.token("Zapier"), "Olá!")
    cancel_reply(message, Actor.token("Zapier"))
    assert message.cancelled_at
    assert not Draft.objects.exists()


@pytest.mark.parametrize("state", ["sending", "queued", "accepted", "failed"])
def test_a_sent_reply_cannot_be_undone(ticket, actor, state):
    message = reply(ticket, actor, "Olá!")
    message.dispatches.update(state=state)
    with refused("It has already been sent"):
        cancel_reply(message, actor)


def test_a_reply_on_a_ticket_merged_meanwhile_can_be_undone(ticket, actor):
    other = open_ticket(ticket.team, learner=ticket.learner)
    message = reply(ticket, actor, "Olá!")
    actions.merge_ticket(ticket, actor, other)
    cancel_reply(message, actor)
    assert Draft.objects.get().body == "Olá!"
    assert fresh(ticket).merged_into == other


def test_undoing_both_of_two_replies_restores_the_wait(ticket, actor, other_actor):
    """Whichever of them goes first."""
    wrote = receive_message(ticket, Actor.learner(ticket.learner), IncomingMessage("Oi?", "page", trust="link"))
    first, second = reply(ticket, actor, "Olá!"), reply(ticket, other_actor, "Oi!")
    cancel_reply(first, actor)
    assert fresh(ticket).awaiting_reply_since is None
    cancel_reply(second, other_actor)
    assert (fresh(ticket).awaiting_reply_since, fresh(ticket).first_responded_at) == (wrote.created_at, None)


def test_retrying_one_of_two_failed_replies_ends_the_wait(ticket, actor, other_actor):
    wrote = receive_message(ticket, Actor.learner(ticket.learner), IncomingMessage("Oi?", "page", trust="link"))
    first, second = reply(ticket, actor, "Olá!"), reply(ticket, other_actor, "Oi!")
    Dispatch.objects.update(state=State.ACCEPTED)
    for message in (first, second):
        note_failed(message.dispatches.get(), State.BOUNCED, "No.")
    assert fresh(ticket).awaiting_reply_since == wrote.created_at
    retry_message(second, actor)
    assert fresh(ticket).awaiting_reply_since is None
