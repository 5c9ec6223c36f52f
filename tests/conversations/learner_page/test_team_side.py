"""What the team sees of what learners told, finds by it, and does with it."""

import csv
import io
import json
import re
from datetime import timedelta

import pytest
from django.utils import timezone

from helpdesk.conversations import links
from helpdesk.conversations.actions.ratings import rate_ticket
from helpdesk.conversations.actions.receiving import receive_message
from helpdesk.conversations.models import LearnerLink, PageAttempt, Submission
from helpdesk.integrations.payloads import payloads_of
from helpdesk.teams.models import User
from helpdesk.tickets import actions
from helpdesk.tickets.actor import Actor
from helpdesk.tickets.models import Message, Ticket
from tests.factories import open_ticket

pytestmark = pytest.mark.django_db
SYSTEM = Actor.system()


@pytest.fixture
def desk(client, agent):
    client.force_login(agent)
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    return client


def write(ticket, body="", **more):
    return receive_message(ticket, Actor.learner(ticket.learner), body, channel="page", trust="link", **more)


def test_the_row_shows_what_it_is_about_and_that_somebody_waits(desk, ticket):
    assert "avatar-told" not in desk.get("/t/escola/").text
    assert 'class="avatar avatar-learner"' in desk.get("/t/escola/").text  # only the team's faces have colors
    write(ticket, topic="video")
    shown = desk.get("/t/escola/").text
    assert "avatar-told avatar-unseen" in shown
    assert "<b>The video does not play</b> · Ovos recheados" in shown
    assert '<span class="sr-only">The video does not play · Waits for our reply</span>' in shown
    write(ticket, "Fica <b>carregando</b>")
    assert "“Fica &lt;b&gt;carregando&lt;/b&gt;”" in desk.get("/t/escola/").text
    actions.resolve_ticket(ticket, SYSTEM)
    assert "avatar-unseen" not in desk.get("/t/escola/?status=done").text


def test_rows_cost_no_more_queries_for_what_was_told(desk, ticket, django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    desk.get("/t/escola/")
    with CaptureQueriesContext(
        connection,
    ) as before:
        desk.get("/t/escola/")
    write(ticket, "Não abre", topic="video")
    with django_assert_num_queries(len(before)):
        desk.get("/t/escola/")


def test_the_head_and_the_timeline_tell_it(desk, ticket):
    message = write(ticket, "Primeira <script>", topic="download")
    write(ticket, "E mais isto")
    message.attachments.create(
        team=ticket.team, ticket=ticket, name='a"><b>.pdf', content_type="application/pdf", size=10, storage_key="k"
    )
    shown = desk.get(f"/t/escola/tickets/{ticket.number}/").text
    assert '<blockquote class="question"><p>Primeira &lt;script&gt;</p></blockquote>' in shown
    assert "A download does not work" in shown
    assert "The question, quoted above" in shown
    assert "<p>E mais isto</p>" in shown
    assert "a&quot;&gt;&lt;b&gt;.pdf" in shown
    assert "<script>" not in re.sub(r'<script src="[^"]*"[^>]*></script>', "", shown)
    assert "Waits for our reply" in shown


def test_an_unverified_message_is_marked(desk, ticket):
    receive_message(ticket, Actor.learner(ticket.learner), "Sou eu", channel="email", trust="unverified")
    assert "Not verified" in desk.get(f"/t/escola/tickets/{ticket.number}/").text


def test_a_rating_and_its_comment_stand_in_the_timeline(desk, ticket):
    actions.resolve_ticket(ticket, SYSTEM)
    rate_ticket(ticket, Actor.learner(ticket.learner), 1, "Demorou")
    rate_ticket(ticket, Actor.learner(ticket.learner), 3, "Agora sim")
    shown = desk.get(f"/t/escola/tickets/{ticket.number}/").text
    assert "rated the help: <b>Bad</b>" in shown
    assert "changed the rating from Bad to <b>Good</b>" in shown
    assert "Agora sim" in shown
    assert "Demorou" not in shown


def test_the_question_is_written_down_on_the_page(desk, ticket, agent):
    path = f"/t/escola/tickets/{ticket.number}/"
    assert "What is the question?" in desk.get(path).text
    wrong = desk.post(f"/t/escola/changes/question/{ticket.number}/", {"question": "  ", "topic": ""})
    assert wrong.status_code == 422
    assert "Write the question, or choose what it is about." in wrong.text
    wrong = desk.post(f"/t/escola/changes/question/{ticket.number}/", {"question": "Quer nota", "topic": "money"})
    assert (wrong.status_code, "Quer nota" in wrong.text) == (422, True)
    assert (
        desk.post(
            f"/t/escola/changes/question/{ticket.number}/", {"question": "Quer a nota", "topic": "payment"}
        ).status_code
        == 303
    )
    ticket.refresh_from_db()
    assert (ticket.question, ticket.topic, ticket.question_origin) == ("Quer a nota", "payment", "team")
    shown = desk.get(path).text
    assert "Edit the question" in shown
    assert f"<b>{agent}</b> wrote down the question: <b>Payment</b>" in shown


def test_a_link_is_shown_once_and_withdrawn(desk, ticket):
    path = f"/t/escola/tickets/{ticket.number}/"
    assert desk.post(f"{path}learner-links/").status_code == 303
    (address,) = re.findall(r'id="learner-link" readonly value="[^"]*(/ajuda/[\w-]+/)"', desk.get(path).text)
    assert 'id="learner-link"' not in desk.get(path).text
    assert "Withdraw 1 link" in desk.get(path).text
    assert "This cannot be undone." in desk.get(path).text
    assert desk.get(address).status_code == 200
    desk.post(f"{path}learner-links/revoke/")
    assert desk.get(address).status_code == 410
    assert LearnerLink.objects.get().revoked_at


def test_continued_tickets_name_each_other(desk, ticket):
    actions.resolve_ticket(ticket, SYSTEM)
    Ticket.objects.update(resolved_at=timezone.now() - timedelta(days=9))
    later = write(ticket, "De novo").ticket
    assert f"#{later.number}</a>" in desk.get(f"/t/escola/tickets/{ticket.number}/").text
    assert (
        f'Continues <a class="link" href="/t/escola/tickets/{ticket.number}/">'
        in desk.get(f"/t/escola/tickets/{later.number}/").text
    )


def just_written(desk):
    """The tickets of which an open list is told."""
    return json.loads(desk.get("/t/escola/news/").headers.get("HX-Trigger", "null"))


def test_an_open_list_is_told_which_rows_learners_have_just_written_on(desk, ticket):
    assert just_written(desk) is None
    write(ticket, "Oi")
    assert just_written(desk) == {"list-changed": {"tickets": [ticket.number]}}
    ticket.events.update(created_at=timezone.now() - timedelta(minutes=1))
    assert just_written(desk) is None


def test_so_it_is_of_an_e_mail_that_was_filed_a_while_after_it_came_and_of_whoever_waits_already(desk, ticket):
    write(ticket, "Oi?", written_at=timezone.now() - timedelta(minutes=5))
    assert just_written(desk)
    ticket.events.update(created_at=timezone.now() - timedelta(minutes=1))
    write(ticket, "Alguém aí?")
    assert just_written(desk)


def found(desk, query):
    text = desk.get(f"/t/escola/?{query}").text
    return {int(number) for number in re.findall(r'id="row-(\d+)"', text)}


def test_search_finds_what_learners_wrote(desk, ticket):
    other = open_ticket(ticket.team)
    write(ticket, topic="video")
    write(ticket, "Primeiro isto")
    write(ticket, "aparece um erro paçoca")
    assert found(desk, "q=pacoca") == {ticket.number}
    assert other.number not in found(desk, "q=erro")


def test_filters(desk, ticket):
    plain, mine = open_ticket(ticket.team), open_ticket(ticket.team)
    write(ticket, topic="video")
    actions.change_question(mine, SYSTEM, "Quer nota", "payment")
    actions.resolve_ticket(mine, SYSTEM)
    rate_ticket(mine, Actor.learner(mine.learner), 3)
    for query, expected in {
        "topic=video": {ticket},
        "awaiting=1": {ticket},
        "status=all&awaiting=1": {ticket},
        "status=all&question=known": {ticket, mine},
        "question=unknown": {plain},
        "question=page": {ticket},
        "status=all&question=team": {mine},
        "status=done&rating=good": {mine},
        "status=all&rating=rated": {mine},
        "status=all&rating=bad": set(),
        "topic=money": set(),
    }.items():
        assert found(desk, query) == {each.number for each in expected}, query
    actions.reopen_ticket(mine, SYSTEM)
    assert found(desk, "status=all&rating=good") == {mine.number}  # it was given, whatever became of the ticket


def report(desk, name, query=""):
    text = desk.get(f"/t/escola/reports/{name}.csv?days=7{query}").text.removeprefix("\ufeff")
    return list(csv.reader(io.StringIO(text)))


@pytest.fixture
def told(ticket, agent):
    """One told by its learner, one by the team and rated, one not at all."""
    write(ticket, topic="video")
    mine, _plain = (open_ticket(ticket.team, requested_at=timezone.now()) for _n in range(2))
    actions.change_question(mine, Actor.person(agent), "Quer nota", "payment")
    actions.assign_ticket(mine, SYSTEM, agent)
    actions.resolve_ticket(mine, Actor.person(agent))
    rate_ticket(mine, Actor.learner(mine.learner), 3)
    return mine


def test_reports(desk, ticket, told, agent):
    assert report(desk, "questions")[1:] == [
        ["Known", "2", "67"],
        ["The learner, on their page", "1", "33"],
        ["The learner, by e-mail", "0", "0"],
        ["The learner, asked by the first reply", "0", "0"],
        ["The team", "1", "33"],
        ["Not known", "1", "33"],
    ]
    topics = {row[0]: row[1:] for row in report(desk, "topics")}
    assert topics["Chocolate para vender"] == ["1", "0", "0", "0", "0", "0"]
    by_lesson = report(desk, "topics", f"&course={ticket.course_id}")
    assert by_lesson[1:] == [["Ovos recheados", "1", "0", "0", "0", "0", "0"]]
    assert report(desk, "satisfaction")[1:] == [["All", "1", "0", "0", "100"], [str(agent), "1", "0", "0", "100"]]


def test_every_figure_leads_to_as_many_tickets(desk, ticket, told):
    response = desk.get("/t/escola/reports/?days=7")
    tables = response.context["tables"]
    cells = [
        cell
        for name in ("questions", "topics", "satisfaction")
        for row in tables[name].rows
        for cell in row
        if cell.query and isinstance(cell.value, int)
    ]
    assert len(cells) >= 8
    for cell in cells:
        assert len(found(desk, cell.query)) == cell.value, cell.query


def test_a_report_of_nothing_is_empty(desk, team):
    assert [report(desk, name)[1:] for name in ("questions", "topics", "satisfaction")] == [[], [], []]


def test_webhooks_tell_it(ticket, agent):
    write(ticket, "Não abre", topic="video")
    actions.resolve_ticket(ticket, SYSTEM)
    rate_ticket(ticket, Actor.learner(ticket.learner), 2, "Demorou")
    told = {}
    for body in payloads_of(list(ticket.events.order_by("pk"))).values():
        payload = json.loads(body)
        told[payload["type"]] = payload["data"]
    assert told["message.received"]["message"]["body"] == "Não abre"
    assert told["message.received"]["message"]["trust"] == "link"
    assert told["message.received"]["event"]["actor_kind"] == "learner"
    assert told["question.known"]["ticket"]["topic"] == "video"
    assert told["question.known"]["event"]["new_value"] == "video"
    assert (told["ticket.rated"]["rating"]["score"], told["ticket.rated"]["rating"]["comment"]) == ("ok", "Demorou")


def test_a_webhook_of_something_deleted_says_null(ticket):
    message = write(ticket, "Não abre")
    Message.objects.filter(pk=message.pk).delete()
    (body,) = payloads_of(list(ticket.events.filter(kind="learner_wrote"))).values()
    assert json.loads(body)["data"]["message"] is None


def test_the_admin_shows_no_token(client, ticket, token):
    client.force_login(User.objects.create_superuser("root@example.com", "x"))
    write(ticket, "x")
    for model in ("learnerlink", "rating", "attachment"):
        assert client.get(f"/admin/conversations/{model}/?q=1").status_code == 200
    link = LearnerLink.objects.get()
    shown = client.get(f"/admin/conversations/learnerlink/{link.pk}/change/").text
    assert token not in shown
    assert link.token_hash not in shown


def test_attempts_are_forgotten_after_a_day(ticket):
    from helpdesk.conversations.tasks import forget_attempts

    link = links.create_link(ticket)[0]
    Submission.objects.create(link=link, key="k")
    for hours in (1, 25):
        attempt = PageAttempt.objects.create(kind="forged", address="10.0.0.1")
        PageAttempt.objects.filter(pk=attempt.pk).update(created_at=timezone.now() - timedelta(hours=hours))
    forget_attempts()
    assert PageAttempt.objects.count() == 1


def test_the_team_sets_how_long_tickets_are_reopened(client, team):
    from helpdesk.teams.roles import Role
    from tests.factories import MembershipFactory

    client.force_login(MembershipFactory(team=team, role=Role.OWNER).user)
    fields = {"name": "Escola", "time_zone": "America/Sao_Paulo", "response_target_hours": "24"}
    assert client.post("/t/escola/team/", fields | {"reopen_within_days": "400"}).status_code == 422
    assert client.post("/t/escola/team/", fields | {"reopen_within_days": "3"}).status_code == 302
    team.refresh_from_db()
    assert team.reopen_within_days == 3
