"""What the team sees of a learner's answers, and what it can do with them."""

import json
import re
from datetime import timedelta

import pytest
from django.utils import timezone

from helpdesk.conversations.actions.incoming_messages import IncomingMessage
from helpdesk.conversations.actions.ratings import rate_ticket
from helpdesk.conversations.actions.receiving import receive_message
from helpdesk.conversations.learner_page import learner_links
from helpdesk.conversations.models import LearnerLink, PageAttempt, Submission
from helpdesk.integrations.payloads import payloads_of
from helpdesk.teams.models import User
from helpdesk.tickets import actions
from helpdesk.tickets.actor import Actor
from helpdesk.tickets.models import Message, Ticket
from tests.conversations.learner_page.writing import write

pytestmark = pytest.mark.django_db
SYSTEM = Actor.system()


def test_the_row_shows_the_question_and_that_the_learner_waits(desk, help_request):
    assert "avatar-known" not in desk.get("/t/escola/").text
    assert 'class="avatar avatar-learner"' in desk.get("/t/escola/").text  # only the team's faces have colors
    write(help_request, topic="video")
    shown = desk.get("/t/escola/").text
    assert "avatar-known avatar-unseen" in shown
    assert "<b>The video does not play</b> · Ovos recheados" in shown
    assert '<span class="sr-only">The video does not play · Waiting for our reply</span>' in shown
    write(help_request, "Fica <b>carregando</b>")
    assert "“Fica &lt;b&gt;carregando&lt;/b&gt;”" in desk.get("/t/escola/").text
    actions.resolve_ticket(help_request, SYSTEM)
    assert "avatar-unseen" not in desk.get("/t/escola/?status=done").text


def test_rows_take_no_more_queries_with_a_question(desk, help_request, django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    desk.get("/t/escola/")
    with CaptureQueriesContext(
        connection,
    ) as before:
        desk.get("/t/escola/")
    write(help_request, "Não abre", topic="video")
    with django_assert_num_queries(len(before)):
        desk.get("/t/escola/")


def test_the_header_and_the_timeline_show_the_question(desk, help_request):
    message = write(help_request, "Primeira <script>", topic="download")
    write(help_request, "E mais isto")
    message.attachments.create(
        team=help_request.team,
        ticket=help_request,
        name='a"><b>.pdf',
        content_type="application/pdf",
        size=10,
        storage_key="k",
    )
    shown = desk.get(f"/t/escola/tickets/{help_request.number}/").text
    assert '<blockquote class="question" dir="auto"><p>Primeira &lt;script&gt;</p></blockquote>' in shown
    assert "A download does not work" in shown
    assert "The question, quoted above" in shown
    assert "<p>E mais isto</p>" in shown
    assert "a&quot;&gt;&lt;b&gt;.pdf" in shown
    assert "<script>" not in re.sub(r'<script src="[^"]*"[^>]*></script>', "", shown)
    assert "Waiting for our reply" in shown


def test_an_unverified_message_is_marked(desk, help_request):
    receive_message(
        help_request, Actor.learner(help_request.learner), IncomingMessage("Sou eu", "email", trust="unverified")
    )
    assert "Not verified" in desk.get(f"/t/escola/tickets/{help_request.number}/").text


def test_a_rating_and_its_comment_are_shown_in_the_timeline(desk, help_request):
    actions.resolve_ticket(help_request, SYSTEM)
    rate_ticket(help_request, Actor.learner(help_request.learner), 1, "Demorou")
    rate_ticket(help_request, Actor.learner(help_request.learner), 3, "Agora sim")
    shown = desk.get(f"/t/escola/tickets/{help_request.number}/").text
    assert "rated the help: <b>Bad</b>" in shown
    assert "changed the rating from Bad to <b>Good</b>" in shown
    assert "Agora sim" in shown
    assert "Demorou" not in shown


def test_the_question_can_be_entered_on_the_page(desk, help_request, agent):
    path = f"/t/escola/tickets/{help_request.number}/"
    assert "What is the question?" in desk.get(path).text
    wrong = desk.post(f"/t/escola/changes/question/{help_request.number}/", {"question": "  ", "topic": ""})
    assert wrong.status_code == 422
    assert "Write the question, or choose what it is about." in wrong.text
    wrong = desk.post(f"/t/escola/changes/question/{help_request.number}/", {"question": "Quer nota", "topic": "money"})
    assert (wrong.status_code, "Quer nota" in wrong.text) == (422, True)
    assert (
        desk.post(
            f"/t/escola/changes/question/{help_request.number}/", {"question": "Quer a nota", "topic": "payment"}
        ).status_code
        == 303
    )
    help_request.refresh_from_db()
    assert (help_request.question, help_request.topic, help_request.question_origin) == (
        "Quer a nota",
        "payment",
        "team",
    )
    shown = desk.get(path).text
    assert "Edit the question" in shown
    assert f"<b>{agent}</b> wrote down the question: <b>Payment</b>" in shown


def test_a_link_is_shown_once_and_can_be_withdrawn(desk, help_request):
    path = f"/t/escola/tickets/{help_request.number}/"
    assert desk.post(f"{path}learner-links/").status_code == 303
    (address,) = re.findall(r'id="learner-link" readonly value="[^"]*(/ajuda/[\w-]+/)"', desk.get(path).text)
    assert 'id="learner-link"' not in desk.get(path).text
    assert "Withdraw 1 link" in desk.get(path).text
    assert "This cannot be undone." in desk.get(path).text
    assert desk.get(address).status_code == 200
    desk.post(f"{path}learner-links/revoke/")
    assert desk.get(address).status_code == 410
    assert LearnerLink.objects.get().revoked_at


def test_continued_tickets_link_to_each_other(desk, help_request):
    actions.resolve_ticket(help_request, SYSTEM)
    Ticket.objects.update(resolved_at=timezone.now() - timedelta(days=9))
    later = write(help_request, "De novo").ticket
    assert f"#{later.number}</a>" in desk.get(f"/t/escola/tickets/{help_request.number}/").text
    assert (
        f'Continues <a class="link" href="/t/escola/tickets/{help_request.number}/">'
        in desk.get(f"/t/escola/tickets/{later.number}/").text
    )


def just_written(desk):
    """The tickets of which an open list is notified."""
    return json.loads(desk.get("/t/escola/news/").headers.get("HX-Trigger", "null"))


def test_an_open_list_is_notified_of_rows_with_new_messages(desk, help_request):
    assert just_written(desk) is None
    write(help_request, "Oi")
    assert just_written(desk) == {"list-changed": {"tickets": [help_request.number]}}
    help_request.events.update(created_at=timezone.now() - timedelta(minutes=1))
    assert just_written(desk) is None


def test_an_open_list_is_notified_of_late_filed_and_of_further_messages(desk, help_request):
    write(help_request, "Oi?", written_at=timezone.now() - timedelta(minutes=5))
    assert just_written(desk)
    help_request.events.update(created_at=timezone.now() - timedelta(minutes=1))
    write(help_request, "Alguém aí?")
    assert just_written(desk)


def test_webhooks_report_messages_questions_and_ratings(help_request, agent):
    write(help_request, "Não abre", topic="video")
    actions.resolve_ticket(help_request, SYSTEM)
    rate_ticket(help_request, Actor.learner(help_request.learner), 2, "Demorou")
    told = {}
    for body in payloads_of(list(help_request.events.order_by("pk"))).values():
        payload = json.loads(body)
        told[payload["type"]] = payload["data"]
    assert told["message.received"]["message"]["body"] == "Não abre"
    assert told["message.received"]["message"]["trust"] == "link"
    assert told["message.received"]["event"]["actor_kind"] == "learner"
    assert told["question.known"]["ticket"]["topic"] == "video"
    assert told["question.known"]["event"]["new_value"] == "video"
    assert (told["ticket.rated"]["rating"]["score"], told["ticket.rated"]["rating"]["comment"]) == ("ok", "Demorou")


def test_a_webhook_about_a_deleted_message_contains_null(help_request):
    message = write(help_request, "Não abre")
    Message.objects.filter(pk=message.pk).delete()
    (body,) = payloads_of(list(help_request.events.filter(kind="learner_wrote"))).values()
    assert json.loads(body)["data"]["message"] is None


def test_the_admin_does_not_show_tokens(client, help_request, token):
    client.force_login(User.objects.create_superuser("root@example.com", "x"))
    write(help_request, "x")
    for model in ("learnerlink", "rating", "attachment"):
        assert client.get(f"/admin/conversations/{model}/?q=1").status_code == 200
    link = LearnerLink.objects.get()
    shown = client.get(f"/admin/conversations/learnerlink/{link.pk}/change/").text
    assert token not in shown
    assert link.token_hash not in shown


def test_attempts_are_deleted_after_a_day(help_request):
    from helpdesk.conversations.tasks import forget_attempts

    link = learner_links.create_link(help_request)[0]
    Submission.objects.create(link=link, key="k")
    for hours in (1, 25):
        attempt = PageAttempt.objects.create(kind="forged", address="10.0.0.1")
        PageAttempt.objects.filter(pk=attempt.pk).update(created_at=timezone.now() - timedelta(hours=hours))
    forget_attempts()
    assert PageAttempt.objects.count() == 1


def test_the_team_sets_the_reopening_period(client, team):
    from helpdesk.teams.roles import Role
    from tests.factories import MembershipFactory

    client.force_login(MembershipFactory(team=team, role=Role.OWNER).user)
    fields = {"name": "Escola", "time_zone": "America/Sao_Paulo", "response_target_hours": "24"}
    assert client.post("/t/escola/team/", fields | {"reopen_within_days": "400"}).status_code == 422
    assert client.post("/t/escola/team/", fields | {"reopen_within_days": "3"}).status_code == 302
    team.refresh_from_db()
    assert team.reopen_within_days == 3
