"""Tags in the API."""

import pytest

from helpdesk.tickets import actions
from helpdesk.tickets.actor import Actor
from helpdesk.tickets.models import Tag
from tests.api.responses import results
from tests.factories import open_ticket

pytestmark = pytest.mark.django_db


def test_tags_can_be_added_and_removed(api, ticket):
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


@pytest.mark.parametrize("name", ["x" * 41, "İ" * 40, "\u0958" * 40, " ", "\u200b", "a\0b"])
def test_an_invalid_tag_name_is_a_422_everywhere(case, api, ticket, name):
    """Also one that is too long only once it is in lower case, or in NFC."""
    numbers = {"numbers": [ticket.number]}
    learner = {"email": "nova@example.com"}
    for address, body, field in [
        (f"tickets/{ticket.number}/tags", {"tag": name}, "tag"),
        ("tickets", {"learner": learner, "tags": ["vip", name]}, "tags.1"),
        ("tickets/bulk", {"tickets": numbers, "change": {"tag": name}}, "change.tag"),
        ("tickets/bulk", {"tickets": numbers, "change": {"untag": name}}, "change.untag"),
    ]:
        with case(address=address, field=field):
            refused = api.post(address, body)
            assert (refused.status_code, [error["field"] for error in refused.json()["errors"]]) == (422, [field])
            assert not Tag.objects.exists()


def test_a_name_too_long_only_by_its_white_space_is_accepted(api, ticket):
    put = api.post(f"tickets/{ticket.number}/tags", {"tag": f"  {'a' * 20}{' ' * 30}{'B' * 19} "})
    assert put.json()["tags"] == [f"{'a' * 20} {'b' * 19}"]


def test_the_color_is_returned(api, team):
    Tag.objects.create(team=team, name="vídeo", color="pink")
    assert [tag["color"] for tag in api.get("tags").json()["results"]] == ["pink"]
