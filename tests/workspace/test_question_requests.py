"""Asking a learner what it is about: from the ticket's page, and what that says of the first reply."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from helpdesk.conversations.actions.asking import ask_learner
from helpdesk.conversations.actions.incoming_messages import IncomingMessage
from helpdesk.conversations.actions.receiving import receive_message
from helpdesk.conversations.actions.replies import reply as reply_to
from helpdesk.conversations.first_reply.decision import is_open_question
from helpdesk.conversations.models import Dispatch, FirstReply, QuestionRequest
from helpdesk.tickets import actions
from helpdesk.tickets.actions import ActionRefused
from helpdesk.tickets.actor import Actor
from helpdesk.tickets.models import Message, Status, Ticket
from tests.factories import CourseFactory, LearnerFactory
from webhooks.source_testing import ADDRESS

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("installation_in_english")]


def ask_of(ticket):
    return f"/t/escola/tickets/{ticket.number}/ask/"


class TestAskingAgain:
    def test_a_person_can_ask_and_undo_it(self, page, asked, agent):
        ticket = asked()
        response = page.post(ask_of(ticket))
        message = Message.objects.get(kind="automatic")
        assert (response.status_code, message.author) == (303, agent)
        dispatch = Dispatch.objects.get()
        assert (dispatch.state, dispatch.next_try_at) == ("held", message.created_at + timedelta(seconds=10))
        shown = page.get(response.url).text
        assert "will be asked by e-mail in a moment" in shown
        page.post(f"/t/escola/tickets/{ticket.number}/messages/{message.pk}/cancel/")
        dispatch.refresh_from_db()
        assert (dispatch.state, QuestionRequest.objects.exists()) == ("cancelled", False)
        assert not ticket.drafts.exists()
        assert page.post(ask_of(ticket)).status_code == 303

    def test_it_is_offered_only_if_an_email_can_be_sent(self, page, team, asked):
        assert "Ask by e-mail" in page.get(f"/t/escola/tickets/{asked().number}/").text
        of_a_test = asked(learner=LearnerFactory(team=team, email=ADDRESS))
        shown = page.get(f"/t/escola/tickets/{of_a_test.number}/").text
        assert "Ask by e-mail" not in shown
        assert f"{ADDRESS} cannot be anyone’s address" in shown
        assert page.post(ask_of(of_a_test)).status_code == 409
        assert not Dispatch.objects.exists()

    def test_it_uses_the_text_of_the_course_or_team_even_if_switched_off(self, team, asked, actor, course):
        FirstReply.objects.create(team=team, course=course, is_enabled=False, body="Do curso?")
        assert ask_learner(asked(), actor).body == "Do curso?"

    def test_a_learner_can_be_asked_again_only_once(self, page, asked, actor):
        ticket = asked()
        ask_learner(ticket, actor)
        response = page.post(ask_of(ticket))
        assert (response.status_code, "has already been asked again" in response.text) == (409, True)
        assert Message.objects.count() == 1

    def test_it_counts_neither_as_response_nor_as_change(self, asked, actor):
        ticket = asked()
        ask_learner(ticket, actor)
        ticket.refresh_from_db()
        assert (ticket.first_responded_at, ticket.version, ticket.status) == (None, 1, Status.NEW)

    def test_it_is_possible_after_a_reply_and_on_old_requests(self, asked, actor):
        ticket = asked(hours=24 * 30)
        reply_to(ticket, actor, "Oi!")
        assert ask_learner(ticket, actor)

    @pytest.mark.parametrize("why", ["known", "resolved", "no address", "no name", "merged"])
    def test_it_is_refused_if_it_makes_no_sense(self, page, team, asked, actor, why):
        learner = LearnerFactory(
            team=team, name="" if why == "no name" else "Rita", email="" if why == "no address" else "rita@example.com"
        )
        ticket = asked(learner=learner)
        if why == "known":
            actions.change_question(ticket, actor, "Nota fiscal")
        if why == "resolved":
            actions.resolve_ticket(ticket, actor)
        if why == "merged":
            other = asked(learner=learner, course=CourseFactory(team=team))
            actions.merge_ticket(ticket, actor, other)
        assert is_open_question(Ticket.objects.get(pk=ticket.pk)) == (why in {"no address", "no name"})
        with pytest.raises(ActionRefused):
            ask_learner(ticket, actor)
        assert page.post(ask_of(ticket)).status_code == 409
        assert not Message.objects.filter(kind="automatic").exists()

    def test_the_daily_limit_applies_to_people_too(self, team, asked, actor):
        learner = LearnerFactory(team=team)
        tickets = [asked(learner=learner, course=CourseFactory(team=team)) for _ in range(3)]
        ask_learner(tickets[0], actor)
        ask_learner(tickets[1], actor)
        with pytest.raises(ActionRefused, match="enough automatic e-mails for one day"):
            ask_learner(tickets[2], actor)


class TestTicketPage:
    def shown(self, page, ticket):
        return re.sub(r"\s+", " ", page.get(f"/t/escola/tickets/{ticket.number}/").text)

    def test_asking_is_offered_until_the_question_is_known(self, page, asked, actor):
        ticket = asked()
        assert "Ask by e-mail" in self.shown(page, ticket)
        ask_learner(ticket, actor)
        shown = self.shown(page, ticket)
        assert "Asked by e-mail" in shown
        assert ask_of(ticket) not in shown
        actions.change_question(ticket, actor, "Nota fiscal")
        assert "Asked by e-mail" not in self.shown(page, ticket)

    def test_after_the_first_reply_asking_again_is_offered(self, page, team, asked):
        ticket = asked()
        now = timezone.now()
        QuestionRequest.objects.create(team=team, ticket=ticket, state="sent", due_at=now, decided_at=now)
        shown = self.shown(page, ticket)
        assert "Asked by e-mail" in shown
        assert "Ask again" in shown

    def test_it_shows_when_the_first_reply_will_be_sent(self, page, team, asked):
        ticket = asked()
        QuestionRequest.objects.create(team=team, ticket=ticket, due_at=timezone.now() + timedelta(minutes=5))
        shown = self.shown(page, ticket)
        assert "The first reply asks at" in shown
        assert ask_of(ticket) not in shown

    def test_it_shows_why_no_first_reply_was_sent(self, page, team, asked):
        ticket = asked()
        now = timezone.now()
        QuestionRequest.objects.create(
            team=team, ticket=ticket, state="not_sent", reason="suppressed", due_at=now, decided_at=now
        )
        assert "E-mail to this address is stopped" in self.shown(page, ticket)

    @pytest.mark.page_of("viewer")
    def test_viewers_are_not_offered_to_ask(self, page, asked):
        assert "Ask by e-mail" not in self.shown(page, asked())

    def test_an_answer_without_a_question_is_shown(self, page, asked, actor):
        ticket = asked()
        ask_learner(ticket, actor)
        QuestionRequest.objects.update(answered_at=timezone.now())
        assert "The learner wrote without saying what it is about." in self.shown(page, ticket)

    def test_a_failed_request_can_be_sent_again(self, page, asked, actor):
        message = ask_learner(asked(), actor)
        message.dispatches.update(state="failed")
        response = page.post(f"/t/escola/tickets/{message.ticket.number}/messages/{message.pk}/retry/")
        assert (response.status_code, message.dispatches.get().state) == (303, "queued")

    def test_the_learner_sees_the_choices_again_after_being_asked(self, client, asked, actor):
        from helpdesk.conversations.learner_page import learner_links

        ticket = asked()
        reply_to(ticket, actor, "Oi, tudo bem?")
        Message.objects.update(send_at=timezone.now())
        token = learner_links.create_link(ticket)[1]
        client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
        assert "The video does not play" not in client.get(f"/ajuda/{token}/").text
        ask_learner(ticket, actor)
        shown = client.get(f"/ajuda/{token}/").text
        assert "The video does not play" in shown
        receive_message(ticket, Actor.learner(ticket.learner), IncomingMessage("Oi", "page", trust="link"))
        assert "The video does not play" not in client.get(f"/ajuda/{token}/").text
