"""Hands e-mails to the mail server, and classifies its answers."""

from __future__ import annotations

import logging
import smtplib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from enum import Enum
from types import TracebackType
from typing import Any, Self

from anymail.backends.base import AnymailBaseBackend
from anymail.exceptions import AnymailAPIError, AnymailConfigurationError, AnymailError
from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.mail.backends.smtp import EmailBackend as SmtpBackend
from django.utils.translation import gettext as _

from helpdesk.conversations.installation_language import in_installation_language
from helpdesk.mail.refusals import is_no_such_address
from helpdesk.operations.outgoing.retry_after import retry_after_of

logger = logging.getLogger(__name__)

HandOver = Callable[[], None]
UNSURE_STATUS = {502, 504}  # from a gateway; the provider behind it may have accepted the e-mail
OURS_TO_MEND = {401, 402, 403, 408, 429}  # our key, our bill or our rate, not this e-mail
SERVER, SHUTTING_DOWN = 500, 421
# Authentication required, too weak, wrong, or needs encryption (RFC 4954, RFC 3207): our settings, not this e-mail.
OURS_TO_MEND_BY_SMTP = {530, 534, 535, 538}


class SendStatus(Enum):
    """What the mail server did with an e-mail."""

    ACCEPTED = "accepted"
    DEFERRED = "deferred"
    REFUSED = "refused"
    UNKNOWN = "unknown"  # it was handed over, but there was no answer


@dataclass(frozen=True)
class SendResult:
    """The status, with the server's words for people, and the ID that the provider will use in its events.

    With `DEFERRED`, the server may ask us to wait for `retry_after`.
    """

    status: SendStatus
    detail: str = ""
    provider_id: str = ""
    is_no_such_address: bool = False
    retry_after: timedelta = timedelta(0)


class Transport:
    """A connection to the configured mail server, for any number of e-mails; failures are returned, not raised.

    `hand_over` is called just before the server gets the text. If it raises, the error is passed on and nothing was
    handed over.
    """

    def __init__(self) -> None:
        self._backend: Any = get_connection()
        self._is_open = False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._close()

    def send(self, email: EmailMultiAlternatives, hand_over: HandOver) -> SendResult:
        """Send an e-mail to its one recipient."""
        was_open = self._is_open
        result = self._attempt(email, hand_over)
        if was_open and result is None:  # it had closed the connection since the last e-mail
            result = self._attempt(email, hand_over)
        if result is None:
            with in_installation_language():
                result = SendResult(SendStatus.DEFERRED, _("The mail server closed the connection."))
        return result

    def _attempt(self, email: EmailMultiAlternatives, hand_over: HandOver) -> SendResult | None:
        """The result; None if the server closed the connection before it was given anything."""
        handed_over = _Once(hand_over)
        try:
            self._open()
        except Exception as error:  # DNS, timeouts, TLS, any error of smtplib, wrong settings
            self._close()
            return SendResult(SendStatus.DEFERRED, _words(error))
        try:
            if isinstance(self._backend, SmtpBackend):
                self._announce_data(self._backend.connection, handed_over)
            else:
                handed_over()
            if isinstance(self._backend, AnymailBaseBackend):
                _leave_envelope(email)
            self._backend.send_messages([email])
        except smtplib.SMTPResponseException as error:
            return self._smtp_result(error.smtp_code, error.smtp_error, error)
        except smtplib.SMTPRecipientsRefused as error:
            code, text = next(iter(error.recipients.values()))
            return self._smtp_result(code, text, error)
        except smtplib.SMTPServerDisconnected as error:
            self._close()
            return SendResult(SendStatus.UNKNOWN, _words(error)) if handed_over.is_done else None
        except smtplib.SMTPNotSupportedError as error:
            return SendResult(SendStatus.REFUSED, _words(error))
        except AnymailError as error:
            return _provider_result(error)
        except OSError as error:
            self._close()
            return SendResult(SendStatus.UNKNOWN if handed_over.is_done else SendStatus.DEFERRED, _words(error))
        except Exception as error:
            self._close()
            if error is handed_over.error:
                raise
            # An address or text that Python's or the provider's library cannot encode; retrying would not help.
            logger.warning("An e-mail cannot be handed over (%s)", type(error).__name__)
            return SendResult(SendStatus.UNKNOWN if handed_over.is_done else SendStatus.REFUSED, _words(error))
        return SendResult(SendStatus.ACCEPTED, provider_id=_provider_id(email))

    def _open(self) -> None:
        if not self._is_open:
            self._backend.open()
            self._is_open = True

    def _close(self) -> None:
        self._is_open = False
        self._backend.close()

    def _smtp_result(self, code: int, text: bytes | str, error: smtplib.SMTPException) -> SendResult:
        detail = f"{code} {text.decode(errors='replace') if isinstance(text, bytes) else text}"
        if code == SHUTTING_DOWN or code in OURS_TO_MEND_BY_SMTP:
            self._close()
        if code < SERVER or code in OURS_TO_MEND_BY_SMTP:
            return SendResult(SendStatus.DEFERRED, detail)
        is_gone = isinstance(error, smtplib.SMTPRecipientsRefused) and is_no_such_address(detail)
        return SendResult(SendStatus.REFUSED, detail, is_no_such_address=is_gone)

    def _announce_data(self, connection: Any, handed_over: _Once) -> None:
        give_text = type(connection).data

        def announced(text: Any) -> Any:
            handed_over()
            return give_text(connection, text)

        connection.data = announced


class HandOverRefused(Exception):
    """Nothing may be handed over, because another worker has the dispatch."""


class _Once:
    """Calls `hand_over`, and remembers whether it succeeded or what it raised."""

    def __init__(self, hand_over: HandOver) -> None:
        self._hand_over, self.is_done = hand_over, False
        self.error: Exception | None = None

    def __call__(self) -> None:
        try:
            self._hand_over()
        except Exception as error:
            self.error = error
            raise
        self.is_done = True


def _leave_envelope(email: EmailMultiAlternatives) -> None:
    """Use the header's From as the envelope's: providers handle bounces, and most refuse any other envelope."""
    email.from_email = email.extra_headers.pop("From", email.from_email)


def _provider_result(error: AnymailError) -> SendResult:
    status = getattr(error, "status_code", None)
    deferred = SendResult(SendStatus.DEFERRED, _words(error), retry_after=retry_after_of(error))
    if isinstance(error, AnymailConfigurationError) or status in OURS_TO_MEND:
        return deferred
    if isinstance(error, AnymailAPIError) and (status is None or status in UNSURE_STATUS):
        return SendResult(SendStatus.UNKNOWN, _words(error))
    if status is not None and status >= SERVER:
        return deferred
    return SendResult(SendStatus.REFUSED, _words(error))


def _provider_id(email: EmailMultiAlternatives) -> str:
    return str(getattr(getattr(email, "anymail_status", None), "message_id", None) or "")


def _words(error: BaseException) -> str:
    return f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
