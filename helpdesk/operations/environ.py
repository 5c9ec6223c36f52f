"""Converts an ASGI request to a WSGI environ (PEP 3333), and finds the client's address."""

from __future__ import annotations

import ipaddress
import re
import sys
from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote_to_bytes

from django.conf import settings

UNKNOWN = "0.0.0.0"  # noqa: S104 - nothing is bound to it
WITH_PORT = re.compile(r"(?:\[(?P<v6>[^\]]+)\]|(?P<v4>[0-9.]+))(?::[0-9]{1,5})?")  # IPv6 may be in brackets
CONTENT = {"CONTENT_TYPE", "CONTENT_LENGTH"}


def environ_of(scope: dict[str, Any]) -> dict[str, Any]:
    """The environ, without `wsgi.input`; its strings stand for bytes, as WSGI requires."""
    client, server = scope.get("client") or ("", 0), scope.get("server") or ("", 0)
    environ: dict[str, Any] = {
        "REQUEST_METHOD": scope["method"],
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote_to_bytes(scope["raw_path"]).decode("latin-1"),
        "QUERY_STRING": scope["query_string"].decode("latin-1"),
        "SERVER_NAME": str(server[0]),
        "SERVER_PORT": str(server[1]),
        "SERVER_PROTOCOL": f"HTTP/{scope['http_version']}",
        "REMOTE_ADDR": str(client[0]),
        "REMOTE_PORT": str(client[1]),
        "wsgi.version": (1, 0),
        # If TLS ends at a proxy, the client used our https address, whether or not the proxy says so.
        "wsgi.url_scheme": "https" if settings.IS_HTTPS else scope["scheme"],
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }
    for name, value in scope["headers"]:
        if b"_" in name:
            continue  # it would pass for the header with a hyphen, which a proxy may have checked
        key, text = name.decode("latin-1").upper().replace("-", "_"), value.decode("latin-1")
        if key in CONTENT:
            environ.setdefault(key, text)
        elif (key := f"HTTP_{key}") in environ:
            environ[key] += f"{'; ' if key == 'HTTP_COOKIE' else ','}{text}"
        else:
            environ[key] = text
    return environ


def client_address(environ: Mapping[str, Any]) -> str:
    """The client's address, or the peer's if the proxies don't tell; for IPv6 its /64, which is what one client has.

    Only for counting and for records: it must not grant access.
    """
    said = exact_address(environ)
    address = ipaddress.ip_address(_cleaned(environ.get("REMOTE_ADDR", "")) or UNKNOWN if said == UNKNOWN else said)
    if isinstance(address, ipaddress.IPv4Address):
        return str(address)
    return str(ipaddress.ip_network((address, 64), strict=False).network_address)


def exact_address(environ: Mapping[str, Any]) -> str:
    """The client's address: the peer's, or the one that trusted proxies report; UNKNOWN if they don't report one.

    In that case the peer is the proxy, whose address must not grant access to everyone behind it.
    """
    if not settings.TRUSTED_PROXIES:
        return _cleaned(environ.get("REMOTE_ADDR", "")) or UNKNOWN
    said = environ.get("HTTP_X_FORWARDED_FOR", "").split(",")
    return (_cleaned(said[-settings.TRUSTED_PROXIES]) if len(said) >= settings.TRUSTED_PROXIES else "") or UNKNOWN


def _cleaned(text: str) -> str:
    """The address without a port; empty if it is invalid."""
    text = text.strip()
    with_port = WITH_PORT.fullmatch(text)
    if with_port:
        text = with_port["v6"] or with_port["v4"]
    try:
        address = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return ""
    is_mapped = isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped
    return str(address.ipv4_mapped if is_mapped else address)  # type: ignore[union-attr] # which is an IPv6 address
