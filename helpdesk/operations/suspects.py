"""Who was lately refused at an address waits there for a turn: a flood of such requests takes one thread, not all."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from helpdesk.operations.environ import client_address

SUSPECT_TIME = 60.0  # seconds from a refusal on, in which a sender has one place at that address
MOST_WAITING = 50  # requests of a suspect that may wait for their turn


class TurnRefused(Exception):
    """Too many of the same sender wait already, or have waited too long."""


class Turn:
    """What one sender's requests to one address wait for."""

    def __init__(self) -> None:
        self._lock, self._waiting = asyncio.Lock(), 0

    @asynccontextmanager
    async def taken(self, patience: float) -> AsyncIterator[None]:
        """Wait for the others, at most so many seconds. Raises TurnRefused."""
        if self._waiting >= MOST_WAITING:
            raise TurnRefused
        self._waiting += 1
        try:
            async with asyncio.timeout(patience):
                await self._lock.acquire()
        except TimeoutError:
            raise TurnRefused from None
        finally:
            self._waiting -= 1
        try:
            yield
        finally:
            self._lock.release()


class Suspects:
    """The senders that one process suspects, each at the address where it was refused."""

    def __init__(self) -> None:
        self._turns: dict[tuple[str, str], Turn] = {}
        self._acquitted: set[tuple[str, str]] = set()

    @asynccontextmanager
    async def turn(self, environ: dict[str, Any], patience: float) -> AsyncIterator[None]:
        """At once, but for a suspect. Raises TurnRefused."""
        if turn := self._turns.get(_sender(environ)):
            async with turn.taken(patience):
                yield
        else:
            yield

    def acquit(self, environ: dict[str, Any]) -> None:
        """Suspect this sender no more: what it sends is taken. Behind a proxy, others may have its address."""
        sender = _sender(environ)
        self._acquitted.add(sender)
        self._turns.pop(sender, None)

    def suspect(self, environ: dict[str, Any]) -> None:
        """Take this sender for one for a while, unless it was acquitted."""
        sender = _sender(environ)
        if sender not in self._turns and sender not in self._acquitted:
            self._turns[sender] = Turn()
            asyncio.get_running_loop().call_later(SUSPECT_TIME, self._turns.pop, sender, None)


def _sender(environ: dict[str, Any]) -> tuple[str, str]:
    return client_address(environ), environ["PATH_INFO"]
