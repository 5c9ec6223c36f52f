"""An e-mail split off or undone leaves its ticket in the state that the remaining messages imply."""

from datetime import timedelta

import pytest
from django.utils import timezone

from helpdesk.conversations.actions.cancelling import cancel_reply
from helpdesk.conversations.actions.delivery_failures import note_failed
from helpdesk.conversations.actions.filing_emails import file_email, open_ticket_for
from helpdesk.conversations.actions.incoming_messages import IncomingMessage
from helpdesk.conversations.actions.receiving import receive_message
from helpdesk.conversations.actions.replies import reply
from helpdesk.conversations.actions.splitting import split_email
from helpdesk.conversations.actions.undoing_decisions import undo_decision
from helpdesk.conversations.learner_page.learner_links import link_for
from helpdesk.conversations.models import Dispatch, InboundEmail, QuestionRequest
from helpdesk.tickets import actions
from helpdesk.tickets.actor import Actor
from helpdesk.tickets.models import QuestionOrigin, Status, Ticket
from tests.conversations.inbound.emails import receive, tagged, write_email
from tests.factories import LearnerFactory, open_ticket
from tests.tickets.reading import fresh

pytestmark = pytest.mark.django_db


def writes(ticket, body, **more):
    return receive_message(ticket, Actor.learner(ticket.learner), IncomingMessage(body, "page", trust="link", **more))


@pytest.fixture
def invoice(mailbox, ticket, dispatch):
    """The learner's answer, which is about something else."""
    return receive(mailbox, write_email("Quero a nota fiscal.", to=tagged(dispatch), subject="Nota"))


class TestQuestion:
    def test_the_earliest_remaining_message_becomes_the_question(self, ticket, invoice, actor):
        first = writes(ticket, "O vídeo não abre.")
        writes(ticket, "Alô?")
        split_email(invoice, actor)
        after = fresh(ticket)
        assert (after.question, after.question_origin, after.question_known_at) == (
            "O vídeo não abre.",
            QuestionOrigin.PAGE,
            first.created_at,
        )
        assert after.awaiting_reply_since == first.created_at
        assert after.status == Status.OPEN

    def test_an_unverified_message_does_not_become_the_question(self, mailbox, ticket, dispatch, invoice, actor):
        receive(mailbox, write_email("Reembolse já.", References=dispatch.email_message_id))
        split_email(invoice, actor)
        assert not fresh(ticket).is_question_known
        assert fresh(ticket).awaiting_reply_since

    def test_a_message_that_reopened_an_answered_ticket_does_not_become_the_question(self, ticket, invoice, actor):
        reply(ticket, actor, "Segue a nota.")
        actions.resolve_ticket(ticket, actor)
        writes(ticket, "Obrigada!")
        split_email(invoice, actor)
        assert not fresh(ticket).is_question_known

    def test_a_chosen_topic_becomes_the_question_with_later_words(self, ticket, invoice, actor):
        Ticket.objects.filter(pk=ticket.pk).update(first_responded_at=None)
        writes(ticket, "", topic="video")
        writes(ticket, "A tela fica preta.")
        split_email(invoice, actor)
        assert (fresh(ticket).topic, fresh(ticket).question) == ("video", "A tela fica preta.")

    def test_a_question_set_by_the_team_since_is_kept(self, ticket, invoice, actor):
        writes(ticket, "O vídeo não abre.")
        actions.change_question(ticket, actor, "O vídeo da aula 3")
        split_email(invoice, actor)
        assert fresh(ticket).question == "O vídeo da aula 3"

    def test_a_request_merged_since_provides_its_question(self, ticket, invoice, actor):
        other = open_ticket(ticket.team, learner=ticket.learner, question="O certificado")
        actions.merge_ticket(other, actor, ticket)
        split_email(invoice, actor)
        assert (fresh(ticket).question, fresh(ticket).question_from) == ("O certificado", other)

    def test_the_question_is_attributed_to_the_learner(self, ticket, invoice, actor):
        writes(ticket, "O vídeo não abre.")
        split_email(invoice, actor)
        told = ticket.events.filter(kind="question_known").latest("pk")
        assert told.actor_kind == "learner"

    @pytest.mark.parametrize("has_written", [True, False])
    def test_a_question_request_is_answered_by_the_remaining_messages(self, ticket, invoice, actor, has_written):
        asked = QuestionRequest.objects.create(
            team=ticket.team,
            ticket=ticket,
            kind="again",
            state="sent",
            due_at=timezone.now(),
            decided_at=timezone.now() - timedelta(hours=1),
            answered_at=timezone.now(),
        )
        later = writes(ticket, "O vídeo não abre.") if has_written else None
        split_email(invoice, actor)
        asked.refresh_from_db()
        assert asked.answered_at == (later and later.created_at)
        assert fresh(ticket).question_origin == (QuestionOrigin.FIRST_REPLY if has_written else "")

    def test_undoing_the_filing_does_the_same(self, mailbox, ticket, actor):
        held = receive(mailbox, write_email("Quero a nota fiscal.", sender="nobody@example.com"))
        ticket.learner.email = "nobody@example.com"
        ticket.learner.save()
        InboundEmail.objects.update(signing_domain="example.com")
        held.mailbox.authserv_id = ""
        held.mailbox.save()
        file_email(held, ticket, actor)
        writes(ticket, "O vídeo não abre.")
        undo_decision(held, actor)
        assert fresh(ticket).question == "O vídeo não abre."


class TestLaterReasons:
    """A ticket reopened by the e-mail stays open if something else has reached it since."""

    @pytest.fixture
    def reopened(self, mailbox, ticket, dispatch, actor):
        actions.resolve_ticket(ticket, actor)
        return receive(mailbox, write_email("E a nota fiscal?", to=tagged(dispatch)))

    def test_a_failed_email(self, ticket, reopened, actor):
        dispatch = reply(ticket, actor, "Um momento.").dispatches.get()
        Dispatch.objects.filter(pk=dispatch.pk).update(state="accepted")
        note_failed(Dispatch.objects.get(pk=dispatch.pk), Dispatch.State.BOUNCED, "No.")
        split_email(reopened, actor)
        assert fresh(ticket).status == Status.OPEN
        assert fresh(ticket).sending_failed_at

    def test_a_snooze(self, ticket, reopened, actor):
        actions.snooze_ticket(ticket, actor, timezone.now() + timedelta(days=1))
        split_email(reopened, actor)
        assert (fresh(ticket).status, fresh(ticket).is_snoozed) == (Status.OPEN, True)

    @pytest.mark.parametrize("what", ["a reply", "a request", "a message"])
    def test_but_not_if_that_was_undone_too(self, mailbox, ticket, dispatch, reopened, actor, what):
        if what == "a reply":
            cancel_reply(reply(ticket, actor, "Um momento."), actor)
        elif what == "a request":
            other = open_ticket(ticket.team, learner=ticket.learner)
            actions.merge_ticket(other, actor, ticket)
            actions.unmerge_ticket(other, actor)
        else:
            split_email(receive(mailbox, write_email("E o boleto?", to=tagged(dispatch))), actor)
        split_email(reopened, actor)
        assert fresh(ticket).status == Status.RESOLVED

    def test_earlier_events_by_the_same_clock_do_not_count(self, ticket, reopened, actor):
        """Two processes are at it, whose clocks are not one."""
        ticket.events.filter(kind="status_changed").update(created_at=timezone.now() + timedelta(seconds=5))
        split_email(reopened, actor)
        assert fresh(ticket).status == Status.RESOLVED


class TestWaiting:
    def test_undoing_a_reply_does_not_restore_the_wait_for_a_message_split_off(self, ticket, invoice, actor):
        answer = reply(ticket, actor, "Segue.")
        split_email(invoice, actor)
        cancel_reply(answer, actor)
        assert fresh(ticket).awaiting_reply_since is None

    def test_a_message_answered_before_its_ticket_was_merged_is_not_waited_for(self, ticket, invoice, actor):
        other = open_ticket(ticket.team, learner=ticket.learner)
        writes(other, "O certificado?")
        reply(other, actor, "Aqui está.")
        actions.merge_ticket(other, actor, ticket)
        split_email(invoice, actor)
        assert fresh(ticket).awaiting_reply_since is None


class TestFiledBeforeAnUpdate:
    """What was opened for them was not noted then."""

    def test_undoing_closes_the_ticket_that_was_opened(self, held, actor):
        opened = open_ticket_for(held, actor).ticket
        assert opened
        InboundEmail.objects.update(undo={"was": held.undo.get("was", {"state": "held", "reason": ""})})
        undo_decision(held, actor)
        assert fresh(opened).status == Status.CLOSED

    def test_undoing_does_not_close_a_ticket_that_got_a_note(self, held, ticket, actor):
        file_email(held, ticket, actor)
        undo_decision(held, actor)
        assert fresh(ticket).status == Status.NEW

    def test_later_events_are_found_in_the_history(self, mailbox, ticket, dispatch, actor):
        actions.resolve_ticket(ticket, actor)
        found = receive(mailbox, write_email("E a nota fiscal?", to=tagged(dispatch)))
        del found.undo["version"]
        found.save()
        reply(ticket, actor, "Um momento.")
        split_email(found, actor)
        assert fresh(ticket).status == Status.OPEN


def test_an_opened_and_merged_ticket_is_closed_even_if_split_off_since(team, held, actor):
    learner = LearnerFactory(team=team, email="pedro@example.com")
    root = open_ticket(team, learner=learner)
    Ticket.objects.filter(pk=root.pk).update(course=None, producer=None)
    open_ticket_for(held, actor)
    opened = Ticket.objects.latest("pk")
    actions.unmerge_ticket(opened, actor)
    undo_decision(held, actor)
    assert (fresh(opened).status, fresh(root).status) == (Status.CLOSED, Status.NEW)


def test_a_ticket_opened_by_mistake_cannot_be_rated(client, page, held, actor):
    opened = open_ticket_for(held, actor).ticket
    assert opened
    undo_decision(held, actor)
    assert (fresh(opened).status, fresh(opened).resolved_at) == (Status.CLOSED, None)
    assert 'name="score"' not in client.get(link_for(opened)).text
    assert page.get(f"/t/{opened.team.slug}/tickets/{opened.number}/").status_code == 200
