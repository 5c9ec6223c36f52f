"""Requests by course, lesson and tag: the figures, and the tickets behind every bar."""

from datetime import UTC, datetime, timedelta

import pytest

from helpdesk.api.actions import create_token
from helpdesk.tickets import actions
from helpdesk.tickets.actor import Actor
from tests.api.client import Api
from tests.factories import ActivityFactory, CourseFactory, LearnerFactory, open_ticket

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 3, 10, 15, 0, tzinfo=UTC)
DAY = "first=2026-03-10&last=2026-03-10"


def ask(team, course, lesson="", *tags, learner=None, at=NOON):
    learner = learner or LearnerFactory(team=team)
    if lesson:
        before = at - timedelta(minutes=5)
        ActivityFactory(team=team, learner=learner, course=course, lesson_title=lesson, occurred_at=before)
    ticket = open_ticket(team, learner=learner, course=course, requested_at=at)
    for tag in tags:
        actions.add_tag(ticket.merged_into or ticket, Actor.system(), tag)
    return ticket


@pytest.fixture
def asked_questions(team, course):
    """Two from one lesson (the second merged), one from another course’s, one from none; one the day before."""
    first = ask(team, course, "Caramelo", "vídeo", "áudio")
    ask(team, course, "Caramelo", learner=first.learner, at=NOON + timedelta(minutes=9))
    ask(team, CourseFactory(team=team, title="Pães"), "=Massa", "nota & fiscal")
    ask(team, course)
    ask(team, course, "Caramelo", "vídeo", at=NOON - timedelta(days=1))
    return first


def rows(page, name, query=DAY):
    table = page.get(f"/t/escola/reports/?{query}").context["tables"][name]
    return table, [[cell.value for cell in row] for row in table.rows]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("lessons", [["Caramelo · Confeitaria do zero", 2, 1], ["=Massa · Pães", 1, 0], ["No lesson known", 1, 0]]),
        ("tags", [["vídeo", 1, 1], ["áudio", 1, 0], ["nota & fiscal", 1, 0]]),
    ],
)
def test_requests_are_counted_and_each_bar_links_to_exactly_its_tickets(page, asked_questions, name, expected):
    table, found = rows(page, name)
    assert sorted(found) == sorted(expected)
    assert [row[1] for row in found] == sorted((row[1] for row in found), reverse=True)
    for row in table.rows:
        for cell in row[1:]:
            if cell.query:
                shown = page.get(f"/t/escola/?{cell.query}").context
                assert len(shown["page"].tickets) == cell.value
                assert not shown["filter"].problems


def test_within_a_course_lessons_and_tags_are_those_of_its_requests(page, team, course, asked_questions):
    query = f"{DAY}&course={course.pk}"
    assert rows(page, "lessons", query)[1] == [["Caramelo", 2, 1], ["No lesson known", 1, 0]]
    table, found = rows(page, "tags", query)
    assert sorted(found) == [["vídeo", 1, 1], ["áudio", 1, 0]]
    (shown,) = page.get(f"/t/escola/?{table.rows[0][1].query}").context["page"].tickets
    assert shown == asked_questions


def test_a_name_links_to_its_page_and_a_bar_to_its_tickets(page, course, asked_questions):
    text = page.get(f"/t/escola/reports/?{DAY}").text
    assert f'href="/t/escola/lessons/{asked_questions.lesson_id}/"' in text
    assert f'href="/t/escola/courses/{course.pk}/"' in text
    assert text.count('<a class="share"') >= 6


@pytest.mark.parametrize(("name", "first"), [("lessons", "Caramelo · Confeitaria do zero"), ("tags", "nota & fiscal")])
def test_a_spreadsheet_has_all_rows(page, asked_questions, name, first, monkeypatch):
    monkeypatch.setattr("helpdesk.reports.rankings.MOST", 1)
    text = page.get(f"/t/escola/reports/{name}.csv?{DAY}").content.decode()
    assert first in text
    assert text.count("\n") == 4
    _table, found = rows(page, name)
    assert len(found) == 2  # and the others, in one row
    assert found[1][0] in {"Other lessons", "Other tags"}


def test_a_formula_in_a_lessons_title_is_escaped_in_a_spreadsheet(page, asked_questions):
    assert "'=Massa" in page.get(f"/t/escola/reports/lessons.csv?{DAY}").content.decode()


def test_an_empty_period_says_so(page, team):
    assert page.get(f"/t/escola/reports/?{DAY}").text.count("Nothing in this period.") >= 3


def test_the_api_returns_the_same_counts(team, asked_questions):
    api = Api(create_token(team, "T")[1])
    lessons = api.get(f"reports/lessons?{DAY}").json()["results"]
    assert lessons[0] == {"lesson": asked_questions.lesson_id, "requests": 2}
    assert {row["lesson"] for row in lessons} > {None}
    assert sum(row["requests"] for row in api.get(f"reports/tags?{DAY}").json()["results"]) == 3
    assert api.get("reports/tags?first=2026-03-11&last=2026-03-10").status_code == 400
