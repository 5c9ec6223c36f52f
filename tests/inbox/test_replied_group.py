"""Learners who wrote back after the team's answer: a group of its own, in which who waits longest comes first."""

import re
from datetime import timedelta
from itertools import product

import pytest
from django.db import connection, transaction
from django.http import QueryDict
from django.utils import timezone

from helpdesk.conversations.actions.replies import reply
from helpdesk.inbox.filters import TicketFilter
from helpdesk.inbox.filters.pager import adjacent_numbers, page_of
from helpdesk.tickets.actor import Actor
from helpdesk.tickets.models import INBOX_ORDER, Priority, Status, Ticket
from helpdesk.tickets.models.inbox_order import RANK, SINCE
from tests.factories import open_ticket
from tests.plans import plan_without

pytestmark = pytest.mark.django_db
HEADING = re.compile(r'<h2 class="row-group-title [^"]*">([^<]*) <span class="num">(\d+\+?)</span>')


def wrote_back(ticket, minutes, **also):
    """The learner wrote back so many minutes ago, after an answer."""
    then = timezone.now() - timedelta(minutes=minutes)
    times = {"awaiting_reply_since": then, "first_responded_at": then - timedelta(hours=1)}
    Ticket.objects.filter(pk=ticket.pk).update(**times | also)
    ticket.refresh_from_db()
    return ticket


@pytest.fixture
def tickets_in_order(team):
    """In the order of the inbox: urgent, wrote back 40 and 12 minutes ago, high, plain."""
    plain, high, late, early, urgent = [open_ticket(team) for _ in range(5)]
    for ticket, priority in ((high, Priority.HIGH), (urgent, Priority.URGENT)):
        Ticket.objects.filter(pk=ticket.pk).update(priority=priority)
        ticket.refresh_from_db()
    return [urgent, wrote_back(early, 40, priority=Priority.LOW), wrote_back(late, 12), high, plain]


def test_they_come_after_urgent_ones_in_a_group_of_their_own(page, tickets_in_order):
    text = page.get("/t/escola/").text
    assert [int(number) for number in re.findall(r'id="row-(\d+)"', text)] == [
        ticket.number for ticket in tickets_in_order
    ]
    assert HEADING.findall(text)[:3] == [("Urgent", "1"), ("Wrote back", "2"), ("High priority", "1")]
    row = text.partition(f'id="row-{tickets_in_order[2].number}"')[2].partition("</li>")[0]
    assert re.search(r"Wrote back</span><time[^>]*>12 min", row)


def test_a_refreshed_row_keeps_the_badge_of_its_group(page, tickets_in_order):
    number = tickets_in_order[2].number
    assert "Wrote back</span>" in page.get(f"/t/escola/rows/?rows={number}-8").text
    assert "Wrote back</span>" not in page.get(f"/t/escola/rows/?rows={number}-3").text


@pytest.mark.parametrize(
    "change",
    [
        {"first_responded_at": None},  # told the question, which nobody has answered yet
        {"awaiting_reply_since": None},
        {"status": Status.ON_HOLD},
        {"priority": Priority.URGENT},
    ],
)
def test_tickets_in_other_states_are_not_in_the_group(page, ticket, change):
    wrote_back(ticket, 5, **change)
    assert not ticket.has_replied
    assert "Wrote back" not in page.get("/t/escola/").text


def test_an_answer_removes_the_ticket_from_the_group(ticket, agent):
    wrote_back(ticket, 5)
    reply(ticket, Actor.person(agent), "Oi!")
    assert not Ticket.objects.get(pk=ticket.pk).has_replied


def test_the_count_of_a_group_continues_beyond_the_page(page, team):
    for minutes in range(30):
        wrote_back(open_ticket(team), minutes)
    open_ticket(team)
    assert HEADING.findall(page.get("/t/escola/").text) == [("Wrote back", "30")]


def test_pages_and_next_and_previous_follow_the_same_order(team, tickets_in_order):
    question = TicketFilter(QueryDict(""), team)
    seen, query = [], ""
    while True:
        shown = page_of(TicketFilter(QueryDict(query), team), 1)
        seen += shown.tickets
        query = shown.next_query
        if not query:
            break
    assert seen == tickets_in_order
    numbers = [ticket.number for ticket in tickets_in_order]
    expected = list(zip([None, *numbers[:-1]], [*numbers[1:], numbers[0]], strict=True))
    assert [adjacent_numbers(question, ticket) for ticket in tickets_in_order] == expected


def test_a_tickets_rank_is_the_one_the_database_sorts_by(ticket):
    moments = [None, timezone.now()]
    for waits, answered, status, priority in product(moments, moments, Status.values, Priority.values):
        Ticket.objects.update(awaiting_reply_since=waits, first_responded_at=answered, status=status, priority=priority)
        (sorted_by,) = Ticket.objects.values_list(RANK, SINCE)
        ticket.refresh_from_db()
        assert (ticket.inbox_rank, ticket.waiting_since) == sorted_by


INDEXES: dict[str, dict[str, object]] = {
    "ticket_inbox": {},
    "ticket_inbox_of": {"assignee": 1},
    "ticket_inbox_status": {"status": "open"},
}


@pytest.mark.parametrize("index", INDEXES)
def test_a_later_page_is_read_from_an_index(team, ticket, index):
    rows = Ticket.objects.for_team(team).unfinished().filter(**INDEXES[index])
    following = INBOX_ORDER.sort(INBOX_ORDER.after(rows, INBOX_ORDER.place_of(ticket)))
    with transaction.atomic(), connection.cursor() as cursor:
        for other in INDEXES.keys() - {index}:  # of a nearly empty table one is as good as the other
            cursor.execute(f"DROP INDEX {other}")
        plan = plan_without(following[:26], "seqscan", "sort")
        transaction.set_rollback(True)
    assert f"using {index} on" in plan
    condition = plan.partition("Index Cond")[2].partition("\n")[0]
    assert "ROW(" in condition
    assert "urgency * 10" in condition
    assert "Sort" not in plan
