"""First replies in the API, and having a learner be asked."""

from datetime import timedelta

import pytest
from django.utils import timezone

from helpdesk.conversations.models import FirstReply, QuestionRequest
from helpdesk.tickets.models import Message, Ticket
from tests.api.responses import results
from tests.factories import CourseFactory, LearnerFactory, TeamFactory, open_ticket

pytestmark = pytest.mark.django_db
WORDS = (
    "Oi, {first_name}!\n\nRecebemos seu pedido de ajuda em {course}. Para já responder com a solução, falta saber uma "
    "coisa.\n\nO que aconteceu?"
)


@pytest.fixture
def recent(team):
    """A ticket of two hours ago."""
    at = timezone.now() - timedelta(hours=2)
    return open_ticket(team, requested_at=at, received_at=at)


def test_a_first_reply_is_created_off_listed_changed_and_deleted(api, team):
    course = CourseFactory(team=team)
    made = api.post("first-replies", {"body": WORDS, "course": course.pk})
    assert made.status_code == 201
    shown = made.json()
    assert made["Location"] == f"/api/v1/first-replies/{shown['id']}"
    assert (shown["course"], shown["is_enabled"], shown["delay_minutes"], shown["body"]) == (course.pk, False, 5, WORDS)
    assert [each["id"] for each in results(api.get("first-replies"))] == [shown["id"]]
    path = f"first-replies/{shown['id']}"
    assert shown["language"] == ""
    changed = api.patch(path, {"is_enabled": True, "delay_minutes": 0, "language": "en"}).json()
    assert (changed["is_enabled"], changed["delay_minutes"], changed["course"]) == (True, 0, course.pk)
    assert changed["language"] == "en"
    assert api.get(path, {"expand": "course"}).json()["course"]["title"] == course.title
    assert api.delete(path).status_code == 204
    assert api.get(path).status_code == 404


@pytest.mark.parametrize(
    ("body", "status", "field"),
    [
        ({"course": None}, 409, "course"),
        ({"course": 999}, 409, "course"),
        ({"body": "Oi!"}, 422, "body"),
        ({"body": WORDS + " {agent}"}, 422, "body"),
        ({"body": WORDS + " Sim?"}, 422, "body"),
        ({"body": "x" * 2_001}, 422, "body"),
        ({"body": None}, 422, "body"),
        ({"delay_minutes": 721}, 422, "delay_minutes"),
        ({"delay_minutes": -1}, 422, "delay_minutes"),
        ({"is_enabled": "perhaps"}, 422, "is_enabled"),
        ({"language": "fr"}, 422, "language"),
        ({"language": ""}, 422, "language"),
        ({"updated_at": None}, 422, "updated_at"),
    ],
)
def test_an_invalid_first_reply_is_refused(api, team, body, status, field):
    FirstReply.objects.create(team=team, body=WORDS)
    response = api.post("first-replies", {"body": WORDS, "course": CourseFactory(team=team).pk} | body)
    assert response.status_code == status
    assert field in response.text
    assert FirstReply.objects.count() == 1


def test_the_course_cannot_be_changed(api, team):
    reply = FirstReply.objects.create(team=team, body=WORDS)
    assert api.patch(f"first-replies/{reply.pk}", {"course": CourseFactory(team=team).pk}).status_code == 422


def test_another_teams_course_and_reply_are_not_found(api):
    other = TeamFactory()
    course = CourseFactory(team=other)
    reply = FirstReply.objects.create(team=other, body=WORDS)
    assert api.post("first-replies", {"body": WORDS, "course": course.pk}).status_code == 409
    assert api.patch(f"first-replies/{reply.pk}", {"is_enabled": True}).status_code == 404


def test_a_preview_saves_and_sends_nothing(api, team, recent):
    open_ticket(TeamFactory(), requested_at=timezone.now())
    response = api.post("first-replies/preview", {"body": WORDS})
    assert response.status_code == 200
    shown = response.json()
    assert shown["simulation"] == {
        "requests": 1,
        "is_complete": True,
        "sent": {"count": 1, "tickets": [recent.number]},
        "not_sent": [],
    }
    look = shown["preview"]
    assert (look["ticket"], look["unresolved"]) == (recent.number, [])
    assert look["text"].startswith("Oi, Mariana!\n\nRecebemos seu pedido de ajuda em Confeitaria do zero.")
    assert 50 <= look["words"] <= 125
    assert (FirstReply.objects.count(), QuestionRequest.objects.count(), Message.objects.count()) == (0, 0, 0)


def test_a_preview_shows_why_nothing_would_be_sent(api, team, recent):
    Ticket.objects.update(first_responded_at=recent.requested_at)
    not_sent = api.post("first-replies/preview", {"body": WORDS}).json()["simulation"]["not_sent"]
    assert not_sent == [{"reason": "already_answered", "count": 1, "tickets": [recent.number]}]


def test_a_preview_without_a_ticket_is_empty(api, recent):
    assert api.post("first-replies/preview", {"body": WORDS, "ticket": 999}).status_code == 409
    Ticket.objects.all().delete()
    assert api.post("first-replies/preview", {"body": WORDS}).json()["preview"] is None


def test_a_learner_can_be_asked_once(api, recent):
    path = f"tickets/{recent.number}/question-requests"
    assert results(api.get(path)) == []
    made = api.post(path)
    assert made.status_code == 201
    shown = made.json()
    message = Message.objects.get(kind="automatic")
    assert (shown["kind"], shown["state"], shown["reason"], shown["message"]) == ("again", "sent", "", message.pk)
    assert shown["topics"] == ["video", "download", "content", "access", "payment", "other"]
    assert (message.channel, message.author) == ("api", None)
    assert api.post(path).status_code == 409
    assert api.post(f"tickets/{recent.number}/messages/{message.pk}/cancel").status_code == 200
    assert results(api.get(path)) == []


def test_a_learner_without_an_address_cannot_be_asked(api, team):
    ticket = open_ticket(team, learner=LearnerFactory(team=team, email=""))
    assert api.post(f"tickets/{ticket.number}/question-requests").status_code == 409


def test_the_reason_why_nothing_was_sent_is_returned(api, team, recent):
    now = timezone.now()
    QuestionRequest.objects.create(
        team=team, ticket=recent, state="not_sent", reason="suppressed", due_at=now, decided_at=now
    )
    (shown,) = results(api.get(f"tickets/{recent.number}/question-requests"))
    assert (shown["kind"], shown["state"], shown["reason"]) == ("first", "not_sent", "suppressed")


def test_a_first_reply_with_an_invalid_text_can_be_switched_off(api, team):
    reply = FirstReply.objects.create(team=team, body="Oi?", is_enabled=True)
    assert api.patch(f"first-replies/{reply.pk}", {"is_enabled": False}).json()["is_enabled"] is False
