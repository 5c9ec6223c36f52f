"""Many tickets in one call, each outcome told."""

import pytest

from helpdesk.bulk import api as bulk
from helpdesk.tickets import actions
from helpdesk.tickets.actor import Actor
from helpdesk.tickets.models import Ticket
from tests.factories import MembershipFactory, open_ticket

pytestmark = pytest.mark.django_db


def test_tickets_are_changed_by_number_and_each_outcome_is_told(api, team):
    first, second, done = (open_ticket(team) for _ in range(3))
    actions.change_status(second, Actor.system(), "pending")
    actions.resolve_ticket(done, Actor.system())
    numbers = [done.number, first.number, second.number, 999, 10**20]
    response = api.post("tickets/bulk", {"tickets": {"numbers": numbers}, "change": {"status": "pending"}})
    assert response.status_code == 200
    said = response.json()
    assert said["counts"] == {"changed": 1, "unchanged": 1, "refused": 1, "not_found": 2}
    assert {row["number"]: row["outcome"] for row in said["results"]} == {
        first.number: "changed",
        second.number: "unchanged",
        done.number: "refused",
        999: "not_found",
        10**20: "not_found",
    }
    assert first.events.get(kind="status_changed").actor_name == "Planilha"


@pytest.mark.parametrize(
    ("change", "field", "value"),
    [
        ({"priority": "urgent"}, "priority", 4),
        ({"assignee": None}, "assignee", None),
        ({"tag": "Vídeo"}, "priority", 2),
    ],
)
def test_tickets_are_changed_by_filter(api, team, change, field, value):
    tickets = [open_ticket(team) for _ in range(3)]
    other = open_ticket(team)
    actions.change_priority(other, Actor.system(), 1)
    body = {"tickets": {"filter": {"priority": "normal", "q": "mariana"}}, "change": change}
    assert len(api.post("tickets/bulk", body).json()["results"]) == 3
    for ticket in tickets:
        ticket.refresh_from_db()
        assert getattr(ticket, field) == value
    other.refresh_from_db()
    assert other.priority == 1


def test_members_alone_are_made_responsible(api, team):
    ticket, member = open_ticket(team), MembershipFactory(team=team)
    which = {"numbers": [ticket.number]}
    assert api.post("tickets/bulk", {"tickets": which, "change": {"assignee": member.user_id}}).status_code == 200
    outsider = MembershipFactory().user_id
    assert api.post("tickets/bulk", {"tickets": which, "change": {"assignee": outsider}}).status_code == 409


def test_more_than_can_be_changed_at_once_are_refused_whole(api, team, monkeypatch):
    monkeypatch.setattr(bulk, "MOST", 2)
    for _ in range(3):
        open_ticket(team)
    body = {"tickets": {"filter": {}}, "change": {"priority": "low"}}
    assert api.post("tickets/bulk", body).status_code == 409
    assert set(Ticket.objects.values_list("priority", flat=True)) == {2}


@pytest.mark.parametrize(
    ("tickets", "change"),
    [
        ({}, {"priority": "low"}),
        ({"numbers": []}, {"priority": "low"}),
        ({"numbers": [1] * 1001}, {"priority": "low"}),
        ({"numbers": ["1"]}, {"priority": "low"}),
        ({"numbers": [1], "filter": {}}, {"priority": "low"}),
        ({"filter": {"colour": "red"}}, {"priority": "low"}),
        ({"filter": {"priority": 4}}, {"priority": "low"}),
        ({"numbers": [1]}, {}),
        ({"numbers": [1]}, {"priority": "low", "status": "open"}),
        ({"numbers": [1]}, {"snooze": "soon"}),
    ],
)
def test_what_does_not_fit_is_refused(api, team, tickets, change):
    open_ticket(team)
    assert api.post("tickets/bulk", {"tickets": tickets, "change": change}).status_code == 422


def test_another_teams_tickets_are_not_found(stranger, team):
    ticket = open_ticket(team)
    said = stranger.post("tickets/bulk", {"tickets": {"numbers": [ticket.number]}, "change": {"priority": "low"}})
    assert said.json()["counts"]["not_found"] == 1


def test_all_are_changed_in_one_call_that_is_safe_to_repeat(api, team):
    learner = open_ticket(team).learner
    for _ in range(30):
        open_ticket(team, learner=learner)
    body = {"tickets": {"filter": {"status": "to_do"}}, "change": {"priority": "high"}}
    first = api.post("tickets/bulk", body, idempotency_key="k")
    assert first.json()["counts"]["changed"] == 31
    assert api.post("tickets/bulk", body, idempotency_key="k").json() == first.json()
