"""Writes incoming e-mails for tests."""

from email.message import EmailMessage
from email.utils import make_msgid
from typing import Any

from helpdesk.conversations.inbound.filing import file_waiting
from helpdesk.conversations.inbound.storing import Envelope, store_email
from helpdesk.conversations.models import InboundEmail, Mailbox
from helpdesk.conversations.sending.dispatches import reply_token

TEAM_ADDRESS = "ajuda@escola.example"
SERVER = "mx.escola.example"


def mailbox_of(team, kind="smtp", **fields) -> Mailbox:
    return Mailbox.objects.create(team=team, kind=kind, address=TEAM_ADDRESS, authserv_id=SERVER, **fields)


def tagged(dispatch) -> str:
    """The address for replies to this e-mail."""
    local, _at, domain = TEAM_ADDRESS.partition("@")
    return f"{local}+{reply_token(dispatch.email_message_id)}@{domain}"


def write_email(
    body="O vídeo da aula 3 não abre.",
    *,
    sender="Mariana Ribeiro <mariana@example.com>",
    to=TEAM_ADDRESS,
    subject="Dúvida",
    is_proved=False,
    html="",
    files=(),
    **headers,
) -> bytes:
    """An e-mail; header names have underscores for hyphens. With `is_proved`, our own server confirms the sender."""
    message = EmailMessage()
    if is_proved:
        domain = sender.rstrip(">").rpartition("@")[2]
        message["Authentication-Results"] = f"{SERVER}; dmarc=pass header.from={domain}"
    message["From"], message["To"], message["Subject"] = sender, to, subject
    if "Message_ID" not in headers:
        message["Message-ID"] = make_msgid(domain="example.com")
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    message.set_content(body)
    if html:
        message.add_alternative(html, subtype="html")
    for name, kind, data in files:
        maintype, _slash, subtype = kind.partition("/")
        message.add_attachment(data, maintype=maintype, subtype=subtype, filename=name)
    return message.as_bytes()


def receive(mailbox, raw: bytes, *, to=TEAM_ADDRESS) -> Any:
    """Store the e-mail as received, and file it as a worker does."""
    store_email(mailbox, raw, envelope=Envelope("", to, by_relay=True))
    while file_waiting():
        pass
    return InboundEmail.objects.latest("pk")
