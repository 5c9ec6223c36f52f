"""An event of a kind that only a newer version knows, stored while both run."""

import pytest
from django.utils import translation

from helpdesk.tickets.fact_base import Fact
from helpdesk.tickets.models import TicketEvent
from helpdesk.tickets.publishing import publish
from helpdesk.tickets.sentences import sentence_of
from helpdesk.ui.isolation import plain

pytestmark = pytest.mark.django_db


@pytest.fixture
def newer(team, ticket):
    event = TicketEvent.objects.create(
        team=team,
        ticket=ticket,
        kind="archived",
        actor_kind="person",
        actor_name="Bia Lima",
        facts={"shelf": {"id": 3, "name": "Velhos"}},
        version=ticket.version,
    )
    publish()
    return event


def test_it_is_described_as_unknown(newer, ticket):
    assert newer.fact == Fact()
    said = {}
    for language in ("en", "pt-br"):
        with translation.override(language):
            said[language] = plain(sentence_of(newer, ticket))
    assert said == {
        "en": "Bia Lima did something that this version of Helpdesk does not know",
        "pt-br": "Bia Lima fez algo que esta versão do Helpdesk não conhece",
    }


def test_the_tickets_page_shows_it_and_the_others(newer, page, ticket):
    response = page.get(f"/t/escola/tickets/{ticket.number}/")
    assert response.status_code == 200
    assert "did something that this version of Helpdesk does not know" in response.text
    assert "asked for help" in response.text


def test_the_api_returns_it_with_its_kind(newer, api, ticket):
    told = api.get(f"tickets/{ticket.number}/events").json()["results"][-1]
    assert (told["kind"], told["attribute"], told["old_value"], told["new_value"]) == ("archived", "", "", "")
    changes = api.get("tickets/changes")
    assert changes.status_code == 200
    assert [each["number"] for each in changes.json()["results"]] == [ticket.number]
