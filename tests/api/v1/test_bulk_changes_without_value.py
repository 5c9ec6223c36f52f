"""Bulk changes without a value: snoozed tickets are unsnoozed and merged ones split off."""

from datetime import timedelta

import pytest
from django.utils import timezone

from helpdesk.tickets import actions
from helpdesk.tickets.actor import Actor
from helpdesk.tickets.models import Ticket
from tests.api.v1.bulk import change_of
from tests.factories import open_ticket

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("patient")]


class TestChangesWithoutValue:
    """Changes requested by `null`."""

    def test_tickets_can_be_unsnoozed(self, api, team):
        ticket = open_ticket(team)
        actions.snooze_ticket(ticket, Actor.system(), timezone.now() + timedelta(days=1))
        assert api.post("tickets/bulk", change_of([ticket], snooze=None)).json()["counts"]["changed"] == 1
        assert Ticket.objects.get(pk=ticket.pk).snoozed_until is None

    def test_tickets_can_be_merged_and_split_off(self, api, team):
        into = open_ticket(team)
        others = [open_ticket(team, learner=into.learner) for _ in range(2)]
        stranger = open_ticket(team)
        said = api.post("tickets/bulk", change_of([*others, stranger, into], merge=into.number)).json()
        outcomes = {row["number"]: row["outcome"] for row in said["results"]}
        assert outcomes == {
            **{ticket.number: "changed" for ticket in others},
            stranger.number: "refused",
            into.number: "refused",
        }
        assert Ticket.objects.filter(merged_into=into).count() == 2
        assert api.post("tickets/bulk", change_of(others, merge=None)).json()["counts"]["changed"] == 2
        assert not Ticket.objects.filter(merged_into=into).exists()
        undone = api.post(f"tickets/bulk/{said['id']}/undo").json()
        assert undone["counts"]["not_undone"] == 2  # they are split off already

    def test_merging_into_an_unknown_ticket_is_refused(self, api, team, outsider):
        other, ticket = open_ticket(outsider.memberships.get().team), open_ticket(team)
        while Ticket.objects.for_team(team).filter(number=other.number).exists():
            other = open_ticket(other.team)
        for number in (other.number, 999, 2**40):
            response = api.post("tickets/bulk", change_of([ticket], merge=number))
            assert response.status_code == 409
            assert response.json()["errors"][0]["field"] == "change.merge"

    def test_null_is_refused_for_other_changes(self, api, team):
        ticket = open_ticket(team)
        for change in ({"status": None}, {"tag": None}, {"priority": None}, {"merge": 0}, {"merge": "1"}):
            assert api.post("tickets/bulk", change_of([ticket], **change)).status_code == 422, change
