"""First replies in the reports: who was asked, who answered and when, and why others were not asked."""

from datetime import timedelta

import pytest
from django.utils import timezone

from helpdesk.conversations.models import QuestionRequest
from helpdesk.tickets import actions
from helpdesk.tickets.actor import Actor
from tests.factories import CourseFactory, TeamFactory, open_ticket
from tests.reports.reading import found

pytestmark = pytest.mark.django_db
SENT, NOT_SENT = QuestionRequest.State.SENT, QuestionRequest.State.NOT_SENT


@pytest.fixture
def ask(team):
    """A ticket of today, and what became of asking its learner."""

    def make(team=team, *, days=0, kind="first", answered_after=None, reason="", **fields):
        now = timezone.now() - timedelta(days=days)
        ticket = open_ticket(team, requested_at=now, **fields)
        QuestionRequest.objects.create(
            team=team,
            ticket=ticket,
            kind=kind,
            state=NOT_SENT if reason else SENT,
            reason=reason,
            due_at=now,
            decided_at=now,
            answered_at=now + timedelta(minutes=answered_after) if answered_after else None,
        )
        return ticket

    return make


@pytest.fixture
def answered_requests(team, ask):
    for minutes in (10, 30, 50, None):
        ask(answered_after=minutes)
    for reason in ("already_answered", "already_answered", "suppressed"):
        ask(reason=reason)
    ask(kind="again")
    ask(days=40)
    ask(TeamFactory())
    merged = ask(course=CourseFactory(team=team))
    into = open_ticket(team, learner=merged.learner, requested_at=timezone.now())
    actions.merge_ticket(merged, Actor.system(), into)


def table(page, query="days=7"):
    return page.get(f"/t/escola/reports/?{query}").context["tables"]["first-reply"]


def test_the_report_shows_requests_answers_and_reasons(page, answered_requests):
    shown = [[cell.value for cell in row] for row in table(page).rows]
    assert shown == [
        ["Sent", 4, 57, ""],
        ["Answered", 3, 75, 30],
        ["Not answered", 1, 25, ""],
        ["Not sent", 3, 43, ""],
        ["Someone had already answered", 2, 67, ""],
        ["E-mail to this address is stopped", 1, 33, ""],
    ]


def test_each_figure_links_to_its_tickets(page, answered_requests):
    rows = table(page).rows
    assert rows
    for row in rows:
        assert len(found(page, row[1].query)) == row[1].value, row[0].text


def test_undecided_tickets_leave_the_table_empty(page, team, ask):
    open_ticket(team, requested_at=timezone.now())
    ask(kind="again")
    assert table(page).rows == []


def test_the_report_can_be_limited_to_one_course(page, team, ask):
    course = CourseFactory(team=team)
    ask(course=course)
    ask()
    assert table(page, f"days=7&course={course.pk}").rows[0][1].value == 1


def test_the_report_can_be_downloaded_as_csv(page, answered_requests):
    lines = page.get("/t/escola/reports/first-reply.csv?days=7").content.decode().splitlines()
    assert lines[0].removeprefix("\ufeff") == '"First reply","Tickets","Share","Median time to answer"'
    assert lines[2] == '"Answered",3,75,30'


def test_the_inbox_offers_a_few_reasons_and_accepts_all(page, answered_requests):
    def chips(value):
        return [chip.label for chip in page.get(f"/t/escola/?status=all&first_reply={value}").context["chips"]]

    def offered(value):
        fields = page.get(f"/t/escola/?status=all&first_reply={value}").context["filter"].further_fields
        (field,) = [field for field in fields if field.name == "first_reply"]
        return [choice for choice, _label in field.field.widget.choices]

    few = ["", "sent", "answered", "unanswered", "not_sent"]
    assert chips("answered")[-1] == "First reply: Answered"
    assert chips("suppressed")[-1] == "First reply: E-mail to this address is stopped"
    assert offered("answered") == few
    assert offered("suppressed") == [*few, "suppressed"]


@pytest.mark.parametrize("value", ["x", "waiting"])
def test_an_invalid_filter_value_is_reported(page, team, value):
    assert "First reply" in page.get(f"/t/escola/?first_reply={value}").text
    assert found(page, f"status=all&first_reply={value}") == set()
