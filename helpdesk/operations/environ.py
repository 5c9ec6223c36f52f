"""An ASGI request as the environ of WSGI. Source: PEP 3333."""

from __future__ import annotations

import sys
from typing import Any
from urllib.parse import unquote_to_bytes

from django.conf import settings

CONTENT = {"CONTENT_TYPE", "CONTENT_LENGTH"}


def environ_of(scope: dict[str, Any]) -> dict[str, Any]:
    """Everything but `wsgi.input`; texts stand for bytes, as WSGI has it."""
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
        # Where TLS ends before us, people are at our own https address, whether the proxy says so or not.
        "wsgi.url_scheme": "https" if settings.IS_HTTPS else scope["scheme"],
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }
    for name, value in scope["headers"]:
        if b"_" in name:
            continue  # it would pass for the header with a hyphen, which a proxy in front may have checked
        key, text = name.decode("latin-1").upper().replace("-", "_"), value.decode("latin-1")
        if key in CONTENT:
            environ.setdefault(key, text)
        elif (key := f"HTTP_{key}") in environ:
            environ[key] += f"{'; ' if key == 'HTTP_COOKIE' else ','}{text}"
        else:
            environ[key] = text
    return environ
