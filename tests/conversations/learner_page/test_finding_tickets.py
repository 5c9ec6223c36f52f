"""The team finds and counts tickets by what learners answered."""

import csv
import io
import re

import pytest
from django.utils import timezone

from helpdesk.conversations.actions.ratings import rate_ticket
from helpdesk.tickets import actions
from helpdesk.tickets.actor import Actor
from tests.conversations.learner_page.writing import write
from tests.factories import open_ticket

pytestmark = pytest.mark.django_db
SYSTEM = Actor.system()


def found(desk, query):
    text = desk.get(f"/t/escola/?{query}").text
    return {int(number) for number in re.findall(r'id="row-(\d+)"', text)}


def test_search_finds_what_learners_wrote(desk, help_request):
    other = open_ticket(help_request.team)
    write(help_request, topic="video")
    write(help_request, "Primeiro isto")
    write(help_request, "aparece um erro paçoca")
    assert found(desk, "q=pacoca") == {help_request.number}
    assert other.number not in found(desk, "q=erro")


def test_tickets_can_be_filtered_by_topic_question_wait_and_rating(desk, help_request):
    plain, mine = open_ticket(help_request.team), open_ticket(help_request.team)
    write(help_request, topic="video")
    actions.change_question(mine, SYSTEM, "Quer nota", "payment")
    actions.resolve_ticket(mine, SYSTEM)
    rate_ticket(mine, Actor.learner(mine.learner), 3)
    for query, expected in {
        "topic=video": {help_request},
        "awaiting=1": {help_request},
        "status=all&awaiting=1": {help_request},
        "status=all&question=known": {help_request, mine},
        "question=unknown": {plain},
        "question=page": {help_request},
        "status=all&question=team": {mine},
        "status=done&rating=good": {mine},
        "status=all&rating=rated": {mine},
        "status=all&rating=bad": set(),
        "topic=money": set(),
    }.items():
        assert found(desk, query) == {each.number for each in expected}, query
    actions.reopen_ticket(mine, SYSTEM)
    assert found(desk, "status=all&rating=good") == {mine.number}  # it was given, whatever became of the ticket


def report(desk, name, query=""):
    text = desk.get(f"/t/escola/reports/{name}.csv?days=7{query}").text.removeprefix("\ufeff")
    return list(csv.reader(io.StringIO(text)))


@pytest.fixture
def told_ticket(help_request, agent):
    """One described by its learner, one by the team and rated, one not at all."""
    write(help_request, topic="video")
    mine, _plain = (open_ticket(help_request.team, requested_at=timezone.now()) for _n in range(2))
    actions.change_question(mine, Actor.person(agent), "Quer nota", "payment")
    actions.assign_ticket(mine, SYSTEM, agent)
    actions.resolve_ticket(mine, Actor.person(agent))
    rate_ticket(mine, Actor.learner(mine.learner), 3)
    return mine


def test_reports_count_questions_topics_and_ratings(desk, help_request, told_ticket, agent):
    assert report(desk, "questions")[1:] == [
        ["Known", "2", "67"],
        ["The learner, on their page", "1", "33"],
        ["The learner, by e-mail", "0", "0"],
        ["The learner, asked by the first reply", "0", "0"],
        ["The team", "1", "33"],
        ["Not known", "1", "33"],
    ]
    topics = {row[0]: row[1:] for row in report(desk, "topics")}
    assert topics["Chocolate para vender"] == ["1", "0", "0", "0", "0", "0"]
    by_lesson = report(desk, "topics", f"&course={help_request.course_id}")
    assert by_lesson[1:] == [["Ovos recheados", "1", "0", "0", "0", "0", "0"]]
    assert report(desk, "satisfaction")[1:] == [["All", "1", "0", "0", "100"], [str(agent), "1", "0", "0", "100"]]


def test_every_figure_links_to_as_many_tickets(desk, help_request, told_ticket):
    response = desk.get("/t/escola/reports/?days=7")
    tables = response.context["tables"]
    cells = [
        cell
        for name in ("questions", "topics", "satisfaction")
        for row in tables[name].rows
        for cell in row
        if cell.query and isinstance(cell.value, int)
    ]
    assert len(cells) >= 8
    for cell in cells:
        assert len(found(desk, cell.query)) == cell.value, cell.query


def test_reports_without_tickets_are_empty(desk, team):
    assert [report(desk, name)[1:] for name in ("questions", "topics", "satisfaction")] == [[], [], []]
