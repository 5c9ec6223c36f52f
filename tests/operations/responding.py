"""A request to an ASGI app, by its messages."""

import asyncio


async def respond(gateway, path, method="POST", headers=(), messages=(), query=b"", client="192.0.2.1"):
    """The messages that are sent to the client; after those that are given, nothing comes from it."""
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
