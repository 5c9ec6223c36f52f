"""The links that lead to a ticket, all of which can be revoked from it."""

import pytest
from django.urls import reverse

from helpdesk.conversations.learner_page import learner_links
from helpdesk.tickets import actions
from helpdesk.tickets.actor import Actor
from tests.factories import open_ticket

pytestmark = pytest.mark.django_db
SYSTEM = Actor.system()


def page_of(ticket):
    """A new link's page of this ticket."""
    return reverse("learner_page", args=[learner_links.create_link(ticket)[1]])


@pytest.fixture
def older(help_request):
    return open_ticket(help_request.team, learner=help_request.learner)


def merged(ticket, *others):
    """These tickets, each merged into the next, the last into this one."""
    for one, another in zip(others, [*others[1:], ticket], strict=True):
        one.refresh_from_db()
        another.refresh_from_db()
        actions.merge_ticket(one, SYSTEM, another)
    ticket.refresh_from_db()


def withdraw(client, agent, ticket):
    client.force_login(agent)
    shown = client.get(f"/t/escola/tickets/{ticket.number}/").text
    client.post(reverse("revoke_learner_links", args=["escola", ticket.number]))
    client.logout()
    return shown


def test_links_of_directly_and_indirectly_merged_tickets(client, agent, help_request, older):
    oldest, stranger = open_ticket(help_request.team, learner=help_request.learner), open_ticket(help_request.team)
    pages = [page_of(each) for each in (help_request, older, oldest)]
    other = page_of(stranger)
    merged(help_request, oldest, older)
    assert [client.get(page).status_code for page in [*pages, other]] == [200] * 4
    assert learner_links.valid_links_of(help_request).count() == 3
    shown = withdraw(client, agent, help_request)
    assert "Withdraw 3 links" in shown
    assert "cannot be undone" in shown  # it asks
    assert [client.get(page).status_code for page in [*pages, other]] == [410, 410, 410, 200]


def test_links_of_the_ticket_it_continues(client, agent, help_request, older):
    page = page_of(older)
    actions.resolve_ticket(older, SYSTEM)
    help_request.continues = older
    help_request.save()
    withdraw(client, agent, help_request)
    assert client.get(page).status_code == 410


def test_not_links_of_another_ticket_of_the_learner(client, agent, help_request, older):
    page = page_of(older)
    withdraw(client, agent, help_request)
    assert client.get(page).status_code == 200
