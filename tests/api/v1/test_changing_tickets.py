"""Making tickets and changing them through the API: under the token's name, and safely."""

import pytest

from helpdesk.tickets.models import Message, Ticket, TicketEvent
from tests.factories import CourseFactory

pytestmark = pytest.mark.django_db


def test_a_ticket_can_be_created_with_learner_course_tags_and_note(api, team):
    course = CourseFactory(team=team)
    body = {
        "learner": {"email": "Nova@Example.com", "name": "Nova Aluna"},
        "course": course.pk,
        "priority": "high",
        "tags": ["Pelo site"],
        "note": "Não consegue entrar.",
    }
    response = api.post("tickets", body)
    shown = response.json()
    assert response.status_code == 201
    assert response["Location"] == f"/api/v1/tickets/{shown['number']}"
    assert response["ETag"] == f'"{shown["version"]}"'
    ticket = Ticket.objects.get()
    assert (ticket.learner.email, ticket.learner.name) == ("nova@example.com", "Nova Aluna")
    assert (shown["course"], shown["producer"], shown["priority"]) == (course.pk, course.producer_id, "high")
    assert shown["tags"] == ["pelo site"]
    assert Message.objects.get().author_name == "Planilha"
    assert set(TicketEvent.objects.values_list("actor_kind", "actor_name")) == {("token", "Planilha")}


def test_a_repeated_call_is_merged_and_returned_as_such(api, ticket):
    learner = {"email": ticket.learner.email}
    shown = api.post("tickets", {"learner": learner, "course": ticket.course_id, "note": "De novo"}).json()
    assert shown["merged_into"] == ticket.number
    ticket.refresh_from_db()
    assert ticket.request_count == 2
    assert ticket.messages.get().body == "De novo"


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "learner"),
        ({"learner": "a@example.com"}, "learner"),
        ({"learner": {}}, "learner.email"),
        ({"learner": {"email": "nobody"}}, "learner.email"),
        ({"learner": {"email": "a@example.com", "name": 5}}, "learner.name"),
        ({"learner": {"email": "a@example.com", "age": 5}}, "learner.age"),
        ({"learner": {"email": "a@example.com"}, "course": "1"}, "course"),
        ({"learner": {"email": "a@example.com"}, "course": True}, "course"),
        ({"learner": {"email": "a@example.com"}, "priority": 3}, "priority"),
        ({"learner": {"email": "a@example.com"}, "tags": "a"}, "tags"),
        ({"learner": {"email": "a@example.com"}, "tags": ["x" * 41]}, "tags.0"),
        ({"learner": {"email": "a@example.com"}, "tags": ["a"] * 21}, "tags"),
        ({"learner": {"email": "a@example.com"}, "note": " "}, "note"),
        ({"learner": {"email": "a@example.com"}, "note": "a\0"}, "note"),
        ({"learner": {"email": "a@example.com"}, "status": "open"}, "status"),
        ([], ""),
        ("x", ""),
        (None, "learner"),
    ],
)
def test_an_invalid_field_is_named_and_nothing_is_created(api, team, body, field):
    response = api.post("tickets", body)
    assert response.status_code == 422
    assert field in [error["field"] for error in response.json()["errors"]]
    assert not Ticket.objects.exists()


def test_another_teams_course_is_refused_like_an_unknown_one(api):
    for course in (CourseFactory().pk, 10**15):
        response = api.post("tickets", {"learner": {"email": "a@example.com"}, "course": course})
        assert response.status_code == 409
        assert response.json()["errors"][0]["field"] == "course"


def test_status_and_priority_are_changed_together_or_not_at_all(api, ticket):
    shown = api.patch(f"tickets/{ticket.number}", {"status": "pending", "priority": "urgent"}).json()
    assert (shown["status"], shown["priority"]) == ("pending", "urgent")
    api.put(f"tickets/{ticket.number}/resolution")
    refused = api.patch(f"tickets/{ticket.number}", {"priority": "low", "status": "pending"})
    assert refused.status_code == 409
    ticket.refresh_from_db()
    assert ticket.priority == 4
    assert api.patch(f"tickets/{ticket.number}", {"status": "open"}).json()["status"] == "open"


def test_a_read_only_token_changes_nothing(reader, ticket):
    response = reader.patch(f"tickets/{ticket.number}", {"priority": "low"})
    assert response.status_code == 403
    assert response.json()["detail"] == "This token lacks the scope tickets:write."
    assert reader.get(f"tickets/{ticket.number}").status_code == 200


def test_reading_creating_and_changing_take_few_queries(api, team, ticket, django_assert_num_queries):
    api.get("tickets")
    with django_assert_num_queries(6):
        api.get(f"tickets/{ticket.number}")
    body = {"learner": {"email": "a@example.com"}, "course": CourseFactory(team=team).pk}
    with django_assert_num_queries(17):  # of them two savepoints, and two for a learner who is new
        assert api.post("tickets", body).status_code == 201
    with django_assert_num_queries(13):  # of them four savepoints
        assert api.patch(f"tickets/{ticket.number}", {"priority": "low"}).status_code == 200
