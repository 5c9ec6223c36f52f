"""A ticket with much on it shows the newest of it, and what came before when asked."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from helpdesk.tickets.actions.recording import event_of, record_all
from helpdesk.tickets.actor import Actor
from helpdesk.tickets.message_facts import NoteAdded
from helpdesk.tickets.models import Message, TicketEvent
from tests.factories import open_ticket

pytestmark = pytest.mark.django_db


@pytest.fixture
def long_ticket(team, agent):
    """With 200 notes, one a minute."""
    ticket, writer, now = open_ticket(team), Actor.person(agent), timezone.now()
    TicketEvent.objects.update(created_at=now - timedelta(days=1))
    notes = Message.objects.bulk_create(
        Message(
            team=team,
            ticket=ticket,
            author=agent,
            author_name=agent.name,
            body=f"Nota nº {number:03}.",
            created_at=now - timedelta(minutes=200 - number),
        )
        for number in range(200)
    )
    events = [event_of(ticket, writer, TicketEvent.Kind.NOTE_ADDED, NoteAdded(note.pk)) for note in notes]
    for note, event in zip(notes, events, strict=True):
        event.created_at = note.created_at + timedelta(milliseconds=3)
    record_all(events)
    return ticket


def notes_in(html):
    return [int(number) for number in re.findall(r"Nota nº (\d{3})\.", html)]


def earlier_in(html):
    found = re.search(r'hx-get="([^"]*earlier=[^"]*)"', html)
    return found and found[1].replace("&amp;", "&")


def test_all_notes_are_shown_in_order_and_once(page, long_ticket):
    html = page.get(f"/t/escola/tickets/{long_ticket.number}/").content.decode()
    shown, parts = notes_in(html), 0
    assert shown == list(range(150, 200))
    while address := earlier_in(html):
        html = page.get(address).content.decode()
        shown, parts = notes_in(html) + shown, parts + 1
    assert shown == list(range(200))
    assert parts == 4
    assert "asked for help" in html


def test_without_javascript_older_parts_are_pages_that_link_back(page, long_ticket):
    html = page.get(f"/t/escola/tickets/{long_ticket.number}/").content.decode()
    address = earlier_in(html).replace("timeline/", "")
    older = page.get(address).content.decode()
    assert notes_in(older) == list(range(100, 150))
    assert "Show the newest" in older


def test_older_parts_keep_the_list_from_which_the_ticket_was_opened(page, long_ticket):
    address = earlier_in(page.get(f"/t/escola/tickets/{long_ticket.number}/", {"in": "status=all"}).content.decode())
    assert "in=status%3Dall" in address
    assert "in=status%3Dall" in earlier_in(page.get(address).content.decode())


@pytest.mark.parametrize("odd", ["x", "2026-99-99T00:00:00Z", "2026-01-01", "9999-12-31T23:59:59-23:59"])
def test_an_invalid_address_is_answered(page, long_ticket, odd):
    response = page.get(f"/t/escola/tickets/{long_ticket.number}/timeline/", {"earlier": odd})
    assert response.status_code == 200


def test_a_long_timeline_takes_no_more_queries(page, team, long_ticket, django_assert_max_num_queries):
    with django_assert_max_num_queries(60) as short:
        page.get(f"/t/escola/tickets/{open_ticket(team).number}/")
    with django_assert_max_num_queries(len(short.captured_queries) + 2):
        page.get(f"/t/escola/tickets/{long_ticket.number}/")
