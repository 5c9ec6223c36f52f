"""Looks up TXT records, such as those of SPF, DKIM and DMARC, within a time limit."""

from __future__ import annotations

import time
from collections.abc import Callable

import dns.exception
import dns.resolver

# The texts at a name; empty if there are none, None if there was no answer in time.
Lookup = Callable[[str], list[str] | None]


def lookup_until(deadline: float) -> Lookup:
    """A lookup with the system's resolver, for all names together until `deadline`, in time of `time.monotonic`."""

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
    """The tags of a record such as `v=DMARC1; p=none`, with names in lower case."""
    pairs = (part.partition("=") for part in text.split(";"))
    return {name.strip().lower(): value.strip() for name, _equals, value in pairs if value}


def up_from(domain: str) -> list[str]:
    """The domain and its parents except the top-level domain, four at most: where a DMARC policy may be."""
    labels = domain.split(".")
    return [".".join(labels[start:]) for start in range(max(1, len(labels) - 1))][:4]
