"""A failed e-mail where somebody works: on every page, in the list, on the ticket."""

import pytest
from django.utils import timezone

from helpdesk.conversations.actions.replies import reply
from helpdesk.teams.roles import Role
from helpdesk.tickets.models import Ticket
from tests.factories import MembershipFactory, open_ticket

pytestmark = pytest.mark.django_db


@pytest.fixture
def message(ticket, joao, team):
    team.slug = "escola"
    team.save()
    open_ticket(team)
    written = reply(ticket, joao, "Oi, *Mariana*")
    written.dispatches.update(state="failed", reason="550 <b>No</b>")
    Ticket.objects.filter(pk=ticket.pk).update(sending_failed_at=timezone.now())
    return written


def test_every_page_says_so_and_leads_to_the_tickets(page, message, ticket):
    text = page.get("/t/escola/").text
    assert "An e-mail to a learner did not get there." in text
    assert "E-mail failed" in text
    found = page.get("/t/escola/?status=all&failed=1").text
    assert f"#{ticket.number}" in found
    assert f"#{ticket.number + 1}" not in found


def test_who_cannot_see_to_it_is_not_told(client, message, team):
    client.force_login(MembershipFactory(team=team, role=Role.VIEWER, user__language="en").user)
    assert "did not get there" not in client.get("/t/escola/").text


def test_the_ticket_says_why_and_offers_to_send_again(page, message, ticket):
    address = f"/t/escola/tickets/{ticket.number}/"
    text = page.get(address).text
    assert "<em>Mariana</em>" in text
    assert "550 &lt;b&gt;No&lt;/b&gt;" in text
    assert page.post(f"{address}messages/{message.pk}/retry/").status_code == 303
    assert message.dispatches.get().state == "queued"
    assert "did not get there" not in page.get("/t/escola/").text


def test_sending_again_what_has_not_failed_is_refused(page, message, ticket):
    message.dispatches.update(state="accepted")
    response = page.post(f"/t/escola/tickets/{ticket.number}/messages/{message.pk}/retry/")
    assert response.status_code == 409
    assert "has not failed" in response.text


def test_seen_to(page, message, ticket):
    assert page.post(f"/t/escola/tickets/{ticket.number}/failure/dismiss/").status_code == 303
    assert "did not get there" not in page.get("/t/escola/").text


def test_taking_back_on_the_page(page, ticket, joao, message):
    fresh = reply(ticket, joao, "E mais.")
    address = f"/t/escola/tickets/{ticket.number}/"
    assert "Undo" in page.get(address).text
    assert page.post(f"{address}messages/{fresh.pk}/cancel/").status_code == 303
    assert "E mais." not in page.get(address).text.partition('class="timeline"')[2].partition("</ol>")[0]
    assert page.post(f"{address}messages/{message.pk}/cancel/").status_code == 409
