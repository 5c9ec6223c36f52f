"""Sends a request and returns the response. Follows no redirects, and ignores proxies set in the environment."""

from __future__ import annotations

import ssl
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta

import httpcore
import httpx
from django.db import models
from django.utils.translation import pgettext_lazy

from helpdesk.operations.outgoing.addresses import NotFound, NotPublic
from helpdesk.operations.outgoing.network import GuardedBackend, trusted_certificates
from helpdesk.operations.outgoing.retry_after import retry_after

CONNECT_SECONDS = 5.0
TOTAL_SECONDS = 15.0
READ_AT_MOST = 64 * 1024  # bytes of a response; the connection of a longer one is closed
KEPT = 1024  # bytes
BROKEN_OFF = (httpcore.TimeoutException, httpcore.NetworkError, httpcore.ProtocolError)
USER_AGENT = "Helpdesk-Webhooks/1"


class Problem(models.TextChoices):
    """Why a request failed."""

    NO_ADDRESS = "no_address", pgettext_lazy("attempt", "The host name could not be resolved")
    PRIVATE_ADDRESS = "private_address", pgettext_lazy("attempt", "The host is not on the public internet")
    NO_CONNECTION = "no_connection", pgettext_lazy("attempt", "No connection could be made")
    TLS = "tls", pgettext_lazy("attempt", "The certificate is not trusted")
    TIMEOUT = "timeout", pgettext_lazy("attempt", "No response in time")
    BROKEN = "broken", pgettext_lazy("attempt", "The connection dropped, or the response was not HTTP")
    REDIRECT = "redirect", pgettext_lazy("attempt", "It redirects elsewhere, which we do not follow")
    STATUS = "status", pgettext_lazy("attempt", "The status code does not mean success")


@dataclass(frozen=True)
class ReceiverResponse:
    """The result of a request."""

    status_code: int | None = None
    answer: str = ""
    problem: str = ""
    details: str = ""
    duration_ms: int = 0
    retry_after: timedelta = timedelta(0)  # how long the receiver asks us to wait

    @property
    def has_come(self) -> bool:
        """Whether the receiver sent a response at all."""
        return self.status_code is not None


class Sender:
    """Sends to one receiver over one connection, which is kept open as long as the receiver allows."""

    def __init__(self, pool: httpcore.ConnectionPool, backend: GuardedBackend) -> None:
        self._pool = pool
        self._backend = backend

    def send(
        self, url: str, body: bytes, headers: Mapping[bytes | str, bytes | str], *, kept: int = KEPT
    ) -> ReceiverResponse:
        """Post a body, and keep the first `keep` bytes of the response. Never raises for errors of the receiver or the
        network.
        """
        started = time.monotonic()
        self._backend.start_clock(TOTAL_SECONDS)
        try:
            answer = self._post(url, body, headers, kept)
        except (NotPublic, NotFound, *BROKEN_OFF) as error:
            answer = ReceiverResponse(problem=_problem_of(error), details=_one_line(error))
        except (httpx.InvalidURL, httpcore.UnsupportedProtocol, OSError) as error:
            answer = ReceiverResponse(problem=Problem.NO_CONNECTION, details=_one_line(error))
        duration_ms = round((time.monotonic() - started) * 1000)
        return replace(answer, duration_ms=duration_ms)

    def _post(self, url: str, body: bytes, headers: Mapping[bytes | str, bytes | str], most: int) -> ReceiverResponse:
        target = httpx.URL(url)  # encodes international host names
        request_url = httpcore.URL(
            scheme=target.raw_scheme, host=target.raw_host, port=target.port, target=target.raw_path
        )
        all_headers = {
            "host": target.netloc.decode("ascii"),
            "content-type": "application/json",
            "user-agent": USER_AGENT,
            "accept-encoding": "identity",
            **headers,
        }
        timeout = {"connect": CONNECT_SECONDS, "read": TOTAL_SECONDS, "write": TOTAL_SECONDS, "pool": CONNECT_SECONDS}
        with self._pool.stream(
            "POST", request_url, headers=all_headers, content=body, extensions={"timeout": timeout}
        ) as response:
            text = _beginning(response.iter_stream(), most)
            problem, details = _classify(response)
            asked = retry_after(response.status, _header(response, b"retry-after"))
            return ReceiverResponse(response.status, text, problem, details, retry_after=asked)


@contextmanager
def sender(*, allows_private: bool = False) -> Iterator[Sender]:
    """A sender whose connection is closed at the end; private addresses only if that is allowed."""
    backend = GuardedBackend(allows_private=allows_private)
    with httpcore.ConnectionPool(
        ssl_context=trusted_certificates(), max_connections=1, keepalive_expiry=2.0, network_backend=backend
    ) as pool:
        yield Sender(pool, backend)


def _classify(response: httpcore.Response) -> tuple[str, str]:
    if 200 <= response.status < 300:
        return "", ""
    if 300 <= response.status < 400:
        return Problem.REDIRECT, _header(response, b"location")[:300]
    return Problem.STATUS, ""


def _header(response: httpcore.Response, name: bytes) -> str:
    return _storable(next((value for key, value in response.headers if key.lower() == name), b""))


def _beginning(chunks: Iterator[bytes], most: int) -> str:
    """The beginning of the body; if it breaks off, the status alone is enough."""
    kept, length = b"", 0
    try:
        for chunk in chunks:
            length += len(chunk)
            kept = (kept + chunk)[:most]
            if length > READ_AT_MOST:
                break
    except BROKEN_OFF:
        pass
    return _storable(kept)


def _problem_of(error: BaseException) -> Problem:
    if isinstance(error, NotPublic):
        return Problem.PRIVATE_ADDRESS
    if isinstance(error, NotFound):
        return Problem.NO_ADDRESS
    if isinstance(error, httpcore.TimeoutException):
        return Problem.TIMEOUT
    if isinstance(error, httpcore.ConnectError):
        causes = (error.__cause__, error.__context__)
        return Problem.TLS if any(isinstance(cause, ssl.SSLError) for cause in causes) else Problem.NO_CONNECTION
    return Problem.BROKEN


def _storable(text: bytes) -> str:
    return text.decode(errors="replace").replace("\0", "␀")


def _one_line(error: BaseException) -> str:
    return " ".join(_storable(str(error).encode(errors="replace")).split())[:300]
