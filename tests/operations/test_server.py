"""The real server, as bytes on a connection and as a process."""

import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import psycopg
import pytest

from tests.factories import source_of
from tests.servers import database_address, serving

pytestmark = pytest.mark.django_db(transaction=True)
PATIENCE = 5  # seconds for one answer, on a busy machine


def test_a_too_long_body_is_refused_before_it_arrives(server):
    source = source_of()
    host, port = server.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=PATIENCE) as connection:
        head = f"POST {source.intake_path} HTTP/1.1\r\nHost: {host}\r\nContent-Length: 300000\r\n"
        connection.sendall(f"{head}x-signature: {'a' * 64}\r\n\r\n".encode())
        with connection.makefile("rb") as answer:
            text = answer.read()  # to the end: the server closes the connection
    assert text.startswith(b"HTTP/1.1 413 ")
    assert b'"too_large"' in text


def test_one_connection_serves_several_requests(server):
    with httpx.Client(base_url=server) as client:
        answer, head = client.get("/webhooks/eduzz/abc/"), client.head("/webhooks/eduzz/abc/")
        assert (head.status_code, head.content) == (200, b"")
        assert head.headers["content-length"] == answer.headers["content-length"] == str(len(answer.content))
        login = client.get("/accounts/login/")
        fields = {"login": "nobody@example.com", "password": "x", "csrfmiddlewaretoken": client.cookies["csrftoken"]}
        assert client.post("/accounts/login/", data=fields, headers={"referer": server}).status_code == 200
        assert login.cookies["csrftoken"]
        transport: Any = client._transport
        assert len(transport._pool.connections) == 1


def test_a_running_request_is_answered_before_the_server_stops():
    with ThreadPoolExecutor(1) as pool, psycopg.connect(database_address()) as other:
        with serving() as address:
            other.execute("LOCK TABLE django_session")
            asked = pool.submit(httpx.get, address, headers={"cookie": f"sessionid={'a' * 32}"}, timeout=PATIENCE)
            time.sleep(0.5)
            threading.Timer(1, other.rollback).start()
        assert asked.result().status_code == 302
