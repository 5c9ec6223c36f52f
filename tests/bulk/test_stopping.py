"""A large change that is stopped and undone, and how long what came of it is shown."""

import pytest

from helpdesk.bulk import actions as actions_of_bulk
from helpdesk.bulk import steps
from helpdesk.bulk.models import BulkChange, BulkChangeItem
from helpdesk.tickets.actor import Actor
from helpdesk.tickets.models import Ticket
from tests.bulk.changes import choice
from tests.factories import open_ticket, open_tickets
from tests.tickets.reading import fresh

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("one_step")]
URL = "/t/escola/changes/"
Outcome = BulkChangeItem.Outcome


def test_undoing_what_still_runs_stops_it_and_brings_back_what_was_done(page, team, monkeypatch):
    monkeypatch.setattr(steps, "STEP", 0)  # one ticket a step
    tickets = open_tickets(team, 3)
    page.post(URL, {"change": "priority:4", "ticket": [choice(ticket) for ticket in tickets]})
    change = BulkChange.objects.get()
    assert change.state == "running"
    shown = page.get(f"{URL}{change.pk}/").text
    assert "Stop and undo" in shown
    response = page.post(f"{URL}{change.pk}/undo/", headers={"hx-request": "true"})
    assert f"#{tickets[0].number}: undone" in response.text
    actions_of_bulk.make_steps(change, 60)
    assert change.state == "undone"
    assert [item.outcome for item in change.items.all()] == [Outcome.UNDONE]
    assert {fresh(ticket).priority for ticket in tickets} == {2}


def test_stopping_what_has_ended_takes_nothing_off_it(page, team):
    ticket = open_ticket(team)
    page.post(URL, {"change": "priority:4", "ticket": choice(ticket)})
    change = BulkChange.objects.get()
    finished_at = change.finished_at
    actions_of_bulk.stop(change)
    assert (change.finished_at, change.items.count()) == (finished_at, 1)


def test_stopped_before_its_first_ticket_it_has_changed_nothing(page, team, agent):
    open_ticket(team)
    change = actions_of_bulk.create_change(team, Actor.person(agent), "priority", "4", Ticket.objects.all(), most=9)
    response = page.post(f"{URL}{change.pk}/undo/", headers={"hx-request": "true"})
    assert "Nothing was changed." in response.text
    actions_of_bulk.make_steps(change, 60)
    assert Ticket.objects.get().priority == 2


@pytest.mark.parametrize(("count", "passes"), [(20, True), (21, False)])
def test_the_outcome_of_many_stays_until_it_was_undone(page, team, count, passes):
    tickets = open_tickets(team, count)
    data = {"change": "priority:4", "ticket": [choice(ticket) for ticket in tickets], "confirmed": "on"}
    response = page.post(URL, data, headers={"hx-request": "true"})
    assert ("data-passing" in response.text) is passes
    change = BulkChange.objects.get()
    assert "data-passing" in page.post(f"{URL}{change.pk}/undo/", headers={"hx-request": "true"}).text
