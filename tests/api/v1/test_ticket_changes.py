"""Following the changes by a cursor: nothing is skipped, and nothing comes for ever."""

import threading

import pytest
from django.db import connection, transaction

from helpdesk.api.framework.pagination import write_cursor
from helpdesk.api.v1.ticket_changes import NAME, ORDER
from helpdesk.tickets import actions
from helpdesk.tickets.actor import Actor
from helpdesk.tickets.models import TicketEvent
from helpdesk.tickets.publishing import last_position
from tests.factories import ActivityFactory, TeamFactory, open_ticket, publish
from tests.plans import plan_without

pytestmark = pytest.mark.django_db
SYSTEM = Actor.system()


class Follower:
    """Asks on from where it stood."""

    def __init__(self, api, **query):
        self.api, self.query = api, query

    def poll(self):
        """One answer, its tickets' numbers."""
        response = self.api.get("tickets/changes", self.query)
        assert response.status_code == 200, response.json()
        answer = response.json()
        self.query["after"] = answer["cursor"]
        self.has_more = answer["has_more"]
        return [ticket["number"] for ticket in answer["results"]]


@pytest.fixture
def follower(api):
    return Follower(api, fields="number")


def test_the_first_response_begins_with_the_first_ticket_and_the_next_continues(follower, team):
    first, second = open_ticket(team), open_ticket(team)
    publish()
    assert follower.poll() == [first.number, second.number]
    assert follower.poll() == []
    actions.add_note(first, SYSTEM, "Um")
    assert follower.poll() == []  # it comes when it is published, wherever that is
    publish()
    assert follower.poll() == [first.number]
    assert follower.poll() == []


def test_a_cursor_exists_before_anything_has_happened(follower, team):
    assert follower.poll() == []
    ticket = open_ticket(team)
    publish()
    assert follower.poll() == [ticket.number]


def test_a_ticket_is_listed_once_in_its_current_state_by_its_last_change(api, team):
    first, second = open_ticket(team), open_ticket(team)
    actions.change_priority(first, SYSTEM, 4)
    publish()
    actions.add_tag(first, SYSTEM, "vídeo")
    results = api.get("tickets/changes", {"expand": "learner"}).json()["results"]
    assert [ticket["number"] for ticket in results] == [second.number, first.number]
    assert (results[1]["priority"], results[1]["tags"]) == ("urgent", ["vídeo"])
    assert results[1]["learner"]["email"] == first.learner.email


def test_merged_and_finished_tickets_are_included(follower, team):
    first = open_ticket(team)
    publish()
    follower.poll()
    again = open_ticket(team, learner=first.learner, course=first.course)
    publish()
    assert follower.poll() == [again.number, first.number]
    actions.resolve_ticket(first, SYSTEM)
    publish()
    assert follower.poll() == [first.number]


def test_many_changes_are_paginated(api, team):
    tickets = [open_ticket(team) for _ in range(5)]
    publish()
    follower = Follower(api, limit=2)
    found = []
    for _ in range(3):
        found += [follower.poll()]
    assert found == [
        [tickets[0].number, tickets[1].number],
        [tickets[2].number, tickets[3].number],
        [tickets[4].number],
    ]
    assert not follower.has_more


@pytest.mark.django_db(transaction=True)
def test_a_change_committed_late_is_returned_next(follower, team):
    slow, quick = open_ticket(team), open_ticket(team)
    publish()
    follower.poll()
    changed, go_on = threading.Event(), threading.Event()

    def change_slowly():
        with transaction.atomic():
            actions.change_priority(slow, SYSTEM, 4)
            changed.set()
            go_on.wait(10)
        connection.close()

    thread = threading.Thread(target=change_slowly)
    thread.start()
    assert changed.wait(10)
    actions.change_priority(quick, SYSTEM, 4)
    publish()
    assert follower.poll() == [quick.number]
    go_on.set()
    thread.join()
    publish()
    slow.refresh_from_db()
    quick.refresh_from_db()
    assert slow.last_activity_at < quick.last_activity_at  # by which `updated_since` would have missed it
    assert follower.poll() == [slow.number]


def test_only_the_teams_own_tickets_are_included(follower, team):
    open_ticket(TeamFactory())
    mine = open_ticket(team)
    publish()
    assert follower.poll() == [mine.number]


@pytest.mark.parametrize("after", ["x", "WyJ4Il0", "____", "é", "W" * 900])
def test_a_foreign_cursor_is_refused(api, after):
    response = api.get("tickets/changes", {"after": after})
    assert response.status_code == 400
    assert [error["field"] for error in response.json()["errors"]] == ["after"]


@pytest.mark.parametrize("position", [None, 10**30, "x"])
def test_a_cursor_with_an_impossible_position_is_refused(api, position):
    after = write_cursor(NAME, ORDER, TicketEvent(position=position))
    response = api.get("tickets/changes", {"after": after})
    assert response.status_code == 400
    assert [error["field"] for error in response.json()["errors"]] == ["after"]


def test_a_cursor_unknown_to_a_restored_database_asks_to_start_again(api):
    after = write_cursor(NAME, ORDER, TicketEvent(position=last_position() + 1))
    response = api.get("tickets/changes", {"after": after})
    assert response.status_code == 404
    assert "start again" in response.json()["detail"]


@pytest.mark.parametrize("query", [{"limit": 0}, {"limit": 201}, {"after": ""}, {"status": "open"}, {"fields": "x"}])
def test_an_invalid_parameter_is_named(api, query):
    response = api.get("tickets/changes", query)
    assert response.status_code == 400
    assert response.json()["errors"][0]["field"].partition(".")[0] in query


def test_twenty_tickets_take_about_as_many_queries_as_two(api, team, django_assert_num_queries):
    for _ in range(2):
        ActivityFactory(team=team, learner=open_ticket(team).learner, course=None)
    publish()
    follower = Follower(api, expand="learner,course,producer,assignee")
    with django_assert_num_queries(6):  # the token, the events, the tickets, tags, context; that they were read
        assert len(follower.poll()) == 2
    for _ in range(20):
        ActivityFactory(team=team, learner=open_ticket(team).learner, course=None)
    publish()
    with django_assert_num_queries(7):  # and one that asks whether the cursor can be
        assert len(follower.poll()) == 20


def test_the_events_are_found_by_index_in_order(team):
    events = TicketEvent.objects.for_team(team).filter(position__gt=1).order_by("position")[:50]
    plan = plan_without(events, "seqscan")
    assert "event_of_team" in plan
    assert "Sort" not in plan
