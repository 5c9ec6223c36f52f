"""The gateway between the server and the WSGI application, which only gets complete requests.

It is an ASGI application. Bodies are read in the event loop, with limits on size and time, so slow senders occupy no
thread. The application then runs in a thread of the request's lane (lanes.py), and the event loop sends its response,
so slow readers occupy no thread either.
"""

from __future__ import annotations

import asyncio
import io
import logging
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

from django.utils.translation import gettext as _

from helpdesk.operations.environ import environ_of
from helpdesk.operations.instruments import REFUSED
from helpdesk.operations.lanes import Lane, registered_lanes
from helpdesk.operations.sender_throttle import SenderThrottle, TooManyWaiting
from helpdesk.operations.time_limits import limit_statements

logger = logging.getLogger(__name__)

BODY_TIME = 10.0  # seconds in which a body must arrive, unless the lane says otherwise
QUEUE_TIME = 5.0  # seconds after which a request that still waits for a thread is refused
ROOM = 64 * 1024 * 1024  # bytes that all bodies of a lane together may occupy in one process
SMALL = 16 * 1024  # bytes of each body that are not counted, so that small ones always have room
QUEUE_LENGTH = 500  # requests in a lane of one process, running or waiting
RETRY_AFTER = 5  # seconds

Message = dict[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[..., Iterable[bytes]]


class Refused(Exception):
    """The request is refused without running the application."""

    def __init__(self, status: int, sentence: str) -> None:
        super().__init__(sentence)
        self.status, self.sentence = status, sentence


def too_busy() -> Refused:
    """The refusal when there is no room, no place or no time left."""
    return Refused(503, _("We are too busy at the moment; please try again."))


@dataclass
class Part:
    """A piece of a response; status and headers are used from the first piece only."""

    body: bytes
    is_last: bool
    status: int = 0
    headers: list[tuple[str, str]] = field(default_factory=list)


class Gateway:
    """Runs a WSGI application, with this many threads for each lane that doesn't set its own number."""

    def __init__(self, application: Application, threads: int) -> None:
        self._lanes = [LaneThreads(lane, application, lane.threads or threads) for lane in registered_lanes()]

    async def __call__(self, scope: dict[str, Any], receive: Receive, send: Send) -> None:
        """Handle one request."""
        environ = environ_of(scope)
        threads = next(threads for threads in self._lanes if environ["PATH_INFO"].startswith(threads.lane.prefixes))
        parts: asyncio.Queue[Part] = asyncio.Queue()
        is_read = False
        try:
            with threads.share() as share:
                is_read = await read_body(environ, threads.lane, receive, share)
                async with threads.turn(environ):
                    with threads.place():
                        threads.start(environ, parts)
                        status = await send_parts(parts, send, is_read)
                        threads.note_request_answered(environ, status)
        except Refused as refused:
            parts.put_nowait(refusal(threads.lane, refused))
            await send_parts(parts, send, is_read)
            REFUSED.inc(threads.lane.name, str(refused.status))


async def send_parts(parts: asyncio.Queue[Part], send: Send, may_go_on: bool) -> int:
    """Send a response as it is produced, and return its status.

    `may_go_on` says whether the connection may serve another request.
    """
    part = await parts.get()
    status = part.status
    headers = [(name.lower().encode("latin-1"), value.strip().encode("latin-1")) for name, value in part.headers]
    if not may_go_on:
        headers.append((b"connection", b"close"))
    await send({"type": "http.response.start", "status": part.status, "headers": headers})
    await send({"type": "http.response.body", "body": part.body, "more_body": not part.is_last})
    while not part.is_last:
        part = await parts.get()
        await send({"type": "http.response.body", "body": part.body, "more_body": not part.is_last})
    return status


def refusal(lane: Lane, refused: Refused) -> Part:
    """The lane's response to a request that is refused."""
    content_type, body = lane.render(refused.status, refused.sentence)
    headers = [("Content-Type", content_type), ("Content-Length", str(len(body))), ("Cache-Control", "no-store")]
    if refused.status == 503:
        headers.append(("Retry-After", str(RETRY_AFTER)))
    return Part(body, True, refused.status, headers)


async def read_body(environ: dict[str, Any], lane: Lane, receive: Receive, share: Share) -> bool:
    """Read the body into `wsgi.input`; returns whether all of it was read. Raises Refused.

    If the headers show that the application would ignore the body, it gets none. If the body is too long, the
    application gets one byte more than is allowed, so that it refuses the request in its own words.
    """
    length = environ.pop("CONTENT_LENGTH", "0")
    is_chunked = bool(environ.pop("HTTP_TRANSFER_ENCODING", ""))
    body, is_read = b"", True
    if length != "0" or is_chunked:
        if not lane.is_worth_reading(environ):
            is_read = False
        elif not is_chunked and int(length) > lane.max_body:
            body, is_read = bytes(lane.max_body + 1), False
        else:
            body = await _receive_body(receive, lane, share)
            is_read = len(body) <= lane.max_body
        environ["CONTENT_LENGTH"] = str(len(body))
    environ["wsgi.input"] = io.BytesIO(body)
    return is_read


async def _receive_body(receive: Receive, lane: Lane, share: Share) -> bytes:
    """The body, cut to one byte more than the limit. Raises Refused."""
    try:
        async with asyncio.timeout(lane.body_time or BODY_TIME):
            return await _receive_up_to(lane.max_body + 1, receive, share)
    except TimeoutError:
        raise Refused(408, _("The body of the request took too long to arrive.")) from None


async def _receive_up_to(most: int, receive: Receive, share: Share) -> bytes:
    body, has_more = bytearray(), True
    while has_more and len(body) < most:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise Refused(400, _("The request ended before its body was complete."))
        body += message.get("body", b"")
        share.grow_to(len(body))
        has_more = message.get("more_body", False)
    return bytes(body[:most])


class Share:
    """The part of its lane's room that one request's body occupies."""

    def __init__(self, lane: LaneThreads) -> None:
        self._lane, self._size = lane, 0

    def grow_to(self, size: int) -> None:
        """Occupy this many bytes. Raises Refused if there is no room."""
        more = max(0, size - SMALL) - self._size
        if more > self._lane.room:
            raise too_busy()
        self._lane.room -= more
        self._size += more

    def release(self) -> None:
        """Free the room."""
        self._lane.room += self._size
        self._size = 0


class LaneThreads:
    """The threads of one lane, each with the lane's statement limit, and the lane's room for bodies."""

    def __init__(self, lane: Lane, application: Application, threads: int) -> None:
        self.lane, self._application, self._taken = lane, application, 0
        self.room, self._throttle = ROOM, SenderThrottle(everywhere=lane.throttles_everywhere)
        self._pool = ThreadPoolExecutor(threads, lane.name, limit_statements, (lane.statement_limit,))

    @contextmanager
    def share(self) -> Iterator[Share]:
        """A share of the room for the duration of a request."""
        share = Share(self)
        try:
            yield share
        finally:
            share.release()

    @asynccontextmanager
    async def turn(self, environ: dict[str, Any]) -> AsyncIterator[None]:
        """Wait for a throttled sender's turn. Raises Refused if too many of its requests are waiting."""
        try:
            async with self._throttle.turn(environ, QUEUE_TIME):
                yield
        except TooManyWaiting:
            raise too_busy() from None

    def note_request_answered(self, environ: dict[str, Any], status: int) -> None:
        """Throttle the sender if the response is the lane's `throttled_status`; exempt it if a POST was accepted."""
        if status == self.lane.throttled_status:
            self._throttle.add(environ)
        elif self.lane.throttled_status and environ["REQUEST_METHOD"] == "POST" and status < 300:
            self._throttle.exempt(environ)

    @contextmanager
    def place(self) -> Iterator[None]:
        """Occupy a place in the lane. Raises Refused if it is full."""
        if self._taken >= QUEUE_LENGTH:
            raise too_busy()
        self._taken += 1
        try:
            yield
        finally:
            self._taken -= 1

    def start(self, environ: dict[str, Any], parts: asyncio.Queue[Part]) -> None:
        """Run the application in a thread, which puts its response into `parts`."""
        loop, deadline = asyncio.get_running_loop(), time.monotonic() + QUEUE_TIME

        def deliver(part: Part) -> None:
            loop.call_soon_threadsafe(parts.put_nowait, part)

        self._pool.submit(self._run, environ, deadline, deliver)

    def _run(self, environ: dict[str, Any], deadline: float, deliver: Callable[[Part], object]) -> None:
        if time.monotonic() > deadline:
            deliver(refusal(self.lane, too_busy()))
            REFUSED.inc(self.lane.name, "503")
            return
        try:
            run_application(self._application, environ, deliver)
        except Exception:
            logger.exception("The application failed at %s", environ["PATH_INFO"])
            deliver(refusal(self.lane, Refused(500, _("Something went wrong on our side."))))


def run_application(application: Application, environ: dict[str, Any], deliver: Callable[[Part], object]) -> None:
    """Run the application (PEP 3333); its response is delivered chunk by chunk, or in one part if it has only one."""
    part = Part(b"", True)

    def start_response(status: str, headers: list[tuple[str, str]], error: object = None) -> None:
        part.status, part.headers = int(status.split(" ", 1)[0]), headers

    chunks = application(environ, start_response)
    try:
        for chunk in chunks:
            if part.body:
                deliver(replace(part, is_last=False))
            part.body = chunk
        deliver(part)
    finally:
        if close := getattr(chunks, "close", None):
            close()
