"""A mail server on loopback that behaves as a test tells it, and keeps what it accepted."""

import asyncio
import email
import email.policy
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from typing import cast

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP

from tests.servers import free_port

HANG, CUT = "hang", "cut"
# From step and recipient to the response: an SMTP response, HANG, CUT to close the connection, or None for 250.
Rule = Callable[[str, str], str | None]


class MailServer:
    """Calls `rule` at each step (mail, rcpt, data, after) with the recipient, to get a response other than 250.

    At `after` the e-mail is kept whatever the response, as on a server that accepts an e-mail and then disconnects.
    """

    def __init__(self) -> None:
        self.rule: Rule = lambda step, recipient: None
        self.taken: list[tuple[str, EmailMessage]] = []
        self.envelopes: list[str] = []
        self.port = free_port()

    def ids(self) -> list[str]:
        return [message["Message-ID"] for _recipient, message in self.taken]

    def recipients(self) -> list[str]:
        return [recipient for recipient, _message in self.taken]

    async def _answer(self, server: SMTP, step: str, recipient: str) -> str | None:
        wanted = self.rule(step, recipient)
        if wanted == CUT:
            cast("asyncio.Transport", server.transport).abort()
        if wanted == HANG:
            await asyncio.sleep(3600)
        return wanted

    async def handle_MAIL(self, server, session, envelope, address, mail_options):
        if answer := await self._answer(server, "mail", ""):
            return answer
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(self, server, session, envelope, address, rcpt_options):
        if answer := await self._answer(server, "rcpt", address):
            return answer
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        (recipient,) = envelope.rcpt_tos
        if answer := await self._answer(server, "data", recipient):
            return answer
        self.envelopes.append(envelope.mail_from)
        message = email.message_from_bytes(envelope.content, policy=email.policy.default)
        self.taken.append((recipient, message))
        return await self._answer(server, "after", recipient) or "250 Taken"


@contextmanager
def mail_server() -> Iterator[MailServer]:
    server = MailServer()
    controller = Controller(server, hostname="127.0.0.1", port=server.port, ready_timeout=30)
    controller.start()
    try:
        yield server
    finally:
        controller.stop()
