"""Questions, links, ratings and files in the API."""

import pytest
from django.core.files.base import ContentFile

from helpdesk.conversations.actions.incoming_messages import IncomingMessage
from helpdesk.conversations.actions.ratings import rate_ticket
from helpdesk.conversations.actions.receiving import receive_message
from helpdesk.conversations.learner_page.learner_links import create_link
from helpdesk.conversations.models import LearnerLink
from helpdesk.tickets import actions
from helpdesk.tickets.actor import Actor
from tests.attachments import keep_attachments_in, store
from tests.factories import open_ticket

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _files_of_the_test(settings, tmp_path):
    keep_attachments_in(tmp_path, settings)


def test_a_question_can_be_set_and_filtered_by(api, ticket):
    answer = api.put(f"tickets/{ticket.number}/question", {"question": "Não baixa", "topic": "download"})
    assert answer.status_code == 200
    shown = answer.json()
    assert (shown["question"], shown["topic"], shown["question_origin"]) == ("Não baixa", "download", "team")
    assert shown["question_known_at"]
    for query, count in (({"topic": "download"}, 1), ({"question": "known"}, 1), ({"question": "page"}, 0)):
        assert len(api.get("tickets", query).json()["results"]) == count
    assert api.put(f"tickets/{ticket.number}/question", {}).status_code == 409
    assert api.put(f"tickets/{ticket.number}/question", {"topic": "money"}).status_code == 422


def test_a_link_is_returned_once_and_not_stored(api, ticket, client):
    made = [api.post(f"tickets/{ticket.number}/learner-links", idempotency_key="k").json() for _n in range(2)]
    assert made[0]["url"] != made[1]["url"]
    path = "/ajuda/" + made[0]["url"].partition("/ajuda/")[2]
    assert client.get(path).status_code == 200
    listed = api.get(f"tickets/{ticket.number}/learner-links").json()["results"]
    assert [set(link) for link in listed] == [{"id", "ticket", "created_at", "expires_at", "used_at"}] * 2
    one = f"tickets/{ticket.number}/learner-links/{made[0]['id']}"
    assert [api.request("DELETE", one).status_code for _n in range(2)] == [204, 404]
    assert client.get(path).status_code == 410
    assert LearnerLink.objects.filter(revoked_at=None).count() == 1


def test_a_link_names_the_ticket_it_was_created_for(api, team, actor, ticket):
    merged = open_ticket(team, learner=ticket.learner)
    of_merged, own = create_link(merged)[0], create_link(ticket)[0]
    actions.merge_ticket(merged, actor, ticket)
    listed = api.get(f"tickets/{ticket.number}/learner-links").json()["results"]
    assert {link["id"]: link["ticket"] for link in listed} == {of_merged.pk: merged.number, own.pk: ticket.number}
    assert api.request("DELETE", f"tickets/{ticket.number}/learner-links/{of_merged.pk}").status_code == 204
    assert api.get(f"tickets/{ticket.number}/learner-links").json()["results"] == [listed[1]]


def test_ratings_and_waiting_learners_are_returned(api, ticket):
    learner = Actor.learner(ticket.learner)
    receive_message(ticket, learner, IncomingMessage("Oi", "page", trust="link"))
    assert api.get(f"tickets/{ticket.number}").json()["awaiting_reply_since"]
    assert len(api.get("tickets", {"awaiting": "true"}).json()["results"]) == 1
    actions.resolve_ticket(ticket, Actor.system())
    rate_ticket(ticket, learner, 3, "Ótimo")
    (rating,) = api.get(f"tickets/{ticket.number}/ratings").json()["results"]
    assert (rating["score"], rating["comment"]) == ("good", "Ótimo")
    assert len(api.get("tickets", {"rating": "good"}).json()["results"]) == 1


def test_files_have_temporary_addresses(api, ticket, client):
    file = store(ContentFile(b"text", "a.txt"), ticket)
    receive_message(
        ticket, Actor.learner(ticket.learner), IncomingMessage("", "page", trust="link", attachments=[file])
    )
    (shown,) = api.get(f"tickets/{ticket.number}/attachments").json()["results"]
    assert (shown["name"], shown["size"]) == ("a.txt", 4)
    path = "/files/" + shown["url"].partition("/files/")[2]
    assert b"".join(client.get(path).streaming_content) == b"text"
