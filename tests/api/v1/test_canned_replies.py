"""Canned replies in the API."""

import pytest

from helpdesk.conversations.models import CannedReply
from tests.api.responses import results
from tests.factories import CourseFactory, TeamFactory

pytestmark = pytest.mark.django_db


def test_a_canned_reply_can_be_created_listed_changed_and_deleted(api, team):
    course = CourseFactory(team=team)
    made = api.post("canned-replies", {"name": "Senha", "body": "Oi, {first_name}!", "course": course.pk})
    assert made.status_code == 201
    shown = made.json()
    assert made["Location"] == f"/api/v1/canned-replies/{shown['id']}"
    assert (shown["name"], shown["course"], shown["use_count"]) == ("Senha", course.pk, 0)
    assert [reply["name"] for reply in results(api.get("canned-replies"))] == ["Senha"]
    path = f"canned-replies/{shown['id']}"
    assert api.patch(path, {"course": None}).json()["course"] is None
    assert api.patch(path, {"name": "Nova senha"}).json()["body"] == "Oi, {first_name}!"
    assert api.delete(path).status_code == 204
    assert api.get(path).status_code == 404


@pytest.mark.parametrize(
    ("body", "status", "field"),
    [
        ({"name": "SENHA"}, 409, "name"),
        ({"course": 999}, 409, "course"),
        ({"name": "\u200b"}, 422, "name"),
        ({"body": "{nome}"}, 422, "body"),
        ({"body": "x" * 20_001}, 422, "body"),
        ({"body": None}, 422, "body"),
        ({"name": "x" * 81}, 422, "name"),
        ({"use_count": 9}, 422, "use_count"),
    ],
)
def test_an_invalid_canned_reply_is_refused(api, team, body, status, field):
    CannedReply.objects.create(team=team, name="Senha", body="Veja.")
    response = api.post("canned-replies", {"name": "Outra", "body": "Oi!"} | body)
    assert response.status_code == status
    assert field in response.text
    assert CannedReply.objects.count() == 1


def test_another_teams_course_and_reply_are_not_found(api):
    other = TeamFactory()
    course = CourseFactory(team=other)
    reply = CannedReply.objects.create(team=other, name="Senha", body="Veja.")
    assert api.post("canned-replies", {"name": "a", "body": "b", "course": course.pk}).status_code == 409
    assert api.patch(f"canned-replies/{reply.pk}", {"name": "b"}).status_code == 404
