"""Snoozing: until when, and what ends it."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from helpdesk.tickets import actions
from helpdesk.tickets.models import Ticket
from tests.factories import open_ticket
from tests.tickets.reading import kinds, refused

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]


def test_resolving_ends_a_snooze_and_is_no_response(team, actor):
    ticket = open_ticket(team)
    actions.snooze_ticket(ticket, actor, timezone.now() + timedelta(days=1))
    actions.resolve_ticket(ticket, actor)
    ticket.refresh_from_db()
    assert ticket.snoozed_until is None
    assert ticket.first_responded_at is None


def test_a_snooze_hides_the_ticket_and_can_be_undone(team, actor):
    ticket = open_ticket(team)
    actions.snooze_ticket(ticket, actor, timezone.now() + timedelta(hours=3))
    assert not Ticket.objects.for_team(team).unfinished().not_snoozed().exists()
    actions.unsnooze_ticket(ticket, actor)
    assert Ticket.objects.for_team(team).unfinished().not_snoozed().exists()


def test_snoozing_into_the_past_is_refused(team, actor):
    with refused("in the future"):
        actions.snooze_ticket(open_ticket(team), actor, timezone.now() - timedelta(minutes=1))


def test_snoozing_until_an_extreme_date_is_refused(team, actor):
    ticket = open_ticket(team)
    with refused("five years"):
        actions.snooze_ticket(ticket, actor, datetime.max.replace(tzinfo=UTC))
    assert ticket.snoozed_until is None


def test_a_finished_ticket_cannot_be_snoozed(team, actor):
    ticket = open_ticket(team)
    actions.resolve_ticket(ticket, actor)
    with refused("finished ticket"):
        actions.snooze_ticket(ticket, actor, timezone.now() + timedelta(days=1))


def test_snoozing_until_the_same_time_records_once(team, actor):
    ticket, until = open_ticket(team), timezone.now() + timedelta(days=5 * 365)
    actions.snooze_ticket(ticket, actor, until)
    actions.snooze_ticket(ticket, actor, until)
    assert kinds(ticket) == ["created", "snoozed"]
