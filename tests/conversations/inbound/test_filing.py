"""Which ticket an e-mail comes to, as whose, and how far it is believed."""

from datetime import timedelta

import pytest
from django.utils import timezone

from helpdesk.conversations.actions.replies import reply
from helpdesk.conversations.inbound.filing import file_waiting
from helpdesk.conversations.inbound.storing import store_email
from helpdesk.conversations.learner_page.learner_links import create_link
from helpdesk.conversations.learner_page.link_emails import send_new_link
from helpdesk.conversations.models import InboundEmail
from helpdesk.conversations.sending.dispatches import root_id
from helpdesk.tickets.actions import change_status, resolve_ticket
from helpdesk.tickets.actor import Actor
from helpdesk.tickets.models import Message, QuestionOrigin, Status, Ticket
from tests.conversations.inbound.emails import mailbox_of, receive, tagged, write_email
from tests.factories import LearnerFactory, TeamFactory, open_ticket

pytestmark = pytest.mark.django_db
State, Trust = InboundEmail.State, Message.Trust


def test_an_answer_to_the_token_is_the_learners_and_sets_the_question(mailbox, ticket, dispatch):
    change_status(ticket, Actor.system(), "pending")
    found = receive(
        mailbox,
        write_email(
            "O vídeo não abre.\n\nEm seg., 23 de nov. de 2026 às 10:00, Ana <a@b.example> "
            "escreveu:\n> Qual é a sua dúvida?\n",
            to=tagged(dispatch),
        ),
    )
    message = found.message
    assert (found.state, found.ticket) == (State.FILED, ticket)
    assert (message.kind, message.channel, message.trust, message.author_email) == ("learner", "email", Trust.TOKEN, "")
    assert message.body == "O vídeo não abre."
    assert "> Qual é a sua dúvida?" in message.quoted
    ticket.refresh_from_db()
    assert (ticket.status, ticket.question, ticket.question_origin) == (
        Status.OPEN,
        "O vídeo não abre.",
        QuestionOrigin.EMAIL,
    )
    assert ticket.awaiting_reply_since


def test_the_token_counts_in_capitals_and_in_the_envelope_only(mailbox, ticket, dispatch):
    found = receive(mailbox, write_email(), to=tagged(dispatch).upper())
    assert (found.ticket, found.message.trust) == (ticket, Trust.TOKEN)


@pytest.mark.parametrize("of", ["dispatch", "root", "provider"])
def test_an_answer_to_one_of_our_messages_is_filed_in_its_ticket(mailbox, ticket, dispatch, of):
    dispatch.provider_id = "0100018f-abc@email.provider.example"
    dispatch.save()
    ids = {"dispatch": dispatch.email_message_id, "root": root_id(ticket), "provider": f"<{dispatch.provider_id}>"}
    found = receive(mailbox, write_email(References=f"<other@example.com> {ids[of]}"))
    assert (found.ticket, found.message.trust) == (ticket, Trust.UNVERIFIED)
    ticket.refresh_from_db()
    assert not ticket.is_question_known  # nothing shows that it is the learner


@pytest.mark.parametrize("was_written_to", [True, False])
def test_an_answer_to_the_email_with_a_new_link_is_filed_in_its_ticket(
    mailbox, ticket, actor, mailoutbox, was_written_to
):
    if was_written_to:
        subject = reply(ticket, actor, "Qual é a sua dúvida?").dispatches.get().subject
    send_new_link(create_link(ticket)[0])
    (email,) = mailoutbox
    headers = email.extra_headers
    assert email.subject == (subject if was_written_to else "Your question in Confeitaria do zero")
    assert headers["References"] == headers["In-Reply-To"] == root_id(ticket)
    found = receive(mailbox, write_email(to=headers["Reply-To"], subject=f"Re: {email.subject}"))
    assert (found.ticket, found.message.trust, found.has_new_subject) == (ticket, Trust.TOKEN, False)
    # The token was given to this learner: whoever guesses another ticket's has none.
    other = open_ticket(ticket.team)
    forged = headers["Reply-To"].replace(f"+t{ticket.pk}.", f"+t{other.pk}.")
    assert receive(mailbox, write_email(sender="x@other.example", to=forged)).state == State.HELD


def test_an_answer_to_an_earlier_email_of_the_learner_is_filed_in_its_ticket(mailbox, ticket, dispatch):
    receive(mailbox, write_email(to=tagged(dispatch), Message_ID="<first@example.com>"))
    found = receive(mailbox, write_email("Mais uma coisa.", In_Reply_To="<first@example.com>", is_proved=True))
    assert (found.ticket, found.message.trust) == (ticket, Trust.DOMAIN)


def test_the_subject_alone_identifies_no_ticket(mailbox, ticket, dispatch):
    found = receive(mailbox, write_email(sender="x@other.example", subject=f"Re: {dispatch.subject}"))
    assert (found.state, found.ticket) == (State.HELD, None)


def test_another_sender_with_the_token_is_named_and_not_taken_for_the_learner(mailbox, ticket, dispatch):
    found = receive(mailbox, write_email("Sou o marido dela.", sender="Pedro <pedro@example.com>", to=tagged(dispatch)))
    assert (found.ticket, found.message.author_email) == (ticket, "pedro@example.com")
    assert (found.message.author_name, found.message.trust) == ("Pedro <pedro@example.com>", Trust.UNVERIFIED)
    ticket.refresh_from_db()
    assert (ticket.learner.email, ticket.is_question_known) == ("mariana@example.com", False)
    # Who takes part may go on without the token.
    again = receive(mailbox, write_email("E?", sender="pedro@example.com", References=dispatch.email_message_id))
    assert again.ticket == ticket


def test_another_sender_who_only_references_our_message_is_held(mailbox, ticket, dispatch):
    found = receive(mailbox, write_email(sender="pedro@example.com", References=dispatch.email_message_id))
    assert (found.state, found.ticket, found.message) == (State.HELD, None, None)


def test_a_token_of_another_team_identifies_no_ticket(ticket, dispatch):
    other = mailbox_of(TeamFactory())
    found = receive(other, write_email(to=tagged(dispatch)))
    assert (found.state, found.ticket) == (State.HELD, None)


def test_a_known_learners_new_email_opens_a_ticket_with_its_question(mailbox, team):
    learner = LearnerFactory(team=team, email="mariana@example.com")
    found = receive(mailbox, write_email("Como troco o e-mail?", is_proved=True))
    ticket = found.ticket
    assert (ticket.learner, ticket.question, ticket.question_origin) == (
        learner,
        "Como troco o e-mail?",
        QuestionOrigin.EMAIL,
    )
    assert (found.message.channel, found.message.trust) == ("email", Trust.DOMAIN)


def test_a_spoofed_new_email_is_filed_as_unverified(mailbox, team):
    LearnerFactory(team=team, email="mariana@example.com")
    forged = write_email(
        "Apague minha conta.", Authentication_Results="mx.evil.example; dmarc=pass header.from=example.com"
    )
    found = receive(mailbox, forged)
    assert (found.state, found.message.trust) == (State.FILED, Trust.UNVERIFIED)


def test_a_spoofed_answer_does_not_set_the_question(mailbox, ticket):
    found = receive(mailbox, write_email("Apague minha conta.", References=root_id(ticket)))
    ticket.refresh_from_db()
    assert (found.ticket, found.message.trust, ticket.question) == (ticket, Trust.UNVERIFIED, "")


def test_an_unknown_sender_is_held(mailbox):
    found = receive(mailbox, write_email(sender="stranger@example.com"))
    assert (found.state, found.sender_address, found.subject) == (State.HELD, "stranger@example.com", "Dúvida")
    assert found.reason


def test_a_resolved_ticket_reopens_within_the_window_and_is_continued_later(mailbox, team, ticket, dispatch):
    resolve_ticket(ticket, Actor.system())
    assert receive(mailbox, write_email(to=tagged(dispatch))).ticket == ticket
    ticket.refresh_from_db()
    assert ticket.status == Status.OPEN
    resolve_ticket(ticket, Actor.system())
    Ticket.objects.filter(pk=ticket.pk).update(resolved_at=timezone.now() - timedelta(days=8))
    later = receive(mailbox, write_email("De novo.", to=tagged(dispatch))).ticket
    assert later.continues == ticket


def test_an_unverified_late_answer_sets_the_question_of_the_ticket_it_opens(mailbox, ticket, dispatch):
    Ticket.objects.filter(pk=ticket.pk).update(
        status="resolved", resolved_at=timezone.now() - timedelta(days=90), question="Outra"
    )
    found = receive(mailbox, write_email("O vídeo da aula 4 não abre.", References=dispatch.email_message_id))
    assert (found.message.trust, found.ticket.continues) == ("unverified", ticket)
    assert found.ticket.question == "O vídeo da aula 4 não abre."


def test_an_email_sent_by_another_team_is_not_ignored_as_ours(mailbox, ticket, dispatch):
    elsewhere = mailbox_of(TeamFactory())
    raw = write_email("Qual é a sua dúvida?", sender="ajuda@escola.example", Message_ID=dispatch.email_message_id)
    assert receive(mailbox, raw).reason == "We sent it ourselves."
    assert receive(elsewhere, raw).state == State.HELD


def test_the_same_email_in_two_mailboxes_is_one_message(mailbox, team, ticket, dispatch):
    other = mailbox_of(team, "imap")
    raw = write_email(to=tagged(dispatch))
    receive(mailbox, raw)
    again = receive(other, b"Received: from elsewhere\r\n" + raw)
    assert (again.state, again.ticket) == (State.IGNORED, ticket)
    assert ticket.messages.filter(kind="learner").count() == 1


def test_another_text_with_the_same_message_id_is_filed(mailbox, ticket, dispatch):
    receive(mailbox, write_email("Um.", to=tagged(dispatch), Message_ID="<same@example.com>"))
    receive(mailbox, write_email("Dois.", to=tagged(dispatch), Message_ID="<same@example.com>"))
    assert [m.body for m in ticket.messages.filter(kind="learner").order_by("pk")] == ["Um.", "Dois."]


class TestColleagues:
    @pytest.fixture
    def colleague(self, colleague):
        colleague.email = "ana@escola.example"
        colleague.save()
        return colleague

    def test_an_answer_to_the_learner_is_a_reply_and_not_sent_again(self, mailbox, ticket, dispatch, colleague):
        found = receive(
            mailbox,
            write_email(
                "Limpe o cache.",
                sender="ana@escola.example",
                is_proved=True,
                to=f"mariana@example.com, {tagged(dispatch)}",
            ),
        )
        message = found.message
        assert (message.ticket, message.kind, message.author, message.channel) == (ticket, "reply", colleague, "email")
        assert not message.dispatches.exists()
        ticket.refresh_from_db()
        assert ticket.first_responded_at

    def test_quoted_text_is_kept(self, mailbox, ticket, dispatch, colleague):
        text = "Limpe o cache.\n\nEm 23/11/2026 10:00, Mariana <mariana@example.com> escreveu:\n> Não abre.\n"
        for to in (f"mariana@example.com, {tagged(dispatch)}", tagged(dispatch)):
            message = receive(mailbox, write_email(text, sender="ana@escola.example", is_proved=True, to=to)).message
            assert message.body == "Limpe o cache."
            assert "> Não abre." in message.quoted

    def test_an_answer_to_us_alone_is_a_note(self, mailbox, ticket, dispatch, colleague):
        raw = write_email(
            "Já vi isso.", sender="ana@escola.example", References=dispatch.email_message_id, is_proved=True
        )
        message = receive(mailbox, raw).message
        assert (message.ticket, message.kind, message.author) == (ticket, "note", colleague)

    def test_an_unproved_answer_is_a_note_without_author(self, mailbox, ticket, dispatch, colleague):
        raw = write_email("Reembolse.", sender="ana@escola.example", to=f"mariana@example.com, {tagged(dispatch)}")
        message = receive(mailbox, raw).message
        assert (message.kind, message.author, message.trust) == ("note", None, Trust.UNVERIFIED)
        assert message.author_email == "ana@escola.example"


class TestFiles:
    def test_files_are_kept_and_programs_listed_as_left_out(self, mailbox, ticket, dispatch):
        raw = write_email(
            to=tagged(dispatch),
            files=[("lista.pdf", "application/pdf", b"%PDF-1.4 x"), ("foto.exe", "application/octet-stream", b"MZ")],
        )
        found = receive(mailbox, raw)
        assert [file.name for file in found.message.attachments.all()] == ["lista.pdf"]
        assert "foto.exe" in found.left_out

    def test_a_file_without_text_is_a_message(self, mailbox, ticket, dispatch):
        found = receive(
            mailbox, write_email("", to=tagged(dispatch), files=[("a.pdf", "application/pdf", b"%PDF-1.4")])
        )
        assert (found.state, found.message.body, found.message.attachments.count()) == (State.FILED, "", 1)


def test_an_empty_answer_is_held(mailbox, ticket, dispatch):
    found = receive(mailbox, write_email(" \n", to=tagged(dispatch)))
    assert (found.state, found.message) == (State.HELD, None)


def test_answers_between_quoted_lines_are_kept_in_place(mailbox, ticket, dispatch):
    text = "> Qual navegador?\nChrome.\n> Qual aula?\nA terceira.\n"
    found = receive(mailbox, write_email(text, to=tagged(dispatch)))
    assert found.message.body == text.strip()


def test_text_outside_the_parts_is_collapsed(mailbox, ticket, dispatch):
    raw = write_email(to=tagged(dispatch), files=[("a.txt", "text/plain", b"a")]) + "\nRodapé da lista.\n".encode()
    message = receive(mailbox, raw).message
    assert message.body == "O vídeo da aula 3 não abre."
    assert message.quoted == "Rodapé da lista."


def test_text_outside_the_parts_is_the_message_if_there_is_no_other(mailbox, ticket, dispatch):
    raw = write_email(" ", to=tagged(dispatch), files=[("a.txt", "text/plain", b"a")]) + "\nNão abre.\n".encode()
    assert receive(mailbox, raw).message.body == "Não abre."


def test_an_oversized_email_is_held_with_its_head(mailbox, ticket, dispatch):
    store_email(mailbox, write_email("x" * 3_000, to=tagged(dispatch))[:600], size=3_500)
    assert file_waiting()
    found = InboundEmail.objects.get()
    assert (found.state, len(found.raw), found.subject) == (State.HELD, 600, "Dúvida")
    assert found.is_cut
