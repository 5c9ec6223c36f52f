"""The intake behind the real server, as bytes on a connection."""

import json
import os
import socket
import subprocess
import sys
import time

import httpx
import pytest
from django.conf import settings

from helpdesk.operations.server import is_port_free
from tests.factories import KEY, source_of
from tests.webhooks.sender import learner_help
from webhooks.models import Delivery
from webhooks.signature import sign

pytestmark = pytest.mark.django_db(transaction=True)


def post(address, body, **options):
    return httpx.post(address, headers={"x-signature": sign(body, KEY)}, **options)


def test_a_chunked_body_is_read_completely(server):
    source = source_of()
    body = json.dumps(learner_help()).encode()
    parts = (body[place : place + 50] for place in range(0, len(body), 50))
    assert post(server + source.intake_path, body, content=parts).json()["status"] == "stored"
    assert bytes(Delivery.objects.get().body) == body


def test_a_chunked_body_is_limited_too(server):
    source = source_of()
    answer = post(server + source.intake_path, b"", content=(b"x" * 65536 for _ in range(6)))
    assert (answer.status_code, answer.json()["status"]) == (413, "too_large")


def test_an_incomplete_body_is_not_stored(server):
    source = source_of()
    host, port = server.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=10) as connection:
        head = f"POST {source.intake_path} HTTP/1.1\r\nHost: {host}\r\nContent-Length: 500\r\n"
        connection.sendall(f'{head}x-signature: {"a" * 64}\r\n\r\n{{"event"'.encode())
    time.sleep(0.5)
    assert Delivery.objects.count() == 0
    assert httpx.get(f"{server}/healthz").status_code == 200


def test_a_port_in_use_is_reported_without_a_traceback(server):
    port = server.rsplit(":", 1)[1]
    assert not is_port_free("127.0.0.1", int(port))
    command = [sys.executable, str(settings.BASE_DIR / "manage.py"), "serve"]
    ended = subprocess.run(command, env=os.environ | {"PORT": port}, capture_output=True, text=True, timeout=60)
    assert ended.returncode == 1
    assert f"Port {port}" in ended.stderr
    assert "Traceback" not in ended.stderr


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"SECRET_KEY": ""}, "SECRET_KEY"),
        ({"SECRET_KEY": "short"}, "SECRET_KEY"),
        ({"SECRET_KEY": "django-insecure-0123456789-abcdefghijklmnopqrstuvwxyz"}, "SECRET_KEY"),
        ({"ALLOWED_HOSTS": ""}, "ALLOWED_HOSTS"),
        ({"ALLOWED_HOSTS": "*"}, "ALLOWED_HOSTS"),
        ({"DEBUG": "true", "ALLOWED_HOSTS": "helpdesk.example.com"}, "DEBUG"),
        ({"DATABASE_URL": "sqlite:///x"}, "DATABASE_URL"),
    ],
)
def test_an_unsafe_setting_stops_the_start_with_an_explanation(changes, words):
    environment = os.environ | {"TRIAL": ""} | changes
    command = [sys.executable, str(settings.BASE_DIR / "manage.py"), "serve"]
    ended = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60)
    assert ended.returncode != 0
    assert f"Set {words}" in ended.stderr
