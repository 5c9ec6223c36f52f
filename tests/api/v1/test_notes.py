"""Notes and events in the API."""

import pytest

pytestmark = pytest.mark.django_db


def test_notes_and_events_are_written_and_listed(api, ticket):
    response = api.post(f"tickets/{ticket.number}/notes", {"body": "Uma\nnota"})
    assert response.status_code == 201
    assert response.json()["body"] == "Uma\nnota"
    assert [note["author_name"] for note in api.get(f"tickets/{ticket.number}/notes").json()["results"]] == ["Planilha"]
    events = api.get(f"tickets/{ticket.number}/events").json()["results"]
    assert [event["sentence"] for event in events] == [
        "Mariana Ribeiro asked for help in Confeitaria do zero",
        "Planilha wrote a note",
    ]
