"""Stands in for the push service built into Chromium, as far as a browser needs it to receive notifications.

Chromium registers and asks for an address over HTTP, then keeps a connection open on which pushes arrive: messages in
protocol buffers, each preceded by its tag and length (MCS, the mobile connection server).
"""

from __future__ import annotations

import base64
import hashlib
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Event, Thread
from urllib.parse import parse_qs

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from cryptography.x509.oid import NameOID

VERSION = b"\x29"  # of MCS, 41
LOGGED_IN, DATA = 3, 8  # message tags


def varint(number: int) -> bytes:
    """Encode as a varint: seven bits per byte, lowest first."""
    low, rest = number & 0x7F, number >> 7
    return bytes([low | 0x80]) + varint(rest) if rest else bytes([low])


def field(number: int, value: bytes | str) -> bytes:
    """A length-delimited field: text, bytes, or another message."""
    data = value.encode() if isinstance(value, str) else value
    return varint(number << 3 | 2) + varint(len(data)) + data


def packet(tag: int, message: bytes) -> bytes:
    """A message in the connection's framing."""
    return bytes([tag]) + varint(len(message)) + message


def data_message(app: str, subtype: str, sender: str, body: bytes) -> bytes:
    """An encrypted notification (RFC 8291) for one of the app's subscriptions, made for this sender's key."""
    said = {"subtype": subtype, "content-encoding": "aes128gcm"}
    data = b"".join(field(7, field(1, name) + field(2, value)) for name, value in said.items())
    return packet(DATA, field(3, sender) + field(5, app) + data + field(9, "1") + field(21, body))


class Registrar(BaseHTTPRequestHandler):
    """Registers Chromium and gives out addresses; requests are protocol buffers or forms."""

    DEVICE = b"\x08\x01" + b"\x39" + (1).to_bytes(8, "little") + b"\x41" + (2).to_bytes(8, "little")
    server: PushService

    def do_POST(self):
        asked = self.rfile.read(int(self.headers["Content-Length"]))
        if self.path == "/register":
            form = {name: values[0] for name, values in parse_qs(asked.decode()).items()}
            if "X-subtype" in form:  # a page's subscription; Chromium also registers itself
                self.server.registration = form
        answer = self.DEVICE if self.path == "/checkin" else b"token=one"
        self.send_response(200)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_args):
        pass


class PushService(ThreadingHTTPServer):
    """Remembers the browser's registrations, and delivers pushes to it."""

    daemon_threads = True

    def __init__(self, directory: Path) -> None:
        super().__init__(("127.0.0.1", 0), Registrar)
        self.registration: dict[str, str] = {}
        self._is_connected = Event()
        self._connection: ssl.SSLSocket | None = None
        self._context, self._pin = _certificate(directory)
        self._listener = socket.create_server(("127.0.0.1", 0))
        for run in (self.serve_forever, self._keep_connections):
            Thread(target=run, daemon=True).start()

    @property
    def switches(self) -> list[str]:
        """Command-line switches that make Chromium use this service and trust its certificate."""
        here = f"http://127.0.0.1:{self.server_port}"
        return [
            f"--gcm-registration-url={here}/register",
            f"--gcm-checkin-url={here}/checkin",
            f"--gcm-mcs-endpoint=https://127.0.0.1:{self._listener.getsockname()[1]}",
            f"--ignore-certificate-errors-spki-list={self._pin}",
        ]

    def push(self, body: bytes) -> None:
        """Deliver this to the browser, once it is connected."""
        assert self._is_connected.wait(30), "Chromium did not connect"
        assert self._connection
        asked = self.registration
        self._connection.sendall(data_message(asked["app"], asked["X-subtype"], asked["sender"], body))

    def _keep_connections(self) -> None:
        while True:
            try:
                plain, _address = self._listener.accept()
            except OSError:  # closed
                return
            Thread(target=self._keep, args=[plain], daemon=True).start()

    def _keep(self, plain: socket.socket) -> None:
        """Log the browser in, and read what it sends until it disconnects."""
        try:
            connection = self._context.wrap_socket(plain, server_side=True)
            connection.recv(4096)
            connection.sendall(VERSION + packet(LOGGED_IN, field(1, "1")))
            self._connection = connection
            self._is_connected.set()
            while connection.recv(4096):
                pass
        except OSError:
            plain.close()

    def server_close(self) -> None:
        super().server_close()
        self._listener.close()


def _certificate(directory: Path) -> tuple[ssl.SSLContext, str]:
    """A self-signed certificate for localhost, and the hash of its key, by which a browser can trust it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name, now = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")]), datetime.now(UTC)
    made = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    made = made.serial_number(1).not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=1))
    file = directory / "push-service.pem"
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    file.write_bytes(made.sign(key, hashes.SHA256()).public_bytes(Encoding.PEM) + private)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    public = key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return context, base64.b64encode(hashlib.sha256(public).digest()).decode()


@contextmanager
def push_service(directory: Path) -> Iterator[PushService]:
    """A running push service."""
    with PushService(directory) as service:
        yield service
        service.shutdown()
