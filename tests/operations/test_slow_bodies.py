"""Two hundred sockets that drip their bodies, against the real server."""

import itertools
import json
import socket
import threading
import time
from contextlib import contextmanager, suppress

import httpx
import pytest

from helpdesk.operations.gateway import BODY_TIME
from tests.factories import KEY, source_of
from tests.webhooks.sender import learner_help
from webhooks.signature import sign

pytestmark = pytest.mark.django_db(transaction=True)

SOCKETS = 200
PATIENCE = 5  # seconds for one answer, on a busy machine


def heads(source):
    """The beginnings of requests whose bodies will not come: all that may send one, and one that may not."""
    start = "POST {} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 1000\r\n{}\r\n\r\n"
    return [
        start.format("/accounts/login/", "Cookie: csrftoken=abc"),
        start.format("/api/v1/tickets", "Authorization: Bearer hdt_abc"),
        start.format("/api/v1/tickets", "Content-Type: application/json"),
        start.format(source.intake_path, f"x-signature: {'a' * 64}"),
    ]


@contextmanager
def dripping(address, source):
    """Within, that many sockets send a byte now and then."""
    host, port = address.removeprefix("http://").split(":")
    sockets = [socket.create_connection((host, int(port)), timeout=10) for _ in range(SOCKETS)]
    for connection, head in zip(sockets, itertools.cycle(heads(source)), strict=False):
        connection.sendall(head.encode())
    stop = threading.Event()

    def drip():
        while not stop.wait(0.5):
            for connection in sockets:
                with suppress(OSError):  # the server may have refused it
                    connection.sendall(b"x")

    thread = threading.Thread(target=drip)
    thread.start()
    try:
        yield sockets
    finally:
        stop.set()
        thread.join()
        for connection in sockets:
            connection.close()


def test_slow_clients_block_neither_events_nor_pages_and_are_disconnected(server):
    source = source_of()
    with dripping(server, source) as sockets:
        started = time.monotonic()
        for number in range(10):
            body = json.dumps(learner_help(id=f"event-{number}")).encode()
            headers = {"x-signature": sign(body, KEY)}
            answer = httpx.post(server + source.intake_path, content=body, headers=headers, timeout=PATIENCE)
            assert answer.status_code == 200
            for path in ("/accounts/login/", "/api/v1/docs", "/healthz"):
                assert httpx.get(server + path, timeout=PATIENCE).status_code == 200
        for connection in sockets:
            connection.settimeout(max(1, started + BODY_TIME + PATIENCE - time.monotonic()))
        answers = [connection.recv(100).split()[1] for connection in sockets]
        assert answers == [b"408", b"408", b"401", b"408"] * (SOCKETS // 4)
