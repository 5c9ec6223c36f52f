"""Notes and events in the API."""

import pytest

from helpdesk.tickets.models import Ticket

pytestmark = pytest.mark.django_db


def test_notes_and_events_are_written_and_listed(api, ticket):
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
def test_a_text_of_which_nothing_is_to_be_seen_is_refused(api, ticket, text):
    refused = api.post(f"tickets/{ticket.number}/notes", {"body": text})
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, "body")
    for field in ("question", "note"):
        refused = api.post("tickets", {"learner": {"email": "nova@example.com"}, field: text})
        assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, field)
    assert Ticket.objects.count() == 1
