"""A request to an ASGI app, in messages."""

import asyncio
from collections.abc import Callable


async def until(happened: Callable[[], object]) -> None:
    """Wait for a thread of the gateway. Raises TimeoutError after ten seconds."""
    async with asyncio.timeout(10):
        while not happened():
            await asyncio.sleep(0.005)


async def respond(gateway, path, method="POST", headers=(), messages=(), query=b"", client="192.0.2.1"):
    """The messages sent to the client, who sends the given ones and then nothing more."""
    scope = {
        "type": "http",
        "method": method,
        "raw_path": path,
        "query_string": query,
        "http_version": "1.1",
        "scheme": "http",
        "client": (client, "1234"),
        "server": ("127.0.0.1", "8000"),
        "headers": list(headers),
    }
    waiting, sent = list(messages), []

    async def receive():
        if not waiting:
            await asyncio.sleep(60)
        return waiting.pop(0)

    async def send(message):
        sent.append(message)

    await gateway(scope, receive, send)
    return sent
