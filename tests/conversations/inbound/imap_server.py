"""A real IMAP server (pymap) on loopback, in its own process, with one mailbox."""

import imaplib
import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing.context import ForkProcess

from tests.forking import start_fork
from tests.servers import free_port
from tests.waiting import wait_until

USER, PASSWORD = "ajuda", "segredo-do-correio"


class ImapServer:
    """A restart loses its e-mails and changes UIDVALIDITY, as when a server is restored."""

    def __init__(self) -> None:
        self.port = free_port()
        self._process: ForkProcess | None = None

    def start(self) -> None:
        from pymap.main import main  # only for tests that need it, and once

        options = ["--host", "127.0.0.1", "--port", str(self.port), "--no-tls"]
        self._process = start_fork(
            _run_silently, main, *options, "dict", "--demo-user", USER, "--demo-password", PASSWORD
        )
        wait_until(self._answers, 60, "the IMAP server does not start")

    def _answers(self) -> bool:
        try:
            self.client().logout()
        except OSError:
            return False
        return True

    def stop(self, number: int = signal.SIGTERM) -> None:
        if self._process:
            self._send(number)
            self._process.join()
            self._process = None

    def freeze(self) -> None:
        self._send(signal.SIGSTOP)

    def thaw(self) -> None:
        self._send(signal.SIGCONT)

    def _send(self, number: int) -> None:
        assert self._process
        assert self._process.pid
        os.kill(self._process.pid, number)

    def client(self) -> imaplib.IMAP4:
        client = imaplib.IMAP4("127.0.0.1", self.port, timeout=20)
        client.login(USER, PASSWORD)
        return client

    def deliver(self, *mails: bytes) -> None:
        client = self.client()
        for raw in mails:
            status, _answer = client.append("INBOX", "", imaplib.Time2Internaldate(time.time()), raw)
            assert status == "OK"
        client.logout()


def _run_silently(main: Callable[[], object], *arguments: str) -> None:
    nowhere = os.open(os.devnull, os.O_RDWR)
    for number in (1, 2):
        os.dup2(nowhere, number)
    sys.argv[1:] = arguments
    main()


@contextmanager
def imap_server() -> Iterator[ImapServer]:
    server = ImapServer()
    server.start()
    try:
        yield server
    finally:
        server.stop(signal.SIGKILL)
