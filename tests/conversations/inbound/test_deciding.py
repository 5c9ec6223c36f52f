"""An e-mail without a ticket is filed, made a ticket or ignored, and all of it taken back."""

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


def test_filing_and_taking_it_back(ticket, held, actor):
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


def test_files_of_what_is_taken_back_are_gone(mailbox, ticket, actor):
    raw = write_email("Veja", sender="p@example.com", files=[("a.txt", "text/plain", b"a")], References=root_id(ticket))
    held = receive(mailbox, raw)
    file_email(held, ticket, actor, is_for_learner=True)
    assert [file.name for file in Attachment.objects.all()] == ["a.txt"]
    held.refresh_from_db()
    undo_decision(held, actor)
    assert not Attachment.objects.exists()


def test_what_changed_since_stays(ticket, held, actor):
    change_status(ticket, Actor.system(), "pending")
    file_email(held, ticket, actor, is_for_learner=True)
    change_status(ticket, actor, "on_hold")
    undo_decision(held, actor)
    assert state_of(ticket)[0] == Status.ON_HOLD


def test_opening_a_ticket_makes_the_sender_a_learner_and_undoing_closes_it(held, actor):
    opened = open_ticket_for(held, actor).ticket
    assert opened
    assert (opened.learner.email, opened.learner.name) == ("pedro@example.com", "Pedro")
    assert opened.question == "Ela não consegue entrar."
    undo_decision(held, actor)
    opened.refresh_from_db()
    assert opened.status == Status.CLOSED


def test_what_is_opened_was_asked_for_when_the_e_mail_came(held, actor):
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


def test_what_is_filed_late_was_written_when_it_came_and_no_reply_since_knew_of_it(ticket, three_days_old, actor):
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


def test_who_waits_since_later_has_waited_since_it_came(ticket, three_days_old, actor):
    waits_since = receive_message(ticket, Actor.learner(ticket.learner), IncomingMessage("E aí?", "page")).created_at
    file_email(three_days_old, ticket, actor, is_for_learner=True)
    assert state_of(ticket)[2] == three_days_old.received_at
    undo_decision(three_days_old, actor)
    assert state_of(ticket)[2] == waits_since


def test_a_colleague_s_reply_that_is_filed_late_was_one_when_it_came(mailbox, ticket, colleague, actor):
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


def test_a_colleague_s_reply_that_is_filed_late_answers_what_was_before_it_alone(
    mailbox, ticket, three_days_old, colleague, actor
):
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


def test_a_first_answer_that_is_filed_late_is_the_first(mailbox, ticket, colleague, actor):
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


def test_nobody_answered_before_they_were_asked(mailbox, ticket, colleague, actor):
    to = f"{ticket.learner.email}, {TEAM_ADDRESS}"
    theirs = receive(mailbox, write_email("Limpe o cache.", sender=colleague.email, is_proved=True, to=to))
    InboundEmail.objects.filter(pk=theirs.pk).update(received_at=ticket.requested_at - timedelta(days=3))
    file_email(InboundEmail.objects.get(pk=theirs.pk), ticket, actor)
    ticket.refresh_from_db()
    assert ticket.first_responded_at == ticket.requested_at
    undo_decision(theirs, actor)
    ticket.refresh_from_db()
    assert ticket.first_responded_at is None


def test_undoing_closes_what_was_opened_alone_and_not_the_ticket_that_it_was_merged_into(team, held, actor):
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


def test_undoing_leaves_open_what_somebody_has_written_on_since(held, actor):
    opened = open_ticket_for(held, actor).ticket
    assert opened
    write_note(opened, actor, "Liguei para ele.")
    undo_decision(held, actor)
    assert state_of(opened)[:3] == (Status.NEW, "", None)


def test_who_wrote_again_meanwhile_still_waits(mailbox, ticket, dispatch, held, actor):
    change_status(ticket, Actor.system(), "pending")
    file_email(held, ticket, actor, is_for_learner=True)
    again = receive(mailbox, write_email("E agora?", to=tagged(dispatch)))
    undo_decision(held, actor)
    assert state_of(ticket)[:3] == (Status.OPEN, "E agora?", again.message.created_at)


def test_ignoring_and_taking_it_back(held, actor):
    ignore_email(held, actor)
    held.refresh_from_db()
    assert held.state == State.IGNORED
    undo_decision(held, actor)
    held.refresh_from_db()
    assert held.state == State.HELD


def test_an_email_whose_content_is_gone_is_not_ignored(held, actor):
    InboundEmail.objects.filter(pk=held.pk).update(raw=b"")
    with pytest.raises(ActionRefused, match="no longer kept"):
        ignore_email(held, actor)
    held.refresh_from_db()
    assert held.state == State.HELD


def test_who_decided_is_told_from_others_of_that_name_and_set_apart(held, ticket, team, agent):
    agent.name = "محمد"
    agent.save()
    MembershipFactory(team=team, user__name="محمد")
    ignore_email(held, Actor.person(agent))
    held.refresh_from_db()
    assert held.reason == f"\u2068محمد ({agent.email})\u2069 ignored it."
    file_email(held, ticket, Actor.token("Ana Prado", 7))
    held.refresh_from_db()
    assert held.reason == "Ana Prado (token) filed it."


def test_two_people_decide_once(held, ticket, actor):
    other = InboundEmail.objects.get(pk=held.pk)
    file_email(held, ticket, actor)
    with pytest.raises(ActionRefused):
        open_ticket_for(other, actor)
    assert Message.objects.count() == 1


def test_another_team_s_ticket_is_none(held, actor):
    with pytest.raises(ActionRefused):
        file_email(held, open_ticket(TeamFactory()), actor)
