"""Reading tickets through the API."""

import base64
from datetime import timedelta

import pytest
from django.utils import timezone

from helpdesk.tickets import actions
from helpdesk.tickets.actor import Actor
from tests.factories import NOON, ActivityFactory, CourseFactory, LearnerFactory, MembershipFactory, open_ticket

pytestmark = pytest.mark.django_db
SYSTEM = Actor.system()


def numbers(response):
    assert response.status_code == 200, response.json()
    return [ticket["number"] for ticket in response.json()["results"]]


def every_page(api, query):
    """All numbers, page by page, as an integration walks through them."""
    response = api.get("tickets", query)
    found = numbers(response)
    while address := response.json()["next"]:
        response = api.get(address.partition("/api/v1/")[2])
        found += numbers(response)
    return found


def test_a_ticket_shows_all_that_an_integration_needs(api, team, settings):
    settings.BASE_URL = "https://helpdesk.example.com"
    ticket = open_ticket(team, learner=LearnerFactory(team=team, name="Mariana", email="m@example.com"))
    ActivityFactory(
        team=team, learner=ticket.learner, course=ticket.course, progress=40, occurred_at=NOON - timedelta(minutes=4)
    )
    member = MembershipFactory(team=team)
    actions.assign_ticket(ticket, SYSTEM, member.user)
    actions.add_tag(ticket, SYSTEM, "vídeo")
    response = api.get(f"tickets/{ticket.number}")
    shown = response.json()
    assert response["ETag"] == f'"{shown["version"]}"'
    times = {name: shown.pop(name) for name in ("created_at", "last_activity_at")}
    assert all(text.endswith("Z") for text in times.values())
    assert shown == {
        "number": ticket.number,
        "url": f"https://helpdesk.example.com/t/escola/tickets/{ticket.number}/",
        "status": "open",
        "priority": "normal",
        "question": "",
        "urgency": "normal",
        "learner": ticket.learner_id,
        "course": ticket.course_id,
        "producer": ticket.producer_id,
        "assignee": member.user_id,
        "tags": ["vídeo"],
        "request_count": 1,
        "merged_into": None,
        "requested_at": "2026-03-10T12:00:00Z",
        "first_responded_at": None,
        "resolved_at": None,
        "snoozed_until": None,
        "response_due_at": "2026-03-11T12:00:00Z",
        "is_overdue": True,
        "version": 4,
        "context": {
            "step": "lesson_started",
            "lesson": "Ponto do caramelo",
            "seconds_before": 240,
            "progress": 40,
            "sentence": "Started Ponto do caramelo 4 minutes before asking",
        },
    }


def test_related_things_are_embedded_on_demand_and_fields_left_out(api, team):
    ticket = open_ticket(team)
    shown = api.get(f"tickets/{ticket.number}", {"fields": "number,learner,course", "expand": "learner,course"}).json()
    assert set(shown) == {"number", "learner", "course"}
    assert shown["learner"]["email"] == ticket.learner.email
    assert shown["course"]["producer"] == ticket.producer_id


def test_a_list_takes_the_inbox_filters_and_its_search(api, team):
    course = CourseFactory(team=team, title="Pães")
    first = open_ticket(team, course=course, learner=LearnerFactory(team=team, name="João"))
    second = open_ticket(team)
    actions.resolve_ticket(second, SYSTEM)
    assert numbers(api.get("tickets")) == [second.number, first.number]
    assert numbers(api.get("tickets", {"status": "to_do"})) == [first.number]
    assert numbers(api.get("tickets", {"status": "done"})) == [second.number]
    assert numbers(api.get("tickets", {"course": course.pk})) == [first.number]
    assert numbers(api.get("tickets", {"q": "joao"})) == [first.number]
    assert numbers(api.get("tickets", {"assignee": "none", "priority": "normal"})) == [second.number, first.number]
    assert numbers(api.get("tickets", {"course": 999, "tag": "none such"})) == []


@pytest.mark.parametrize(
    "ordering", ["requested_at", "-requested_at", "last_activity_at", "-last_activity_at", "urgency"]
)
def test_every_order_pages_through_all_without_gap_or_repetition(api, team, ordering):
    tickets = [open_ticket(team, requested_at=NOON + timedelta(minutes=place % 3)) for place in range(7)]
    found = every_page(api, {"ordering": ordering, "limit": 2})
    assert sorted(found) == sorted(ticket.number for ticket in tickets)
    assert found == numbers(api.get("tickets", {"ordering": ordering}))


def test_a_search_pages_too(api, team):
    learner = LearnerFactory(team=team, name="João")
    tickets = [open_ticket(team, learner=learner) for _ in range(5)]
    assert every_page(api, {"q": "joao", "limit": 2}) == [ticket.number for ticket in reversed(tickets)]


def test_a_copy_is_kept_in_step_by_what_was_updated_since(api, team):
    quiet, changed = open_ticket(team), open_ticket(team)
    since = timezone.now()
    actions.change_priority(changed, SYSTEM, 4)
    again = open_ticket(team, learner=quiet.learner, course=quiet.course)
    assert again.merged_into == quiet
    assert numbers(api.get("tickets", {"updated_since": since.isoformat()})) == [
        changed.number,
        again.number,
        quiet.number,
    ]
    assert numbers(api.get("tickets", {"updated_since": timezone.now().isoformat()})) == []


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"limit": 0}, "limit"),
        ({"limit": "many"}, "limit"),
        ({"limit": 10**30}, "limit"),
        ({"status": "lost"}, "status"),
        ({"fields": "number,secret"}, "fields"),
        ({"expand": "team"}, "expand"),
        ({"ordering": "pk"}, "ordering"),
        ({"updated_since": "yesterday"}, "updated_since"),
        ({"page": 2}, "page"),
        ({"q": "a\0b"}, "q"),
        ({"q": "a", "ordering": "requested_at"}, "ordering"),
        ({"status": "done", "ordering": "urgency"}, "ordering"),
        ({"requested_from": "2026-02-30"}, "requested_from"),
        ({"course": "abc"}, "course"),
    ],
)
def test_a_parameter_that_makes_no_sense_is_named(api, query, field):
    response = api.get("tickets", query)
    assert response.status_code == 400
    assert field in [error["field"].partition(".")[0] for error in response.json()["errors"]]


TOO_LARGE = base64.urlsafe_b64encode(b'["-requested_at", "2026-01-01T00:00:00Z", 1e999]').decode()


@pytest.mark.parametrize("cursor", ["x", "WyJ4Il0", "____", "é", "W" * 900, TOO_LARGE])
def test_a_cursor_that_is_not_ours_is_not_found(api, cursor):
    assert api.get("tickets", {"cursor": cursor}).status_code == 404


def test_a_cursor_of_another_order_is_not_found(api, team):
    for _ in range(3):
        open_ticket(team)
    address = api.get("tickets", {"limit": 1}).json()["next"].partition("/api/v1/")[2]
    assert api.get(f"{address}&ordering=urgency").status_code == 404


def test_a_list_takes_as_many_queries_for_fifty_as_for_two(api, team, django_assert_num_queries):
    for _ in range(2):
        ActivityFactory(team=team, learner=open_ticket(team).learner, course=None)
    queries = 5  # the token, the tickets, their tags, and two for what the learners were doing
    with django_assert_num_queries(queries):
        api.get("tickets", {"expand": "learner,course,producer,assignee"})
    for _ in range(48):
        ActivityFactory(team=team, learner=open_ticket(team).learner, course=None)
    with django_assert_num_queries(queries):
        assert len(numbers(api.get("tickets", {"expand": "learner,course,producer,assignee"}))) == 50


def test_another_teams_ticket_is_not_there(stranger, team):
    ticket = open_ticket(team)
    assert stranger.get(f"tickets/{ticket.number}").status_code == 404
    assert numbers(stranger.get("tickets")) == []
