"""Reading tickets through the API."""

from datetime import timedelta

import pytest
from django.utils import timezone
from rest_framework.serializers import BooleanField

from helpdesk.api.framework.schema import make_schema
from helpdesk.api.v1.ticket_filter import TicketFilterQuery
from helpdesk.bulk.models import BulkChangeItem
from helpdesk.tickets import actions
from helpdesk.tickets.actor import Actor
from helpdesk.tickets.models import Priority, Ticket
from tests.api.responses import numbers
from tests.factories import (
    NOON,
    ActivityFactory,
    CourseFactory,
    LearnerFactory,
    MembershipFactory,
    TeamFactory,
    open_ticket,
)

pytestmark = pytest.mark.django_db
SYSTEM = Actor.system()


def test_a_ticket_contains_everything_an_integration_needs(api, team, settings):
    settings.BASE_URL = "https://helpdesk.example.com"
    learner = LearnerFactory(team=team, name="Mariana", email="m@example.com")
    step = ActivityFactory(team=team, learner=learner, progress=40, occurred_at=NOON - timedelta(minutes=4))
    ticket = open_ticket(team, learner=learner, course=step.course)
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
        "topic": "",
        "question_origin": "",
        "question_known_at": None,
        "awaiting_reply_since": None,
        "continues": None,
        "urgency": "normal",
        "learner": ticket.learner_id,
        "course": ticket.course_id,
        "lesson": ticket.lesson_id,
        "producer": ticket.producer_id,
        "assignee": member.user_id,
        "tags": ["vídeo"],
        "request_count": 1,
        "merged_into": None,
        "requested_at": "2026-03-10T12:00:00Z",
        "first_responded_at": None,
        "sending_failed_at": None,
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
            "sentence": "Started Ponto do caramelo, 4 minutes before asking",
        },
        "guesses": [
            {
                "topic": "video",
                "basis": "rule",
                "count": 0,
                "of": 0,
                "why": "started a lesson and did not finish it; a rule of thumb",
            }
        ],
    }


def test_related_objects_can_be_expanded_and_fields_selected(api, team):
    ticket = open_ticket(team)
    shown = api.get(f"tickets/{ticket.number}", {"fields": "number,learner,course", "expand": "learner,course"}).json()
    assert set(shown) == {"number", "learner", "course"}
    assert shown["learner"]["email"] == ticket.learner.email
    assert shown["course"]["producer"] == ticket.producer_id


def test_a_status_narrows_a_search_too(api, team):
    learner = LearnerFactory(team=team, name="Cícero")
    _to_do, done, snoozed, pending = (open_ticket(team, learner=learner) for _ in range(4))
    actions.resolve_ticket(done, SYSTEM)
    actions.snooze_ticket(snoozed, SYSTEM, timezone.now() + timedelta(days=1))
    actions.change_status(pending, SYSTEM, "pending")
    for status in ("to_do", "new", "pending", "snoozed", "done", "all"):
        searched = numbers(api.get("tickets", {"status": status, "q": "cicero"}))
        assert searched == numbers(api.get("tickets", {"status": status}))
    assert done.number not in numbers(api.get("tickets", {"status": "to_do", "q": "cicero"}))
    assert len(numbers(api.get("tickets", {"q": "cicero"}))) == 4


def test_each_boolean_filter_narrows_either_way(api, team):
    once, often = open_ticket(team), open_ticket(team)
    open_ticket(team, learner=often.learner, course=often.course)
    now = timezone.now()
    Ticket.objects.filter(pk=often.pk).update(awaiting_reply_since=now, sending_failed_at=now)
    fields = [name for name, field in TicketFilterQuery().fields.items() if isinstance(field, BooleanField)]
    assert sorted(fields) == ["again", "awaiting", "failed", "folded"]
    for name in ("again", "awaiting", "failed"):
        assert numbers(api.get("tickets", {name: "true"})) == [often.number], name
        assert numbers(api.get("tickets", {name: "false"})) == [once.number], name
        assert numbers(api.get("tickets", {name: "false", "status": "to_do"})) == [once.number], name
    assert numbers(api.get("tickets")) == [often.number, once.number]


def test_a_bulk_change_respects_a_boolean_filter(api, team):
    quiet, waiting = open_ticket(team), open_ticket(team)
    Ticket.objects.filter(pk=waiting.pk).update(awaiting_reply_since=timezone.now())
    response = api.post("tickets/bulk", {"tickets": {"filter": {"awaiting": False}}, "change": {"priority": "high"}})
    assert response.status_code == 200, response.json()
    assert [Ticket.objects.get(pk=each.pk).priority for each in (quiet, waiting)] == [Priority.HIGH, Priority.NORMAL]


def test_a_search_for_updated_tickets_is_newest_first(api, team):
    learner, since = LearnerFactory(team=team, name="Cícero"), timezone.now() - timedelta(minutes=1)
    first, second = open_ticket(team, learner=learner), open_ticket(team, learner=learner)
    open_ticket(team)
    query = {"q": "cicero", "updated_since": since.isoformat()}
    assert numbers(api.get("tickets", query)) == [second.number, first.number]
    assert numbers(api.get("tickets", query | {"updated_since": "2099-01-01T00:00:00Z"})) == []


@pytest.mark.parametrize("query", [{}, {"status": "to_do"}, {"status": "new"}])
def test_a_search_by_urgency_is_refused_with_the_possible_orders(api, query):
    (error,) = api.get("tickets", query | {"ordering": "urgency", "q": "cicero"}).json()["errors"]
    assert (error["field"], "-requested_at" in error["detail"]) == ("ordering", True)


def test_a_list_accepts_the_filters_and_search_of_the_inbox(api, team):
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


def test_tickets_without_a_course_can_be_listed_and_changed(api, team):
    """And changed, by the same filter."""
    first = open_ticket(team)
    learner = LearnerFactory(team=team)
    without = actions.open_ticket(team, SYSTEM, learner=learner, course=None, producer=None, requested_at=NOON)
    assert numbers(api.get("tickets", {"course": "none"})) == [without.number]
    bulk = {"tickets": {"filter": {"course": "none"}}, "change": {"priority": "high"}}
    assert api.post("tickets/bulk", bulk).status_code < 300
    assert BulkChangeItem.objects.get().ticket == without
    by_key = {"tickets": {"filter": {"course": first.course_id}}, "change": {"priority": "high"}}
    assert api.post("tickets/bulk", by_key).status_code < 300
    for nonsense in ("None", "0", "-1", "x", "1.5"):
        assert api.get("tickets", {"course": nonsense}).status_code == 400


def test_the_schema_describes_the_filter_for_no_course():
    schema = make_schema()
    listed = schema["paths"]["/api/v1/tickets"]["get"]["parameters"]
    (course,) = [parameter for parameter in listed if parameter["name"] == "course"]
    assert course["schema"] == {"type": "string", "pattern": "^([1-9][0-9]*|none)$"}
    assert "none" in str(schema["components"]["schemas"]["TicketFilterBody"]["properties"]["course"])


def test_updated_since_keeps_a_copy_in_sync(api, team):
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


def test_a_list_of_fifty_takes_as_many_queries_as_one_of_two(api, team, django_assert_num_queries):
    for _ in range(2):
        ActivityFactory(team=team, learner=open_ticket(team).learner, course=None)
    queries = 5  # the token, the tickets, their tags, what the learners were doing, and that they were read
    with django_assert_num_queries(queries):
        api.get("tickets", {"expand": "learner,course,producer,assignee"})
    for _ in range(48):
        ActivityFactory(team=team, learner=open_ticket(team).learner, course=None)
    with django_assert_num_queries(queries):
        assert len(numbers(api.get("tickets", {"expand": "learner,course,producer,assignee"}))) == 50


def test_another_teams_ticket_is_not_found(stranger, team):
    ticket = open_ticket(team)
    assert stranger.get(f"tickets/{ticket.number}").status_code == 404
    assert numbers(stranger.get("tickets")) == []


def test_merged_tickets_can_be_listed_with_their_notes_and_events(api, team):
    root = open_ticket(team)
    first, second, below = (open_ticket(team, learner=root.learner) for _ in range(3))
    actions.add_note(first, SYSTEM, "Falta o recibo")
    actions.merge_ticket(below, SYSTEM, second)
    for merged in (first, second):
        actions.merge_ticket(merged, SYSTEM, root)
    listed = api.get(f"tickets?merged_into={root.number}&ordering=requested_at").json()["results"]
    assert [(row["number"], row["merged_into"]) for row in listed] == [
        (first.number, root.number),
        (second.number, root.number),
    ]
    assert [row["body"] for row in api.get(f"tickets/{first.number}/notes").json()["results"]] == ["Falta o recibo"]
    assert numbers(api.get(f"tickets?merged_into={second.number}")) == [below.number]
    assert numbers(api.get(f"tickets?merged_into={below.number}")) == []
    assert numbers(api.get("tickets?merged_into=999")) == []
    assert numbers(api.get(f"tickets?merged_into={10**20 - 1}")) == []
    assert numbers(api.get(f"tickets?merged_into={root.number}&q=recibo")) == [first.number]


def test_tickets_merged_in_another_team_are_not_listed(api, team):
    elsewhere = open_ticket(TeamFactory())
    open_ticket(elsewhere.team, learner=elsewhere.learner, course=elsewhere.course)
    assert numbers(api.get(f"tickets?merged_into={elsewhere.number}")) == []


@pytest.mark.parametrize("more", ["status=new", "status=to_do", "folded=false", "ordering=urgency"])
def test_merged_tickets_cannot_be_filtered_by_status_or_urgency(api, team, more):
    response = api.get(f"tickets?merged_into={open_ticket(team).number}&{more}")
    assert response.status_code == 400
    assert response.json()["errors"][0]["field"] in f"folded {more}"


@pytest.mark.parametrize("number", ["0", "x"])
def test_an_impossible_number_is_refused(api, team, number):
    assert api.get(f"tickets?merged_into={number}").status_code == 400
