"""Merging many tickets from the list into one."""

import pytest

from helpdesk.bulk.models import BulkChange
from helpdesk.inbox.seen_versions import number_with_version
from helpdesk.tickets import actions
from helpdesk.tickets.actor import Actor
from helpdesk.tickets.models import Ticket
from tests.factories import MembershipFactory, open_ticket
from tests.tickets.reading import fresh

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("one_step")]
URL = "/t/escola/changes/"


def test_tickets_of_one_learner_are_merged_into_one_of_the_selected(page, team):
    into = open_ticket(team)
    others = [open_ticket(team, learner=into.learner) for _ in range(2)]
    stranger = open_ticket(team)
    chosen = [number_with_version(ticket) for ticket in [into, *others, stranger]]
    html = page.post(URL, {"change": "merge:", "into": into.number, "ticket": chosen}, HTTP_HX_REQUEST="true").text
    assert {fresh(ticket).merged_into for ticket in others} == {into}
    assert fresh(stranger).merged_into is None
    assert f"2 tickets merged into #{into.number}" in html
    assert "Only tickets from the same learner can be merged." in html
    change = BulkChange.objects.get()
    assert change.items.count() == 3
    page.post(f"{URL}{change.pk}/undo/")
    assert {fresh(ticket).merged_into for ticket in others} == {None}
    assert fresh(into).request_count == 1


def test_a_merge_refused_for_all_is_reported_at_its_field(page, team):
    into, first, second = (open_ticket(team) for _ in range(3))
    data = {
        "change": "merge:",
        "into": into.number,
        "ticket": [number_with_version(first), number_with_version(second)],
    }
    response = page.post(URL, data, headers={"hx-request": "true"})
    assert response.status_code == 422
    assert "data-problem>Only tickets from the same learner can be merged.<" in response.text
    assert "HX-Trigger" not in response.headers  # the selection stays
    assert "Nothing was changed." in page.post(URL, data, follow=True).text  # without scripts, with the tickets


def test_a_conflict_with_others_is_not_reported_at_the_field(page, team):
    into, ticket = open_ticket(team), open_ticket(team)
    data = {"change": "merge:", "into": into.number, "ticket": number_with_version(ticket)}
    actions.take_ticket(ticket, Actor.person(MembershipFactory(team=team, user__name="Beatriz").user))
    response = page.post(URL, data, headers={"hx-request": "true"})
    assert (response.status_code, "Beatriz took it" in response.text) == (200, True)


@pytest.mark.parametrize("number", ["", "x", "0", "999999999", "-1"])
def test_merging_into_an_unknown_ticket_is_refused(page, team, number):
    ticket = open_ticket(team)
    response = page.post(
        URL, {"change": "merge:", "into": number, "ticket": number_with_version(ticket)}, HTTP_HX_REQUEST="true"
    )
    assert response.status_code == 422
    assert not BulkChange.objects.exists()


def test_merging_into_another_teams_ticket_is_refused(page, team, outsider):
    other = open_ticket(outsider.memberships.get().team)
    ticket = open_ticket(team)
    while Ticket.objects.for_team(team).filter(number=other.number).exists():
        other = open_ticket(other.team)
    data = {"change": "merge:", "into": other.number, "ticket": number_with_version(ticket)}
    assert page.post(URL, data, HTTP_HX_REQUEST="true").status_code == 422
