"""What members of the team write in their own mail programs: who they are, and when it is a reply."""

import pytest
from django.urls import reverse

from helpdesk.conversations.actions.filing_emails import file_email, may_be_opened
from helpdesk.conversations.actions.mailed_replies import take_as_note, take_as_reply
from helpdesk.conversations.actions.replies import reply
from helpdesk.conversations.actions.undoing_decisions import undo_decision
from helpdesk.conversations.inbound.reading import Reading
from helpdesk.conversations.learner_page.learner_links import link_for
from helpdesk.tickets.actions import ActionRefused
from helpdesk.tickets.models import Status, Ticket
from helpdesk.tickets.timeline import timeline_of
from tests.conversations.inbound.emails import TEAM_ADDRESS, receive, tagged, write_email
from tests.factories import LearnerFactory
from tests.tickets.reading import fresh

pytestmark = pytest.mark.django_db


def state_of(ticket):
    after = fresh(ticket)
    return after.status, after.first_responded_at, after.awaiting_reply_since


@pytest.fixture
def unproved(mailbox, ticket, dispatch, colleague):
    """An answer to the learner in their thread, with nothing that shows whose it is."""
    receive(mailbox, write_email("O vídeo não abre.", to=tagged(dispatch)))
    to = f"{ticket.learner.email}, {TEAM_ADDRESS}"
    raw = write_email("Limpe o cache.", sender=colleague.email, to=to, References=dispatch.email_message_id)
    return receive(mailbox, raw)


class TestWasReply:
    def test_an_unproved_answer_can_be_marked_as_reply_and_back_as_note(
        self, client, ticket, unproved, colleague, actor
    ):
        before = state_of(ticket)
        assert before[2]
        assert unproved.message.kind == "note"
        email = take_as_reply(unproved, actor)
        message = email.message
        assert message
        assert (message.kind, message.author, message.author_email) == ("reply", colleague, "")
        assert state_of(ticket)[2] is None
        assert "Limpe o cache." in client.get(link_for(ticket)).text
        shown = [entry.author_name for entry in timeline_of(fresh(ticket), []) if entry.message == message]
        assert shown == ["Lia Nunes"]
        assert not message.dispatches.exists()  # nothing is sent
        email = take_as_note(email, actor)
        message.refresh_from_db()
        assert (message.kind, message.author, message.author_email) == ("note", None, colleague.email)
        assert state_of(ticket) == before
        assert "Limpe o cache." not in client.get(link_for(ticket)).text
        assert "note" not in email.undo
        with pytest.raises(ActionRefused):
            take_as_note(email, actor)

    def test_marking_as_reply_keeps_waiting_for_a_later_message(self, mailbox, ticket, dispatch, unproved, actor):
        again = receive(mailbox, write_email("Não adiantou.", to=tagged(dispatch)))
        take_as_reply(unproved, actor)
        assert state_of(ticket)[2] == again.message.created_at

    def test_undoing_does_not_restore_the_wait_after_a_later_reply(self, ticket, unproved, actor):
        email = take_as_reply(unproved, actor)
        reply(ticket, actor, "E agora?")
        take_as_note(email, actor)
        assert state_of(ticket)[2] is None

    def test_undoing_keeps_the_ticket_open_after_a_later_message(self, mailbox, ticket, dispatch, unproved, actor):
        Ticket.objects.filter(pk=ticket.pk).update(status=Status.NEW)
        email = take_as_reply(unproved, actor)
        assert fresh(ticket).status == Status.OPEN
        receive(mailbox, write_email("Não adiantou.", to=tagged(dispatch)))
        take_as_note(email, actor)
        assert fresh(ticket).status == Status.OPEN

    def test_an_email_filed_by_hand_and_marked_as_reply_can_be_undone(self, mailbox, ticket, colleague, actor):
        raw = write_email("Limpe o cache.", sender=colleague.email, to=f"{ticket.learner.email}, {TEAM_ADDRESS}")
        held, before = receive(mailbox, raw), state_of(ticket)
        file_email(held, ticket, actor)
        take_as_reply(held, actor)
        undo_decision(held, actor)
        assert state_of(ticket) == before
        assert not ticket.messages.filter(cancelled_at=None).exists()

    def test_an_email_the_learner_did_not_receive_cannot_be_a_reply(self, mailbox, ticket, dispatch, colleague, actor):
        raw = write_email("Já vi isso.", sender=colleague.email, References=dispatch.email_message_id)
        with pytest.raises(ActionRefused):
            take_as_reply(receive(mailbox, raw), actor)

    def test_an_email_of_strangers_or_viewers_cannot_be_a_reply(self, mailbox, ticket, held, viewer, actor):
        file_email(held, ticket, actor)
        to = f"{ticket.learner.email}, {TEAM_ADDRESS}"
        theirs = receive(mailbox, write_email("Limpe.", sender=viewer.email, to=to))
        file_email(theirs, ticket, actor)
        for email in (held, theirs):
            with pytest.raises(ActionRefused):
                take_as_reply(email, actor)

    def test_the_page_offers_reply_and_note(self, page, ticket, unproved):
        def address(name):
            return reverse(name, args=[ticket.team.slug, unproved.pk])

        assert address("take_as_reply") in page.get(address("inbound_email")).text
        assert page.post(address("take_as_reply")).status_code == 303
        shown = page.get(address("inbound_email")).text
        assert address("take_as_reply") not in shown
        assert address("take_as_note") in shown
        assert page.post(address("take_as_note")).status_code == 303
        assert address("take_as_reply") in page.get(address("inbound_email")).text


class TestMembership:
    def test_an_email_of_a_viewer_is_a_note_even_if_the_learner_received_it(self, mailbox, ticket, viewer, actor):
        to = f"{ticket.learner.email}, {TEAM_ADDRESS}"
        held = receive(mailbox, write_email("Ela já pediu reembolso.", sender=viewer.email, to=to, is_proved=True))
        before = state_of(ticket)
        message = file_email(held, ticket, actor).message
        assert message
        assert (message.kind, message.author) == ("note", viewer)
        assert state_of(ticket) == before

    def test_a_member_who_is_also_a_learner_may_open_their_own_ticket(self, page, mailbox, ticket, colleague):
        LearnerFactory(team=ticket.team, email=colleague.email)
        raw = write_email("", sender=colleague.email, files=[("a.exe", "application/octet-stream", b"MZ")])
        held = receive(mailbox, raw)
        assert held.state == "held"
        shown = page.get(reverse("inbound_email", args=[ticket.team.slug, held.pk])).text
        assert 'name="is_for_learner"' not in shown
        assert reverse("open_inbound", args=[ticket.team.slug, held.pk]) in shown
        assert may_be_opened(Reading(held))

    def test_a_former_member_is_no_colleague(self, page, mailbox, ticket, colleague):
        colleague.is_active = False
        colleague.save()
        held = receive(mailbox, write_email("Oi", sender=colleague.email))
        shown = page.get(reverse("inbound_email", args=[ticket.team.slug, held.pk])).text
        assert 'name="is_for_learner"' in shown
