"""Guesses on the pages of team and learner and in the API, and how they are stored."""

import re

import pytest

from helpdesk.conversations.actions.incoming_messages import IncomingMessage
from helpdesk.conversations.actions.receiving import receive_message
from helpdesk.conversations.guesses import guesses_for, keep_shown
from helpdesk.conversations.learner_page import learner_links
from helpdesk.conversations.models import ShownGuess
from helpdesk.tickets import actions
from helpdesk.tickets.actor import Actor
from helpdesk.tickets.models import Ticket
from tests.conversations.guesses.help_requests import known

pytestmark = pytest.mark.django_db


@pytest.fixture
def ticket_path(lesson_ticket):
    return f"/t/escola/tickets/{lesson_ticket.number}/"


def guess_buttons(text):
    return re.findall(r'<button class="guess" name="change" value="([^"]*)"', text)


def take(page, ticket, topic, **extra):
    data = {"change": f"topic:{topic}", "ticket": f"{ticket.number}-{ticket.version}", "from_ticket": ticket.number}
    return page.post("/t/escola/changes/", data, **extra)


class TestTeamPage:
    def test_they_are_shown_as_guesses_with_their_reason(self, page, ticket_path, mostly_video):
        text = page.get(ticket_path).text
        assert "a guess, not confirmed by anyone yet" in text
        assert guess_buttons(text) == ["topic:video", "topic:content"]
        assert '<b>The video does not play</b> <span class="muted">6 of 8 in this lesson</span>' in text

    def test_without_evidence_no_guesses_are_shown(self, page, ticket_path):
        assert "guess-list" not in page.get(ticket_path).text
        assert not ShownGuess.objects.exists()

    @pytest.mark.page_of("viewer")
    def test_viewers_see_no_buttons(self, page, ticket_path, mostly_video):
        text = page.get(ticket_path).text
        assert "6 of 8 in this lesson" in text
        assert guess_buttons(text) == []

    def test_one_click_accepts_a_guess_and_undo_restores_the_ticket(
        self, page, ticket_path, lesson_ticket, mostly_video, agent
    ):
        response = take(page, lesson_ticket, "video")
        assert response.status_code == 303
        lesson_ticket.refresh_from_db()
        assert (lesson_ticket.topic, lesson_ticket.question, lesson_ticket.question_origin) == ("video", "", "team")
        assert lesson_ticket.question_known_at
        shown = page.get(response.url).text
        assert "topic “The video does not play”" in shown
        assert "guess-list" not in shown
        (undo,) = set(re.findall(r'action="(/t/escola/changes/\d+/undo/)"', shown))
        page.post(undo, {"from_ticket": lesson_ticket.number})
        lesson_ticket.refresh_from_db()
        assert (lesson_ticket.topic, lesson_ticket.question_origin, lesson_ticket.question_known_at) == ("", "", None)
        again = page.get(ticket_path).text
        assert f"<b>{agent}</b> removed the topic: <b>The video does not play</b>" in again
        assert guess_buttons(again) == ["topic:video", "topic:content"]

    def test_in_place_the_ticket_returns_with_its_undo(self, page, lesson_ticket, mostly_video):
        here = f"http://testserver/t/escola/tickets/{lesson_ticket.number}/"
        text = take(page, lesson_ticket, "video", headers={"hx-request": "true", "hx-current-url": here}).text
        assert "<html" not in text
        assert "/undo/" in text
        assert '<p class="question-stand-in"><b>The video does not play</b></p>' in text

    @pytest.mark.parametrize("topic", ["", "money", "video'", "x" * 80])
    def test_an_unknown_topic_is_refused(self, page, lesson_ticket, topic):
        assert take(page, lesson_ticket, topic).status_code == 422
        lesson_ticket.refresh_from_db()
        assert lesson_ticket.topic == ""

    def test_a_topic_the_learner_chose_meanwhile_is_kept(self, page, lesson_ticket, mostly_video):
        receive_message(
            lesson_ticket,
            Actor.learner(lesson_ticket.learner),
            IncomingMessage("", "page", trust="link", topic="payment"),
        )
        response = take(page, Ticket(number=lesson_ticket.number, version=1), "video")
        assert response.status_code == 409
        lesson_ticket.refresh_from_db()
        assert lesson_ticket.topic == "payment"

    def test_undoing_keeps_words_received_in_between(self, page, lesson_ticket, mostly_video):
        response = take(page, lesson_ticket, "video")
        receive_message(
            lesson_ticket, Actor.learner(lesson_ticket.learner), IncomingMessage("Não abre", "page", trust="link")
        )
        (undo,) = set(re.findall(r'action="(/t/escola/changes/\d+/undo/)"', page.get(response.url).text))
        page.post(undo, {"from_ticket": lesson_ticket.number})
        lesson_ticket.refresh_from_db()
        assert (lesson_ticket.topic, lesson_ticket.question) == ("", "Não abre")
        assert lesson_ticket.question_known_at

    def test_another_teams_ticket_cannot_be_given_a_topic(self, client, outsider, lesson_ticket):
        client.force_login(outsider)
        slug = outsider.memberships.get().team.slug
        data = {"change": "topic:video", "ticket": f"{lesson_ticket.number}-1"}
        client.post(f"/t/{slug}/changes/", data)
        lesson_ticket.refresh_from_db()
        assert lesson_ticket.topic == ""

    def test_guesses_cost_two_queries_at_first_and_then_one(self, page, ticket_path, lesson_ticket, mostly_video):
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        page.get(ticket_path)
        ShownGuess.objects.all().delete()
        counts = []
        for _time in range(2):
            with CaptureQueriesContext(connection) as queries:
                page.get(ticket_path)
            counts.append(len([each for each in queries if "shownguess" in each["sql"]]))
        assert counts == [2, 1]


class TestLearnerPage:
    @pytest.fixture
    def learner_path(self, lesson_ticket):
        return f"/ajuda/{learner_links.create_link(lesson_ticket)[1]}/"

    def test_the_likeliest_is_offered_first(self, client, learner_path, mostly_video, course, lesson):
        known(course, lesson, payment=20)
        text = client.get(learner_path).text
        order = re.findall(r'name="topic" value="(\w+)"', text)
        assert order[0] == "payment"
        assert order[-1] == "other"
        assert sorted(order) == sorted(["video", "download", "content", "access", "payment", "other"])
        assert "checked" not in text  # offered, never chosen for them

    def test_opening_stores_nothing_and_sending_stores_the_offered_guesses(
        self, client, learner_path, lesson_ticket, mostly_video
    ):
        client.get(learner_path)
        assert not ShownGuess.objects.exists()
        client.post(learner_path, {"do": "write", "topic": "content", "key": "k"})
        lesson_ticket.refresh_from_db()
        assert lesson_ticket.topic == "content"
        assert ShownGuess.objects.get().topics == ["video", "content"]

    def test_later_messages_do_not_change_the_stored_guesses(self, client, learner_path, lesson_ticket, mostly_video):
        client.post(learner_path, {"do": "write", "topic": "content", "key": "k"})
        kept = ShownGuess.objects.values().get()
        client.post(learner_path, {"do": "write", "body": "E mais isto", "key": "l"})
        assert ShownGuess.objects.values().get() == kept

    def test_guesses_cost_one_query(self, client, learner_path, mostly_video, django_assert_max_num_queries):
        with django_assert_max_num_queries(15):
            client.get(learner_path)


class TestStoredGuesses:
    def test_the_last_guesses_shown_before_the_topic_was_known(
        self, page, ticket_path, lesson_ticket, mostly_video, course, lesson
    ):
        page.get(ticket_path)
        assert ShownGuess.objects.get().topics == ["video", "content"]
        known(course, lesson, payment=20)
        page.get(ticket_path)
        assert ShownGuess.objects.get().topics == ["payment", "video", "content"]
        actions.change_question(lesson_ticket, Actor.system(), "", "video")
        known(course, lesson, access=30)
        page.get(ticket_path)
        assert ShownGuess.objects.get().topics == ["payment", "video", "content"]

    def test_nothing_if_the_topic_became_known_in_between(self, lesson_ticket, mostly_video):
        guesses = guesses_for(lesson_ticket)
        Ticket.objects.filter(pk=lesson_ticket.pk).update(topic="video", question_known_at=lesson_ticket.requested_at)
        keep_shown(lesson_ticket, guesses)
        assert not ShownGuess.objects.exists()
