"""A certificate, and a TLS proxy in front of one of our servers."""

import socket
import ssl
import threading
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from socketserver import BaseRequestHandler, ThreadingTCPServer

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from django.utils import timezone


def self_signed(name: str) -> bytes:
    """A key and its self-signed certificate, as PEM."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = timezone.now()
    made = x509.CertificateBuilder().subject_name(subject).issuer_name(subject).public_key(key.public_key())
    made = made.serial_number(1).not_valid_before(now).not_valid_after(now + timedelta(days=1))
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return private + made.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)


def spki_hash(pem: bytes) -> str:
    """The hash with which Chromium can be told to trust this certificate."""
    certificate = x509.load_pem_x509_certificate(pem[pem.index(b"-----BEGIN CERTIFICATE") :])
    key = certificate.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return b64encode(sha256(key).digest()).decode()


class Proxy(ThreadingTCPServer):
    """Decrypts connections and passes them on to a local port."""

    daemon_threads = True

    def __init__(self, port: int, context: ssl.SSLContext) -> None:
        super().__init__(("127.0.0.1", 0), Connection)
        self.port, self.context = port, context

    def handle_error(self, request: object, client_address: object) -> None:
        """Ignore errors: browsers close connections whenever they like."""


class Connection(BaseRequestHandler):
    server: Proxy

    def handle(self) -> None:
        with (
            self.server.context.wrap_socket(self.request, server_side=True) as outer,
            socket.create_connection(("127.0.0.1", self.server.port), timeout=30) as inner,
        ):
            threading.Thread(target=_copy, args=(inner, outer), daemon=True).start()
            _copy(outer, inner)


def _copy(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError, ValueError):
        while data := source.recv(65_536):
            target.sendall(data)
    with suppress(OSError):
        target.shutdown(socket.SHUT_RDWR)


@contextmanager
def tls_in_front_of(address: str, certificate: bytes, folder: Path) -> Iterator[str]:
    """Serve what is at `address` over https with this certificate; yields the address of that."""
    pem = folder / "certificate.pem"
    pem.write_bytes(certificate)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    with Proxy(int(address.rpartition(":")[2]), context) as proxy:
        threading.Thread(target=proxy.serve_forever, daemon=True).start()
        yield f"https://127.0.0.1:{proxy.server_address[1]}"
        proxy.shutdown()
