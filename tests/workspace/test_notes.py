"""Notes on the ticket's page, and taking one back."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from helpdesk.conversations.models import Draft
from helpdesk.tickets.models import Message
from tests.factories import open_ticket
from tests.workspace.composer import HTMX, path

pytestmark = pytest.mark.django_db


def write(page, ticket, body="Pediu reembolso", **extra):
    response = page.post(path(ticket, "notes/"), {"body": body}, **extra)
    return response, Message.objects.filter(kind="note").last()


def test_a_note_can_be_undone_for_a_while(page, ticket, manager):
    response, note = write(page, ticket)
    assert (response.status_code, response["Location"]) == (303, path(ticket, f"?sent={note.pk}"))
    html = page.get(response["Location"]).text
    assert "The team sees your note in a moment." in html
    assert html.count(path(ticket, f"notes/{note.pk}/cancel/")) == 3  # toast, htmx and timeline
    assert "Only you see it so far" in html
    theirs = Client()
    theirs.force_login(manager)
    assert "Pediu reembolso" not in theirs.get(path(ticket)).text


def test_an_undone_note_is_the_open_draft_again(page, ticket):
    _response, note = write(page, ticket)
    undone = page.post(path(ticket, f"notes/{note.pk}/cancel/"))
    assert (undone.status_code, undone["Location"]) == (303, path(ticket, "?undone=1&write=note"))
    html = page.get(undone["Location"]).text
    assert 'data-editor="note"' in html
    assert "Pediu reembolso</textarea>" in html
    assert not Message.objects.exists()
    again = page.post(path(ticket, f"notes/{note.pk}/cancel/"))
    assert again.status_code == 303


def test_with_htmx_the_ticket_is_shown_in_place(page, ticket):
    _response, note = write(page, ticket, **HTMX)
    undone = page.post(path(ticket, f"notes/{note.pk}/cancel/"), **HTMX)
    assert undone.status_code == 200
    assert path(ticket, "?undone=1&write=note") in undone["HX-Location"]


def test_undoing_too_late_is_refused(page, ticket):
    _response, note = write(page, ticket)
    Message.objects.update(send_at=timezone.now() - timedelta(seconds=1))
    late = page.post(path(ticket, f"notes/{note.pk}/cancel/"))
    assert late.status_code == 409
    assert "The team can already see this note." in late.text
    assert not Draft.objects.exists()
    html = page.get(path(ticket, f"?sent={note.pk}")).text
    assert "The team sees your note in a moment." not in html
    assert "Only you see it so far" not in html


def test_another_persons_note_cannot_be_undone(page, ticket, manager):
    theirs = Client()
    theirs.force_login(manager)
    _response, note = write(theirs, ticket)
    assert page.post(path(ticket, f"notes/{note.pk}/cancel/")).status_code == 409
    assert page.get(path(ticket, f"?sent={note.pk}")).status_code == 200
    assert Message.objects.exists()


def test_a_note_of_another_ticket_is_not_undone(page, team, ticket):
    _response, note = write(page, ticket)
    assert page.post(path(open_ticket(team), f"notes/{note.pk}/cancel/")).status_code == 303
    assert Message.objects.filter(pk=note.pk).exists()
