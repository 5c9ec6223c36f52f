"""Suggested answers on the ticket's page, and how one gets into the composer."""

import re

import pytest

from helpdesk.conversations.models import Draft
from helpdesk.conversations.writing import drafts
from helpdesk.tickets import actions
from helpdesk.tickets.actor import Actor
from tests.conversations.answers.questions import SOLUTION, answered, ask, reply_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def ticket_path(video_ticket):
    return f"/t/escola/tickets/{video_ticket.number}/"


@pytest.fixture
def answer(course, lesson, agent):
    """The key of an answer that is offered."""
    return reply_of(answered(course, lesson, agent, f"Oi, Mariana! {SOLUTION} <b>")).pk


def test_the_page_requests_the_answers_after_loading(page, ticket_path):
    text = page.get(ticket_path).text
    assert f'hx-get="{ticket_path}answers/"' in text
    assert f'<a class="link" href="{ticket_path}answers/">' in text  # without JavaScript


def test_the_page_requests_no_answers_if_no_question_is_known(page, course, lesson):
    other = ask(course, lesson, "")
    assert "/answers/" not in page.get(f"/t/escola/tickets/{other.number}/").text


@pytest.mark.page_of("viewer")
def test_the_page_requests_no_answers_for_people_who_cannot_reply(page, ticket_path):
    assert "/answers/" not in page.get(ticket_path).text


def test_the_partial_response_escapes_the_answers(page, ticket_path, answer):
    text = page.get(f"{ticket_path}answers/", headers={"hx-request": "true"}).text
    assert "<html" not in text
    assert f"{SOLUTION} &lt;b&gt;</p>" in text
    assert "Mariana" not in text
    assert f'action="{ticket_path}answers/{answer}/use/"' in text


def test_without_answers_the_partial_response_is_empty(page, ticket_path):
    assert page.get(f"{ticket_path}answers/", headers={"hx-request": "true"}).text.strip() == ""
    assert "No question like this has been answered yet" in page.get(f"{ticket_path}answers/").text


def test_without_javascript_using_an_answer_opens_the_draft_with_it(page, ticket_path, video_ticket, agent, answer):
    whole = page.get(f"{ticket_path}answers/?in=status%3Dnew").text
    (action,) = re.findall(r'<form method="post" action="([^"]*use/)"', whole)
    (query,) = re.findall(r'name="query" value="([^"]*)"', whole)
    response = page.post(action, {"query": query})
    assert (response.status_code, response.url) == (303, f"{ticket_path}?write=reply&in=status%3Dnew")
    assert Draft.objects.get().body == f"{SOLUTION} <b>"
    shown = page.get(response.url).text
    assert 'data-editor="reply"' in shown
    assert f"{SOLUTION} &lt;b&gt;</textarea>" in shown


def test_an_answer_is_added_below_the_draft(page, ticket_path, video_ticket, agent, answer):
    drafts.save_draft(video_ticket, agent, "reply", "Oi, Tainá!")
    for _tap in range(2):
        page.post(f"{ticket_path}answers/{answer}/use/")
    assert Draft.objects.get().body == f"Oi, Tainá!\n\n{SOLUTION} <b>"


def test_an_answer_that_makes_the_draft_too_long_is_refused(page, ticket_path, video_ticket, agent, answer):
    drafts.save_draft(video_ticket, agent, "reply", "x" * 19_990)
    response = page.post(f"{ticket_path}answers/{answer}/use/")
    assert "longer than 20,000 characters" in page.get(response.url).text
    assert Draft.objects.get().body == "x" * 19_990


@pytest.mark.parametrize("pk", [0, 999_999, 2**62])
def test_an_answer_that_is_not_offered_cannot_be_used(page, ticket_path, pk):
    assert page.post(f"{ticket_path}answers/{pk}/use/").status_code == 404


def test_a_reply_to_another_question_cannot_be_used(page, ticket_path, course, lesson, agent):
    other = answered(course, lesson, agent, question="Posso usar margarina?", topic="content")
    assert page.post(f"{ticket_path}answers/{reply_of(other).pk}/use/").status_code == 404
    assert not Draft.objects.exists()


def test_other_teams_can_neither_see_nor_use_answers(client, outsider, ticket_path, answer):
    client.force_login(outsider)
    assert client.get(f"{ticket_path}answers/").status_code == 404
    assert client.post(f"{ticket_path}answers/{answer}/use/").status_code == 404


def test_a_merged_ticket_offers_no_answers(page, ticket_path, video_ticket, answer, course):
    into = actions.open_ticket(
        video_ticket.team,
        Actor.system(),
        learner=video_ticket.learner,
        course=None,
        producer=None,
        requested_at=video_ticket.requested_at,
    )
    actions.merge_ticket(video_ticket, Actor.system(), into)
    assert "use/" not in page.get(f"{ticket_path}answers/").text
    assert page.post(f"{ticket_path}answers/{answer}/use/").status_code == 404
