"""Changing tickets through the API: the same actions as the pages, under the token's name, and safely."""

from datetime import timedelta

import pytest
from django.utils import timezone

from helpdesk.teams.roles import Role
from helpdesk.tickets import actions
from helpdesk.tickets.actor import Actor
from helpdesk.tickets.models import Message, Ticket, TicketEvent
from tests.factories import CourseFactory, LearnerFactory, MembershipFactory, open_ticket

pytestmark = pytest.mark.django_db
SYSTEM = Actor.system()


@pytest.fixture
def ticket(team):
    return open_ticket(team)


def test_a_ticket_is_made_with_learner_course_tags_and_note(api, team):
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


def test_a_repeated_call_is_folded_and_told(api, ticket):
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
def test_what_does_not_fit_is_named_and_nothing_is_made(api, team, body, field):
    response = api.post("tickets", body)
    assert response.status_code == 422
    assert field in [error["field"] for error in response.json()["errors"]]
    assert not Ticket.objects.exists()


def test_another_teams_course_is_refused_like_one_that_is_not_there(api):
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


def test_a_ticket_is_assigned_and_released(api, team, ticket):
    member, outsider, viewer = MembershipFactory(team=team), MembershipFactory(), MembershipFactory(team=team)
    viewer.role = Role.VIEWER
    viewer.save()
    path = f"tickets/{ticket.number}/assignment"
    assert api.put(path, {"assignee": member.user_id}).json()["assignee"] == member.user_id
    assert api.put(path, {"assignee": outsider.user_id}).status_code == 409
    assert api.put(path, {"assignee": viewer.user_id}).status_code == 409
    assert api.put(path, {"assignee": 10**30}).status_code == 409
    assert api.put(path, {}).status_code == 422
    assert api.delete(path).json()["assignee"] is None
    assert api.delete(path).status_code == 200


def test_a_ticket_is_resolved_and_reopened(api, ticket):
    path = f"tickets/{ticket.number}/resolution"
    assert api.put(path).json()["status"] == "resolved"
    assert api.put(path).status_code == 200
    assert api.delete(path).json()["status"] == "open"


def test_a_ticket_is_snoozed_and_brought_back(api, ticket):
    path, until = f"tickets/{ticket.number}/snooze", timezone.now() + timedelta(days=1)
    assert api.put(path, {"until": until.isoformat()}).json()["snoozed_until"] == until.isoformat().replace(
        "+00:00", "Z"
    )
    assert api.put(path, {"until": "2020-01-01T00:00:00Z"}).status_code == 409
    assert api.put(path, {"until": "tomorrow"}).status_code == 422
    assert api.delete(path).json()["snoozed_until"] is None


def test_tags_are_put_on_and_taken_off(api, ticket):
    path = f"tickets/{ticket.number}/tags"
    assert api.post(path, {"tag": " Vídeo  e som "}).json()["tags"] == ["vídeo e som"]
    assert api.post(path, {"tag": "a/b"}).json()["tags"] == ["a/b", "vídeo e som"]
    assert api.delete(f"{path}/v%C3%ADdeo%20e%20som").json()["tags"] == ["a/b"]
    assert api.delete(f"{path}/a/b").json()["tags"] == []
    assert api.delete(f"{path}/a%00b").status_code == 200


def test_tickets_of_one_learner_are_folded_and_split(api, team, ticket):
    other = open_ticket(team, learner=ticket.learner)
    stranger = open_ticket(team)
    path = f"tickets/{other.number}/merge"
    assert api.put(path, {"into": ticket.number}).json()["merged_into"] == ticket.number
    assert api.post(f"tickets/{other.number}/notes", {"body": "x"}).status_code == 409
    assert api.delete(path).json()["merged_into"] is None
    assert api.put(path, {"into": stranger.number}).status_code == 409
    assert api.put(path, {"into": open_ticket(LearnerFactory().team).number + 1000}).status_code == 409


def test_notes_and_events_are_written_and_listed(api, ticket):
    response = api.post(f"tickets/{ticket.number}/notes", {"body": "Uma\nnota"})
    assert response.status_code == 201
    assert response.json()["body"] == "Uma\nnota"
    assert [note["author_name"] for note in api.get(f"tickets/{ticket.number}/notes").json()["results"]] == ["Planilha"]
    events = api.get(f"tickets/{ticket.number}/events").json()["results"]
    assert [event["sentence"] for event in events] == [
        "Mariana Ribeiro asked for help in Confeitaria do zero",
        "Planilha wrote a note",
    ]


def test_a_stale_if_match_changes_nothing_and_tells_what_happened(api, ticket):
    seen = api.get(f"tickets/{ticket.number}")["ETag"]
    actions.change_priority(ticket, SYSTEM, 4)
    for method, path, body in [
        ("PATCH", "", {"priority": "low"}),
        ("PUT", "/resolution", None),
        ("POST", "/tags", {"tag": "a"}),
        ("POST", "/notes", {"body": "a"}),
    ]:
        response = api.request(method, f"tickets/{ticket.number}{path}", body, if_match=seen)
        assert response.status_code == 412
        problem = response.json()
        assert problem["version"] == 2
        assert [change["sentence"] for change in problem["changes"]] == [
            "The system changed the priority from Normal to Urgent"
        ]
    ticket.refresh_from_db()
    assert (ticket.version, ticket.priority) == (2, 4)
    now = api.get(f"tickets/{ticket.number}")["ETag"]
    assert api.patch(f"tickets/{ticket.number}", {"priority": "low"}, if_match=now).status_code == 200
    assert api.patch(f"tickets/{ticket.number}", {"priority": "high"}, if_match="*").status_code == 200
    assert api.patch(f"tickets/{ticket.number}", {"priority": "high"}, if_match='W/"4"').status_code == 200
    for stale in ('W/"3"', '"x"', '"99999999999999999999"', '""', '"1","2"', '"4x"'):
        assert api.patch(f"tickets/{ticket.number}", {"priority": "low"}, if_match=stale).status_code == 412


@pytest.mark.parametrize(
    "known", ['"1", "3"', '"3","1"', '"x", W/"1" ,"9"', ', "1",,', '"1"', ' "1" ', "*", " * ", '"a,b", "1"']
)
def test_any_of_the_versions_in_if_match_will_do(api, ticket, known):
    response = api.patch(f"tickets/{ticket.number}", {"priority": "high"}, if_match=known)
    assert (response.status_code, response["ETag"]) == (200, '"2"')


@pytest.mark.parametrize(
    "malformed", ["4", "1", "", '"', '"1', '1"', '"1" "2"', "W/1", 'w/"1"', "*, *", '*, "1"', "'1'", ","]
)
def test_an_if_match_that_is_no_list_of_tags_is_a_400_and_changes_nothing(api, ticket, malformed):
    for method, path, body in [("PATCH", "", {"priority": "low"}), ("POST", "/notes", {"body": "a"})]:
        response = api.request(method, f"tickets/{ticket.number}{path}", body, if_match=malformed)
        assert response.status_code == 400
        assert "If-Match" in response.json()["detail"]
    ticket.refresh_from_db()
    assert ticket.version == 1


def test_what_a_token_changed_itself_counts_as_changed_since_programs_share_it(api, ticket):
    seen = api.get(f"tickets/{ticket.number}")["ETag"]
    assert api.patch(f"tickets/{ticket.number}", {"priority": "high"}, if_match=seen).status_code == 200
    response = api.put(f"tickets/{ticket.number}/resolution", if_match=seen)
    assert response.status_code == 412
    assert [change["actor"] for change in response.json()["changes"]] == ["Planilha"]
    assert api.put(f"tickets/{ticket.number}/resolution", if_match='"999"').status_code == 412


def test_what_a_person_changed_themselves_does_not_stand_in_their_way_as_on_the_pages(client, team, ticket):
    beatriz, ana = MembershipFactory(team=team).user, MembershipFactory(team=team).user
    client.force_login(ana)
    headers = {"if-match": client.get(f"/api/v1/tickets/{ticket.number}")["ETag"]}

    def resolve():
        return client.put(f"/api/v1/tickets/{ticket.number}/resolution", headers=headers)

    actions.change_priority(ticket, Actor.person(ana), 4)
    assert resolve().status_code == 200
    actions.change_priority(Ticket.objects.get(), Actor.person(beatriz), 1)
    response = resolve()
    assert response.status_code == 412
    assert [change["actor"] for change in response.json()["changes"]] == [str(beatriz)]


def test_a_token_that_only_reads_changes_nothing(reader, ticket):
    response = reader.patch(f"tickets/{ticket.number}", {"priority": "low"})
    assert response.status_code == 403
    assert response.json()["detail"] == "The scopes of this token do not allow it."
    assert reader.get(f"tickets/{ticket.number}").status_code == 200


def test_queries_of_reading_making_and_changing_are_few_and_constant(api, team, ticket, django_assert_num_queries):
    api.get("tickets")
    with django_assert_num_queries(4):
        api.get(f"tickets/{ticket.number}")
    body = {"learner": {"email": "a@example.com"}, "course": CourseFactory(team=team).pk}
    with django_assert_num_queries(13):  # of them two savepoints
        assert api.post("tickets", body).status_code == 201
    with django_assert_num_queries(12):  # of them four savepoints
        assert api.patch(f"tickets/{ticket.number}", {"priority": "low"}).status_code == 200
