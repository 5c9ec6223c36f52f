"""Tickets and tags in the operator's admin."""

import pytest

from helpdesk.tickets.models import Status, Tag
from tests.admin.addresses import change, changelist
from tests.factories import MembershipFactory, TeamFactory, UserFactory, open_ticket

pytestmark = pytest.mark.django_db


def test_a_ticket_is_edited_through_the_actions(operator, team):
    ticket, agent = open_ticket(team), MembershipFactory(team=team).user
    inlines = {f"{name}-{field}": "0" for name in ("events", "messages") for field in ("TOTAL_FORMS", "INITIAL_FORMS")}
    data = {"status": "pending", "priority": "4", "assignee": agent.pk, **inlines}
    assert operator.post(change(ticket), data).status_code == 302
    ticket.refresh_from_db()
    assert (ticket.status, ticket.priority, ticket.assignee) == (Status.PENDING, 4, agent)
    assert set(ticket.events.values_list("kind", flat=True)) == {
        "created",
        "assigned",
        "status_changed",
        "priority_changed",
    }
    stranger = UserFactory()
    response = operator.post(change(ticket), data | {"assignee": stranger.pk})
    assert response.status_code == 200
    assert response.context["adminform"].errors
    ticket.refresh_from_db()
    assert ticket.assignee == agent


def test_tickets_can_be_resolved_and_reopened_in_bulk(operator, team):
    tickets = [open_ticket(team), open_ticket(team)]
    for action, status in (("resolve", Status.RESOLVED), ("reopen", Status.OPEN)):
        data = {"action": action, "_selected_action": [ticket.pk for ticket in tickets]}
        operator.post(changelist(type(tickets[0])), data)
        for ticket in tickets:
            ticket.refresh_from_db()
            assert ticket.status == status


@pytest.mark.parametrize("name", ["!!!", "—"])
def test_a_tag_without_a_letter_or_digit_is_refused_at_its_field(operator, name):
    team = TeamFactory()
    tag = Tag.objects.create(team=team, name="promo")
    for address in ("add/", f"{tag.pk}/change/"):
        answer = operator.post(f"/admin/tickets/tag/{address}", {"team": team.pk, "name": name})
        assert answer.context["adminform"].errors == {"name": ["Uma etiqueta precisa ter uma letra ou um número."]}
    assert [each.name for each in Tag.objects.all()] == ["promo"]


@pytest.mark.parametrize("is_new", [True, False])
def test_a_tag_name_saved_concurrently_by_another_operator_is_refused(operator, monkeypatch, is_new):
    team = TeamFactory()
    tag = Tag.objects.create(team=team, name="promo")
    Tag.objects.create(team=team, name="vídeo")
    check, checks = Tag.validate_constraints, []

    def check_too_early(tag, exclude=None):
        checks.append(tag)
        if len(checks) > 1:
            check(tag, exclude)

    monkeypatch.setattr(Tag, "validate_constraints", check_too_early)
    address = "/admin/tickets/tag/add/" if is_new else f"/admin/tickets/tag/{tag.pk}/change/"
    answer = operator.post(address, {"team": team.pk, "name": "vídeo"})
    assert answer.status_code == 200
    assert answer.context["adminform"].errors
    assert len(checks) == 2
    assert sorted(Tag.objects.values_list("name", flat=True)) == ["promo", "vídeo"]


def test_an_invalid_existing_tag_name_can_be_kept(operator):
    tag = Tag.objects.create(team=TeamFactory(), name="!!!")
    data = {"team": tag.team_id, "name": "!!!", "color": "red"}
    assert operator.post(f"/admin/tickets/tag/{tag.pk}/change/", data).status_code == 302
    tag.refresh_from_db()
    assert tag.color == "red"
