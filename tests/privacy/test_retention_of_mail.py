"""Retention of tickets and their e-mails, and what is kept because someone is still working on it."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from helpdesk.conversations.actions.filing_emails import file_email, open_ticket_for
from helpdesk.conversations.actions.undoing_decisions import undo_decision
from helpdesk.conversations.inbound.filing import file_waiting
from helpdesk.conversations.inbound.ignoring import ignore_email
from helpdesk.conversations.inbound.storing import store_email
from helpdesk.conversations.models import Attachment, Draft, InboundEmail
from helpdesk.conversations.sending.dispatches import root_id
from helpdesk.conversations.writing.drafts import save_draft
from helpdesk.privacy.models import TeamRetention
from helpdesk.privacy.tasks import forget_old
from helpdesk.tickets.actions import ActionRefused, add_note, merge_ticket
from helpdesk.tickets.models import Message, Ticket
from tests.attachments import store
from tests.conversations.inbound.emails import mailbox_of, receive, write_email
from tests.factories import LearnerFactory, open_ticket

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_folders", "in_english")]
KEPT = "The content of this e-mail is no longer kept."


@pytest.fixture(autouse=True)
def short(team):
    """The team keeps both kinds for 30 days."""
    for name in ("tickets", "emails"):
        TeamRetention.objects.create(team=team, name=name, days=30)


@pytest.fixture
def asked_ticket(team):
    return open_ticket(team, learner=LearnerFactory(team=team), question="Onde fica o módulo 2?")


@pytest.fixture
def strangers_email(team, asked_ticket):
    """From somebody else, who answers to an e-mail of the ticket's learner."""
    raw = write_email("Ela não entra.", sender="Pedro <pedro@example.com>", References=root_id(asked_ticket))
    found = receive(mailbox_of(team), raw)
    assert found.state == "held"
    return found


def age(rows, field, days=31):
    rows.update(**{field: timezone.now() - timedelta(days=days)})


def finish(ticket, **more):
    """Have it be done for 31 days."""
    age(Ticket.objects.filter(pk=ticket.pk), "last_activity_at")
    Ticket.objects.filter(pk=ticket.pk).update(status="closed", **more)


class TestUndoing:
    """A decision about an e-mail cannot be undone once its content is deleted."""

    def test_a_decision_cannot_be_undone_once_the_content_is_deleted(self, page, strangers_email, asked_ticket, actor):
        file_email(strangers_email, asked_ticket, actor)
        age(InboundEmail.objects.all(), "received_at")
        forget_old()
        strangers_email.refresh_from_db()
        assert (strangers_email.undo, bytes(strangers_email.raw), strangers_email.sender_address) == (
            {},
            b"",
            "pedro@example.com",
        )
        with pytest.raises(ActionRefused, match=KEPT):
            undo_decision(strangers_email, actor)
        assert (
            reverse("undo_inbound", args=[strangers_email.team.slug, strangers_email.pk])
            not in page.get(address_of(strangers_email)).text
        )
        message = Message.objects.get(pk=strangers_email.message_id)
        assert (message.cancelled_at, message.body) == (None, "Ela não entra.")

    def test_a_decision_cannot_be_undone_without_content_even_if_its_undo_data_is_left(
        self, page, strangers_email, asked_ticket, actor
    ):
        file_email(strangers_email, asked_ticket, actor)
        InboundEmail.objects.update(raw=b"", size=0)
        with pytest.raises(ActionRefused, match=KEPT):
            undo_decision(strangers_email, actor)
        assert (
            reverse("undo_inbound", args=[strangers_email.team.slug, strangers_email.pk])
            not in page.get(address_of(strangers_email)).text
        )
        assert not Message.objects.exclude(cancelled_at=None).exists()

    def test_an_email_deleted_with_its_ticket_cannot_be_undone(self, strangers_email, asked_ticket, actor):
        file_email(strangers_email, asked_ticket, actor)
        finish(asked_ticket)
        forget_old()
        strangers_email.refresh_from_db()
        assert (strangers_email.sender_address, bytes(strangers_email.raw)) == ("", b"")
        with pytest.raises(ActionRefused, match=KEPT):
            undo_decision(strangers_email, actor)


class TestEmailsOfTickets:
    def test_emails_waiting_for_a_person_are_kept(self, strangers_email, asked_ticket):
        for state in ("held", "failed", "stored"):
            InboundEmail.objects.update(ticket=asked_ticket, state=state)
            finish(asked_ticket, words_forgotten_at=None)
            forget_old()
            strangers_email.refresh_from_db()
            assert (bool(strangers_email.raw), strangers_email.sender_address) == (True, "pedro@example.com"), state
            assert Ticket.objects.get(pk=asked_ticket.pk).words_forgotten_at

    def test_decided_emails_are_deleted_with_the_ticket(self, strangers_email, asked_ticket):
        for state in ("filed", "ignored"):
            raw = write_email(state, sender="Pedro <pedro@example.com>")
            other = receive(strangers_email.mailbox, raw)
            InboundEmail.objects.filter(pk=other.pk).update(ticket=asked_ticket, state=state)
        finish(asked_ticket)
        forget_old()
        assert list(InboundEmail.objects.exclude(raw=b"")) == [strangers_email]


class TestMerged:
    """A merged ticket is deleted together with its root, after any number of merges."""

    @pytest.fixture
    def chain(self, team, asked_ticket, actor):
        """Three tickets, each merged into the one before, and something said on each."""
        first, second, third = (
            asked_ticket,
            *(open_ticket(team, learner=asked_ticket.learner, question=q) for q in ("B?", "C?")),
        )
        for each in (first, second, third):
            add_note(each, actor, "Ligou ontem.")
        merge_ticket(third, actor, second)
        second.refresh_from_db()
        merge_ticket(second, actor, first)
        finish(first)
        return [first, second, third]

    def test_all_merged_tickets_are_emptied(self, chain):
        forget_old()
        assert list(Message.objects.values_list("body", flat=True).distinct()) == [""]
        assert list(Ticket.objects.values_list("question", flat=True).distinct()) == [""]

    def test_a_draft_on_the_deepest_ticket_keeps_all_texts(self, chain, agent):
        save_draft(chain[2], agent, Message.Kind.NOTE, "Ainda em curso")
        forget_old()
        assert set(Message.objects.values_list("body", flat=True)) == {"Ligou ontem."}


class TestIgnored:
    def test_the_sender_of_an_ignored_email_is_deleted_with_its_content(self, strangers_email, actor):
        ignore_email(strangers_email, actor)
        age(InboundEmail.objects.all(), "received_at", 29)
        forget_old()
        strangers_email.refresh_from_db()
        assert strangers_email.sender_address == "pedro@example.com"
        message_id = strangers_email.email_message_id
        age(InboundEmail.objects.all(), "received_at")
        forget_old()
        strangers_email.refresh_from_db()
        gone = (
            strangers_email.sender_name,
            strangers_email.sender_address,
            strangers_email.envelope_from,
            strangers_email.subject,
            strangers_email.reason,
            bytes(strangers_email.raw),
        )
        assert gone == ("", "", "", "", "", b"")
        assert strangers_email.state == "ignored"
        assert strangers_email.email_message_id == message_id
        with pytest.raises(ActionRefused, match=KEPT):
            open_ticket_for(strangers_email, actor)

    def test_a_repeated_email_is_still_recognized(self, team, strangers_email, actor):
        again = bytes(strangers_email.raw)
        ignore_email(strangers_email, actor)
        age(InboundEmail.objects.all(), "received_at")
        forget_old()
        other = mailbox_of(team, kind="provider")
        store_email(other, again)
        file_waiting()
        assert InboundEmail.objects.get(mailbox=other).reason == "It already arrived another way."


def test_a_ticket_shows_that_its_texts_were_deleted(page, asked_ticket):
    address = reverse("ticket", args=[asked_ticket.team.slug, asked_ticket.number])
    assert "What was said here was deleted on" not in page.get(address).text
    finish(asked_ticket)
    forget_old()
    for headers in ({}, {"hx-request": "true"}):
        assert "What was said here was deleted on" in page.get(address, headers=headers).text


class TestDrafts:
    def test_a_ticket_with_a_recent_draft_keeps_its_texts(self, asked_ticket, agent):
        finish(asked_ticket)
        save_draft(asked_ticket, agent, "reply", "Ainda escrevo")
        forget_old()
        assert Ticket.objects.get(pk=asked_ticket.pk).question
        assert Draft.objects.get().body == "Ainda escrevo"
        age(Draft.objects.all(), "updated_at")
        forget_old()
        assert not Draft.objects.exists()
        assert not Ticket.objects.get(pk=asked_ticket.pk).question

    def test_a_draft_on_a_merged_ticket_keeps_the_roots_texts(self, team, asked_ticket, agent):
        merged = open_ticket(team, learner=asked_ticket.learner, question="A mesma")
        Ticket.objects.filter(pk=merged.pk).update(merged_into=asked_ticket)
        finish(asked_ticket)
        save_draft(merged, agent, "note", "Ainda escrevo")
        forget_old()
        assert Draft.objects.exists()
        assert Ticket.objects.get(pk=asked_ticket.pk).question

    def test_files_of_an_old_draft_are_deleted_with_it(self, asked_ticket, agent):
        finish(asked_ticket)
        draft = save_draft(asked_ticket, agent, "reply", "Segue")
        Attachment.objects.filter(pk=a_file(asked_ticket, agent).pk).update(draft=draft)
        forget_old()
        assert Attachment.objects.exists()
        age(Draft.objects.all(), "updated_at")
        forget_old()
        assert not Attachment.objects.exists()


def address_of(email):
    return reverse("inbound_email", args=[email.team.slug, email.pk])


def a_file(ticket, user):
    return store(SimpleUploadedFile("a.txt", b"a"), ticket, uploaded_by=user)
