"""Forbidden destinations, however the address is written, and whatever the name resolves to the second time."""

import ipaddress
import socket

import httpcore
import pytest

from helpdesk.operations.outgoing.addresses import NotFound, NotPublic, allowed_addresses, is_public
from helpdesk.operations.outgoing.http_client import sender
from helpdesk.operations.outgoing.network import GuardedBackend
from tests.integrations.receiver import listening, receiving

PUBLIC = "93.184.215.14"


@pytest.mark.parametrize(
    "address",
    [
        "0.0.0.0",  # noqa: S104 - nothing is bound to it
        "10.0.0.1",
        "100.64.0.1",
        "127.0.0.1",
        "127.8.9.10",
        "169.254.169.254",
        "172.16.0.1",
        "192.0.0.8",
        "192.0.0.170",
        "192.0.2.1",
        "192.88.99.1",
        "192.168.1.1",
        "198.18.0.1",
        "224.0.0.1",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "::127.0.0.1",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "64:ff9b::10.0.0.1",
        "64:ff9b::169.254.169.254",
        "64:ff9b:1::1",
        "2001::1",
        "2001:db8::1",
        "2002:7f00:1::",
        "2002:c0a8:101::1",
        "3fff::1",
        "::ffff:192.0.0.8",
        "64:ff9b::192.0.0.8",
        "fc00::1",
        "fd12:3456::1",
        "fe80::1",
        "fec0::1",
        "ff02::1",
    ],
)
def test_an_address_outside_the_public_internet_is_refused(address):
    assert not is_public(ipaddress.ip_address(address))
    host = f"[{address}]" if ":" in address else address
    with sender() as sending:
        answer = sending.send(f"http://{host}:1/", b"{}", {})
    assert (answer.problem, answer.status_code) == ("private_address", None)


@pytest.mark.parametrize(
    "address", [PUBLIC, "8.8.8.8", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::8.8.8.8", "2002:808:808::1"]
)
def test_an_address_on_the_public_internet_is_allowed(address):
    assert is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize("host", ["localhost", "127.1", "2130706433", "0x7f.0.0.1", "017700000001"])
def test_alternative_spellings_of_loopback_are_refused(host):
    with pytest.raises((NotPublic, NotFound)):
        allowed_addresses(host, 80)


def names(monkeypatch, *answers):
    """Have the resolver say these, one after the other."""
    left, asked = list(answers), []

    def resolve(host, port, **options):
        asked.append(host)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in left.pop(0)]

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    return asked


def test_a_single_private_address_among_public_ones_is_refused(monkeypatch):
    names(monkeypatch, [PUBLIC, "10.0.0.1"])
    with pytest.raises(NotPublic):
        allowed_addresses("rebinding.example", 443)


def test_the_connection_uses_the_address_that_was_checked(monkeypatch):
    """A name that is public when asked and loopback a moment later is never asked a second time."""
    asked = names(monkeypatch, [PUBLIC], ["127.0.0.1"])
    connected = []

    def connect(self, host, port, *rest):
        connected.append(host)
        raise httpcore.ConnectError("closed")

    monkeypatch.setattr(httpcore.SyncBackend, "connect_tcp", connect)
    with sender() as sending:
        answer = sending.send("https://rebinding.example/hook", b"{}", {})
    assert answer.problem == "no_connection"
    assert (asked, connected) == (["rebinding.example"], [PUBLIC])


def test_the_next_address_is_tried_if_the_first_does_not_answer(monkeypatch):
    with listening(lambda connection: connection.sendall(b"HTTP/1.1 204 OK\r\n\r\n")) as url:
        port = int(url.rsplit(":", 1)[1].strip("/"))
        real = socket.getaddrinfo
        monkeypatch.setattr(
            socket,
            "getaddrinfo",
            lambda host, port, *args, **options: (
                real("::1", port, type=socket.SOCK_STREAM) + real("127.0.0.1", port, type=socket.SOCK_STREAM)
                if host == "two.example"
                else real(host, port, *args, **options)
            ),
        )
        backend = GuardedBackend(allows_private=True)
        backend.start_clock(5)
        assert backend.connect_tcp("two.example", port, 5).get_extra_info("server_addr") == ("127.0.0.1", port)


def test_an_unknown_host_is_reported():
    with sender() as sending:
        assert sending.send("https://nobody.invalid/", b"{}", {}).problem == "no_address"


def test_proxies_from_the_environment_are_ignored(monkeypatch):
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    with receiving() as receiver, sender(allows_private=True) as sending:
        assert sending.send(receiver.url, b"{}", {}).status_code == 200
