"""Notes on the ticket's page: visible only to their author for ten seconds, undone without a trace, or settled."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from helpdesk.conversations.actions import notes
from helpdesk.conversations.actions.new_messages import NewMessages
from helpdesk.conversations.actions.notes import cancel_note, write_note
from helpdesk.conversations.actions.replies import UNDO_TIME, reply
from helpdesk.conversations.models import Attachment, Draft
from helpdesk.conversations.writing.drafts import EditorPage, attach, save_draft
from helpdesk.inbox import search
from helpdesk.tickets import actions
from helpdesk.tickets.actions import ActionRefused
from helpdesk.tickets.actor import Actor
from helpdesk.tickets.models import Message, Ticket, TicketEvent
from helpdesk.tickets.timeline import timeline_of
from tests.factories import open_ticket

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]


@pytest.fixture
def manager_actor(manager):
    return Actor.person(manager)


def later(note):
    """When it can be undone no more."""
    Message.objects.filter(pk=note.pk).update(send_at=timezone.now() - timedelta(seconds=1))


def seen_by(ticket, user):
    return [entry.text for entry in timeline_of(ticket, [], reader=user) if entry.message]


def found(ticket, text):
    return list(search.newest(Ticket.objects.for_team(ticket.team), ticket.team, text, 10))


def test_only_the_writer_sees_a_note_until_the_undo_time_is_over(ticket, actor, manager_actor):
    note = write_note(ticket, actor, "Pediu reembolso, @Beatriz")
    assert seen_by(ticket, actor.user) == ["Pediu reembolso, @Beatriz"]
    assert seen_by(ticket, manager_actor.user) == seen_by(ticket, None) == []
    assert found(ticket, "reembolso") == []
    assert not TicketEvent.objects.filter(kind="note_added").exists()
    later(note)
    assert seen_by(ticket, manager_actor.user) == ["Pediu reembolso, @Beatriz"]
    assert found(ticket, "reembolso") == [ticket]


def test_a_job_settles_the_note_once(ticket, actor):
    before = ticket.version
    note = write_note(ticket, actor, "Pediu reembolso")
    job = ProcrastinateJob.objects.get(task_name="conversations.settle_note")
    assert abs(job.scheduled_at - note.created_at - UNDO_TIME) < timedelta(seconds=2)
    assert Ticket.objects.get(pk=ticket.pk).version == before
    for _ in range(2):
        notes.settle(**job.args)
    event = TicketEvent.objects.get(kind="note_added")
    assert (event.actor, event.facts["message"], event.created_at) == (actor.user, note.pk, note.created_at)
    assert Ticket.objects.get(pk=ticket.pk).version == before + 1
    assert Message.objects.get().send_at is None


def test_a_cancelled_note_leaves_only_its_draft(ticket, actor, agent, manager_actor):
    before = Ticket.objects.filter(pk=ticket.pk).values().get()
    file = attach(ticket, agent, "note", SimpleUploadedFile("recibo.txt", b"Recibo"))
    note = write_note(ticket, actor, "Pediu reembolso", attachments=[file])
    assert not Draft.objects.exists()
    cancel_note(note, actor)
    draft = Draft.objects.get()
    assert (draft.user, draft.kind, draft.body) == (agent, "note", "Pediu reembolso")
    assert Attachment.objects.get().draft == draft
    assert Attachment.objects.get().message is None
    notes.settle(note.pk)
    assert not Message.objects.exists()
    assert not TicketEvent.objects.filter(kind="note_added").exists()
    assert Ticket.objects.filter(pk=ticket.pk).values().get() == before
    cancel_note(note, actor)  # a second click


def test_cancelling_a_note_keeps_a_draft_begun_meanwhile(ticket, actor, agent):
    note = write_note(ticket, actor, "Um")
    save_draft(ticket, agent, "note", "Dois")
    cancel_note(note, actor)
    assert Draft.objects.get().body == "Um\n\nDois"


def test_only_the_writer_can_cancel_a_note_and_only_in_time(ticket, actor, manager_actor):
    note = write_note(ticket, actor, "Um")
    with pytest.raises(ActionRefused, match="Only the person who wrote it"):
        cancel_note(note, manager_actor)
    with pytest.raises(ActionRefused, match="Only the person who wrote it"):
        cancel_note(note, Actor.token("Planilha", 3))
    later(note)
    with pytest.raises(ActionRefused, match="can already see this note"):
        cancel_note(note, actor)
    notes.settle(note.pk)
    with pytest.raises(ActionRefused, match="can already see this note"):
        cancel_note(note, actor)


def test_a_note_is_recorded_even_if_its_ticket_was_merged_meanwhile(team, ticket, actor):
    into = open_ticket(team, learner=ticket.learner)
    note = write_note(ticket, actor, "Um")
    actions.merge_ticket(ticket, actor, into)
    notes.settle(note.pk)
    assert TicketEvent.objects.get(kind="note_added").ticket == ticket


def test_the_event_names_a_writer_whose_account_was_deleted(ticket, actor, agent):
    note = write_note(ticket, actor, "Um")
    agent.delete()
    notes.settle(note.pk)
    event = TicketEvent.objects.get(kind="note_added")
    assert (event.actor, event.actor_name) == (None, "João Pedro")


def test_an_unsettled_note_does_not_stop_replies_of_people_who_cannot_see_it(ticket, actor, manager_actor):
    note = write_note(ticket, actor, "Um")
    reply(ticket, manager_actor, "Oi!", page=EditorPage(seen=0))
    later(note)
    with pytest.raises(NewMessages):
        reply(ticket, manager_actor, "Oi de novo!", page=EditorPage(seen=0))


@pytest.mark.parametrize("body", ["", " \n", "x" * 20_001])
def test_an_invalid_note_is_refused(ticket, actor, body):
    with pytest.raises(ActionRefused):
        write_note(ticket, actor, body)
    assert not ProcrastinateJob.objects.filter(task_name="conversations.settle_note").exists()
