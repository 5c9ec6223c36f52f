"""Programs that write: mail servers' reports, answering machines, lists, ourselves. None of it causes an e-mail."""

import pytest
from django.core import mail

from helpdesk.conversations.actions.replies import reply
from helpdesk.conversations.learner_page.learner_links import create_link
from helpdesk.conversations.learner_page.link_emails import send_new_link
from helpdesk.conversations.models import Dispatch, InboundEmail, SenderIdentity, SuppressedAddress
from helpdesk.conversations.sending.dispatches import reply_token, send_to_present_address
from helpdesk.conversations.sending.sender_verification import TEST_HEADER, send_test
from helpdesk.courses.actions import set_corrected_address
from helpdesk.privacy.actions import forget_former_address
from helpdesk.tickets.models import Ticket
from tests.conversations.inbound.bounces import bounce, complaint
from tests.conversations.inbound.emails import TEAM_ADDRESS, receive, write_email
from tests.factories import LearnerFactory

pytestmark = pytest.mark.django_db
State = InboundEmail.State


@pytest.fixture
def accepted_dispatch(ticket, actor):
    sent = reply(ticket, actor, "Qual é a sua dúvida?").dispatches.get()
    Dispatch.objects.filter(pk=sent.pk).update(state="accepted", next_try_at=None)
    sent.refresh_from_db()
    return sent


def test_a_bounce_fails_its_dispatch_and_suppresses_the_address(mailbox, ticket, accepted_dispatch):
    found = receive(mailbox, bounce(accepted_dispatch))
    accepted_dispatch.refresh_from_db()
    assert (found.state, accepted_dispatch.state) == (State.IGNORED, Dispatch.State.BOUNCED)
    assert found.reason
    assert SuppressedAddress.objects.get().address == "mariana@example.com"
    ticket.refresh_from_db()
    assert ticket.sending_failed_at
    assert Dispatch.objects.count() == 1


@pytest.mark.parametrize("is_somebody_else_s", [False, True])
def test_a_late_bounce_of_the_former_address_does_not_fail_the_email_to_the_new_one(
    mailbox, ticket, accepted_dispatch, is_somebody_else_s
):
    set_corrected_address(ticket.learner, "mariana@new.example")
    assert send_to_present_address(accepted_dispatch)  # as when it failed and was sent again
    if is_somebody_else_s:
        forget_former_address(ticket.learner.former_addresses.get())
    receive(mailbox, bounce(accepted_dispatch, recipient="mariana@example.com"))
    assert Dispatch.objects.get().state == "accepted"
    assert Dispatch.objects.get().events.latest("pk").detail.startswith("5.1.1")
    assert SuppressedAddress.objects.get().address == "mariana@example.com"
    ticket.refresh_from_db()
    assert ticket.sending_failed_at is None


def test_a_late_complaint_from_the_former_address_does_not_suppress_the_new_one(mailbox, ticket, accepted_dispatch):
    set_corrected_address(ticket.learner, "mariana@new.example")
    send_to_present_address(accepted_dispatch)
    forget_former_address(ticket.learner.former_addresses.get())
    receive(mailbox, complaint(accepted_dispatch, recipient="mariana@example.com"))
    assert Dispatch.objects.get().state == "accepted"
    assert SuppressedAddress.objects.get().address == "mariana@example.com"


def test_a_bounce_from_a_forwarding_address_fails_the_email(mailbox, accepted_dispatch):
    receive(mailbox, bounce(accepted_dispatch, recipient="mariana@elsewhere.example"))
    assert Dispatch.objects.get().state == "bounced"


@pytest.mark.parametrize("status", ["5.1.7", "5.1.8", "5.2.2", "5.7.1", "4.4.7"])
def test_a_bounce_not_about_the_address_suppresses_nobody(mailbox, accepted_dispatch, status):
    receive(mailbox, bounce(accepted_dispatch, status=status))
    assert not SuppressedAddress.objects.exists()


def link_bounce(status="5.1.1", recipient="mariana@example.com", *, message_id=None, reply_to=""):
    """Of the e-mail with a new link that went out last."""
    sent = mail.outbox[-1].extra_headers
    original = f"Message-ID: {message_id or sent['Message-ID']}\n" + (f"Reply-To: {reply_to}\n" if reply_to else "")
    raw = bounce(Dispatch(), status=status, recipient=recipient, named=False).decode()
    return raw.replace("--b--", f"--b\nContent-Type: message/rfc822\n\n{original}\nOi\n--b--").encode()


@pytest.mark.parametrize("by_token", [False, True])
def test_a_bounced_new_link_is_reported_on_its_ticket(mailbox, ticket, by_token):
    send_new_link(create_link(ticket)[0])
    named = {"message_id": "<x@gateway.example>", "reply_to": mail.outbox[-1].extra_headers["Reply-To"]}
    found = receive(mailbox, link_bounce(**named) if by_token else link_bounce())
    assert (found.state, "mariana@example.com" in found.reason) == (State.IGNORED, True)
    assert "5.1.1" in ticket.messages.get().body
    assert SuppressedAddress.objects.get().address == "mariana@example.com"
    assert Ticket.objects.count() == 1


@pytest.mark.parametrize("status", ["5.2.2", "5.1.8"])
def test_a_temporarily_refused_new_link_suppresses_nobody(mailbox, ticket, status):
    send_new_link(create_link(ticket)[0])
    receive(mailbox, link_bounce(status))
    assert ticket.messages.count() == 1
    assert not SuppressedAddress.objects.exists()


def test_a_report_about_a_link_to_somebody_else_changes_nothing(mailbox, ticket):
    send_new_link(create_link(ticket)[0])
    forged = f"<t{ticket.pk}.{'0' * 20}@helpdesk.example>"
    receive(mailbox, link_bounce(recipient="other@example.com"))
    receive(mailbox, link_bounce(message_id=forged).replace(b"<report-", b"<another-"))
    assert not ticket.messages.exists()
    assert not SuppressedAddress.objects.exists()


def test_a_delay_changes_nothing(mailbox, accepted_dispatch):
    receive(mailbox, bounce(accepted_dispatch, status="4.4.1", action="delayed"))
    accepted_dispatch.refresh_from_db()
    assert accepted_dispatch.state == Dispatch.State.ACCEPTED


def test_a_report_about_none_of_our_emails_suppresses_nobody(mailbox, accepted_dispatch):
    found = receive(mailbox, bounce(accepted_dispatch, named=False))
    accepted_dispatch.refresh_from_db()
    assert (found.state, accepted_dispatch.state) == (State.IGNORED, Dispatch.State.ACCEPTED)
    assert not SuppressedAddress.objects.exists()


@pytest.mark.parametrize(
    "marks",
    [
        {"Auto_Submitted": "auto-replied"},
        {"Precedence": "auto_reply"},
        {"X_Autoreply": "yes"},
        {"Return_Path": "<>"},
        {"Auto_Submitted": "auto-replied", "Precedence": "list"},
        {"subject": "Resposta automática: Dúvida", "X_Auto_Response_Suppress": "All"},
    ],
)
def test_an_automatic_answer_changes_nothing(mailbox, team, ticket, accepted_dispatch, marks):
    to = TEAM_ADDRESS.replace("@", f"+{reply_token(accepted_dispatch.email_message_id)}@")
    found = receive(mailbox, write_email("Estou de férias.", to=to, **marks))
    assert (found.state, found.ticket, found.message) == (State.IGNORED, ticket, None)
    assert not ticket.messages.filter(kind="learner").exists()


RECEIPT = """\
Content-Type: multipart/report; report-type=disposition-notification; boundary=b

--b
Content-Type: text/plain; charset=utf-8

Sua mensagem foi lida em 26/11/2026 10:00.
--b
Content-Type: message/disposition-notification

Final-Recipient: rfc822;mariana@example.com
Disposition: manual-action/MDN-sent-manually; displayed

--b--
"""
REACTION = """\
Content-Type: multipart/alternative; boundary=b

--b
Content-Type: text/plain; charset=utf-8

Mariana reagiu via Gmail
--b
Content-Type: text/vnd.google.email-reaction+json; charset=utf-8

{"version": 1, "emoji": "+"}
--b--
"""


@pytest.mark.parametrize("content", [RECEIPT, REACTION])
def test_a_read_receipt_is_no_message(mailbox, ticket, accepted_dispatch, content):
    to = TEAM_ADDRESS.replace("@", f"+{reply_token(accepted_dispatch.email_message_id)}@")
    head = f"From: mariana@example.com\nTo: {to}\nSubject: Lida: Dúvida\nMessage-ID: <1@x>\nMIME-Version: 1.0\n"
    found = receive(mailbox, (head + content).encode())
    assert (found.state, found.ticket, found.message) == (State.IGNORED, ticket, None)


def test_a_report_forwarded_by_the_learner_is_a_message(mailbox, ticket, accepted_dispatch):
    to = TEAM_ADDRESS.replace("@", f"+{reply_token(accepted_dispatch.email_message_id)}@")
    raw = bounce(accepted_dispatch, recipient="ajuda@escola.example").decode()
    raw = raw.replace("Return-Path: <>\n", "").replace("MAILER-DAEMON@mx.example.com", "mariana@example.com")
    raw = raw.replace("multipart/report; report-type=delivery-status;", "multipart/mixed;").replace(TEAM_ADDRESS, to, 1)
    found = receive(mailbox, raw.replace("I could not deliver it.", "Recebi isto quando respondi.").encode())
    accepted_dispatch.refresh_from_db()
    assert (found.state, accepted_dispatch.state) == (State.FILED, Dispatch.State.ACCEPTED)
    assert "Recebi isto quando respondi." in found.message.body


def test_an_email_through_a_mailing_list_is_a_message(mailbox, ticket, accepted_dispatch):
    to = TEAM_ADDRESS.replace("@", f"+{reply_token(accepted_dispatch.email_message_id)}@")
    found = receive(mailbox, write_email(to=to, List_Id="<turma.groups.example>", Precedence="list"))
    assert found.state == State.FILED


@pytest.mark.parametrize("header", ["X_Loop", "X_MS_Exchange_Inbox_Rules_Loop"])
def test_a_redirected_email_is_a_message(mailbox, ticket, accepted_dispatch, header):
    to = TEAM_ADDRESS.replace("@", f"+{reply_token(accepted_dispatch.email_message_id)}@")
    assert receive(mailbox, write_email(to=to, **{header: "mariana@example.com"})).state == State.FILED
    answered = write_email("Estou de férias.", to=to, Auto_Submitted="auto-replied", **{header: "mariana@example.com"})
    assert receive(mailbox, answered).state == State.IGNORED


def test_an_email_we_sent_ourselves_is_no_message(mailbox, ticket, accepted_dispatch):
    LearnerFactory(team=ticket.team, email=TEAM_ADDRESS)
    assert (
        receive(mailbox, write_email(sender=TEAM_ADDRESS, Message_ID=accepted_dispatch.email_message_id)).state
        == State.IGNORED
    )
    assert receive(mailbox, write_email(sender=TEAM_ADDRESS)).state == State.HELD


def test_a_returned_sender_test_confirms_the_address(mailbox, team, smtp_server):
    identity = SenderIdentity.objects.create(team=team, name="Escola", address=TEAM_ADDRESS)
    send_test(identity)
    ((_to, sent),) = smtp_server.taken
    results = "mx.escola.example; spf=pass smtp.mailfrom=a@mail.example; dkim=pass header.d=escola.example"
    headers = {TEST_HEADER.replace("-", "_"): sent[TEST_HEADER], "Authentication_Results": results}
    found = receive(mailbox, write_email(sender=TEAM_ADDRESS, **headers))
    identity.refresh_from_db()
    assert (found.state, bool(identity.verified_at)) == (State.IGNORED, True)
    assert identity.test_results == {"spf": "not_aligned", "dkim": "pass"}
