"""A change that was pressed without a connection, and comes when there is one again: once, or twice, or too late."""

import threading
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client

from helpdesk.bulk.models import BulkChange
from helpdesk.tickets import actions
from helpdesk.tickets.actor import Actor
from helpdesk.tickets.models import Status, Ticket, TicketEvent
from tests.factories import MembershipFactory, open_ticket

pytestmark = pytest.mark.django_db
ADDRESS = "/t/escola/changes/kept/"


def kept(ticket, change="status:resolved", **fields):
    return {"one": f"{ticket.number}-{ticket.version}:{change}", "key": str(uuid4())} | fields


def send(page, fields):
    return page.post(ADDRESS, fields, headers={"hx-request": "true"})


def resolutions():
    return TicketEvent.objects.filter(kind=TicketEvent.Kind.STATUS_CHANGED).count()


def test_it_is_made_and_reported_as_if_pressed_now(page, ticket):
    answer = send(page, kept(ticket))
    assert "resolved" in answer.text
    assert "Undo" in answer.text
    assert f'"tickets": [{ticket.number}]' in answer["HX-Trigger"]
    assert Ticket.objects.get().status == Status.RESOLVED


@pytest.mark.parametrize(
    ("change", "is_done"),
    [
        ("status:resolved", True),
        ("status:closed", True),
        ("snooze:tomorrow", True),
        ("status:open", False),
        ("priority:4", False),
    ],
)
def test_the_answer_says_whether_the_ticket_is_done(page, ticket, change, is_done):
    answer = send(page, kept(ticket, change))
    assert answer.status_code == 200
    assert ("ticket-done" in answer["HX-Trigger"]) is is_done


def test_a_refused_change_does_not_report_the_ticket_as_done(page, ticket, agent):
    fields = kept(ticket)
    actions.change_priority(ticket, Actor.person(MembershipFactory(team=ticket.team).user), 4)
    answer = send(page, fields)
    assert "1 was refused" in answer.text
    assert "ticket-done" not in answer["HX-Trigger"]


def test_a_repeated_change_is_made_once_even_if_reverted_meanwhile(page, ticket, agent):
    fields = kept(ticket)
    first = send(page, fields)
    actions.reopen_ticket(ticket, Actor.person(agent))
    events = TicketEvent.objects.count()
    second = send(page, fields)
    assert (first.status_code, second.status_code) == (200, 200)
    assert TicketEvent.objects.count() == events
    assert BulkChange.objects.count() == 1
    assert Ticket.objects.get().status == Status.OPEN


def test_a_conflicting_change_by_somebody_else_is_reported(page, team, ticket):
    fields = kept(ticket)
    actions.assign_ticket(ticket, Actor.person(MembershipFactory(team=team, user__name="Ana").user), None)
    actions.change_priority(ticket, Actor.person(MembershipFactory(team=team, user__name="Ana").user), 4)
    answer = send(page, fields)
    assert "1 was refused" in answer.text
    assert f"#{ticket.number}" in answer.text
    assert Ticket.objects.get().status != Status.RESOLVED


def test_several_tickets_can_be_changed_at_once(page, team):
    tickets = [open_ticket(team) for _ in range(3)]
    fields = {"change": "assignee:me", "ticket": [f"{each.number}-{each.version}" for each in tickets]}
    send(page, fields | {"key": str(uuid4())})
    items = BulkChange.objects.get().items
    assert sorted(items.values_list("ticket", flat=True)) == [each.pk for each in tickets]


@pytest.mark.parametrize(
    "wrong",
    [
        {"key": ""},
        {"key": "not-a-key"},
        {"one": "999-1:status:resolved"},
        {"one": "1-1:nothing:at-all"},
        {"one": "1-1:status:nothing"},
        {"one": "x" * 5000},
    ],
)
def test_an_invalid_change_is_explained(page, ticket, wrong):
    answer = send(page, kept(ticket) | wrong)
    assert answer.status_code == 422
    assert "toast warning" in answer.text
    assert not BulkChange.objects.exists()


def test_a_key_counts_only_for_its_person(page, ticket, team, client):
    fields = kept(ticket)
    send(page, fields)
    client.force_login(MembershipFactory(team=team).user)
    send(client, fields)
    assert BulkChange.objects.count() == 2


def test_after_the_session_expired_the_page_keeps_it(page, ticket, agent):
    page.get("/t/escola/")
    fields = kept(ticket)
    page.cookies.pop("sessionid")
    assert send(page, fields).status_code == 401
    page.force_login(agent)
    assert "What you sent" not in page.get("/t/escola/").text
    assert "interrupted" not in page.get("/t/escola/").text


@pytest.mark.django_db(transaction=True)
def test_concurrent_requests_make_it_once(team, agent, ticket):
    fields, answers = kept(ticket), []
    gate = threading.Barrier(4)

    def one():
        client = Client()
        client.force_login(agent)
        gate.wait()
        answers.append(send(client, fields).status_code)
        connection.close()

    threads = [threading.Thread(target=one) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [200] * 4
    assert BulkChange.objects.count() == 1
    assert resolutions() == 1
