"""The report of guesses, and the tickets behind its figures."""

import csv
import io
import re

import pytest

from helpdesk.conversations.actions.incoming_messages import IncomingMessage
from helpdesk.conversations.actions.receiving import receive_message
from helpdesk.conversations.guesses import guesses_for, keep_shown
from helpdesk.conversations.models import ShownGuess
from helpdesk.tickets import actions
from helpdesk.tickets.actor import Actor
from helpdesk.tickets.models import Ticket
from tests.conversations.guesses.help_requests import ask, known
from tests.factories import CourseFactory, TeamFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def guessed_tickets(course, lesson):
    """Guessed are video, then content: one learner says so, one something else, one nothing; the team takes one."""
    known(course, lesson, video=6, content=2)
    Ticket.objects.update(requested_at="2025-12-01T12:00Z")  # long before the report's period
    tickets = [ask(course, lesson, hours=1) for _number in range(5)]
    for ticket, topic in zip(tickets, ["content", "payment", "", "video", "download"], strict=True):
        keep_shown(ticket, guesses_for(ticket))
        if topic in {"content", "payment"}:
            receive_message(
                ticket, Actor.learner(ticket.learner), IncomingMessage("", "page", trust="link", topic=topic)
            )
        elif topic:
            actions.change_question(ticket, Actor.system(), "", topic)
    assert ShownGuess.objects.count() == 5
    return tickets


def report(page, query=""):
    text = page.get(f"/t/escola/reports/guesses.csv?days=7{query}").text.removeprefix("\ufeff")
    return list(csv.reader(io.StringIO(text)))[1:]


def found(page, query):
    return {int(number) for number in re.findall(r'id="row-(\d+)"', page.get(f"/t/escola/?{query}").text)}


def test_it_shows_the_share_of_right_guesses_by_origin(page, guessed_tickets):
    assert report(page) == [
        ["All", "4", "2", "50", "25"],
        ["The learner, on their page", "2", "1", "50", "0"],
        ["The team", "2", "1", "50", "50"],
    ]


def test_every_figure_links_to_as_many_tickets(page, guessed_tickets):
    table = page.get("/t/escola/reports/?days=7").context["tables"]["guesses"]
    cells = [cell for row in table.rows for cell in row if cell.query]
    assert len(cells) == 6
    for cell in cells:
        assert len(found(page, cell.query)) == cell.value, cell.query


def test_the_filter_separates_right_from_wrong_guesses(page, guessed_tickets):
    content, payment, _nothing, video, download = (ticket.number for ticket in guessed_tickets)
    assert found(page, "status=all&guess=right") == {content, video}
    assert found(page, "status=all&guess=wrong") == {payment, download}
    assert found(page, "status=all&guess=told") == {content, payment, video, download}
    assert found(page, "status=all&guess=perhaps") == set()


def test_without_guesses_the_report_is_empty(page, team):
    assert report(page) == []


def test_another_course_and_another_team_do_not_count(page, guessed_tickets, team):
    assert report(page, f"&course={CourseFactory(team=team).pk}") == []
    Ticket.objects.update(team=TeamFactory())
    assert report(page) == []


def test_a_merged_ticket_does_not_count(page, guessed_tickets):
    Ticket.objects.filter(pk=guessed_tickets[0].pk).update(merged_into=guessed_tickets[1])
    assert report(page)[0] == ["All", "3", "1", "33", "33"]
