"""Which addresses requests may go to: users must not be able to reach the operator's own network."""

from __future__ import annotations

import ipaddress
import socket

IPAddress = ipaddress.IPv4Address | ipaddress.IPv6Address

GLOBAL_UNICAST = ipaddress.IPv6Network("2000::/3")
# Not global in IANA's registry, parts of which are missing in the ipaddress module of Python 3.11.
NOT_GLOBAL = [ipaddress.ip_network(network) for network in ("192.0.0.0/24", "192.88.99.0/24", "3fff::/20")]
NAT64 = ipaddress.IPv6Network("64:ff9b::/96")


class NotFound(OSError):
    """The host name has no address."""


class NotPublic(OSError):
    """The host name leads to an address that is not on the public internet."""


def is_public(address: IPAddress) -> bool:
    """Whether this is a machine on the public internet, in whatever form its address is written."""
    if any(address in network for network in NOT_GLOBAL):
        return False
    if isinstance(address, ipaddress.IPv4Address):
        return address.is_global and not address.is_multicast
    embedded = _embedded(address)
    if embedded is not None:
        return is_public(embedded)
    return address in GLOBAL_UNICAST and address.is_global and address.teredo is None


def _embedded(address: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    """The IPv4 address that packets to this IPv6 address finally reach, if any."""
    if address in NAT64:
        return ipaddress.IPv4Address(int(address) & 0xFFFF_FFFF)
    return address.ipv4_mapped or address.sixtofour


def look_up(host: str, port: int) -> list[str]:
    """The addresses of a host name. Raises NotFound."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise NotFound(str(error)) from error
    return list(dict.fromkeys(str(sockaddr[0]) for *_, sockaddr in found))


def allowed_addresses(host: str, port: int, *, allows_private: bool = False) -> list[str]:
    """The addresses of a host name, if requests may go to all of them. Raises NotFound and NotPublic."""
    addresses = look_up(host, port)
    if not allows_private:
        for address in addresses:
            if not is_public(ipaddress.ip_address(address.split("%")[0])):
                raise NotPublic(address)
    return addresses
