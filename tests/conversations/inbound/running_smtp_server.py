"""Runs our own SMTP server for tests."""

import threading
from contextlib import contextmanager

from helpdesk.conversations.inbound import smtp_server
from tests.servers import free_port


@contextmanager
def running_smtp_server(certificate=None):
    """Run it in a thread."""
    ready, stop = threading.Event(), threading.Event()
    listen = smtp_server.Listen("127.0.0.1", free_port(), "mx.helpdesk.example", certificate, certificate)
    thread = threading.Thread(target=smtp_server.serve, args=(listen, ready, stop), daemon=True)
    thread.start()
    assert ready.wait(20)
    yield listen.port
    stop.set()
    thread.join(10)
    smtp_server.BoundedSmtp.open_from.clear()
