"""A large change that is stopped and undone, and how long what came of it is shown."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from helpdesk.bulk import actions as actions_of_bulk
from helpdesk.bulk import steps
from helpdesk.bulk.models import BulkChange, BulkChangeItem
from helpdesk.inbox.seen_versions import number_with_version
from helpdesk.tickets.actor import Actor
from helpdesk.tickets.models import Ticket
from tests.factories import open_ticket, open_tickets
from tests.tickets.reading import fresh

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("one_step")]
URL = "/t/escola/changes/"
Outcome = BulkChangeItem.Outcome


def test_undoing_a_running_change_stops_it_and_restores_the_tickets(page, team, monkeypatch):
    monkeypatch.setattr(steps, "STEP", 0)  # one ticket a step
    tickets = open_tickets(team, 3)
    page.post(URL, {"change": "priority:4", "ticket": [number_with_version(ticket) for ticket in tickets]})
    change = BulkChange.objects.get()
    assert change.state == "running"
    shown = page.get(f"{URL}{change.pk}/").text
    assert "Stop and undo" in shown
    response = page.post(f"{URL}{change.pk}/undo/", headers={"hx-request": "true"})
    assert f"#{tickets[0].number}: undone" in response.text
    actions_of_bulk.make_steps(change, 60)
    assert change.state == "undone"
    assert [item.outcome for item in change.items.all()] == [Outcome.UNDONE]
    assert {fresh(ticket).priority for ticket in tickets} == {2}


def test_stopping_a_finished_change_undoes_it(page, team, agent):
    ticket = open_ticket(team)
    page.post(URL, {"change": "priority:4", "ticket": number_with_version(ticket)})
    change = BulkChange.objects.get()
    actions_of_bulk.start_undo(change, Actor.person(agent), is_stopped=True)
    actions_of_bulk.make_steps(change, 60)
    assert [item.outcome for item in change.items.all()] == [Outcome.UNDONE]


def test_it_is_stopped_and_undone_under_one_lock(page, team, agent):
    open_tickets(team, 2)
    change = actions_of_bulk.create_change(team, Actor.person(agent), "priority", "4", Ticket.objects.all(), most=9)
    change.items.filter(pk__in=change.items.all()[:1]).update(outcome=Outcome.CHANGED)
    with CaptureQueriesContext(connection) as queries:
        actions_of_bulk.start_undo(change, Actor.person(agent), is_stopped=True)
    locks = [query["sql"] for query in queries if "FOR UPDATE" in query["sql"]]
    assert len(locks) == 1
    assert change.state == "undoing"
    assert change.items.count() == 1


def test_it_is_stopped_even_if_its_undo_has_to_wait(page, team, agent, settings, monkeypatch):
    monkeypatch.setattr(actions_of_bulk, "FEW", 0)
    settings.BULK_CHANGES_AT_ONCE = 2
    open_tickets(team, 2)
    actor = Actor.person(agent)
    change, _other = (
        actions_of_bulk.create_change(team, actor, "priority", "4", Ticket.objects.all(), most=9) for _ in range(2)
    )
    change.items.filter(pk__in=change.items.all()[:1]).update(outcome=Outcome.CHANGED)
    settings.BULK_CHANGES_AT_ONCE = 1
    with pytest.raises(actions_of_bulk.TooManyRunning):
        actions_of_bulk.start_undo(change, actor, is_stopped=True)
    change.refresh_from_db()
    assert change.state == "done"
    assert change.items.count() == 1


class TestNextPage:
    """Changes that ended in the background are reported on the next page."""

    @pytest.fixture
    def change(self, page, team, monkeypatch):
        """One of many that runs on after its page was left."""
        with monkeypatch.context() as slow:
            slow.setattr(steps, "STEP", 0)
            tickets = open_tickets(team, 21)
            data = {
                "change": "priority:4",
                "ticket": [number_with_version(ticket) for ticket in tickets],
                "confirmed": "on",
            }
            page.post(URL, data, headers={"hx-request": "true"})
        change = BulkChange.objects.get()
        assert change.state == "running"
        return change

    def test_it_is_reported_with_its_undo(self, page, change):
        assert "data-progress" in page.get("/t/escola/").text
        actions_of_bulk.make_steps(change, 60)
        shown = page.get("/t/escola/learners/").text
        assert "21 tickets set to priority “Urgent”" in shown
        assert f'action="{URL}{change.pk}/undo/"' in shown
        assert re.search(r'<div class="toast" role="status">\s*<p class="grow">\s*<b>21 tickets', shown)  # it stays

    def test_it_is_reported_once_and_briefly_on_other_pages(self, page, change):
        actions_of_bulk.make_steps(change, 60)
        undo = f"{change.pk}/undo/"
        assert all(undo in page.get("/t/escola/").text for _page in range(2))
        BulkChange.objects.update(finished_at=timezone.now() - timedelta(minutes=1))
        assert [undo in page.get("/t/escola/").text for _page in range(2)] == [True, False]

    def test_it_is_no_longer_reported_once_its_end_was_seen(self, page, change, monkeypatch):
        run, undo = f"{URL}{change.pk}/run/", f"{change.pk}/undo/"
        with monkeypatch.context() as slow:
            slow.setattr(steps, "STEP", 0)
            assert "told" not in page.post(run, headers={"hx-request": "true"}).text
        actions_of_bulk.make_steps(change, 60)
        assert "told" in page.post(run, headers={"hx-request": "true"}).text
        assert undo in page.get("/t/escola/").text  # who was gone before the answer came has not seen it
        assert page.post(run, {"told": "1"}, headers={"hx-request": "true"}).status_code == 204
        assert undo not in page.get("/t/escola/").text

    def test_a_running_change_is_not_reported_yet(self, page, change, monkeypatch):
        with monkeypatch.context() as slow:
            slow.setattr(steps, "STEP", 0)
            page.post(f"{URL}{change.pk}/run/", {"told": "1"}, headers={"hx-request": "true"})
        actions_of_bulk.make_steps(change, 60)
        assert f"{change.pk}/undo/" in page.get("/t/escola/").text

    def test_seeing_another_change_does_not_hide_it(self, page, team, agent, change):
        actions_of_bulk.make_steps(change, 60)
        one = Ticket.objects.filter(pk=Ticket.objects.earliest("pk").pk)
        other = actions_of_bulk.create_change(team, Actor.person(agent), "priority", "1", one, most=9)
        actions_of_bulk.make_steps(other, 60)
        BulkChange.objects.filter(pk=other.pk).update(created_at=change.created_at - timedelta(minutes=1))
        page.post(f"{URL}{other.pk}/run/", {"told": "1"}, headers={"hx-request": "true"})
        assert f"{change.pk}/undo/" in page.get("/t/escola/").text

    @pytest.mark.parametrize("is_in_list", [True, False])
    def test_without_javascript_its_page_or_the_list_counts_as_seen(self, page, change, is_in_list):
        actions_of_bulk.make_steps(change, 60)
        told = page.post(f"{URL}{change.pk}/run/", follow=True) if is_in_list else page.get(f"{URL}{change.pk}/")
        assert f"{change.pk}/undo/" in told.text
        assert f"{change.pk}/undo/" not in page.get("/t/escola/").text

    def test_an_undone_change_is_reported_once(self, page, change):
        actions_of_bulk.make_steps(change, 60)
        page.post(f"{URL}{change.pk}/undo/", headers={"hx-request": "true"})
        assert "are back as they were" in page.get("/t/escola/").text
        assert "are back as they were" not in page.get("/t/escola/").text

    def test_a_partial_response_does_not_count_as_seen(self, page, change):
        actions_of_bulk.make_steps(change, 60)
        page.get("/t/escola/", headers={"hx-request": "true", "hx-target": "list-pane"})
        assert f"{change.pk}/undo/" in page.get("/t/escola/").text

    def test_the_end_of_its_undo_is_reported_too(self, page, change, monkeypatch):
        actions_of_bulk.make_steps(change, 60)
        with monkeypatch.context() as slow:
            slow.setattr(steps, "STEP", 0)
            page.post(f"{URL}{change.pk}/undo/", headers={"hx-request": "true"})
        actions_of_bulk.make_steps(change, 60)
        assert "21 tickets are back as they were." in page.get("/t/escola/").text

    @pytest.mark.parametrize("what", ["another change", "a day"])
    def test_it_is_not_reported_after_a_day_or_another_change(self, page, change, what):
        actions_of_bulk.make_steps(change, 60)
        if what == "a day":
            BulkChange.objects.update(created_at=timezone.now() - timedelta(days=1, minutes=1))
        else:
            page.post(URL, {"change": "priority:1", "ticket": number_with_version(Ticket.objects.earliest("pk"))})
        assert f"{change.pk}/undo/" not in page.get("/t/escola/").text

    def test_nobody_else_sees_it(self, page, change, client, colleague):
        actions_of_bulk.make_steps(change, 60)
        client.force_login(colleague)
        assert "/undo/" not in client.get("/t/escola/").text


def test_a_change_stopped_before_its_first_ticket_has_no_effect(page, team, agent):
    open_ticket(team)
    change = actions_of_bulk.create_change(team, Actor.person(agent), "priority", "4", Ticket.objects.all(), most=9)
    response = page.post(f"{URL}{change.pk}/undo/", headers={"hx-request": "true"})
    assert "Nothing was changed." in response.text
    actions_of_bulk.make_steps(change, 60)
    assert Ticket.objects.get().priority == 2


@pytest.mark.parametrize(("count", "passes"), [(20, True), (21, False)])
def test_the_outcome_for_many_stays_until_undone(page, team, count, passes):
    tickets = open_tickets(team, count)
    data = {"change": "priority:4", "ticket": [number_with_version(ticket) for ticket in tickets], "confirmed": "on"}
    response = page.post(URL, data, headers={"hx-request": "true"})
    assert ("data-passing" in response.text) is passes
    change = BulkChange.objects.get()
    assert "data-passing" in page.post(f"{URL}{change.pk}/undo/", headers={"hx-request": "true"}).text
