"""Our own SMTP server, for installations whose MX points to it: it accepts and stores e-mail to known recipients.

Failures on our side are answered with 451, so that the other side tries again; 550 means that the recipient is unknown,
and 552 that the e-mail is too large.
"""

from __future__ import annotations

import asyncio
import logging
import ssl
import threading
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address
from pathlib import Path
from typing import Any

from aiosmtpd.smtp import SMTP, Envelope, Session
from asgiref.sync import sync_to_async
from django.conf import settings
from django.db import close_old_connections, connection

from helpdesk.conversations.inbound import storing
from helpdesk.conversations.inbound.recipient_mailboxes import mailbox_of
from helpdesk.conversations.inbound.storing import store_email
from helpdesk.conversations.models import Mailbox
from helpdesk.mail.automatic import NULL_SENDER
from helpdesk.mail.parsing import LARGEST

logger = logging.getLogger(__name__)

MOST_RECIPIENTS = 20
MOST_CONNECTIONS = 50
MOST_FROM_ONE_ADDRESS = 10
SILENCE = 60.0  # seconds until a silent connection is closed
MOST_SECONDS = 600.0  # for one connection
TRY_LATER = "451 4.3.0 Something went wrong here; try again later"


@dataclass(frozen=True)
class Listen:
    """Where the server listens, its host name, and its certificate, if any."""

    host: str
    port: int
    name: str
    certificate: Path | None = None
    key: Path | None = None

    def tls(self) -> ssl.SSLContext | None:
        """The context for STARTTLS; None without a certificate."""
        if self.certificate is None:
            return None
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.certificate, self.key)
        return context


class Handler:
    """What aiosmtpd calls at each step. Database queries run in a thread, for one recipient or e-mail at a time."""

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Accept the recipient if the address is one of ours."""
        if len(envelope.rcpt_tos) >= MOST_RECIPIENTS:
            return "452 4.5.3 Too many recipients"
        try:
            is_known = await sync_to_async(_is_known)(address)
        except Exception:
            logger.exception("A recipient could not be looked up")
            return TRY_LATER
        if not is_known:
            return "550 5.1.1 There is no such address here"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        """Store the e-mail, and only then accept it."""
        try:
            await sync_to_async(_store)(envelope, is_relay(str(session.peer[0]) if session.peer else ""))
        except Exception:
            logger.exception("An e-mail could not be stored")
            return TRY_LATER
        return "250 2.0.0 Stored"

    async def handle_exception(self, error: Exception) -> str:
        """Answer with a temporary error; the library's own answer would be a permanent one."""
        logger.exception("The SMTP server failed", exc_info=error)
        return TRY_LATER


def _is_known(address: str) -> bool:
    close_old_connections()
    return mailbox_of(address, Mailbox.Kind.SMTP) is not None


def is_relay(address: str) -> bool:
    """Whether this IP address is that of a mail server of ours, by SMTP_RELAYS."""
    try:
        caller = ip_address(address)
    except ValueError:
        return False
    if isinstance(caller, IPv6Address):
        caller = caller.ipv4_mapped or caller
    return any(caller in network for network in settings.SMTP_RELAYS)


def _store(envelope: Envelope, by_relay: bool) -> None:
    """Store the e-mail once per mailbox; of several addresses of one mailbox, the first counts as the recipient."""
    close_old_connections()
    content = envelope.content
    raw = content if isinstance(content, bytes) else (content or "").encode("utf-8", "surrogateescape")
    found: dict[int, tuple[Mailbox, str]] = {}
    for address in envelope.rcpt_tos:
        mailbox = mailbox_of(address, Mailbox.Kind.SMTP)
        if mailbox is None:
            raise LookupError("The recipient is gone")
        found.setdefault(mailbox.pk, (mailbox, address))
    sender = envelope.mail_from or NULL_SENDER
    for mailbox, address in found.values():
        store_email(mailbox, raw, envelope=storing.Envelope(sender, address, by_relay))


def _close() -> None:
    """Close the database connection of the thread that runs the queries."""
    connection.close()


class BoundedSmtp(SMTP):
    """A connection whose duration is limited, as is the number of connections per IP address and in all."""

    line_length_limit = 2**18  # bytes; some programs write all HTML on one line, which would be refused by default
    open_from: dict[str, int] = {}
    _is_counted = False

    def connection_made(self, transport: Any) -> None:
        """Accept the connection, or refuse it if there are too many."""
        self._from = str((transport.get_extra_info("peername") or ("",))[0])
        if self._original_transport is None:  # otherwise it continues, encrypted
            count = self.open_from.get(self._from, 0)
            if count >= MOST_FROM_ONE_ADDRESS or sum(self.open_from.values()) >= MOST_CONNECTIONS:
                transport.write(b"421 4.7.0 Too many connections; try again later\r\n")
                transport.close()
                return
            self.open_from[self._from], self._is_counted = count + 1, True
            asyncio.get_running_loop().call_later(MOST_SECONDS, transport.abort)
        super().connection_made(transport)

    def connection_lost(self, error: Exception | None) -> None:
        """Stop counting this connection."""
        if self._is_counted:
            self._is_counted = False
            left = self.open_from.get(self._from, 1) - 1
            self.open_from[self._from] = left
            if left <= 0:
                self.open_from.pop(self._from, None)
        if self.transport is not None:
            super().connection_lost(error)


def serve(listen: Listen, ready: threading.Event | None = None, stop: threading.Event | None = None) -> None:
    """Accept e-mail until the process is told to end, or `stop` is set; `ready` is set once it listens."""
    asyncio.run(_serve(listen, ready, stop))


async def _serve(listen: Listen, ready: threading.Event | None, stop: threading.Event | None) -> None:
    tls = listen.tls()

    def connect() -> SMTP:
        return BoundedSmtp(
            Handler(),
            hostname=listen.name,
            ident="Helpdesk",
            data_size_limit=LARGEST,
            timeout=SILENCE,
            tls_context=tls,
            enable_SMTPUTF8=True,
            decode_data=False,
        )

    server = await asyncio.get_running_loop().create_server(connect, listen.host, listen.port)
    logger.info("Taking e-mail on %s:%s", listen.host, listen.port)
    try:
        async with server:
            if ready:
                ready.set()
            while not (stop and stop.is_set()):
                await asyncio.sleep(0.2)
    finally:
        await sync_to_async(_close)()
