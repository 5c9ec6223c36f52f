"""Limits a sender who was recently refused to one request at a time, so that a flood takes one thread, not all."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from helpdesk.operations.environ import client_address

THROTTLE_TIME = 60.0  # seconds after a refusal during which the sender is limited
MOST_WAITING = 50  # requests of a sender that may wait


class TooManyWaiting(Exception):
    """Too many requests of this sender are waiting, or this one has waited too long."""


class Turn:
    """Lets one request at a time of a sender to a path through."""

    def __init__(self) -> None:
        self._lock, self._waiting = asyncio.Lock(), 0

    @asynccontextmanager
    async def taken(self, patience: float) -> AsyncIterator[None]:
        """Wait for one's turn, at most `patience` seconds. Raises TooManyWaiting."""
        if self._waiting >= MOST_WAITING:
            raise TooManyWaiting
        self._waiting += 1
        try:
            async with asyncio.timeout(patience):
                await self._lock.acquire()
        except TimeoutError:
            raise TooManyWaiting from None
        finally:
            self._waiting -= 1
        try:
            yield
        finally:
            self._lock.release()


class SenderThrottle:
    """Senders that this process refused recently, each limited at the path that it used, or `everywhere`."""

    def __init__(self, *, everywhere: bool = False) -> None:
        self._everywhere = everywhere
        self._turns: dict[tuple[str, str], Turn] = {}
        self._exempt: set[tuple[str, str]] = set()

    @asynccontextmanager
    async def turn(self, environ: dict[str, Any], patience: float) -> AsyncIterator[None]:
        """Run a request within this context: at once, or one by one for a throttled sender. Raises TooManyWaiting."""
        if turn := self._turns.get(self._sender(environ)):
            async with turn.taken(patience):
                yield
        else:
            yield

    def exempt(self, environ: dict[str, Any]) -> None:
        """Stop throttling this sender, since it sent something valid; behind a proxy, others may share its address."""
        sender = self._sender(environ)
        self._exempt.add(sender)
        self._turns.pop(sender, None)

    def add(self, environ: dict[str, Any]) -> None:
        """Throttle this sender for a while, unless it is exempt."""
        sender = self._sender(environ)
        if sender not in self._turns and sender not in self._exempt:
            self._turns[sender] = Turn()
            asyncio.get_running_loop().call_later(THROTTLE_TIME, self._turns.pop, sender, None)

    def _sender(self, environ: dict[str, Any]) -> tuple[str, str]:
        return client_address(environ), "" if self._everywhere else environ["PATH_INFO"]
