"""The ticket, as a page and as the part that htmx swaps in."""

from datetime import timedelta

import pytest
from django.utils import timezone

from helpdesk.courses.models import LearnerActivity
from helpdesk.teams.roles import Role
from helpdesk.tickets import actions
from helpdesk.tickets.actor import Actor
from helpdesk.tickets.models import Ticket
from tests.factories import ActivityFactory, CourseFactory, LearnerFactory, MembershipFactory, open_ticket

pytestmark = pytest.mark.django_db
Kind = LearnerActivity.Kind


def post(page, ticket, action, data, **extra):
    return page.post(f"/t/escola/tickets/{ticket.number}/{action}/", data, **extra)


def ask(team, name, *, minutes=10, **fields):
    learner = LearnerFactory(team=team, name=name)
    return open_ticket(team, learner=learner, requested_at=timezone.now() - timedelta(minutes=minutes), **fields)


def test_a_ticket_shows_trail_timeline_and_learner(page, team, agent):
    ticket = ask(team, "Mariana Ribeiro")
    actions.add_note(ticket, Actor.person(agent), "O vídeo <trava>")
    response = page.get(f"/t/escola/tickets/{ticket.number}/")
    assert "We don’t know of anything" in response.text
    assert "O vídeo &lt;trava&gt;" in response.text
    assert "<b>Mariana Ribeiro</b> asked for help in <b>Confeitaria do zero</b>" in response.text


@pytest.mark.parametrize("kind", Kind)
def test_every_kind_of_activity_reads_as_a_sentence(page, team, kind):
    ticket = ask(team, "Mariana")
    ActivityFactory(
        team=team,
        learner=ticket.learner,
        course=ticket.course,
        kind=kind,
        comment_text="{oops} <b>",
        lesson_title="{lesson}",
        occurred_at=ticket.requested_at - timedelta(minutes=3),
    )
    sentence = page.get(f"/t/escola/tickets/{ticket.number}/").context["context"].sentence
    assert sentence
    assert "{oops} <b>" not in sentence
    assert "{module}" not in sentence


def test_late_events_are_added_to_the_trail(page, team):
    ticket = ask(team, "Mariana", minutes=60)
    for minutes in (-30, -90, -5, 20):
        ActivityFactory(
            team=team,
            learner=ticket.learner,
            course=ticket.course,
            lesson_title=f"L{minutes}",
            occurred_at=ticket.requested_at + timedelta(minutes=minutes),
        )
    trail = page.get(f"/t/escola/tickets/{ticket.number}/").context["trail"]
    assert [step.when for step in trail] == [
        "1 hour before",
        "30 minutes before",
        "5 minutes before",
        "",
        "20 minutes after",
    ]


@pytest.mark.parametrize("body", ["  ", "x" * 20_001, "\0"])
@pytest.mark.parametrize("headers", [{}, {"hx-request": "true"}])
def test_an_invalid_note_is_answered_with_422_and_changes_nothing(page, team, body, headers):
    ticket = ask(team, "Mariana")
    before = Ticket.objects.values().get()
    response = post(page, ticket, "notes", {"body": body}, headers=headers)
    assert response.status_code == 422
    assert ("<html" in response.text) is not bool(headers)
    assert 'id="problem-note" role="alert"' in response.text
    assert Ticket.objects.values().get() == before


def test_a_note_can_be_written_in_place_and_without_javascript(page, team):
    ticket = ask(team, "Mariana")
    response = page.post(f"/t/escola/tickets/{ticket.number}/notes/?in=status%3Dnew", {"body": "Uma nota"})
    sent = ticket.messages.get().pk
    assert response.status_code == 303
    assert response.url == f"/t/escola/tickets/{ticket.number}/?sent={sent}&in=status%3Dnew"
    part = page.get(response.url, headers={"hx-request": "true"}).text
    assert "Uma nota" in part
    assert "<html" not in part
    assert "<title>#" in part


def test_restoring_from_browser_history_loads_the_whole_page(page, team):
    ticket = ask(team, "Mariana")
    address = f"/t/escola/tickets/{ticket.number}/"
    response = page.get(address, headers={"hx-request": "true", "hx-history-restore-request": "true"})
    assert "<html" in response.text
    assert "HX-Request" in page.get(address)["Vary"]


def test_a_refused_note_keeps_its_text(page, team):
    ticket = ask(team, "Mariana")
    assert "y" * 20_001 in post(page, ticket, "notes", {"body": "y" * 20_001}).text


def test_a_viewer_sees_the_ticket_without_its_forms(client, team):
    ticket = ask(team, "Mariana")
    client.force_login(MembershipFactory(team=team, role=Role.VIEWER).user)
    text = client.get(f"/t/escola/tickets/{ticket.number}/").text
    assert "Mariana" in text
    for missing in ('action="/t/escola/changes/"', f"/tickets/{ticket.number}/notes/", "popover", 'class="slots"'):
        assert missing not in text


def test_the_ticket_takes_few_queries_with_a_long_history(page, team, django_assert_max_num_queries, agent):
    ticket = ask(team, "Mariana")
    for number in range(15):
        actions.add_note(ticket, Actor.person(agent), f"Nota {number}")
        open_ticket(team, learner=ticket.learner, course=ticket.course)
    with django_assert_max_num_queries(24):
        page.get(f"/t/escola/tickets/{ticket.number}/")


def test_a_ticket_can_be_opened_by_hand(page, team):
    course = CourseFactory(team=team)
    data = {"email": "New@Example.com", "name": "Novo", "course": course.pk, "question": "Ligou"}
    response = page.post("/t/escola/tickets/new/", data)
    ticket = Ticket.objects.get()
    assert response["Location"] == f"/t/escola/tickets/{ticket.number}/"
    assert (ticket.learner.email, ticket.course, ticket.question) == ("new@example.com", course, "Ligou")


@pytest.mark.parametrize(
    "data", [{}, {"email": "x"}, {"email": "a@b.c", "course": "999"}, {"email": "a@b.c", "name": "\0"}]
)
def test_opening_a_ticket_needs_a_learner(page, team, data):
    assert page.post("/t/escola/tickets/new/", data).status_code == 422
    assert Ticket.objects.count() == 0


@pytest.mark.parametrize("number", [0, 7, 2**31, 10**30])
def test_an_unknown_number_is_404(page, team, number):
    assert page.get(f"/t/escola/tickets/{number}/").status_code == 404


def test_the_pages_are_portuguese_by_default(client, team, agent):
    client.force_login(agent)
    text = client.get("/t/escola/").text
    assert '<html lang="pt-br"' in text
    assert "Para fazer" in text
