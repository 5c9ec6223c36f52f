"""The content of an e-mail: its sender, its thread, text and HTML, and its files."""

import re

import pytest
from django.utils import timezone

from helpdesk.conversations.actions.replies import reply
from helpdesk.conversations.sending.sent_texts import sent_texts
from helpdesk.tickets import actions
from helpdesk.tickets.models import Message, Status
from tests.attachments import file_of, keep_attachments_in
from tests.conversations.sending.smtp.steps import at, dispatch_of, send
from tests.mail.written import written_text
from tests.tickets.reading import fresh

pytestmark = pytest.mark.django_db


def test_the_sender_is_the_writer_from_the_school(ticket, joao, smtp_server):
    reply(ticket, joao, "Olá!")
    send()
    (_recipient, email), (envelope,) = smtp_server.taken[0], smtp_server.envelopes
    assert email["From"].addresses[0].display_name == f"João, from {ticket.team.name}"
    assert (email["From"].addresses[0].addr_spec, envelope) == ("ajuda@escola.example", "ajuda@escola.example")
    assert email["Reply-To"] is None
    assert email["Auto-Submitted"] is None


def test_text_and_html_have_the_same_content(ticket, joao, smtp_server):
    reply(ticket, joao, "Olá, *Mariana*!\n\n- um\n- dois\n\n<script>alert(1)</script>")
    send()
    email = smtp_server.taken[0][1]
    text, html = (email.get_body((kind,)).get_content() for kind in ("plain", "html"))
    assert text.replace("\r\n", "\n").startswith("Olá, *Mariana*!\n\n- um\n- dois\n\n<script>alert(1)</script>\n")
    assert "<em>Mariana</em>" in html
    assert "<li>dois</li>" in html
    assert "<script" not in html


def test_a_conversation_is_one_thread(ticket, joao, smtp_server):
    first = dispatch_of(reply(ticket, joao, "Olá!"))
    send()
    second = dispatch_of(reply(fresh(ticket), joao, "E mais uma coisa."))
    send()
    one, two = (email for _recipient, email in smtp_server.taken)
    assert one["Subject"] == two["Subject"] == first.subject
    (root,) = one["References"].split()
    assert one["In-Reply-To"] == root
    assert two["References"].split() == [root, first.email_message_id]
    assert two["In-Reply-To"] == first.email_message_id
    assert two["Message-ID"] == second.email_message_id


def test_automatic_emails_are_marked_as_such(ticket, smtp_server):
    from helpdesk.conversations.sending.dispatches import create_dispatch

    message = Message.objects.create(
        team=ticket.team, ticket=ticket, kind="automatic", body="Recebemos.", send_at=timezone.now()
    )
    create_dispatch(message, "mariana@example.com")
    send()
    email = smtp_server.taken[0][1]
    assert (email["Auto-Submitted"], email["X-Auto-Response-Suppress"]) == ("auto-generated", "All")
    assert email["From"].addresses[0].display_name == ticket.team.name


def test_files_are_attached(ticket, joao, smtp_server, settings, tmp_path):
    from django.core.files.base import ContentFile
    from django.core.files.storage import storages

    keep_attachments_in(tmp_path, settings)
    storages["attachments"].save("foto.png", ContentFile(b"\x89PNG"))
    reply(ticket, joao, "", attachments=[file_of(ticket, joao)])
    send()
    (file,) = smtp_server.taken[0][1].iter_attachments()
    assert (file.get_filename(), file.get_content()) == ("foto.png", b"\x89PNG")


def test_a_missing_file_fails_the_email(ticket, joao, smtp_server):
    message = reply(ticket, joao, "Veja.", attachments=[file_of(ticket, joao, "gone.png")])
    send()
    assert smtp_server.taken == []
    assert "files is gone" in dispatch_of(message).reason


class TestRatingLinks:
    def parts(self, server):
        email = server.taken[-1][1]
        return [email.get_body((kind,)).get_content().replace("\r\n", "\n") for kind in ("plain", "html")]

    def test_a_resolving_reply_has_a_link_for_each_face(self, ticket, joao, smtp_server):
        reply(ticket, joao, "Agora abre.", then=Status.RESOLVED)
        send()
        text, html = self.parts(smtp_server)
        for part in (text, html):
            assert "Did this help?" in part
            addresses = re.findall(r"http[^\s\"]+/ajuda/[\w-]+/\?(\w+=\d)", part)
            assert addresses == ["score=3", "score=2", "score=1", "help=1"]
        assert "\nTap here if it helped:\nhttp" in text

    @pytest.mark.parametrize("then", [None, Status.PENDING])
    def test_other_replies_do_not_ask(self, ticket, joao, smtp_server, then):
        reply(ticket, joao, "Tente de novo.", then=then)
        send()
        assert all("Did this help?" not in part for part in self.parts(smtp_server))

    def test_a_reply_whose_ticket_was_reopened_before_sending_does_not_ask(self, ticket, joao, smtp_server):
        reply(ticket, joao, "Agora abre.", then=Status.RESOLVED)
        actions.reopen_ticket(fresh(ticket), joao)
        send()
        assert all("Did this help?" not in part for part in self.parts(smtp_server))

    @pytest.mark.parametrize("is_open_at_first", [True, False])
    def test_every_attempt_has_the_same_content(self, ticket, joao, smtp_server, is_open_at_first):
        message = reply(ticket, joao, "Agora abre.", then=Status.RESOLVED)
        if is_open_at_first:
            actions.reopen_ticket(fresh(ticket), joao)
        smtp_server.rule = at("data", "451 4.7.1 Later")
        send()
        smtp_server.rule = lambda *step: None
        (actions.resolve_ticket if is_open_at_first else actions.reopen_ticket)(fresh(ticket), joao)
        send(minutes=10)
        assert dispatch_of(message).state == "accepted"
        assert all(("Did this help?" in part) != is_open_at_first for part in self.parts(smtp_server))

    def test_an_unmarked_quotation_of_it_is_recognized(self, ticket, joao, smtp_server):
        reply(ticket, joao, "Agora abre, pode conferir na aula 4.", then=Status.RESOLVED)
        send()
        text, known = self.parts(smtp_server)[0], sent_texts(fresh(ticket))
        assert written_text(f"Obrigada, abriu!\n\n{text}", known=known) == "Obrigada, abriu!"
        assert written_text(f"{text}\n\nSim, ajudou", known=known).endswith("Sim, ajudou")
