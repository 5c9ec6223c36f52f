"""Many tickets in one call: every outcome is reported, long changes run on, and all can be repeated and undone."""

from typing import Any

import pytest

from helpdesk.api.v1 import bulk_changes
from helpdesk.bulk import actions as bulk
from helpdesk.bulk import steps
from helpdesk.bulk.models import BulkChange
from helpdesk.bulk.tasks import take_turn
from helpdesk.tickets import actions
from helpdesk.tickets.actor import Actor
from helpdesk.tickets.models import Ticket, TicketEvent
from tests.api.client import Api
from tests.api.v1.bulk import change_of
from tests.factories import LearnerFactory, MembershipFactory, open_ticket

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("patient")]


@pytest.fixture
def hurried(monkeypatch):
    """A step is one ticket, and a request makes one step."""
    monkeypatch.setattr(bulk_changes, "AT_ONCE", 0)
    monkeypatch.setattr(steps, "STEP", 0)


def test_tickets_are_changed_by_number_and_each_outcome_is_returned(api, team):
    first, second, done = (open_ticket(team) for _ in range(3))
    actions.change_status(second, Actor.system(), "pending")
    actions.resolve_ticket(done, Actor.system())
    numbers = [done.number, first.number, second.number, 999, 10**20]
    response = api.post("tickets/bulk", {"tickets": {"numbers": numbers}, "change": {"status": "pending"}})
    assert response.status_code == 200
    said = response.json()
    assert {name: count for name, count in said["counts"].items() if count} == {
        "changed": 1,
        "unchanged": 1,
        "refused": 1,
        "not_found": 2,
    }
    assert {row["number"]: row["outcome"] for row in said["results"]} == {
        first.number: "changed",
        second.number: "unchanged",
        done.number: "refused",
        999: "not_found",
        10**20: "not_found",
    }
    assert first.events.get(kind="status_changed").actor_name == "Planilha"
    assert (said["status"], said["actor_kind"], said["actor_name"]) == ("done", "token", "Planilha")
    assert api.get(f"tickets/bulk/{said['id']}").json() == said


@pytest.mark.parametrize(
    ("change", "kind"),
    [({"priority": "urgent"}, "priority_changed"), ({"assignee": None}, "unassigned"), ({"tag": "Vídeo"}, "tagged")],
)
def test_tickets_can_be_changed_by_filter(api, team, change, kind):
    tickets, other = [open_ticket(team) for _ in range(3)], open_ticket(team)
    assignee = MembershipFactory(team=team).user
    for ticket in (*tickets, other):
        actions.assign_ticket(ticket, Actor.system(), assignee)
    actions.change_priority(other, Actor.system(), 1)
    body = {"tickets": {"filter": {"priority": "normal", "q": "mariana"}}, "change": change}
    assert len(api.post("tickets/bulk", body).json()["results"]) == 3
    assert [ticket.events.latest("pk").kind for ticket in tickets] == [kind] * 3
    assert other.version == Ticket.objects.get(pk=other.pk).version


def test_a_filter_narrows_a_search(api, team):
    learner = LearnerFactory(team=team, name="Cícero")
    to_do, done = open_ticket(team, learner=learner), open_ticket(team, learner=learner)
    actions.resolve_ticket(done, Actor.system())
    cases: list[tuple[dict[str, Any], Ticket]] = [
        ({"status": "to_do"}, to_do),
        ({"status": "done", "again": False}, done),
    ]
    for which, ticket in cases:
        body = {"tickets": {"filter": {"q": "cicero", **which}}, "change": {"tag": "visto"}}
        assert [result["number"] for result in api.post("tickets/bulk", body).json()["results"]] == [ticket.number]


def test_only_members_can_be_assigned(api, team):
    ticket, member = open_ticket(team), MembershipFactory(team=team)
    assert api.post("tickets/bulk", change_of([ticket], assignee=member.user_id)).status_code == 200
    assert api.post("tickets/bulk", change_of([ticket], assignee=MembershipFactory().user_id)).status_code == 409


def test_more_tickets_than_the_limit_are_refused_entirely(api, team, monkeypatch):
    monkeypatch.setattr(bulk_changes, "MOST", 2)
    for _ in range(3):
        open_ticket(team)
    response = api.post("tickets/bulk", {"tickets": {"filter": {}}, "change": {"priority": "low"}})
    assert response.status_code == 409
    assert response.json()["errors"][0]["field"] == "tickets.filter"
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
def test_an_invalid_body_is_refused(api, team, tickets, change):
    open_ticket(team)
    assert api.post("tickets/bulk", {"tickets": tickets, "change": change}).status_code == 422


def test_another_teams_tickets_and_changes_are_not_found(api, stranger, team):
    ticket = open_ticket(team)
    said = stranger.post("tickets/bulk", change_of([ticket], priority="low"))
    assert said.json()["counts"]["not_found"] == 1
    ours = api.post("tickets/bulk", change_of([ticket], priority="low")).json()["id"]
    assert stranger.get(f"tickets/bulk/{ours}").status_code == 404
    assert stranger.post(f"tickets/bulk/{ours}/undo").status_code == 404
    assert api.get(f"tickets/bulk/{10**30}").status_code == 404


def test_a_long_change_is_accepted_and_finished_by_a_job(api, team, hurried):
    tickets = [open_ticket(team) for _ in range(4)]
    response = api.post("tickets/bulk", change_of(tickets, priority="high"))
    said = response.json()
    assert (response.status_code, said["status"]) == (202, "running")
    assert response["Location"] == said["links"]["self"] == f"/api/v1/tickets/bulk/{said['id']}"
    assert response["Retry-After"] == "1"
    assert (said["counts"]["changed"], said["counts"]["pending"]) == (1, 3)
    assert [row["number"] for row in said["results"]] == [tickets[0].number]
    assert api.get(f"tickets/bulk/{said['id']}").json() == said  # which only looks
    take_turn(said["id"])
    done = api.get(f"tickets/bulk/{said['id']}").json()
    assert (done["status"], done["counts"]["changed"], done["counts"]["pending"]) == ("done", 4, 0)
    assert TicketEvent.objects.filter(kind="priority_changed").count() == 4


def test_all_are_changed_in_one_call_that_can_be_repeated_safely(api, team):
    learner = open_ticket(team).learner
    for _ in range(30):
        open_ticket(team, learner=learner)
    body = {"tickets": {"filter": {"status": "to_do"}}, "change": {"priority": "high"}}
    first = api.post("tickets/bulk", body, idempotency_key="k")
    assert first.json()["counts"]["changed"] == 31
    again = api.post("tickets/bulk", body, idempotency_key="k")
    assert (again.json(), again["Idempotent-Replayed"]) == (first.json(), "true")
    assert api.post("tickets/bulk", body, idempotency_key="other").json()["id"] != first.json()["id"]


def test_repeating_the_key_returns_the_current_progress(api, team, hurried):
    body = change_of([open_ticket(team) for _ in range(3)], priority="high")
    first = api.post("tickets/bulk", body, idempotency_key="k")
    assert (first.status_code, "Idempotent-Replayed" in first) == (202, False)
    again = api.post("tickets/bulk", body, idempotency_key="k")
    assert (again.status_code, again["Idempotent-Replayed"], again.json()["id"]) == (202, "true", first.json()["id"])
    take_turn(first.json()["id"])
    done = api.post("tickets/bulk", body, idempotency_key="k")
    assert (done.status_code, done.json()["counts"]["changed"]) == (200, 3)
    assert api.post("tickets/bulk", body | {"change": {"priority": "low"}}, idempotency_key="k").status_code == 422
    assert BulkChange.objects.count() == 1
    assert TicketEvent.objects.filter(kind="priority_changed").count() == 3


def test_a_crash_after_the_start_keeps_the_key_and_the_change(api, team, monkeypatch):
    body = change_of([open_ticket(team) for _ in range(3)], priority="high")

    def crash(*args):
        raise RuntimeError("power cut")

    with monkeypatch.context() as patched:
        patched.setattr(bulk, "make_steps", crash)
        assert api.post("tickets/bulk", body, idempotency_key="k").status_code == 500
    assert BulkChange.objects.unfinished().count() == 1
    again = api.post("tickets/bulk", body, idempotency_key="k")
    assert (again.status_code, again.json()["counts"]["changed"]) == (200, 3)
    assert BulkChange.objects.count() == 1


def test_an_undo_is_attributed_to_who_undoes_it(api, team):
    first, second = open_ticket(team), open_ticket(team)
    member = MembershipFactory(team=team).user
    change = bulk.create_change(team, Actor.person(member), "priority", "4", Ticket.objects.all(), most=2)
    bulk.make_steps_then_enqueue(change, 60)
    actions.change_priority(Ticket.objects.get(pk=second.pk), Actor.system(), 3)
    address = api.get(f"tickets/bulk/{change.pk}").json()["links"]["undo"].removeprefix("/api/v1/")
    response = api.post(address, idempotency_key="k")
    said = response.json()
    assert (response.status_code, said["status"], said["links"]["undo"]) == (200, "undone", None)
    assert [row["outcome"] for row in said["results"]] == ["undone", "not_undone"]
    assert "The system changed the priority" in said["results"][1]["detail"]
    assert (said["counts"]["undone"], said["counts"]["not_undone"], said["counts"]["changed"]) == (1, 1, 0)
    event = first.events.latest("pk")
    assert (event.actor_kind, event.actor_name, event.fact.new_value) == ("token", "Planilha", "normal")
    assert api.post(address, idempotency_key="k").json() == said
    assert api.post(address).status_code == 409


def test_only_a_finished_change_with_effects_can_be_undone(api, team, hurried):
    tickets = [open_ticket(team) for _ in range(3)]
    running = api.post("tickets/bulk", change_of(tickets, priority="high")).json()["id"]
    assert api.post(f"tickets/bulk/{running}/undo").status_code == 409
    take_turn(running)
    response = api.post(f"tickets/bulk/{running}/undo")
    assert (response.status_code, response.json()["status"]) == (202, "undoing")
    assert response["Location"] == f"/api/v1/tickets/bulk/{running}"
    assert api.post(f"tickets/bulk/{running}/undo").status_code == 409
    take_turn(running)
    assert api.get(f"tickets/bulk/{running}").json()["status"] == "undone"
    assert set(Ticket.objects.values_list("priority", flat=True)) == {2}
    nothing = api.post("tickets/bulk", {"tickets": {"numbers": [999]}, "change": {"priority": "low"}})
    assert (nothing.status_code, nothing.json()["links"]["undo"]) == (200, None)
    assert api.post(f"tickets/bulk/{nothing.json()['id']}/undo").status_code == 409


def test_running_changes_of_a_team_are_limited_with_retry_after(api, stranger, team, hurried, monkeypatch, settings):
    settings.BULK_CHANGES_AT_ONCE = 1
    monkeypatch.setattr(bulk, "FEW", 1)
    tickets = [open_ticket(team) for _ in range(3)]
    first = api.post("tickets/bulk", change_of(tickets, priority="high"))
    refused = api.post("tickets/bulk", change_of(tickets, priority="low"), idempotency_key="k")
    assert (refused.status_code, refused["Retry-After"]) == (429, "5")
    assert "still running" in refused.json()["detail"]
    assert api.post("tickets/bulk", change_of(tickets[:1], priority="low")).status_code == 200
    take_turn(first.json()["id"])
    assert api.post("tickets/bulk", change_of(tickets, priority="low"), idempotency_key="k").status_code == 202
    assert api.post(f"tickets/bulk/{first.json()['id']}/undo").status_code == 429


def test_refusals_are_explained_in_the_language_of_the_request(team, hurried):
    from helpdesk.api.actions import create_token

    api = Api(create_token(team, "Planilha")[1])
    api.client.defaults["HTTP_ACCEPT_LANGUAGE"] = "pt-BR"
    tickets = [open_ticket(team) for _ in range(2)]
    for ticket in tickets:
        actions.resolve_ticket(ticket, Actor.system())
    pk = api.post("tickets/bulk", change_of(tickets, status="pending")).json()["id"]
    take_turn(pk)
    details = [row["detail"] for row in api.get(f"tickets/bulk/{pk}").json()["results"]]
    assert len(set(details)) == 1
    assert "não pode passar a" in details[0]
