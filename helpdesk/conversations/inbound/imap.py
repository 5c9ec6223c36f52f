"""An IMAP connection to a mailbox: limited in time and size, and only to allowed destinations.

A host name is resolved once, all its addresses are checked, and the connection goes to one of exactly these. The folder
is opened read-only, so that fetching changes nothing in it.
"""

from __future__ import annotations

import imaplib
import re
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from imap_tools import BaseMailBox, MailboxLoginError
from imap_tools.errors import ImapToolsError, MailboxFolderSelectError

from helpdesk.conversations.inbound.access_tokens import NotRenewed, access_token, forget_access_token
from helpdesk.conversations.models import Mailbox
from helpdesk.mail.parsing import LARGEST
from helpdesk.operations.outgoing.addresses import NotFound, NotPublic, allowed_addresses
from helpdesk.operations.outgoing.network import trusted_certificates

STEP_SECONDS = 20.0  # that the server may stay silent
OPEN_SECONDS = 60.0  # for connecting, logging in and opening the folder
LARGEST_LITERAL = LARGEST + 2**20  # bytes that a server may send at once
SIZE = re.compile(rb"RFC822\.SIZE (\d+)")
Security, Login = Mailbox.Security, Mailbox.Login

# Everything that fetching may raise because of the network, the server or the libraries.
PROBLEMS = (OSError, imaplib.IMAP4.error, ImapToolsError, UnicodeError, ValueError)


class _Bounded(imaplib.IMAP4):
    """Connects only to allowed addresses, and limits how much is read at once."""

    def __init__(self, host: str, port: int, timeout: float, note_socket: Callable[[socket.socket], None]) -> None:
        """Connect. The socket is passed to `note_socket` first, so that another thread can end a slow greeting."""
        self._note_socket = note_socket
        super().__init__(host, port, timeout)

    def _create_socket(self, timeout: float | None) -> socket.socket:
        created = _connect(self.host, self.port, timeout)
        self._note_socket(created)
        return created

    def encrypt(self) -> None:
        """Encrypt the connection by STARTTLS; the certificate must match the host name. Raises what PROBLEMS lists."""
        self.starttls(self)  # of an SSLContext, only `wrap_socket` is used

    def wrap_socket(self, plain: socket.socket, server_hostname: str) -> ssl.SSLSocket:
        """Encrypt a socket, as an SSLContext does. The new one is passed to `note_socket` before the handshake, so that
        another thread can end a slow one.
        """
        encrypted = trusted_certificates().wrap_socket(
            plain, server_hostname=server_hostname, do_handshake_on_connect=False
        )
        self._note_socket(encrypted)
        encrypted.do_handshake()
        return encrypted

    def read(self, size: int) -> bytes:
        """Read this many bytes. Raises IMAP4.abort if the server announces more than LARGEST_LITERAL."""
        if size > LARGEST_LITERAL:
            raise self.abort("The server sends too much at a time")
        return super().read(size)


class _BoundedTls(_Bounded):
    """The same, encrypted from the start; the certificate must match the host name."""

    def _create_socket(self, timeout: float | None) -> socket.socket:
        return self.wrap_socket(super()._create_socket(timeout), server_hostname=self.host)


def _connect(host: str, port: int, timeout: float | None) -> socket.socket:
    addresses = allowed_addresses(host, port, allows_private=settings.MAILBOXES_ALLOW_PRIVATE_ADDRESSES)
    while True:
        address = addresses.pop(0)
        try:
            return socket.create_connection((address, port), timeout)
        except OSError:
            if not addresses:
                raise


class Connection(BaseMailBox):
    """A connection that is logged in to a mailbox, with its folder open."""

    client: imaplib.IMAP4

    def __init__(
        self, mailbox: Mailbox, *, step_seconds: float = STEP_SECONDS, open_seconds: float = OPEN_SECONDS
    ) -> None:
        """Connect, log in and open the folder. Raises what PROBLEMS lists; `problem_in_words` explains the error."""
        self._mailbox, self._step_seconds = mailbox, step_seconds
        self._uidvalidity = 1
        self._socket: socket.socket | None = None
        # Before connecting, so that the mail server does not have to wait.
        self._token = access_token(mailbox) if mailbox.login == Login.XOAUTH2 else ""
        try:
            with self.within(open_seconds):
                super().__init__()
                self._log_in()
                self.client._get_capabilities()  # they change with the login
                self.folder.set(mailbox.folder, readonly=True)
        except BaseException:
            self.hang_up()
            raise

    def _get_mailbox_client(self) -> imaplib.IMAP4:
        mailbox = self._mailbox
        if mailbox.security == Security.NONE and not settings.MAILBOXES_ALLOW_PRIVATE_ADDRESSES:
            raise ValueError("No encryption")
        kind = _BoundedTls if mailbox.security == Security.TLS else _Bounded
        client = kind(mailbox.host, mailbox.port, self._step_seconds, self._note_socket)
        if mailbox.security == Security.STARTTLS:
            client.encrypt()
        return client

    def _note_socket(self, created: socket.socket) -> None:
        self._socket = created

    def _log_in(self) -> None:
        mailbox = self._mailbox
        if mailbox.login == Login.XOAUTH2:
            self._log_in_by_token()
        elif (mailbox.username + mailbox.secret).isascii():
            self.login(mailbox.username, mailbox.secret, initial_folder=None)
        else:
            self.login_utf8(mailbox.username, mailbox.secret, initial_folder=None)

    def _log_in_by_token(self) -> None:
        try:
            self.xoauth2(self._mailbox.username, self._token, initial_folder=None)
        except MailboxLoginError:
            forget_access_token(self._mailbox)  # it was revoked early: get a new one next time
            raise

    @property
    def uidvalidity(self) -> int:
        """The folder's UIDVALIDITY; when it changes, the server has renumbered all e-mails in the folder."""
        # The library returns it only once: a value is there only if the server has sent it since the last call.
        _name, values = self.client.response("UIDVALIDITY")
        if values and values[-1]:
            self._uidvalidity = int(values[-1])
        return self._uidvalidity

    @property
    def can_idle(self) -> bool:
        """Whether the server can announce new e-mail by itself."""
        return "IDLE" in self.client.capabilities

    def uids_after(self, uid: int, since: str) -> list[int]:
        """The UIDs greater than this one, in order; if it is 0, of e-mails since a date such as 31-Jan-2026."""
        criteria = f"UID {uid + 1}:*" if uid else f"UID 1:* SINCE {since}"
        # For a range that ends in a star, servers always return the last message.
        return sorted(found for each in self.uids(criteria, charset=None) if (found := int(each)) > uid)

    def facts_of(self, uid: int) -> tuple[int, float] | None:
        """The size in bytes, and when the server received it, in seconds since 1970 (now if unknown); None if gone."""
        answer = self._fetch(uid, "(UID RFC822.SIZE INTERNALDATE)")
        line = b" ".join(part if isinstance(part, bytes) else part[0] for part in answer if part)
        size, at = SIZE.search(line), imaplib.Internaldate2tuple(line)
        if not size:
            return None
        return int(size[1]), _seconds(at)

    def raw(self, uid: int, most: int | None = None) -> bytes | None:
        """The e-mail's raw bytes, or the first `most` of them; None if it is gone."""
        part = f"<0.{most}>" if most else ""
        answer = self._fetch(uid, f"(UID BODY.PEEK[]{part})")
        return next((each[1] for each in answer if isinstance(each, tuple)), None)

    def _fetch(self, uid: int, parts: str) -> list[Any]:
        status, answer = self.client.uid("FETCH", str(uid), parts)
        if status != "OK":
            raise imaplib.IMAP4.error(f"FETCH: {status}")
        return answer or []

    def hang_up(self) -> None:
        """Close the connection without waiting; may be called from another thread, even while it is being opened."""
        with suppress(Exception):
            if self._socket:
                self._socket.shutdown(socket.SHUT_RDWR)
        with suppress(Exception):
            self.client.shutdown()

    @contextmanager
    def within(self, seconds: float) -> Iterator[None]:
        """Hang up if the block takes longer, even if the server keeps sending a little; then raises TimeoutError."""
        is_late = threading.Event()

        def hang_up_late() -> None:
            is_late.set()
            self.hang_up()

        timer = threading.Timer(seconds, hang_up_late)
        timer.daemon = True
        timer.start()
        try:
            yield
        except PROBLEMS as error:
            if is_late.is_set():
                raise TimeoutError from error
            raise
        finally:
            timer.cancel()


def _seconds(at: Any) -> float:
    return time.mktime(at) if at else time.time()


def problem_in_words(error: BaseException) -> str:
    """Why a mailbox cannot be fetched, and what to do, in the active language."""
    match error:
        case NotRenewed():
            return error.in_words()
        case NotPublic():
            return _("The server’s name points to an address that is not on the public internet.")
        case NotFound():
            return _("No server has this name. Check the spelling.")
        case ssl.SSLCertVerificationError():
            return _("The server’s certificate is not valid for this name.")
        case ssl.SSLError():
            return _("The server does not speak TLS on this port. Check port and encryption.")
        case TimeoutError():
            return _("The server did not answer in time. Check its name and port.")
        case ConnectionRefusedError():
            return _("The server does not accept connections on this port.")
        case MailboxLoginError():
            return _("The server does not accept this user name and password.")
        case MailboxFolderSelectError():
            return _("This folder does not exist.")
        case ValueError() if str(error) == "No encryption":
            return _("Without encryption, anyone in between could read the e-mails. Choose TLS.")
        case imaplib.IMAP4.abort() | ConnectionError():
            return _("The server closed the connection.")
        case imaplib.IMAP4.error() if "auth" in str(error).lower() or "login" in str(error).lower():
            return _("The server does not accept this user name and password.")
        case _:
            return _("The server gave an unexpected answer: %(answer)s") % {"answer": type(error).__name__}
