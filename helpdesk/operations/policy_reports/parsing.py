"""Parses browsers' reports, keeping only what cannot identify a person.

Anybody may send a report. Addresses are reduced to origins, URL patterns or static files: query strings, fragments,
tokens and names in paths are never stored. Reports that are not about a page of ours are ignored.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.http.request import split_domain_port, validate_host
from django.urls import Resolver404, resolve

LEGACY, BATCHED = "application/csp-report", "application/reports+json"
MOST = 20  # reports that are read from one body
LONGEST = 150  # characters; five such texts form a unique index
LAST_LINE = 1_000_000
ELSEWHERE = "elsewhere"
DIRECTIVES = frozenset(
    "default-src script-src script-src-elem script-src-attr style-src style-src-elem style-src-attr img-src font-src "
    "connect-src manifest-src worker-src media-src object-src frame-src child-src prefetch-src form-action base-uri "
    "frame-ancestors sandbox require-trusted-types-for trusted-types".split()
)
KEYWORDS = frozenset("inline eval wasm-eval self trusted-types-policy trusted-types-sink".split())
SCHEMES = frozenset("data blob filesystem about javascript".split())
ORIGIN = re.compile(r"(?:https?|wss?)://[a-z0-9._\[\]:-]{1,120}")
FILE = re.compile(r"[\w./-]{1,150}", re.ASCII)


@dataclass(frozen=True)
class Violation:
    """A kind of violation; other differences between reports don't matter."""

    directive: str
    blocked: str
    page: str
    source: str
    line: int


class Unreadable(ValueError):
    """The body is not a report."""


def read_reports(content_type: str, body: bytes) -> Iterator[Violation]:
    """The violations in a body, at most MOST. Raises Unreadable."""
    try:
        said = json.loads(body)
    except (ValueError, RecursionError):
        raise Unreadable from None
    reports: Any
    if content_type == LEGACY:
        reports = [said.get("csp-report")] if isinstance(said, dict) else [None]
    else:
        reports = [said] if isinstance(said, dict) else said
    if not isinstance(reports, list):
        raise Unreadable
    for report in reports[:MOST]:
        if content_type == BATCHED and isinstance(report, dict):
            if report.get("type") != "csp-violation":
                continue
            report = report.get("body")
        if not isinstance(report, dict):
            raise Unreadable
        if violation := _violation(report):
            yield violation


def _violation(report: dict[str, Any]) -> Violation | None:
    """The violation; None if the directive is unknown, the page is not ours, or a browser extension caused it."""
    directive = (_text(report, "effectiveDirective", "effective-directive", "violated-directive").split() or [""])[0]
    page = _page(_text(report, "documentURL", "document-uri"))
    blocked = _origin(_text(report, "blockedURL", "blocked-uri"))
    source = _source(_text(report, "sourceFile", "source-file"))
    if directive not in DIRECTIVES or page is None or blocked is None or source is None:
        return None
    return Violation(directive, blocked, page, source, _line(report))


def _text(report: dict[str, Any], *names: str) -> str:
    return next((value for name in names if isinstance(value := report.get(name), str) and value), "")


def _line(report: dict[str, Any]) -> int:
    line = report.get("lineNumber", report.get("line-number"))
    return line if type(line) is int and 0 <= line <= LAST_LINE else 0


def _parts(address: str) -> tuple[str, str, str]:
    """Scheme, host with port, and path, without credentials, query and fragment; empty if the address is invalid."""
    try:
        parts = urlsplit(address.strip())
        host = parts.hostname or ""
        host = f"[{host}]" if ":" in host else host
        return parts.scheme, f"{host}:{parts.port}" if parts.port else host, unquote(parts.path)
    except ValueError:
        return "", "", ""


def _is_ours(host: str) -> bool:
    return validate_host(split_domain_port(host)[0], settings.ALLOWED_HOSTS)


def _pattern(path: str) -> str:
    """The URL pattern of a path, without its values; empty if there is none."""
    try:
        return f"/{resolve(path).route}"[:LONGEST]
    except Resolver404:
        return ""


def _page(address: str) -> str | None:
    """The URL pattern of the page; empty if it has none, None if the page is not ours."""
    scheme, host, path = _parts(address)
    return _pattern(path) if scheme in {"http", "https"} and _is_ours(host) else None


def _origin(address: str) -> str | None:
    """An origin or a kind of source; None if it belongs to a browser extension."""
    word = address.strip().lower()
    if word in KEYWORDS or word in SCHEMES or not word:
        return word
    scheme, host, _path = _parts(address)
    if scheme in SCHEMES:
        return scheme
    if scheme.endswith("-extension"):
        return None
    origin = f"{scheme}://{host}"
    return origin if ORIGIN.fullmatch(origin) else ELSEWHERE


def _source(address: str) -> str | None:
    """A static file, the URL pattern of a page, or another site's origin; None for a browser extension."""
    scheme, host, path = _parts(address)
    if scheme in {"http", "https"} and _is_ours(host):
        return path if path.startswith(settings.STATIC_URL) and FILE.fullmatch(path) else _pattern(path)
    return _origin(address)
