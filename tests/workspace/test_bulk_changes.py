"""Changing tickets from the list: the change, refusals with their reasons, and the undo."""

import json
from datetime import timedelta

import pytest
from django.utils import timezone

from helpdesk.bulk import actions as actions_of_bulk
from helpdesk.bulk import steps
from helpdesk.bulk.models import BulkChange, BulkChangeItem
from helpdesk.inbox.seen_versions import number_with_version
from helpdesk.tickets import actions, undo
from helpdesk.tickets.actor import Actor
from helpdesk.tickets.models import Status, Ticket, TicketEvent
from helpdesk.workspace import change_views
from tests.bulk.changes import change_of
from tests.factories import LearnerFactory, MembershipFactory, open_ticket, open_tickets
from tests.tickets.reading import fresh

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("one_step")]
URL = "/t/escola/changes/"
Outcome = BulkChangeItem.Outcome


@pytest.mark.parametrize(
    ("change", "attribute", "value"),
    [
        ("status:resolved", "status", Status.RESOLVED),
        ("status:pending", "status", Status.PENDING),
        ("priority:4", "priority", 4),
    ],
)
def test_only_the_selected_tickets_are_changed(page, team, change, attribute, value):
    chosen, other = [open_ticket(team), open_ticket(team)], open_ticket(team)
    response = page.post(URL, {"change": change, "ticket": [number_with_version(ticket) for ticket in chosen]})
    assert response.status_code == 302
    assert {getattr(fresh(ticket), attribute) for ticket in chosen} == {value}
    assert getattr(fresh(other), attribute) == getattr(other, attribute)


def test_many_can_be_assigned_tagged_and_snoozed(page, team, agent):
    ticket = open_ticket(team)
    page.post(URL, {"one": f"{number_with_version(ticket)}:assignee:me"})
    assert fresh(ticket).assignee == agent
    page.post(URL, {"change": "tag:", "tag": "Vídeo", "ticket": number_with_version(fresh(ticket))})
    assert [tag.name for tag in ticket.tags.all()] == ["vídeo"]
    page.post(URL, {"change": "untag:", "tag": "vídeo", "ticket": number_with_version(fresh(ticket))})
    assert not ticket.tags.exists()
    page.post(URL, {"change": "snooze:tomorrow", "ticket": number_with_version(fresh(ticket))})
    assert fresh(ticket).snoozed_until > timezone.now()
    page.post(URL, {"change": "assignee:", "ticket": number_with_version(fresh(ticket))})
    assert fresh(ticket).assignee is None


def test_many_can_be_unsnoozed(page, team, agent):
    tickets = [open_ticket(team) for _ in range(2)]
    awake = open_ticket(team)
    for ticket in tickets:
        actions.snooze_ticket(ticket, Actor.person(agent), timezone.now() + timedelta(days=1))
    page.post(
        URL, {"change": "unsnooze:", "ticket": [number_with_version(fresh(ticket)) for ticket in [*tickets, awake]]}
    )
    assert {fresh(ticket).snoozed_until for ticket in tickets} == {None}
    change = BulkChange.objects.get()
    assert sorted(change.items.values_list("outcome", flat=True)) == [Outcome.CHANGED] * 2 + [Outcome.UNCHANGED]
    page.post(f"{URL}{change.pk}/undo/")
    assert all(fresh(ticket).is_snoozed for ticket in tickets)


def test_all_matching_tickets_are_changed_across_all_pages(page, team):
    open_tickets(team, 60, priority=4)
    normal = open_ticket(team)
    page.post(URL, {"change": "status:resolved", "all": "1", "query": "priority=4", "confirmed": "1"})
    change = BulkChange.objects.get()
    while change.items.filter(outcome=Outcome.PENDING).exists():
        page.post(f"{URL}{change.pk}/run/")
    assert Ticket.objects.filter(status=Status.RESOLVED).count() == 60
    assert fresh(normal).status == Status.NEW


def test_refused_tickets_are_named_with_the_reason(page, team):
    closed, fine = open_ticket(team), open_ticket(team)
    actions.change_status(closed, Actor.system(), Status.CLOSED)
    data = {"change": "status:pending", "ticket": [number_with_version(closed), number_with_version(fine)]}
    response = page.post(URL, data, headers={"hx-request": "true"})
    assert "1 ticket set to “Waiting on the learner”" in response.text
    assert "1 was refused" in response.text
    assert "cannot become" in response.text
    assert json.loads(response.headers["HX-Trigger"]) == {"list-changed": {"tickets": [closed.number, fine.number]}}
    assert fresh(fine).status == Status.PENDING


def test_if_all_were_refused_it_says_that_nothing_was_changed(page, team):
    closed = [open_ticket(team), open_ticket(team)]
    for each in closed:
        actions.change_status(each, Actor.system(), Status.CLOSED)
    data = {"change": "status:pending", "ticket": [number_with_version(each) for each in closed]}
    response = page.post(URL, data, headers={"hx-request": "true"})
    assert "Nothing was changed." in response.text
    assert "2 were refused" in response.text
    assert "0 ticket" not in response.text


def test_a_ticket_that_somebody_else_changed_meanwhile_is_not_changed(page, team):
    ticket = open_ticket(team)
    seen = number_with_version(ticket)
    beatriz = MembershipFactory(team=team, user__name="Beatriz").user
    actions.take_ticket(ticket, Actor.person(beatriz))
    response = page.post(URL, {"one": f"{seen}:assignee:me"}, headers={"hx-request": "true"})
    assert "Beatriz took it" in response.text
    assert fresh(ticket).assignee == beatriz


def test_undo_restores_everything(page, team, agent):
    ticket = open_ticket(team)
    until = timezone.now() + timedelta(days=1)
    actions.snooze_ticket(ticket, Actor.system(), until)
    actions.add_tag(ticket, Actor.system(), "vídeo")
    before = undo.state_of(fresh(ticket))
    page.post(URL, {"one": f"{number_with_version(fresh(ticket))}:status:resolved"})
    assert undo.state_of(fresh(ticket)) != before
    change = BulkChange.objects.get()
    response = page.post(f"{URL}{change.pk}/undo/", headers={"hx-request": "true"})
    assert f"#{ticket.number}: undone" in response.text
    assert undo.state_of(fresh(ticket)) == before
    assert {event.actor for event in ticket.events.order_by("pk")[3:]} == {agent}


def test_undo_keeps_what_somebody_else_changed_since(page, team):
    ticket = open_ticket(team)
    page.post(URL, {"one": f"{number_with_version(ticket)}:status:resolved"})
    actions.reopen_ticket(fresh(ticket), Actor.person(MembershipFactory(team=team, user__name="Beatriz").user))
    response = page.post(f"{URL}{BulkChange.objects.get().pk}/undo/", headers={"hx-request": "true"})
    assert "Beatriz reopened it" in response.text
    assert fresh(ticket).status == Status.OPEN


def test_a_repeated_change_has_no_effect(page, team):
    ticket = open_ticket(team)
    page.post(URL, {"one": f"{number_with_version(ticket)}:priority:4"})
    response = page.post(
        URL, {"one": f"{number_with_version(fresh(ticket))}:priority:4"}, headers={"hx-request": "true"}
    )
    assert "Nothing needed to change." in response.text
    assert TicketEvent.objects.filter(kind="priority_changed").count() == 1


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"change": "status:resolved"},
        {"change": "status:nonsense", "ticket": "1-1"},
        {"change": "priority:9", "ticket": "1-1"},
        {"change": "assignee:999999", "ticket": "1-1"},
        {"change": "tag:", "tag": "", "ticket": "1-1"},
        {"change": "tag:" + "x" * 50, "ticket": "1-1"},
        {"change": "snooze:never", "ticket": "1-1"},
        {"change": "delete:", "ticket": "1-1"},
        {"change": "status:resolved", "ticket": "one"},
        {"change": "status:resolved", "ticket": "99-1"},
        {"one": "1"},
        {"one": "1-1:"},
    ],
)
def test_an_invalid_change_is_reported_and_changes_nothing(page, team, data):
    ticket = open_ticket(team)
    response = page.post(URL, data, headers={"hx-request": "true"})
    assert response.status_code == 422
    assert "toast warning" in response.text
    assert fresh(ticket).version == ticket.version
    assert page.post(URL, data).status_code == 302  # without JavaScript: back to the list, with the same words


def test_too_many_matching_tickets_are_refused(page, team, monkeypatch):
    monkeypatch.setattr(change_views, "MOST", 1)
    open_ticket(team)
    open_ticket(team)
    response = page.post(URL, {"change": "status:resolved", "all": "1"}, headers={"hx-request": "true"})
    assert response.status_code == 422
    assert "narrow your filters" in response.text


def test_a_long_change_continues_step_by_step(page, team, monkeypatch):
    monkeypatch.setattr(steps, "STEP", 0)
    tickets = [open_ticket(team) for _ in range(3)]
    response = page.post(
        URL,
        {"change": "status:resolved", "ticket": [number_with_version(ticket) for ticket in tickets]},
        headers={"hx-request": "true"},
    )
    assert "1 of 3" in response.text
    change = BulkChange.objects.get()
    shown = page.get(f"{URL}{change.pk}/")
    assert f'action="{URL}{change.pk}/run/"' in shown.text
    page.post(f"{URL}{change.pk}/run/")
    assert page.post(f"{URL}{change.pk}/run/").url == f"/t/escola/?changed={change.pk}"
    assert Ticket.objects.filter(status=Status.RESOLVED).count() == 3


def test_a_second_click_on_undo_shows_the_current_state(page, team):
    ticket = open_ticket(team)
    page.post(URL, {"one": f"{number_with_version(ticket)}:priority:4"})
    address = f"{URL}{BulkChange.objects.get().pk}/undo/"
    for _ in range(2):
        assert f"#{ticket.number}: undone" in page.post(address, headers={"hx-request": "true"}).text
    assert TicketEvent.objects.filter(kind="priority_changed").count() == 2


def test_a_team_with_too_many_running_changes_is_refused_another(page, team, monkeypatch, settings):
    settings.BULK_CHANGES_AT_ONCE = 1
    monkeypatch.setattr(actions_of_bulk, "FEW", 1)
    monkeypatch.setattr(steps, "STEP", 0)
    tickets = [open_ticket(team) for _ in range(3)]
    data = {"change": "status:resolved", "ticket": [number_with_version(ticket) for ticket in tickets]}
    page.post(URL, data)
    response = page.post(URL, data | {"change": "priority:4"}, headers={"hx-request": "true"})
    assert response.status_code == 422
    assert "still running" in response.text
    one = page.post(URL, {"one": f"{number_with_version(tickets[2])}:priority:4"}, headers={"hx-request": "true"})
    assert one.status_code == 200
    assert fresh(tickets[2]).priority == 4
    first = BulkChange.objects.earliest("pk")
    while not first.finished_at:
        page.post(f"{URL}{first.pk}/run/")
        first.refresh_from_db()
    assert page.post(URL, data | {"change": "priority:3"}, headers={"hx-request": "true"}).status_code == 200
    undo = page.post(f"{URL}{first.pk}/undo/", headers={"hx-request": "true"})
    assert undo.status_code == 422


@pytest.mark.parametrize("headers", [{}, {"hx-request": "true"}])
@pytest.mark.parametrize("is_all", [True, False])
def test_changing_more_than_twenty_asks_first(page, team, headers, is_all):
    tickets = [open_ticket(team) for _ in range(21)]
    chosen = (
        {"all": "1", "query": "priority=2"}
        if is_all
        else {"ticket": [number_with_version(ticket) for ticket in tickets]}
    )
    response = page.post(URL, chosen | {"change": "tag:", "tag": "<b>áudio"}, headers=headers)
    assert response.status_code == 200
    assert "Change 21 tickets?" in response.text
    assert "21 tickets tagged" in response.text
    assert not BulkChange.objects.exists()
    again = {
        name: [value for key, value in response.context["typed"] if key == name] for name in [*chosen, "change", "tag"]
    }
    assert 'name="confirmed" value="1"' in response.text
    assert page.post(URL, again | {"confirmed": "1"}).status_code == 302
    assert BulkChange.objects.get().items.count() == 21
    assert {tag.name for ticket in tickets for tag in ticket.tags.all()} == {"<b>áudio"}


def test_twenty_are_changed_without_asking(page, team):
    tickets = [open_ticket(team) for _ in range(20)]
    page.post(URL, {"change": "priority:4", "ticket": [number_with_version(ticket) for ticket in tickets]})
    assert {fresh(ticket).priority for ticket in tickets} == {4}


@pytest.mark.parametrize(
    ("query", "told"), [("status=done", "21 tickets reopened"), ("status=all&q=Conceição", "22 tickets set to “Open”")]
)
def test_the_confirmation_describes_the_change(page, team, query, told):
    learner = LearnerFactory(team=team, name="Conceição Santos")
    for number in range(22):
        Ticket.objects.filter(pk=open_ticket(team, learner=learner).pk).update(
            status="resolved" if number else "pending", merged_into=None
        )
    response = page.post("/t/escola/changes/", {"change": "status:open", "all": "1", "query": query})
    assert told in response.text


def test_the_page_shows_what_could_not_be_undone(client, ticket, actor, other_actor):
    client.force_login(actor.user)
    change = change_of(ticket, actor, "assignee", other_actor.user.pk)
    actions.resolve_ticket(ticket, other_actor)
    address = f"/t/{ticket.team.slug}/changes/{change.pk}/undo/"
    shown = client.post(address, headers={"hx-request": "true", "accept-language": "en"}).text
    assert "1 could not be undone, or only partly" in shown
    assert "Lia Nunes changed the status" in shown
