"""What the learner wants to know: the headline of the ticket and the text of its row."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from helpdesk.courses.models import Lesson
from helpdesk.tickets import actions, undo
from helpdesk.tickets.actions.question_undo import restore_question
from helpdesk.tickets.actor import Actor
from helpdesk.tickets.message_facts import QuestionKnown
from helpdesk.tickets.models import Ticket, TicketEvent
from tests.factories import CourseFactory, LearnerFactory, TeamFactory, open_ticket
from tests.tickets.reading import refused

pytestmark = pytest.mark.django_db
QUESTION = "Onde está o link da aula 3?"


def test_the_question_of_a_ticket_opened_by_hand_is_its_headline_and_row_text(page, team):
    page.post("/t/escola/tickets/new/", {"email": "nova@example.com", "question": f"  {QUESTION}\r\nObrigada "})
    ticket = Ticket.objects.get()
    assert ticket.question == f"{QUESTION}\nObrigada"
    assert not ticket.messages.exists()
    shown = page.get(f"/t/escola/tickets/{ticket.number}/").text
    assert f'<blockquote class="question" dir="auto"><p>{QUESTION}<br>Obrigada</p></blockquote>' in shown
    listed = page.get("/t/escola/").text
    assert f"“{QUESTION} Obrigada”" in listed
    assert "No earlier activity known" not in listed


def test_a_ticket_is_found_by_its_question(page, team):
    open_ticket(team)
    asked = open_ticket(team, question=QUESTION)
    rows = [row.number for group in page.get("/t/escola/?q=LINK+esta").context["groups"] for row in group.rows]
    assert rows == [f"#{asked.number}"]


def test_a_ticket_without_a_question_has_no_headline(page, team):
    ticket = open_ticket(team)
    assert 'class="question"' not in page.get(f"/t/escola/tickets/{ticket.number}/").text


def test_the_root_shows_the_question_of_a_repeated_call(page, team):
    first = open_ticket(team)
    data = {"email": first.learner.email, "course": first.course_id, "question": QUESTION}
    page.post("/t/escola/tickets/new/", data)
    first.refresh_from_db()
    assert first.question == QUESTION
    again = Ticket.objects.get(merged_into=first)
    actions.unmerge_ticket(again, Actor.system())
    first.refresh_from_db()
    again.refresh_from_db()
    assert (first.question, again.question) == ("", QUESTION)


def test_a_different_question_of_a_merged_call_is_shown_in_the_timeline(page, team):
    first = open_ticket(team, question=QUESTION)
    data = {"email": first.learner.email, "course": first.course_id, "question": "E o certificado?"}
    page.post("/t/escola/tickets/new/", data)
    shown = page.get(f"/t/escola/tickets/{first.number}/").text
    assert f"<p>{QUESTION}</p>" in shown
    assert "<p>E o certificado?</p>" in shown


def test_merged_tickets_share_one_timeline_with_links(page, team):
    learner = LearnerFactory(team=team)
    first, second, third = (open_ticket(team, learner=learner, course=CourseFactory(team=team)) for _ in range(3))
    system = Actor.system()
    actions.add_note(second, system, "Nota do segundo")
    actions.add_note(first, system, "Nota do primeiro")
    actions.add_note(third, system, "Nota do terceiro")
    actions.change_priority(third, system, 4)
    actions.merge_ticket(third, system, second)
    actions.merge_ticket(second, system, first)
    response = page.get(f"/t/escola/tickets/{first.number}/")
    texts = [entry.text for entry in response.context["timeline"] if entry.text]
    assert texts == ["Nota do segundo", "Nota do primeiro", "Nota do terceiro"]
    assert "changed the priority from Normal" in response.text
    for other in (second, third):
        assert f'<a class="link" href="/t/escola/tickets/{other.number}/">#{other.number}</a>' in response.text
    assert f'merged #<a class="link" href="/t/escola/tickets/{second.number}/">{second.number}</a>' in response.text
    assert "Split off" in response.text


def test_a_merged_ticket_links_to_its_root(page, team):
    learner = LearnerFactory(team=team)
    first, second = (open_ticket(team, learner=learner, course=CourseFactory(team=team)) for _ in range(2))
    actions.merge_ticket(second, Actor.system(), first)
    shown = page.get(f"/t/escola/tickets/{second.number}/").text
    assert f'into #<a class="link" href="/t/escola/tickets/{first.number}/">{first.number}</a>' in shown


def test_the_timeline_takes_the_same_number_of_queries_for_many_merged_calls(page, team, django_assert_num_queries):
    first = open_ticket(team)
    open_ticket(team, learner=first.learner, course=first.course)
    actions.add_note(first, Actor.system(), "Nota")  # of messages there are files to ask for
    address = f"/t/escola/tickets/{first.number}/"
    with CaptureQueriesContext(
        connection,
    ) as few:
        page.get(address)
    for number in range(5):
        call = open_ticket(team, learner=first.learner, course=first.course)
        actions.add_note(first, Actor.system(), f"Nota {number} {call}")
    with django_assert_num_queries(len(few)):
        page.get(address)


def test_an_invisible_question_is_empty(page, team):
    page.post("/t/escola/tickets/new/", {"email": "nova@example.com", "question": "\u200b\n\u200b"})
    assert Ticket.objects.get().question == ""


SYSTEM = Actor.system()
FIELDS = ("topic", "question", "question_origin", "question_known_at", "question_from_id")


def question_of(ticket):
    return {name: getattr(Ticket.objects.get(pk=ticket.pk), name) for name in FIELDS}


class TestTopicOnly:
    def test_keeps_the_text(self, team):
        asked = open_ticket(team, question=QUESTION)
        actions.choose_topic(asked, SYSTEM, "download")
        assert (asked.topic, asked.question) == ("download", QUESTION)
        version = asked.version
        actions.choose_topic(asked, SYSTEM, "download")
        assert asked.version == version

    @pytest.mark.parametrize("topic", ["", "money"])
    def test_has_to_be_valid(self, team, topic):
        ticket = open_ticket(team)
        with pytest.raises(actions.ActionRefused):
            actions.choose_topic(ticket, SYSTEM, topic)

    @pytest.mark.parametrize("question", ["", QUESTION])
    def test_can_be_undone_with_the_origin_of_the_question(self, team, question):
        ticket = open_ticket(team, question=question)
        then, before = question_of(ticket), undo.state_of(ticket)
        actions.choose_topic(ticket, SYSTEM, "video")
        after = undo.state_of(ticket)
        altered = {name: before[name] for name in before if before[name] != after[name]}
        undo.restore(ticket, SYSTEM, altered, after)
        assert question_of(ticket) == then
        assert ticket.events.filter(kind="question_known").latest("pk").fact == QuestionKnown(
            "video", "", question and "team"
        )

    def test_on_a_merged_question_becomes_the_tickets_own_until_undone(self, team):
        first = open_ticket(team)
        open_ticket(team, learner=first.learner, course=first.course, question=QUESTION)
        first.refresh_from_db()
        then, before = question_of(first), undo.state_of(first)
        assert then["question_from_id"]
        actions.choose_topic(first, SYSTEM, "video")
        assert question_of(first)["question_from_id"] is None
        after = undo.state_of(first)
        altered = {name: before[name] for name in before if before[name] != after[name]}
        undo.restore(first, SYSTEM, altered, after)
        assert question_of(first) == then


def test_a_changed_question_is_recorded_with_its_previous_topic(team, actor):
    ticket = open_ticket(team)
    actions.change_question(ticket, actor, "Não entro", "access")
    actions.change_question(ticket, actor, QUESTION, "payment")
    event = TicketEvent.objects.filter(kind="question_known").latest("pk")
    assert event.fact == QuestionKnown("access", "payment", "team")


@pytest.mark.parametrize("of_team", [True, False])
def test_a_lesson_of_another_course_is_refused(team, actor, of_team, in_english):
    ticket = open_ticket(team)
    elsewhere = team if of_team else TeamFactory()
    course = CourseFactory(team=elsewhere)
    lesson = Lesson.objects.create(team=elsewhere, course=course, title="Ganache")
    with refused("another course"):
        actions.change_question(ticket, actor, QUESTION, "", lesson)


def test_undoing_a_question_also_clears_when_it_became_known(team, actor):
    ticket = open_ticket(team)
    before = {field: getattr(ticket, field) for field in ("question", "question_known_at")}
    actions.change_question(ticket, actor, QUESTION)
    restore_question(ticket, actor, before, {})
    ticket.refresh_from_db()
    assert (ticket.question, ticket.question_known_at) == ("", None)
