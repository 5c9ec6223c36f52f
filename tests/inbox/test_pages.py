"""The inbox, as a page and as the part that htmx swaps in."""

from datetime import timedelta

import pytest
from django.utils import timezone

from helpdesk.courses.models import LearnerActivity
from helpdesk.inbox import views
from helpdesk.teams.roles import Role
from helpdesk.tickets import actions
from helpdesk.tickets.actor import Actor
from helpdesk.tickets.models import Priority, Status
from tests.factories import ActivityFactory, CourseFactory, LearnerFactory, MembershipFactory, open_ticket

pytestmark = pytest.mark.django_db
Kind = LearnerActivity.Kind


def names(response):
    return [row.learner.name for group in response.context["groups"] for row in group.rows]


def ask(team, name, *, minutes=10, **fields):
    learner = LearnerFactory(team=team, name=name)
    return open_ticket(team, learner=learner, requested_at=timezone.now() - timedelta(minutes=minutes), **fields)


def test_the_inbox_goes_by_urgency_and_then_by_who_waits_longest(page, team):
    system = Actor.system()
    ask(team, "Short", minutes=5)
    ask(team, "Long", minutes=3000)
    again = ask(team, "Again", minutes=1)
    open_ticket(team, learner=again.learner, course=again.course)
    actions.change_priority(ask(team, "Urgent"), system, Priority.URGENT)
    actions.change_priority(ask(team, "High"), system, Priority.HIGH)
    actions.change_priority(ask(team, "Low", minutes=9000), system, Priority.LOW)
    actions.change_status(ask(team, "Waited for", minutes=9000), system, Status.PENDING)
    response = page.get("/t/escola/")
    assert names(response) == ["Urgent", "Again", "High", "Long", "Short", "Low", "Waited for"]
    assert [str(group.label) for group in response.context["groups"]] == [
        "Urgent",
        "Asked again",
        "High priority",
        "Past due",
        "In time",
        "Low priority",
        "Waiting on someone else",
    ]
    assert "asked 2×" in response.text


def test_the_inbox_leaves_out_what_is_finished_folded_or_snoozed(page, team, agent):
    actor = Actor.person(agent)
    actions.resolve_ticket(ask(team, "Resolved"), actor)
    actions.snooze_ticket(ask(team, "Snoozed"), actor, timezone.now() + timedelta(hours=1))
    ask(team, "Waiting")
    assert names(page.get("/t/escola/")) == ["Waiting"]
    assert names(page.get("/t/escola/?status=snoozed")) == ["Snoozed"]
    assert names(page.get("/t/escola/?status=done")) == ["Resolved"]
    assert set(names(page.get("/t/escola/?status=all"))) == {"Resolved", "Snoozed", "Waiting"}


def test_filters_by_status_assignee_and_course(page, team, agent):
    mine = ask(team, "Mine")
    actions.take_ticket(mine, Actor.person(agent))
    theirs = ask(team, "Theirs")
    other = MembershipFactory(team=team).user
    actions.assign_ticket(theirs, Actor.system(), other)
    course = CourseFactory(team=team, title="Pães")
    ask(team, "Nobody", course=course)
    assert names(page.get("/t/escola/?assignee=me")) == ["Mine"]
    assert names(page.get("/t/escola/?assignee=none")) == ["Nobody"]
    assert names(page.get(f"/t/escola/?assignee={other.pk}")) == ["Theirs"]
    assert names(page.get("/t/escola/?status=new")) == ["Nobody"]
    response = page.get(f"/t/escola/?course={course.pk}&assignee=none")
    assert names(response) == ["Nobody"]
    assert "Course: Pães" in response.text


@pytest.mark.parametrize("query", ["status=x", "assignee=999", "assignee=%00", "course=zzz", "course=%00"])
def test_a_filter_that_makes_no_sense_matches_nothing(page, team, query):
    ask(team, "Waiting")
    response = page.get(f"/t/escola/?{query}")
    assert response.status_code == 200
    assert names(response) == []


@pytest.mark.parametrize("query", ["after=1-2-3x", "after=%00"])
def test_a_place_that_makes_no_sense_is_the_first_page(page, team, query):
    ask(team, "Waiting")
    assert names(page.get(f"/t/escola/?{query}")) == ["Waiting"]


def test_another_teams_course_is_no_filter(page, team):
    ask(team, "Waiting")
    course = CourseFactory(title="Alheio")
    response = page.get(f"/t/escola/?course={course.pk}")
    assert "Alheio" not in response.text
    assert names(response) == []
    assert "is not there, or not any more" in response.text


@pytest.mark.parametrize("status", ["", "all"])
def test_pages_follow_each_other_without_gap_or_repetition(page, team, status, monkeypatch):
    monkeypatch.setattr(views, "PAGE_SIZE", 3)
    moment = timezone.now() - timedelta(hours=1)
    for number in range(8):
        open_ticket(team, requested_at=moment if number % 2 else moment - timedelta(seconds=number))
    seen, query = [], f"status={status}"
    while query:
        response = page.get(f"/t/escola/?{query}", headers={"hx-request": "true", "hx-target": "more"})
        assert "<html" not in response.text
        seen.append([int(row.number[1:]) for group in response.context["groups"] for row in group.rows])
        query = response.context["page"].next_query
    assert [len(rows) for rows in seen] == [3, 3, 2]
    assert sorted(number for rows in seen for number in rows) == list(range(1, 9))


def test_the_inbox_costs_the_same_for_two_tickets_and_for_twenty(page, team, django_assert_num_queries):
    def fill(number):
        for _ in range(number):
            ticket = ask(team, "Somebody")
            ActivityFactory(
                team=team,
                learner=ticket.learner,
                course=ticket.course,
                occurred_at=ticket.requested_at - timedelta(minutes=4),
            )
            actions.add_tag(ticket, Actor.system(), "vídeo")

    fill(2)
    page.get("/t/escola/")
    with django_assert_num_queries(17):
        page.get("/t/escola/")
    fill(18)
    with django_assert_num_queries(17):
        page.get("/t/escola/")


def test_the_row_says_what_the_learner_was_doing(page, team):
    ticket = ask(team, "Mariana")
    common = {"team": team, "learner": ticket.learner, "course": ticket.course}
    ActivityFactory(**common, occurred_at=ticket.requested_at - timedelta(minutes=4))
    ActivityFactory(
        **common, kind=Kind.LESSON_WATCHED, progress=62, occurred_at=ticket.requested_at - timedelta(minutes=9)
    )
    ActivityFactory(**common, lesson_title="After", occurred_at=ticket.requested_at + timedelta(minutes=9))
    text = page.get("/t/escola/").text
    assert "Started <b>Ponto do caramelo</b> 4 minutes before asking" in text
    assert "62% of the course" in text
    assert "After" not in text


def test_a_fresh_team_is_told_what_to_do_next(page, client, team):
    assert "Connect Eduzz" in page.get("/t/escola/").text
    client.force_login(MembershipFactory(team=team, role=Role.OWNER).user)
    assert "/t/escola/sources/new/" in page.get("/t/escola/").text


# The ticket
