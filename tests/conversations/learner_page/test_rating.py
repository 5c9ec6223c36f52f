"""Who was helped says how it was, by one of three faces."""

import re

import pytest

from helpdesk.conversations.models import Rating
from helpdesk.tickets import actions
from helpdesk.tickets.actor import Actor
from helpdesk.tickets.models import Status
from tests.conversations.learner_page.writing import send

pytestmark = pytest.mark.django_db
SYSTEM = Actor.system()


def test_rating_a_resolution(learner, page, ticket, agent):
    send(learner, page, body="Não abre")
    actions.resolve_ticket(ticket, Actor.person(agent))
    shown = learner.get(page).text
    assert "How was the help?" in shown
    assert "checked" not in shown
    assert learner.get(f"{page}?score=3").text.count("checked") == 0
    assert learner.post(page, {"do": "rate", "comment": "Muito bom"}).status_code == 422
    answer = learner.post(page, {"do": "rate", "score": "3", "comment": "Muito <b>bom</b>"})
    assert answer.status_code == 303
    rating = Rating.objects.get()
    assert (rating.score, rating.comment, rating.resolved_by) == (3, "Muito <b>bom</b>", agent)
    shown = learner.get(answer.url).text
    assert "Thank you." in shown
    assert re.search(r'value="3" checked', shown)
    learner.post(page, {"do": "rate", "score": "1"})
    assert list(Rating.objects.values_list("score", "comment")) == [(1, "")]
    assert [event.fact.new for event in ticket.events.filter(kind="rated").order_by("pk")] == ["good", "bad"]


def test_what_was_rated_is_not_asked_about_again(learner, page, ticket):
    actions.resolve_ticket(ticket, SYSTEM)
    assert learner.get(page).context["page"].is_asking
    answer = learner.post(page, {"do": "rate", "score": "3"})
    shown = learner.get(answer.url)
    assert not shown.context["page"].is_asking
    assert re.search(r'value="3" checked', shown.text)


def test_each_resolution_has_its_own_rating(learner, page, ticket):
    actions.resolve_ticket(ticket, SYSTEM)
    learner.post(page, {"do": "rate", "score": "1"})
    send(learner, page, body="Ainda não")
    ticket.refresh_from_db()
    assert ticket.status == Status.OPEN
    assert learner.post(page, {"do": "rate", "score": "3"}).status_code == 422
    actions.resolve_ticket(ticket, SYSTEM)
    assert "checked" not in learner.get(page).text
    learner.post(page, {"do": "rate", "score": "3"})
    assert sorted(Rating.objects.values_list("score", flat=True)) == [1, 3]
