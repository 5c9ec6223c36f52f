"""A question written down on a ticket: confirmed in a toast, and undone like any change."""

import pytest

from helpdesk.bulk.models import BulkChange, BulkChangeItem
from helpdesk.tickets import actions
from helpdesk.tickets.actor import Actor
from tests.factories import MembershipFactory, open_ticket
from tests.tickets.reading import fresh

pytestmark = pytest.mark.django_db


def at(ticket):
    """The headers with which htmx asks on the ticket's page."""
    return {"hx-request": "true", "hx-current-url": f"http://testserver/t/escola/tickets/{ticket.number}/"}


@pytest.fixture
def asked_ticket(team):
    return open_ticket(team, question="Quer a nota")


def address(ticket):
    return f"/t/escola/changes/question/{ticket.number}/"


def undo(page, ticket):
    change = BulkChange.objects.latest("pk")
    return page.post(f"/t/escola/changes/{change.pk}/undo/", {"from_ticket": ticket.number}, headers=at(ticket))


def question_parts(ticket):
    ticket = fresh(ticket)
    return ticket.question, ticket.topic, ticket.question_origin, ticket.question_known_at


@pytest.mark.parametrize("question", ["Quer a nota", ""])
def test_a_saved_question_is_reported_and_can_be_undone(page, team, question):
    ticket = open_ticket(team, question=question)
    before = question_parts(ticket)
    response = page.post(address(ticket), {"question": "O vídeo não abre", "topic": "video"}, headers=at(ticket))
    assert response.status_code == 200
    assert response["HX-Retarget"] == "#ticket"
    assert f"#{ticket.number}: question saved" in response.text
    assert question_parts(ticket)[:2] == ("O vídeo não abre", "video")
    assert "undone" in undo(page, ticket).text
    assert question_parts(ticket) == before


def test_without_javascript_the_page_is_reloaded_with_the_toast(page, asked_ticket):
    response = page.post(f"{address(asked_ticket)}?in=priority%3D2", {"question": "Outra"})
    assert response.status_code == 303
    assert (
        response.url
        == f"/t/escola/tickets/{asked_ticket.number}/?changed={BulkChange.objects.get().pk}&in=priority%3D2"
    )
    assert "question saved" in page.get(response.url).text


def test_undo_keeps_what_somebody_wrote_since(page, team, asked_ticket):
    page.post(address(asked_ticket), {"question": "O vídeo não abre", "topic": "video"})
    beatriz = Actor.person(MembershipFactory(team=team, user__name="Beatriz").user)
    actions.change_question(asked_ticket, beatriz, "O áudio não abre", "video")
    response = undo(page, asked_ticket)
    assert fresh(asked_ticket).question == "O áudio não abre"
    assert BulkChangeItem.objects.get().outcome == BulkChangeItem.Outcome.NOT_UNDONE
    assert "It has changed since." in response.text
    assert "Beatriz" in response.text


def test_an_invalid_question_changes_nothing(page, asked_ticket):
    for typed in ({}, {"question": " "}, {"topic": "none"}, {"question": "x" * 20_001}):
        assert page.post(address(asked_ticket), typed, headers=at(asked_ticket)).status_code == 422
    assert not BulkChange.objects.exists()


def test_it_is_not_a_bulk_change(page, asked_ticket):
    data = {
        "change": "question:",
        "question": "Outra",
        "topic": "video",
        "ticket": f"{asked_ticket.number}-{asked_ticket.version}",
    }
    assert page.post("/t/escola/changes/", data, headers=at(asked_ticket)).status_code == 422
    assert fresh(asked_ticket).question == "Quer a nota"


def test_an_unchanged_question_is_no_change(page, asked_ticket):
    response = page.post(address(asked_ticket), {"question": "Quer a nota"}, headers=at(asked_ticket))
    assert "Nothing needed to change." in response.text
    assert fresh(asked_ticket).version == asked_ticket.version
