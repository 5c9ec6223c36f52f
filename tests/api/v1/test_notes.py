"""Notes and events in the API."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from helpdesk.conversations.actions.notes import write_note
from helpdesk.conversations.writing.drafts import attach
from helpdesk.tickets.actor import Actor
from helpdesk.tickets.models import Message, Ticket
from tests.api.client import Api
from tests.api.responses import results

pytestmark = pytest.mark.django_db


def test_notes_and_events_can_be_written_and_listed(api, ticket):
    response = api.post(f"tickets/{ticket.number}/notes", {"body": "Uma\nnota"})
    assert response.status_code == 201
    assert response.json()["body"] == "Uma\nnota"
    assert [note["author_name"] for note in api.get(f"tickets/{ticket.number}/notes").json()["results"]] == ["Planilha"]
    events = api.get(f"tickets/{ticket.number}/events").json()["results"]
    assert [event["sentence"] for event in events] == [
        "Mariana Ribeiro asked for help in Confeitaria do zero",
        "Planilha (token) wrote a note",
    ]


@pytest.mark.parametrize("text", ["\u200b\u200b", " \u2060\n", "\u3164"])
def test_an_invisible_text_is_refused(api, ticket, text):
    refused = api.post(f"tickets/{ticket.number}/notes", {"body": text})
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, "body")
    for field in ("question", "note"):
        refused = api.post("tickets", {"learner": {"email": "nova@example.com"}, field: text})
        assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, field)
    assert Ticket.objects.count() == 1


def test_a_note_lists_whom_it_mentions(api, ticket, manager, agent):
    body = {"body": "@Beatriz, veja", "mentions": [agent.pk, manager.pk]}
    response = api.post(f"tickets/{ticket.number}/notes", body)
    assert response.status_code == 201, response.text
    mentions = [{"id": manager.pk, "words": "Beatriz"}, {"id": agent.pk, "words": ""}]
    assert response.json()["mentions"] == mentions
    assert api.get(f"tickets/{ticket.number}/notes").json()["results"][0]["mentions"] == mentions


def test_only_members_can_be_mentioned(api, ticket, outsider):
    for key in (outsider.pk, 2**60):
        response = api.post(f"tickets/{ticket.number}/notes", {"body": "Veja", "mentions": [key]})
        assert response.status_code == 409
        assert response.json()["errors"][0]["field"] == "mentions"
    for wrong in (["1"], [0], [-1], 5, None, [1] * 51):
        response = api.post(f"tickets/{ticket.number}/notes", {"body": "Veja", "mentions": wrong})
        assert response.status_code == 422, wrong
    assert not ticket.messages.exists()


def test_an_undoable_note_is_visible_only_to_its_writer(api, ticket, agent):
    file = attach(ticket, agent, "note", SimpleUploadedFile("recibo.txt", b"Recibo"))
    write_note(ticket, Actor.person(agent), "Pediu reembolso", attachments=[file])
    theirs = Api()
    theirs.client.force_login(agent)
    assert [note["body"] for note in results(theirs.get(f"tickets/{ticket.number}/notes"))] == ["Pediu reembolso"]
    assert results(api.get(f"tickets/{ticket.number}/notes")) == []
    assert results(api.get(f"tickets/{ticket.number}/attachments")) == []
    Message.objects.update(send_at=None)
    assert len(results(api.get(f"tickets/{ticket.number}/notes"))) == 1
    assert len(results(api.get(f"tickets/{ticket.number}/attachments"))) == 1
