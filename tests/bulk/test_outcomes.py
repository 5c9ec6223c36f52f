"""What became of many tickets, in words."""

from datetime import UTC, datetime

import pytest
from django.utils import timezone
from django.utils.translation import override

from helpdesk.bulk import actions as bulk_actions
from helpdesk.bulk.models import BulkChange
from helpdesk.bulk.results import Result, outcome_sentence, result_of
from helpdesk.tickets.actions import resolve_ticket
from helpdesk.tickets.actor import Actor
from helpdesk.tickets.change_base import MadeChange
from helpdesk.tickets.changes import REVERSIBLE, STATUS
from helpdesk.tickets.models import Ticket
from tests.factories import MembershipFactory, open_ticket

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]


@pytest.mark.parametrize(
    ("kind", "value", "one", "many"),
    [
        ("status", "resolved", "1 ticket resolved", "39 tickets resolved"),
        ("status", "closed", "1 ticket closed", "39 tickets closed"),
        ("status", "on_hold", "1 ticket set to “On hold”", "39 tickets set to “On hold”"),
        ("assignee", "", "1 ticket unassigned", "39 tickets unassigned"),
        ("priority", "4", "1 ticket set to priority “Urgent”", "39 tickets set to priority “Urgent”"),
        ("tag", "vídeo", "1 ticket tagged “vídeo”", "39 tickets tagged “vídeo”"),
        ("unsnooze", "", "1 ticket unsnoozed", "39 tickets unsnoozed"),
        ("untag", "vídeo", "Tag “vídeo” removed from 1 ticket", "Tag “vídeo” removed from 39 tickets"),
    ],
)
def test_a_change_is_described_in_a_sentence(team, agent, kind, value, one, many):
    change = BulkChange(team=team, actor=agent, kind=kind, value=value)
    assert (outcome_sentence(change, 1), outcome_sentence(change, 39)) == (one, many)


def test_tickets_are_taken_or_assigned_to_somebody(team, agent):
    other = MembershipFactory(team=team, user__name="Ana Prado").user
    taken = BulkChange(team=team, actor=agent, kind="assignee", value=str(agent.pk))
    assert outcome_sentence(taken, 2) == "2 tickets taken"
    assigned = BulkChange(team=team, actor=agent, kind="assignee", value=str(other.pk))
    assert outcome_sentence(assigned, 2) == "2 tickets assigned to Ana Prado"
    told = [Result(change, {}, 0, [], None).what for change in (taken, assigned)]
    assert told == ["assigned to you", "assigned to Ana Prado"]


def test_a_snooze_shows_its_time_in_the_readers_time_zone(team, agent, monkeypatch):
    monkeypatch.setattr(timezone, "now", lambda: datetime(2026, 3, 10, 12, tzinfo=UTC))
    change = BulkChange(team=team, actor=agent, kind="snooze", value="2026-03-11T12:00:00+00:00")
    with timezone.override("America/Sao_Paulo"):
        assert outcome_sentence(change, 2) == "2 tickets snoozed until tomorrow 9 AM"


def test_a_merge_names_its_target(team, agent, ticket):
    change = BulkChange(team=team, actor=agent, kind="merge", value=str(ticket.pk))
    assert outcome_sentence(change, 2) == f"2 tickets merged into #{ticket.number}"


def test_every_bulk_change_has_a_sentence(team, agent):
    values = {"status": "open", "priority": "1", "snooze": "2026-03-11T12:00:00+00:00", "merge": "0", "topic": "video"}
    for kind in REVERSIBLE:
        change = BulkChange(team=team, actor=agent, kind=kind, value=values.get(kind, ""))
        assert "3 tickets" in outcome_sentence(change, 3)


def test_a_change_and_its_undo_add_one_line_each_to_each_history(team, agent):
    tickets = [open_ticket(team) for _ in range(3)]
    actor = Actor.person(agent)

    def lines():
        return [ticket.events.count() for ticket in tickets]

    before = lines()
    change = bulk_actions.create_change(team, actor, "status", "resolved", Ticket.objects.for_team(team), most=5)
    bulk_actions.make_steps_then_enqueue(change, 5)
    assert lines() == [count + 1 for count in before]
    bulk_actions.start_undo(change, actor)
    bulk_actions.make_steps_then_enqueue(change, 5)
    assert lines() == [count + 2 for count in before]


def told_of_opening(team, actor, tickets):
    change = bulk_actions.create_change(
        team, actor, "status", "open", Ticket.objects.filter(pk__in=[ticket.pk for ticket in tickets]), most=10
    )
    bulk_actions.make_steps(change, 60)
    return result_of(change).sentence


def test_opening_finished_tickets_is_described_as_reopening(team, actor):
    done = [open_ticket(team) for _ in range(4)]
    for ticket in done:
        resolve_ticket(ticket, actor)
    assert told_of_opening(team, actor, done[:2]) == "2 tickets reopened"
    assert told_of_opening(team, actor, [done[2]]).endswith(f"#{done[2].number}: reopened")
    assert told_of_opening(team, actor, [done[3], open_ticket(team)]) == "2 tickets set to “Open”"
    reopening = MadeChange("open", team, statuses_before=lambda: {"resolved", "closed"})
    with override("pt-br"):
        told = [STATUS.outcome(count, reopening) for count in (1, 47)]
    assert told == ["1 chamado reaberto", "47 chamados reabertos"]
