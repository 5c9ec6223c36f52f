"""Network connections for outgoing requests.

A host name is resolved once, all its addresses are checked, and the connection goes to one of exactly these; so a name
whose address changes in between (DNS rebinding) gains nothing. A request is aborted at its overall time limit, even if
the receiver keeps sending a little.
"""

from __future__ import annotations

import ssl
import time
from collections.abc import Iterable
from functools import cache
from typing import Any

import httpcore

from helpdesk.operations.outgoing.addresses import allowed_addresses


@cache
def trusted_certificates() -> ssl.SSLContext:
    """Certificate authorities that browsers trust, and those that this machine trusts in addition."""
    context = httpcore.default_ssl_context()
    context.load_default_certs()
    return context


class GuardedBackend(httpcore.NetworkBackend):
    """Connects only to allowed addresses, and keeps the time limit set by `start_clock`.

    The certificate must still match the URL's host name.
    """

    def __init__(self, *, allows_private: bool = False) -> None:
        self._backend = httpcore.SyncBackend()
        self._allows_private = allows_private
        self._ends_at = 0.0

    def start_clock(self, seconds: float) -> None:
        """Limit everything that follows to this time."""
        self._ends_at = time.monotonic() + seconds

    def time_left(self, at_most: float | None) -> float:
        """Remaining seconds; never so few that the socket would not wait at all."""
        left = max(self._ends_at - time.monotonic(), 0.001)
        return left if at_most is None else min(left, at_most)

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        """Try the addresses in the resolver's order. Raises NotFound, NotPublic, and httpcore's errors."""
        addresses = allowed_addresses(host.strip("[]"), port, allows_private=self._allows_private)
        while True:
            address = addresses.pop(0)
            try:
                stream = self._backend.connect_tcp(
                    address, port, self.time_left(timeout), local_address, socket_options
                )
            except (httpcore.ConnectError, httpcore.ConnectTimeout):
                if not addresses:
                    raise
            else:
                return TimedStream(stream, self)


class TimedStream(httpcore.NetworkStream):
    """A connection that keeps its backend's time limit."""

    def __init__(self, stream: httpcore.NetworkStream, clock: GuardedBackend) -> None:
        self._stream = stream
        self._clock = clock

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """Raises httpcore.ReadTimeout at the time limit."""
        return self._stream.read(max_bytes, self._clock.time_left(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Raises httpcore.WriteTimeout at the time limit."""
        self._stream.write(buffer, self._clock.time_left(timeout))

    def close(self) -> None:
        """End the connection."""
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        """This connection, encrypted, under the same time limit."""
        encrypted = self._stream.start_tls(ssl_context, server_hostname, self._clock.time_left(timeout))
        return TimedStream(encrypted, self._clock)

    def get_extra_info(self, info: str) -> Any:
        """Information about the connection, as httpcore defines it."""
        return self._stream.get_extra_info(info)
