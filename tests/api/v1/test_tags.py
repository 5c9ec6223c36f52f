"""Tags in the API."""

import pytest

from helpdesk.tickets import actions
from helpdesk.tickets.actor import Actor
from tests.api.responses import results
from tests.factories import open_ticket

pytestmark = pytest.mark.django_db


def test_tags_are_put_on_and_taken_off(api, ticket):
    path = f"tickets/{ticket.number}/tags"
    assert api.post(path, {"tag": " Vídeo  e som "}).json()["tags"] == ["vídeo e som"]
    assert api.post(path, {"tag": "a/b"}).json()["tags"] == ["a/b", "vídeo e som"]
    assert api.delete(f"{path}/v%C3%ADdeo%20e%20som").json()["tags"] == ["a/b"]
    assert api.delete(f"{path}/a/b").json()["tags"] == []
    assert api.delete(f"{path}/a%00b").status_code == 200


def test_tags_are_listed_by_name(api, team):
    ticket = open_ticket(team)
    for name in ("vídeo", "acesso"):
        actions.add_tag(ticket, Actor.system(), name)
    assert [tag["name"] for tag in results(api.get("tags"))] == ["acesso", "vídeo"]
