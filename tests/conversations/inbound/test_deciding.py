"""An e-mail without a ticket is filed, turned into a ticket or ignored, and each decision can be undone."""

from datetime import timedelta

import pytest
from django.utils import timezone

from helpdesk.conversations.actions.filing_emails import file_email, open_ticket_for
from helpdesk.conversations.actions.incoming_messages import IncomingMessage
from helpdesk.conversations.actions.notes import write_note
from helpdesk.conversations.actions.receiving import receive_message
from helpdesk.conversations.actions.replies import reply
from helpdesk.conversations.actions.undoing_decisions import undo_decision
from helpdesk.conversations.inbound.ignoring import ignore_email
from helpdesk.conversations.models import Attachment, InboundEmail
from helpdesk.conversations.sending.dispatches import root_id
from helpdesk.tickets.actions import ActionRefused, change_status
from helpdesk.tickets.actor import Actor
from helpdesk.tickets.models import Message, Status, Ticket
from helpdesk.tickets.sentences import sentence_of
from helpdesk.ui.isolation import plain
from tests.conversations.inbound.emails import TEAM_ADDRESS, receive, tagged, write_email
from tests.conversations.inbound.reading import state_of
from tests.factories import LearnerFactory, MembershipFactory, TeamFactory, open_ticket

pytestmark = pytest.mark.django_db
State = InboundEmail.State


def test_filing_can_be_undone(ticket, held, actor):
    change_status(ticket, Actor.system(), "pending")
    before = state_of(ticket)
    file_email(held, ticket, actor, is_for_learner=True)
    held.refresh_from_db()
    message = held.message
    assert (held.state, held.ticket, message.author_email) == (State.FILED, ticket, "pedro@example.com")
    assert state_of(ticket)[0] == Status.OPEN
    undo_decision(held, actor)
    held.refresh_from_db()
    message.refresh_from_db()
    assert (held.state, held.ticket, held.message) == (State.HELD, None, None)
    assert message.cancelled_at
    assert message.body == ""  # the e-mail has it
    assert state_of(ticket) == before
    told = ticket.events.filter(kind="email_taken_out").get()
    learner, who = ticket.learner, actor.name
    assert plain(sentence_of(told, ticket)) == f"{who} took an e-mail from {learner} out of the ticket"
    file_email(held, ticket, actor, is_for_learner=True)  # and again
    assert ticket.messages.filter(cancelled_at=None, kind="learner").count() == 1


def test_undoing_removes_the_files(mailbox, ticket, actor):
    raw = write_email("Veja", sender="p@example.com", files=[("a.txt", "text/plain", b"a")], References=root_id(ticket))
    held = receive(mailbox, raw)
    file_email(held, ticket, actor, is_for_learner=True)
    assert [file.name for file in Attachment.objects.all()] == ["a.txt"]
    held.refresh_from_db()
    undo_decision(held, actor)
    assert not Attachment.objects.exists()


def test_undoing_keeps_a_status_changed_since(ticket, held, actor):
    change_status(ticket, Actor.system(), "pending")
    file_email(held, ticket, actor, is_for_learner=True)
    change_status(ticket, actor, "on_hold")
    undo_decision(held, actor)
    assert state_of(ticket)[0] == Status.ON_HOLD


def test_opening_a_ticket_creates_a_learner_and_undoing_closes_it(held, actor):
    opened = open_ticket_for(held, actor).ticket
    assert opened
    assert (opened.learner.email, opened.learner.name) == ("pedro@example.com", "Pedro")
    assert opened.question == "Ela não consegue entrar."
    undo_decision(held, actor)
    opened.refresh_from_db()
    assert opened.status == Status.CLOSED


def test_an_opened_ticket_dates_from_the_arrival_of_the_email(held, actor):
    came = timezone.now() - timedelta(days=3)
    InboundEmail.objects.filter(pk=held.pk).update(received_at=came)
    opened = open_ticket_for(InboundEmail.objects.get(pk=held.pk), actor).ticket
    assert opened
    assert opened.requested_at == came
    assert opened.response_due_at < timezone.now()
    assert (opened.messages.get().created_at, opened.awaiting_reply_since) == (came, came)


@pytest.fixture
def three_days_old(held):
    held.received_at -= timedelta(days=3)
    held.save()
    return held


def test_a_late_filed_email_waits_since_its_arrival_despite_later_replies(ticket, three_days_old, actor):
    came = three_days_old.received_at
    Ticket.objects.filter(pk=ticket.pk).update(requested_at=came - timedelta(days=1))
    Message.objects.filter(pk=reply(ticket, actor, "Oi!").pk).update(created_at=came + timedelta(days=1))
    before = state_of(ticket)
    message = file_email(three_days_old, ticket, actor, is_for_learner=True).message
    assert message
    assert (message.created_at, state_of(ticket)[2]) == (came, came)
    again = receive_message(ticket, Actor.learner(ticket.learner), IncomingMessage("E aí?", "page"))
    undo_decision(three_days_old, actor)
    assert state_of(ticket)[2] == again.created_at
    assert before[2] is None


def test_a_late_filed_email_moves_the_wait_back_to_its_arrival(ticket, three_days_old, actor):
    waits_since = receive_message(ticket, Actor.learner(ticket.learner), IncomingMessage("E aí?", "page")).created_at
    file_email(three_days_old, ticket, actor, is_for_learner=True)
    assert state_of(ticket)[2] == three_days_old.received_at
    undo_decision(three_days_old, actor)
    assert state_of(ticket)[2] == waits_since


def test_a_colleagues_late_filed_reply_counts_from_its_arrival(mailbox, ticket, colleague, actor):
    to = f"{ticket.learner.email}, {TEAM_ADDRESS}"
    theirs = receive(mailbox, write_email("Limpe o cache.", sender=colleague.email, is_proved=True, to=to))
    InboundEmail.objects.filter(pk=theirs.pk).update(received_at=timezone.now() - timedelta(days=3))
    theirs.refresh_from_db()
    Ticket.objects.filter(pk=ticket.pk).update(requested_at=theirs.received_at - timedelta(hours=1))
    again = receive_message(ticket, Actor.learner(ticket.learner), IncomingMessage("E aí?", "page"))
    file_email(theirs, ticket, actor)
    ticket.refresh_from_db()
    assert (ticket.first_responded_at, ticket.awaiting_reply_since) == (theirs.received_at, again.created_at)
    undo_decision(theirs, actor)
    ticket.refresh_from_db()
    assert (ticket.first_responded_at, ticket.awaiting_reply_since) == (None, again.created_at)


def test_a_colleagues_late_filed_reply_answers_only_earlier_messages(mailbox, ticket, three_days_old, colleague, actor):
    to = f"{ticket.learner.email}, {TEAM_ADDRESS}"
    theirs = receive(mailbox, write_email("Limpe o cache.", sender=colleague.email, is_proved=True, to=to))
    InboundEmail.objects.filter(pk=theirs.pk).update(received_at=timezone.now() - timedelta(days=1))
    theirs.refresh_from_db()
    came = three_days_old.received_at
    Ticket.objects.filter(pk=ticket.pk).update(requested_at=came)
    file_email(three_days_old, ticket, actor, is_for_learner=True)
    again = receive_message(ticket, Actor.learner(ticket.learner), IncomingMessage("E aí?", "page"))
    assert state_of(ticket)[2] == came
    file_email(theirs, ticket, actor)
    assert state_of(ticket)[2] == again.created_at


def test_a_late_filed_reply_can_become_the_first_response(mailbox, ticket, colleague, actor):
    to = f"{ticket.learner.email}, {TEAM_ADDRESS}"
    theirs = receive(mailbox, write_email("Limpe o cache.", sender=colleague.email, is_proved=True, to=to))
    InboundEmail.objects.filter(pk=theirs.pk).update(received_at=timezone.now() - timedelta(days=3))
    theirs.refresh_from_db()
    Ticket.objects.filter(pk=ticket.pk).update(requested_at=theirs.received_at - timedelta(hours=1))
    here = reply(ticket, actor, "Oi!").created_at
    file_email(theirs, ticket, actor)
    ticket.refresh_from_db()
    assert ticket.first_responded_at == theirs.received_at
    undo_decision(theirs, actor)
    ticket.refresh_from_db()
    assert ticket.first_responded_at == here


def test_the_first_response_is_never_before_the_request(mailbox, ticket, colleague, actor):
    to = f"{ticket.learner.email}, {TEAM_ADDRESS}"
    theirs = receive(mailbox, write_email("Limpe o cache.", sender=colleague.email, is_proved=True, to=to))
    InboundEmail.objects.filter(pk=theirs.pk).update(received_at=ticket.requested_at - timedelta(days=3))
    file_email(InboundEmail.objects.get(pk=theirs.pk), ticket, actor)
    ticket.refresh_from_db()
    assert ticket.first_responded_at == ticket.requested_at
    undo_decision(theirs, actor)
    ticket.refresh_from_db()
    assert ticket.first_responded_at is None


def test_undoing_closes_only_the_opened_ticket_not_its_root(team, held, actor):
    learner = LearnerFactory(team=team, email="pedro@example.com")
    root = open_ticket(team, learner=learner, question="Quer reembolso, ligou.")
    Ticket.objects.filter(pk=root.pk).update(course=None, producer=None)
    change_status(root, actor, "pending")
    before = state_of(root)
    assert open_ticket_for(held, actor).ticket == root
    opened = Ticket.objects.latest("pk")
    assert (state_of(root)[0], opened.merged_into) == (Status.OPEN, root)
    undo_decision(held, actor)
    assert state_of(root) == before
    opened.refresh_from_db()
    assert (root.request_count, opened.merged_into, opened.status) == (1, None, Status.CLOSED)


def test_undoing_keeps_a_ticket_with_later_notes_open(held, actor):
    opened = open_ticket_for(held, actor).ticket
    assert opened
    write_note(opened, actor, "Liguei para ele.")
    undo_decision(held, actor)
    assert state_of(opened)[:3] == (Status.NEW, "", None)


def test_undoing_keeps_waiting_for_a_later_message(mailbox, ticket, dispatch, held, actor):
    change_status(ticket, Actor.system(), "pending")
    file_email(held, ticket, actor, is_for_learner=True)
    again = receive(mailbox, write_email("E agora?", to=tagged(dispatch)))
    undo_decision(held, actor)
    assert state_of(ticket)[:3] == (Status.OPEN, "E agora?", again.message.created_at)


def test_ignoring_can_be_undone(held, actor):
    ignore_email(held, actor)
    held.refresh_from_db()
    assert held.state == State.IGNORED
    undo_decision(held, actor)
    held.refresh_from_db()
    assert held.state == State.HELD


def test_an_email_without_content_cannot_be_ignored(held, actor):
    InboundEmail.objects.filter(pk=held.pk).update(raw=b"")
    with pytest.raises(ActionRefused, match="no longer kept"):
        ignore_email(held, actor)
    held.refresh_from_db()
    assert held.state == State.HELD


def test_the_reason_distinguishes_and_isolates_the_name_of_who_decided(held, ticket, team, agent):
    agent.name = "محمد"
    agent.save()
    MembershipFactory(team=team, user__name="محمد")
    ignore_email(held, Actor.person(agent))
    held.refresh_from_db()
    assert held.reason == f"\u2068محمد ({agent.email})\u2069 ignored it."
    file_email(held, ticket, Actor.token("Ana Prado", 7))
    held.refresh_from_db()
    assert held.reason == "Ana Prado (token) filed it."


def test_only_the_first_of_two_decisions_counts(held, ticket, actor):
    other = InboundEmail.objects.get(pk=held.pk)
    file_email(held, ticket, actor)
    with pytest.raises(ActionRefused):
        open_ticket_for(other, actor)
    assert Message.objects.count() == 1


def test_another_teams_ticket_is_refused(held, actor):
    with pytest.raises(ActionRefused):
        file_email(held, open_ticket(TeamFactory()), actor)
