"""What a ticket says of itself is what the querysets find by the same word."""

import itertools
from datetime import timedelta

import pytest
from django.utils import timezone

from helpdesk.tickets.models import Message, Status, Ticket
from helpdesk.tickets.models.ticket_indexes import IS_KNOWN, IS_KNOWN_SQL
from helpdesk.tickets.querysets import IS_SETTLED_SQL
from tests.factories import open_tickets

pytestmark = pytest.mark.django_db


@pytest.fixture
def tickets_of_all_kinds(team):
    """One for each status, snooze, first response, due time, and whether it is merged."""
    past, future = (timezone.now() + timedelta(hours=hours) for hours in (-1, 1))
    ways = [*itertools.product(Status.values, [None, past, future], [None, past], [past, future], [False, True])]
    tickets = open_tickets(team, len(ways) + 1)
    for ticket, (status, snoozed, responded, due, is_merged) in zip(tickets, ways, strict=False):
        ticket.status, ticket.snoozed_until, ticket.first_responded_at = status, snoozed, responded
        ticket.response_due_at, ticket.merged_into = due, tickets[-1] if is_merged else None
    Ticket.objects.bulk_update(
        tickets, ["status", "snoozed_until", "first_responded_at", "response_due_at", "merged_into"]
    )


@pytest.mark.usefixtures("tickets_of_all_kinds")
@pytest.mark.parametrize(
    ("attribute", "queryset"), [("is_overdue", "overdue"), ("is_snoozed", "snoozed"), ("is_to_do", "to_do")]
)
def test_attributes_agree_with_querysets(team, attribute, queryset):
    found = getattr(Ticket.objects.for_team(team), queryset)()
    said = {ticket.pk for ticket in Ticket.objects.for_team(team) if getattr(ticket, attribute)}
    assert said == set(found.values_list("pk", flat=True))
    assert 0 < len(said) < Ticket.objects.count()


def test_raw_sql_for_a_known_question_matches_the_index(team):
    tickets = open_tickets(team, 4)
    Ticket.objects.filter(pk__in=[tickets[0].pk, tickets[1].pk]).update(question_known_at=timezone.now())
    Ticket.objects.filter(pk__in=[tickets[1].pk, tickets[2].pk]).update(merged_into=tickets[3])
    assert list(Ticket.objects.filter(IS_KNOWN)) == [tickets[0]]
    assert list(Ticket.objects.extra(where=[IS_KNOWN_SQL])) == [tickets[0]]  # noqa: S610 - a constant


def test_raw_sql_means_by_a_settled_message_what_the_queryset_does(ticket):
    past, future = (timezone.now() + timedelta(hours=hours) for hours in (-1, 1))
    ways = itertools.product(Message.Kind.values, [None, past, future], [None, past])
    messages = [
        Message(team=ticket.team, ticket=ticket, kind=kind, send_at=send_at, cancelled_at=cancelled_at)
        for kind, send_at, cancelled_at in ways
    ]
    Message.objects.bulk_create(messages)
    settled = set(Message.objects.settled())
    assert set(Message.objects.extra(where=[IS_SETTLED_SQL])) == settled  # noqa: S610 - a constant
    assert len(settled) == len(messages) // 2 - 1  # without those taken back, and the note that still can be
