"""Writing on a ticket that is merged into another meanwhile."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from helpdesk.conversations.actions.notes import write_note
from helpdesk.conversations.models import Draft
from helpdesk.tickets import actions
from helpdesk.tickets.actor import Actor
from helpdesk.tickets.models import Message, Ticket
from tests.factories import open_ticket
from tests.workspace.composer import HTMX, draft, path, send

pytestmark = pytest.mark.django_db


class TestTicketMergedMeanwhile:
    @pytest.fixture
    def root(self, team, ticket):
        return open_ticket(team, learner=ticket.learner)

    @pytest.fixture
    def begun(self, page, ticket, root):
        """With a text and a file, when somebody merges the ticket."""
        draft(page, ticket, "Oi, Mari!")
        upload = f"/uploads/escola/tickets/{ticket.number}/reply/"
        page.post(upload, {"files": SimpleUploadedFile("lista.txt", b"um"), "body": "Oi, Mari!"})
        actions.merge_ticket(ticket, Actor.system(), root)

    def test_a_begun_draft_is_shown_there(self, page, ticket, begun):
        text = page.get(path(ticket)).text
        assert "Oi, Mari!" in text
        assert "lista.txt" in text

    def test_without_a_draft_nothing_can_be_written(self, page, ticket, root):
        actions.merge_ticket(ticket, Actor.system(), root)
        assert "data-dock" not in page.get(path(ticket)).text

    def test_it_no_longer_shows_a_wait(self, page, ticket, root):
        def head():
            return page.get(path(ticket)).text.partition('<header class="ticket-head">')[2].partition("</header>")[0]

        assert ("ticket-wait" in head(), "was due" in head()) == (True, True)
        actions.merge_ticket(ticket, Actor.system(), root)
        assert ("ticket-wait" in head(), "was due" in head()) == (False, False)

    @pytest.mark.parametrize("extra", [{}, HTMX])
    def test_it_is_not_sent_and_continues_as_draft_on_the_root(self, page, ticket, root, begun, extra):
        response = send(page, ticket, "Oi, Mari! Já abre.", extra=extra)
        address = path(root, "?write=reply")
        assert address in (response["HX-Location"] if extra else response["Location"])
        text = page.get(address).text
        assert f"#{ticket.number} was merged into this ticket." in text
        assert "Oi, Mari! Já abre." in text
        kept = Draft.objects.get()
        assert (kept.ticket, kept.body) == (root, "Oi, Mari! Já abre.")
        assert [(file.name, file.ticket) for file in kept.attachments.all()] == [("lista.txt", root)]
        assert not Message.objects.exists()
        send(page, root, kept.body)
        assert Message.objects.get().attachments.count() == 1

    def test_it_precedes_a_draft_on_the_root(self, page, ticket, root, begun):
        draft(page, root, "Outra coisa")
        for _press in range(2):
            send(page, ticket, "Oi, Mari!")
        assert Draft.objects.get().body == "Oi, Mari!\n\nOutra coisa"

    def test_a_note_is_moved_too(self, page, ticket, root):
        actions.merge_ticket(ticket, Actor.system(), root)
        response = page.post(path(ticket, "notes/"), {"body": "Ligar amanhã"})
        assert response["Location"] == path(root, "?write=note")
        assert (Draft.objects.get().ticket, Draft.objects.get().body) == (root, "Ligar amanhã")
        assert not Message.objects.exists()

    def test_a_merge_at_the_same_moment_moves_the_note_too(self, page, ticket, root, monkeypatch):
        def merged_first(*arguments, **more):
            actions.merge_ticket(Ticket.objects.get(pk=ticket.pk), Actor.system(), root)
            return write_note(*arguments, **more)

        monkeypatch.setattr("helpdesk.workspace.note_views.write_note", merged_first)
        assert page.post(path(ticket, "notes/"), {"body": "Ligar"})["Location"] == path(root, "?write=note")

    def test_a_text_that_is_too_long_is_not_moved(self, page, ticket, root):
        actions.merge_ticket(ticket, Actor.system(), root)
        response = page.post(path(ticket, "notes/"), {"body": "x" * 20_001})
        assert response.status_code == 422
        assert "x" * 20_001 in response.text
