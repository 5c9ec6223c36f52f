"""Texts that stand in the DNS, as SPF, DKIM and DMARC are told there, read until a time that is given."""

from __future__ import annotations

import time
from collections.abc import Callable

import dns.exception
import dns.resolver

# The texts at a name; empty where there are none, None where nobody answered in time.
Lookup = Callable[[str], list[str] | None]


def lookup_until(deadline: float) -> Lookup:
    """Ask the resolver of the machine, for all names together until `deadline`, by `time.monotonic`."""

    def lookup(name: str) -> list[str] | None:
        left = deadline - time.monotonic()
        if left <= 0:
            return None
        try:
            answer = dns.resolver.resolve(name, "TXT", lifetime=left, search=False)
        except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
            return []
        except (dns.exception.DNSException, OSError, UnicodeError):
            return None
        return [b"".join(row.strings).decode(errors="replace") for row in answer]

    return lookup


def tags_of(text: str) -> dict[str, str]:
    """The values of a record such as `v=DMARC1; p=none`, by tag in lower case."""
    pairs = (part.partition("=") for part in text.split(";"))
    return {name.strip().lower(): value.strip() for name, _equals, value in pairs if value}


def up_from(domain: str) -> list[str]:
    """The domain and those above it, but for the topmost: where a policy for it may stand."""
    labels = domain.split(".")
    return [".".join(labels[start:]) for start in range(max(1, len(labels) - 1))][:4]
