"""Reading tickets through the API."""

import base64
import json
from datetime import timedelta

import pytest
from django.utils import timezone

from helpdesk.tickets import actions
from helpdesk.tickets.actor import Actor
from tests.factories import (
    NOON,
    ActivityFactory,
    CourseFactory,
    LearnerFactory,
    MembershipFactory,
    open_ticket,
    publish,
)

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


def test_a_status_that_is_named_narrows_a_search_too(api, team):
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


def test_whether_a_learner_asked_again_narrows_either_way(api, team):
    once, often = open_ticket(team), open_ticket(team)
    open_ticket(team, learner=often.learner, course=often.course)
    assert numbers(api.get("tickets", {"again": "true"})) == [often.number]
    assert numbers(api.get("tickets", {"again": "false"})) == [once.number]
    assert numbers(api.get("tickets")) == [often.number, once.number]


def test_a_search_for_what_changed_since_shows_the_newest_first(api, team):
    learner, since = LearnerFactory(team=team, name="Cícero"), timezone.now() - timedelta(minutes=1)
    first, second = open_ticket(team, learner=learner), open_ticket(team, learner=learner)
    open_ticket(team)
    query = {"q": "cicero", "updated_since": since.isoformat()}
    assert numbers(api.get("tickets", query)) == [second.number, first.number]
    assert numbers(api.get("tickets", query | {"updated_since": "2099-01-01T00:00:00Z"})) == []


@pytest.mark.parametrize("query", [{}, {"status": "to_do"}, {"status": "new"}])
def test_a_search_by_urgency_is_told_what_order_a_search_has(api, query):
    (error,) = api.get("tickets", query | {"ordering": "urgency", "q": "cicero"}).json()["errors"]
    assert (error["field"], "-requested_at" in error["detail"]) == ("ordering", True)


@pytest.mark.parametrize(
    "query",
    [
        "fields=number,learner&expand=learner",
        "fields=number&fields=learner&expand=learner",
        "fields=number,learner&fields=number&expand=learner&expand=course",
        "fields=&fields=number,learner&expand=learner",
    ],
)
def test_a_list_of_names_is_repeated_or_has_commas(api, team, query):
    ticket = open_ticket(team)
    for path in (f"tickets/{ticket.number}", "tickets", "tickets/changes"):
        response = api.get(f"{path}?{query}")
        assert response.status_code == 200, response.json()
        publish()
    shown = api.get(f"tickets/{ticket.number}?{query}").json()
    assert set(shown) == {"number", "learner"}
    assert shown["learner"]["email"] == ticket.learner.email


@pytest.mark.parametrize("query", ["limit=2&limit=3", "status=new&status=open", "fields=number&fields=secret"])
def test_what_is_no_list_is_given_once(api, query):
    assert api.get(f"tickets?{query}").status_code == 400


def test_the_next_page_is_at_the_address_that_the_product_has(api, team, settings):
    settings.BASE_URL = "https://helpdesk.example.com"  # though the request came in clear, from a proxy
    for _ in range(3):
        open_ticket(team)
    shown = api.get("tickets?limit=1&fields=number&fields=url").json()
    assert shown["next"].startswith("https://helpdesk.example.com/api/v1/tickets?limit=1&fields=number&fields=url&")
    assert shown["results"][0]["url"].startswith("https://helpdesk.example.com/t/")


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


def forged(*values):
    return base64.urlsafe_b64encode(json.dumps(values).encode()).decode()


def refusal_of(response):
    assert response.status_code == 400, response.text
    return [(error["field"], error["code"]) for error in response.json()["errors"]]


@pytest.mark.parametrize("cursor", ["x", "WyJ4Il0", "____", "é", "W" * 900])
def test_a_cursor_that_is_not_ours_is_named(api, cursor):
    for path in ("tickets", "tags", "learners", "saved-views", "members"):
        assert refusal_of(api.get(path, {"cursor": cursor})) == [("cursor", "invalid")]


@pytest.mark.parametrize("number", [float("inf"), float("nan"), 10**18 * 10, -(10**30), 1.5, "1", True, None, [], {}])
def test_a_cursor_with_a_number_that_no_row_has_is_named(api, number):
    for place in (["requested_at", NOON.isoformat(), number], ["urgency", number, NOON.isoformat(), 1]):
        response = api.get("tickets", {"ordering": place[0], "cursor": forged(*place)})
        assert refusal_of(response) == [("cursor", "invalid")]
    assert refusal_of(api.get("learners", {"cursor": forged("", number)})) == [("cursor", "invalid")]


@pytest.mark.parametrize(
    "moment",
    ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "2026-03-10", "2026-03-10T12:00:00", "", "now", 0, None],
)
def test_a_cursor_with_a_time_that_no_row_has_is_named(api, moment):
    assert refusal_of(api.get("tickets", {"cursor": forged("-requested_at", moment, 1)})) == [("cursor", "invalid")]


@pytest.mark.parametrize("text", ["a\0", "\ud83d", "x" * 500, 1, None])
def test_a_cursor_with_a_text_that_no_row_has_is_named(api, text):
    assert refusal_of(api.get("tags", {"cursor": forged("", text, 1)})) == [("cursor", "invalid")]


def test_a_cursor_of_another_order_is_named(api, team):
    for _ in range(3):
        open_ticket(team)
    address = api.get("tickets", {"limit": 1}).json()["next"].partition("/api/v1/")[2]
    assert refusal_of(api.get(f"{address}&ordering=urgency")) == [("cursor", "invalid")]


@pytest.mark.parametrize("moment", ["2026-11-25T00:00:00", "2026-11-25T00:00", "2026-11-25", "20261125T000000"])
def test_a_time_without_a_zone_is_not_guessed(api, team, moment):
    ticket = open_ticket(team)
    bulk = {"tickets": {"numbers": [ticket.number]}, "change": {"snooze": moment}}
    for response, field in [
        (api.get("tickets", {"updated_since": moment}), "updated_since"),
        (api.put(f"tickets/{ticket.number}/snooze", {"until": moment}), "until"),
        (api.post("tickets/bulk", bulk), "change.snooze"),
    ]:
        assert refusal_of(response) == [(field, "no_zone")]
        assert "zone" in response.json()["errors"][0]["detail"]


@pytest.mark.parametrize("moment", ["2026-11-25T00:00:00Z", "2026-11-25T00:00:00-03:00", "2026-11-25 00:00+00:00"])
def test_a_time_with_a_zone_is_read(api, moment):
    assert numbers(api.get("tickets", {"updated_since": moment})) == []


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
