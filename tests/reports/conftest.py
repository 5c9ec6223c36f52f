"""Requests on two days, for trying out reports."""

from datetime import UTC, datetime, timedelta

import pytest

from helpdesk.tickets import actions
from helpdesk.tickets.actor import Actor
from helpdesk.tickets.models import Ticket
from tests.factories import (
    CourseFactory,
    LearnerFactory,
    open_ticket,
)
from tests.reports.reading import NOON


@pytest.fixture
def counted_ticket(team, agent):
    """Three requests on the tenth (one of them merged), one late on the ninth, and what happened to them."""
    cakes, breads = CourseFactory(team=team, title="Bolos"), CourseFactory(team=team, title="=Pães")
    learner = LearnerFactory(team=team)
    first = open_ticket(team, learner=learner, course=cakes, requested_at=NOON)
    open_ticket(team, learner=learner, course=cakes, requested_at=NOON + timedelta(minutes=5))
    second = open_ticket(
        team, course=breads, requested_at=datetime(2026, 3, 11, 2, 30, tzinfo=UTC)
    )  # 23:30 on the 10th
    open_ticket(team, course=breads, requested_at=datetime(2026, 3, 10, 2, 59, tzinfo=UTC))  # 23:59 on the 9th
    actions.assign_ticket(first, Actor.system(), agent)
    actions.resolve_ticket(first, Actor.system())
    times = {"first_responded_at": NOON + timedelta(hours=2), "resolved_at": NOON + timedelta(hours=4)}
    Ticket.objects.filter(pk=first.pk).update(**times)
    Ticket.objects.filter(pk=second.pk).update(first_responded_at=second.requested_at + timedelta(hours=4))
    return first
