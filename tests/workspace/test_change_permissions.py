"""Each change needs its own permission: a role that may change tickets but not merge them is refused a merge."""

import re
from uuid import uuid4

import pytest

from helpdesk.bulk.models import BulkChange
from helpdesk.inbox.menus import menu_choices
from helpdesk.inbox.palette_changes import changes_with
from helpdesk.inbox.seen_versions import number_with_version
from helpdesk.teams.roles import PERMISSIONS, Permission, Role
from helpdesk.tickets.actions import assign_ticket
from helpdesk.tickets.actor import Actor
from helpdesk.tickets.changes import ASSIGNEE, STATUS
from tests.api.client import Api
from tests.bulk.changes import change_of
from tests.factories import open_ticket
from tests.tickets.reading import fresh

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("one_step")]
URL = "/t/escola/changes/"
HTMX = {"hx-request": "true"}


@pytest.fixture
def lack(monkeypatch):
    """Take a permission from agents."""

    def take(permission):
        monkeypatch.setitem(PERMISSIONS, Role.AGENT, PERMISSIONS[Role.AGENT] - {permission})

    return take


@pytest.fixture
def pair(team):
    """Two tickets that could be merged."""
    into = open_ticket(team)
    return open_ticket(team, learner=into.learner), into


@pytest.fixture
def session(agent):
    """The API as the pages of the agent use it."""
    api = Api()
    api.client.force_login(agent)
    return api


def rows_or_ticket(page, address):
    """The rows of a list without the form for selected ones, or a ticket without the page around it."""
    return re.split(r'<form id="changes"|<dialog id="keys"', page.get(address, headers=HTMX).text)[0]


def test_a_menu_offers_only_permitted_changes(team, agent_membership, lack):
    ticket = open_ticket(team)
    lack(Permission.TICKET_ASSIGN)
    for offered in (menu_choices(agent_membership), menu_choices(agent_membership, ticket)):
        changes = [change for change, _choices in offered]
        assert STATUS in changes
        assert ASSIGNEE not in changes


def test_without_the_permission_to_assign_the_list_offers_no_assignees(page, team, lack):
    open_ticket(team)
    assert 'value="assignee:"' in page.get("/t/escola/").text
    lack(Permission.TICKET_ASSIGN)
    html = page.get("/t/escola/").text
    assert 'value="assignee:"' not in html
    assert 'value="status:resolved"' in html


@pytest.mark.parametrize("address", ["/t/escola/", "/t/escola/rows/?rows={0}-", "/t/escola/tickets/{0}/"])
@pytest.mark.parametrize("assignee", [None, "agent", "colleague"])
def test_without_the_permission_to_assign_taking_a_ticket_is_not_offered(request, page, team, lack, assignee, address):
    ticket = open_ticket(team)
    assign_ticket(ticket, Actor.system(), assignee and request.getfixturevalue(assignee))
    shown = address.format(ticket.number)
    offer = re.compile(r'assignee:|popovertarget="picker-assignee"|data-key="[ta]"|open-tickets')
    is_own_row = assignee == "agent" and "tickets" not in address
    assert bool(offer.search(rows_or_ticket(page, shown))) is not is_own_row
    lack(Permission.TICKET_ASSIGN)
    html = rows_or_ticket(page, shown)
    assert not offer.search(html)
    assert "status:resolved" in html


@pytest.mark.parametrize("address", ["/t/escola/", "/t/escola/tickets/{0}/", "/t/escola/tickets/{0}/menu/"])
def test_without_the_permission_to_merge_it_is_not_offered(page, pair, lack, address):
    shown = address.format(pair[0].number)
    assert 'value="merge:' in page.get(shown).text
    lack(Permission.TICKET_MERGE)
    assert 'value="merge:' not in page.get(shown).text


@pytest.mark.parametrize("permission", [Permission.TICKET_MERGE, Permission.TICKET_CHANGE])
def test_splitting_off_needs_the_permissions_to_change_and_to_merge(page, pair, actor, lack, permission):
    ticket, into = pair
    change_of(ticket, actor, "merge", into.pk)
    addresses = [f"/t/escola/tickets/{each.number}/" for each in pair]
    assert all('value="unmerge:"' in page.get(address).text for address in addresses)
    lack(permission)
    assert not any('value="unmerge:"' in page.get(address).text for address in addresses)


def test_the_palette_offers_no_merge_without_the_permission(agent_membership, pair, lack):
    ticket, into = pair
    words = f"#{into.number}"
    assert [named.change for named in changes_with(agent_membership, ticket.number, words)] == [f"merge:{into.number}"]
    lack(Permission.TICKET_MERGE)
    assert changes_with(agent_membership, ticket.number, words) == []


def test_a_merge_is_refused_on_the_pages_and_in_the_api(page, session, pair, lack):
    ticket, into = pair
    lack(Permission.TICKET_MERGE)
    sent = {"change": "merge:", "into": into.number, "ticket": number_with_version(ticket)}
    body = {"tickets": {"numbers": [ticket.number]}, "change": {"merge": into.number}}
    assert page.post(URL, sent).status_code == 403
    assert page.post(f"{URL}kept/", sent | {"key": str(uuid4())}).status_code == 403
    assert session.post("tickets/bulk", body).status_code == 403
    assert not BulkChange.objects.exists()
    assert not fresh(ticket).is_merged


def test_undoing_a_merge_is_refused_too(page, session, actor, pair, lack):
    ticket, into = pair
    change = change_of(ticket, actor, "merge", into.pk)
    assert ticket.is_merged
    lack(Permission.TICKET_MERGE)
    assert page.post(f"{URL}{change.pk}/undo/").status_code == 403
    assert session.post(f"tickets/bulk/{change.pk}/undo").status_code == 403
    assert fresh(ticket).is_merged


def test_other_changes_are_still_possible(page, session, pair, lack):
    ticket, other = pair
    lack(Permission.TICKET_MERGE)
    page.post(URL, {"change": "priority:4", "ticket": number_with_version(ticket)})
    session.post("tickets/bulk", {"tickets": {"numbers": [other.number]}, "change": {"priority": "urgent"}})
    assert (fresh(ticket).priority, fresh(other).priority) == (4, 4)


def test_the_counts_of_assignees_need_the_permission_to_assign(page, lack):
    assert page.get("/t/escola/open-tickets/").status_code == 200
    lack(Permission.TICKET_ASSIGN)
    assert page.get("/t/escola/open-tickets/").status_code == 403
