"""`If-Match`: a concurrent change is not overwritten."""

import pytest

from helpdesk.tickets import actions
from helpdesk.tickets.actor import Actor
from helpdesk.tickets.models import Ticket
from tests.factories import MembershipFactory

pytestmark = pytest.mark.django_db
SYSTEM = Actor.system()


def test_a_stale_if_match_changes_nothing_and_returns_what_changed(api, ticket):
    seen = api.get(f"tickets/{ticket.number}")["ETag"]
    actions.change_priority(ticket, SYSTEM, 4)
    for method, path, body in [
        ("PATCH", "", {"priority": "low"}),
        ("PUT", "/resolution", None),
        ("POST", "/tags", {"tag": "a"}),
        ("POST", "/notes", {"body": "a"}),
    ]:
        response = api.request(method, f"tickets/{ticket.number}{path}", body, if_match=seen)
        assert response.status_code == 412
        problem = response.json()
        assert problem["version"] == 2
        assert [change["sentence"] for change in problem["changes"]] == [
            "The system changed the priority from Normal to Urgent"
        ]
    ticket.refresh_from_db()
    assert (ticket.version, ticket.priority) == (2, 4)
    now = api.get(f"tickets/{ticket.number}")["ETag"]
    assert api.patch(f"tickets/{ticket.number}", {"priority": "low"}, if_match=now).status_code == 200
    assert api.patch(f"tickets/{ticket.number}", {"priority": "high"}, if_match="*").status_code == 200
    assert api.patch(f"tickets/{ticket.number}", {"priority": "high"}, if_match='W/"4"').status_code == 200
    for stale in ('W/"3"', '"x"', '"99999999999999999999"', '""', '"1","2"', '"4x"', '"04"'):
        assert api.patch(f"tickets/{ticket.number}", {"priority": "low"}, if_match=stale).status_code == 412


@pytest.mark.parametrize(
    "known", ['"1", "3"', '"3","1"', '"x", W/"1" ,"9"', ', "1",,', '"1"', ' "1" ', "*", " * ", '"a,b", "1"']
)
def test_if_match_accepts_any_of_several_versions(api, ticket, known):
    response = api.patch(f"tickets/{ticket.number}", {"priority": "high"}, if_match=known)
    assert (response.status_code, response["ETag"]) == (200, '"2"')


@pytest.mark.parametrize(
    "malformed", ["4", "1", "", '"', '"1', '1"', '"1" "2"', "W/1", 'w/"1"', "*, *", '*, "1"', "'1'", ","]
)
def test_a_malformed_if_match_is_a_400_and_changes_nothing(api, ticket, malformed):
    for method, path, body in [("PATCH", "", {"priority": "low"}), ("POST", "/notes", {"body": "a"})]:
        response = api.request(method, f"tickets/{ticket.number}{path}", body, if_match=malformed)
        assert response.status_code == 400
        assert "If-Match" in response.json()["detail"]
    ticket.refresh_from_db()
    assert ticket.version == 1


def test_changes_by_the_same_token_count_as_changes(api, ticket):
    seen = api.get(f"tickets/{ticket.number}")["ETag"]
    assert api.patch(f"tickets/{ticket.number}", {"priority": "high"}, if_match=seen).status_code == 200
    response = api.put(f"tickets/{ticket.number}/resolution", if_match=seen)
    assert response.status_code == 412
    assert [change["actor"] for change in response.json()["changes"]] == ["Planilha"]
    assert api.put(f"tickets/{ticket.number}/resolution", if_match='"999"').status_code == 412


def test_a_persons_own_changes_do_not_conflict(client, team, ticket):
    beatriz, ana = MembershipFactory(team=team).user, MembershipFactory(team=team).user
    client.force_login(ana)
    headers = {"if-match": client.get(f"/api/v1/tickets/{ticket.number}")["ETag"]}

    def resolve():
        return client.put(f"/api/v1/tickets/{ticket.number}/resolution", headers=headers)

    actions.change_priority(ticket, Actor.person(ana), 4)
    assert resolve().status_code == 200
    actions.change_priority(Ticket.objects.get(), Actor.person(beatriz), 1)
    response = resolve()
    assert response.status_code == 412
    assert [change["actor"] for change in response.json()["changes"]] == [str(beatriz)]


def test_resources_without_a_version_match_none(api, team, ticket):
    body = {"tickets": {"numbers": [ticket.number]}, "change": {"priority": "high"}}
    new = {"learner": {"email": "a@example.com"}}
    for method, path, change in [
        ("PATCH", f"learners/{ticket.learner_id}", {"phone": "+5511999990000"}),
        ("POST", "tickets/bulk", body),
        ("POST", "tickets", new),
    ]:
        assert api.request(method, path, change, if_match='"999"').status_code == 412
        assert api.request(method, path, change, if_match="4").status_code == 400
    ticket.refresh_from_db()
    assert (ticket.version, ticket.learner.phone, Ticket.objects.count()) == (1, "", 1)
    assert api.request("POST", "tickets", new, if_match="*").status_code == 201
