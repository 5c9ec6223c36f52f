"""Tickets of three past days."""

from datetime import timedelta

import pytest
from django.utils import timezone

from helpdesk.tickets import actions
from helpdesk.tickets.actor import Actor
from helpdesk.tickets.models import Ticket
from tests.factories import CourseFactory, open_ticket
from tests.reports.summaries.reading import NOON


@pytest.fixture
def asked_tickets(team, agent):
    """Three tickets on three days; two are resolved."""
    course = CourseFactory(team=team)
    tickets = [open_ticket(team, course=course, requested_at=NOON + timedelta(days=day)) for day in range(3)]
    for hours, ticket in enumerate(tickets[:2], start=2):
        actions.assign_ticket(ticket, Actor.system(), agent)
        actions.resolve_ticket(ticket, Actor.system())
        at = ticket.requested_at + timedelta(hours=hours)
        Ticket.objects.filter(pk=ticket.pk).update(first_responded_at=at, resolved_at=at)
    return tickets


@pytest.fixture(autouse=True)
def sao_paulo():
    with timezone.override("America/Sao_Paulo"):
        yield
