"""Drafts in the API: private to a person, and shared with the ticket's page."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from helpdesk.api.actions import create_token
from helpdesk.conversations.models import Attachment, Draft
from helpdesk.conversations.writing.drafts import attach
from helpdesk.tickets import actions
from helpdesk.tickets.actor import Actor
from helpdesk.tickets.models import Message
from tests.api.client import Api
from tests.factories import open_ticket

pytestmark = pytest.mark.django_db


@pytest.fixture
def theirs(team, manager):
    """A token that somebody made."""
    return Api(create_token(team, "Planilha", by=manager)[1])


@pytest.fixture
def draft_path(ticket):
    return f"tickets/{ticket.number}/drafts/reply"


def test_a_token_writes_the_draft_of_its_creator(theirs, ticket, draft_path, manager):
    assert theirs.get(draft_path).status_code == 404
    response = theirs.put(draft_path, {"body": "Oi, {first_name}!"})
    assert response.status_code == 200, response.text
    shown = response.json()
    assert (shown["kind"], shown["body"], shown["attachments"]) == ("reply", "Oi, {first_name}!", [])
    assert theirs.get(draft_path).json() == shown
    page = Client()
    page.force_login(manager)
    assert "Oi, {first_name}!" in page.get(f"/t/escola/tickets/{ticket.number}/").text
    assert theirs.put(draft_path, {"body": "Olá!"}).json()["body"] == "Olá!"
    assert Draft.objects.get().user == manager
    assert not Message.objects.exists()


def test_reply_and_note_are_separate_drafts(theirs, ticket, draft_path):
    theirs.put(draft_path, {"body": "Para ela"})
    theirs.put(f"tickets/{ticket.number}/drafts/note", {"body": "Para nós"})
    assert theirs.delete(draft_path).status_code == 204
    assert theirs.get(draft_path).status_code == 404
    assert theirs.get(f"tickets/{ticket.number}/drafts/note").json()["body"] == "Para nós"


def test_it_is_deleted_with_its_files(theirs, ticket, draft_path, manager):
    attach(ticket, manager, "reply", SimpleUploadedFile("aula.txt", b"Aula 3"))
    shown = theirs.put(draft_path, {"body": "Segue"}).json()
    assert [file["name"] for file in shown["attachments"]] == ["aula.txt"]
    theirs.delete(draft_path)
    assert not Attachment.objects.exists()


def test_other_peoples_drafts_are_not_visible(theirs, team, ticket, draft_path, agent):
    theirs.put(draft_path, {"body": "Minha"})
    session = Api()
    session.client.force_login(agent)
    assert session.get(draft_path).status_code == 404
    assert session.put(draft_path, {"body": "Outra"}).status_code == 200
    assert theirs.get(draft_path).json()["body"] == "Minha"
    assert session.delete(draft_path).status_code == 204
    assert theirs.get(draft_path).status_code == 200


def test_an_operators_token_has_no_draft(api, draft_path):
    for response in (api.get(draft_path), api.put(draft_path, {"body": "Oi"}), api.delete(draft_path)):
        assert response.status_code == 409
        assert "not created by a person" in response.json()["detail"]


@pytest.mark.parametrize(
    "body", [{}, {"body": ""}, {"body": " \u200b"}, {"body": None}, {"body": 5}, {"body": "x" * 20_001}, {"text": "x"}]
)
def test_an_invalid_text_is_refused(theirs, draft_path, body):
    theirs.put(draft_path, {"body": "Antes"})
    assert theirs.put(draft_path, body).status_code == 422
    assert theirs.get(draft_path).json()["body"] == "Antes"


def test_other_kinds_and_tickets_are_404(theirs, ticket):
    for path in (f"tickets/{ticket.number}/drafts/learner", "tickets/999/drafts/reply"):
        assert theirs.put(path, {"body": "Oi"}).status_code == 404


def test_a_merged_ticket_accepts_no_draft(theirs, team, ticket):
    other = open_ticket(team, learner=ticket.learner)
    actions.merge_ticket(other, Actor.system(), ticket)
    assert theirs.put(f"tickets/{other.number}/drafts/reply", {"body": "Oi"}).status_code == 409
