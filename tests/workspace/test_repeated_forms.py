"""A form of the composer that is sent twice: an answer that got lost on the way has people press again."""

import re
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from helpdesk.conversations import tasks
from helpdesk.conversations.actions.incoming_messages import IncomingMessage
from helpdesk.conversations.actions.receiving import receive_message
from helpdesk.conversations.models import Dispatch, Draft, SentForm
from helpdesk.tickets import actions
from helpdesk.tickets.actor import Actor
from helpdesk.tickets.models import Message, Status
from tests.attachments import keep_attachments_in
from tests.factories import CourseFactory, open_ticket
from tests.tickets.reading import fresh
from tests.workspace.composer import HTMX, draft, path

pytestmark = pytest.mark.django_db


def form_of(page, ticket, kind="reply"):
    html = page.get(path(ticket)).content.decode()
    editor = html[html.index(f'id="editor-{kind}"') :]
    return {name: re.findall(rf'name="{name}" value="([^"]*)"', editor)[0] for name in ("seen", "form_key")}


def send(page, ticket, body="Oi, Mariana!", **data):
    extra = data.pop("extra", {})
    return page.post(path(ticket, "replies/"), {"body": body, **data}, **extra)


def replies():
    return list(Message.objects.filter(kind="reply", cancelled_at=None).order_by("pk"))


class TestReply:
    def test_a_repeated_form_shows_the_first_reply(self, page, ticket):
        form = form_of(page, ticket)
        first, second = (send(page, ticket, **form) for _time in range(2))
        (reply,) = replies()
        assert first["Location"] == second["Location"] == path(ticket, f"?sent={reply.pk}")
        assert Dispatch.objects.count() == 1

    def test_in_place_a_repeated_form_shows_the_ticket_with_the_message(self, page, ticket):
        form = form_of(page, ticket)
        send(page, ticket, **form, then="pending", extra=HTMX)
        again = send(page, ticket, **form, then="pending", extra=HTMX)
        assert again.status_code == 200
        assert "will be sent in a moment" in again.content.decode()
        assert len(replies()) == 1

    def test_another_text_in_the_same_form_is_another_reply(self, page, ticket):
        form = form_of(page, ticket)
        send(page, ticket, **form)
        send(page, ticket, "E mais uma coisa.", **form)
        assert [reply.body for reply in replies()] == ["Oi, Mariana!", "E mais uma coisa."]

    def test_the_same_text_from_another_page_is_another_reply(self, page, ticket):
        for _time in range(2):
            send(page, ticket, **form_of(page, ticket))
        assert len(replies()) == 2

    def test_each_page_has_a_key_of_its_own(self, page, team, ticket):
        keys = {form_of(page, each)["form_key"] for each in [ticket, ticket, ticket, open_ticket(team)]}
        assert len(keys) == 4

    def test_the_same_text_on_another_ticket_is_another_reply(self, page, team, ticket):
        form = form_of(page, ticket)
        send(page, ticket, **form)
        send(page, open_ticket(team), **form)
        assert len(replies()) == 2

    def test_a_file_attached_since_is_sent_in_another_reply(self, page, ticket, settings, tmp_path):
        keep_attachments_in(tmp_path, settings)
        form = form_of(page, ticket)
        send(page, ticket, **form)
        file = SimpleUploadedFile("lista.txt", b"um")
        page.post(f"/uploads/escola/tickets/{ticket.number}/reply/", {"files": [file]}, **HTMX)
        for _time in range(2):
            send(page, ticket, **form)
        assert [reply.attachments.count() for reply in replies()] == [0, 1]

    def test_an_undone_reply_can_be_sent_again_with_the_same_form(self, page, ticket):
        form = form_of(page, ticket)
        send(page, ticket, **form)
        page.post(path(ticket, f"messages/{replies()[0].pk}/cancel/"))
        assert not replies()
        send(page, ticket, **form)
        send(page, ticket, **form)
        assert len(replies()) == 1

    def test_the_same_key_of_another_person_is_another_reply(self, page, client, manager, ticket):
        key = form_of(page, ticket)["form_key"]
        send(page, ticket, form_key=key)
        client.force_login(manager)
        send(client, ticket, form_key=key)
        assert len(replies()) == 2

    def test_it_is_recognized_after_the_ticket_was_merged(self, page, team, ticket, actor):
        form = form_of(page, ticket)
        send(page, ticket, **form)
        other = open_ticket(team, learner=ticket.learner, course=CourseFactory(team=team))
        actions.merge_ticket(fresh(ticket), actor, other)
        send(page, ticket, **form)
        assert len(replies()) == 1
        assert not other.drafts.exists()

    def test_a_repeated_form_that_resolves_does_so_and_its_undo_restores_the_first_state(self, page, ticket):
        form = form_of(page, ticket)
        send(page, ticket, **form)
        send(page, ticket, then="resolved", **form)
        assert fresh(ticket).status == Status.RESOLVED
        (reply,) = replies()
        assert reply.dispatches.get().after["status"] == "resolved"
        page.post(path(ticket, f"messages/{reply.pk}/cancel/"))
        assert (fresh(ticket).status, fresh(ticket).resolved_at) == (Status.NEW, None)

    def test_an_identical_repeated_form_keeps_what_others_changed_since(self, page, ticket, other_actor):
        form = form_of(page, ticket)
        send(page, ticket, then="pending", **form)
        actions.change_status(fresh(ticket), other_actor, Status.ON_HOLD)
        send(page, ticket, then="pending", **form)
        assert fresh(ticket).status == Status.ON_HOLD

    def test_a_repeated_form_does_not_resolve_after_a_new_message(self, page, ticket):
        form = form_of(page, ticket)
        send(page, ticket, **form)
        receive_message(
            fresh(ticket), Actor.learner(ticket.learner), IncomingMessage("E a nota?", Message.Channel.PAGE)
        )
        assert send(page, ticket, then="resolved", **form).status_code == 303
        assert fresh(ticket).status == Status.OPEN
        assert len(replies()) == 1

    def test_its_draft_is_not_saved_again(self, page, ticket):
        form = form_of(page, ticket)
        send(page, ticket, **form)
        answer = draft(page, ticket, "Oi, Mariana!", seen=replies()[0].pk, form_key=form["form_key"])
        assert (answer.status_code, answer.json()) == (409, {"is_sent": True})
        assert not Draft.objects.exists()
        assert draft(page, ticket, "Oi, Mariana! E", **form).status_code == 200
        assert Draft.objects.get().body == "Oi, Mariana! E"

    @pytest.mark.parametrize("key", ["", "x" * 5_000, "\0"])
    def test_an_invalid_key_does_not_stop_a_reply(self, page, ticket, key):
        assert send(page, ticket, seen="0", form_key=key).status_code == 303
        assert len(replies()) == 1


class TestNote:
    def test_a_repeated_form_writes_one_note(self, page, ticket):
        form = form_of(page, ticket, "note")
        answers = [page.post(path(ticket, "notes/"), {"body": "Ligou.", **form}) for _time in range(2)]
        note = Message.objects.get(kind="note")
        assert {answer["Location"] for answer in answers} == {path(ticket, f"?sent={note.pk}")}

    def test_an_undone_note_can_be_written_again_with_the_same_form(self, page, ticket):
        form = form_of(page, ticket, "note")
        page.post(path(ticket, "notes/"), {"body": "Ligou.", **form})
        page.post(path(ticket, f"notes/{Message.objects.get(kind='note').pk}/cancel/"))
        page.post(path(ticket, "notes/"), {"body": "Ligou.", **form})
        assert Message.objects.get(kind="note").body == "Ligou."


def test_old_forms_are_deleted(page, ticket):
    send(page, ticket, **form_of(page, ticket))
    tasks.forget_unsent()
    assert SentForm.objects.exists()
    SentForm.objects.update(created_at=timezone.now() - timedelta(days=3))
    tasks.forget_unsent()
    assert not SentForm.objects.exists()
    assert len(replies()) == 1
