"""Checks a sending domain's DNS records: SPF, DKIM and DMARC.

Findings are codes; `dns_report` makes the sentences. `unproved` means that only a returned test e-mail can show whether
the record is right, by the results that the receiving server added.
"""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from typing import Any

from django.conf import settings

from helpdesk.operations.outgoing.dns_records import Lookup, lookup_until, tags_of, up_from

BUDGET = 6.0  # seconds for all lookups together
AT_ONCE = 8
LONGEST_SHOWN = 300
# Selectors that providers use; others can be named in EMAIL_DKIM_SELECTORS.
SELECTORS = (
    "default mail dkim google selector1 selector2 k1 k2 k3 s1 s2 mg mta mailo smtp api pm resend brevo mail2 mandrill "
    "zoho zmail protonmail titan1 fm1 mlsend2"
).split()


@dataclass(frozen=True)
class Finding:
    """The finding for SPF, DKIM or DMARC; `code` says what is wrong and is empty if it is right."""

    name: str
    code: str = ""
    found: str = ""


def check_domain(domain: str, lookup: Lookup | None = None) -> list[dict[str, Any]]:
    """The findings for SPF, DKIM and DMARC, in that order, as JSON-compatible dicts."""
    look = lookup or lookup_until(time.monotonic() + BUDGET)
    with ThreadPoolExecutor(AT_ONCE) as pool:
        selectors = settings.EMAIL_DKIM_SELECTORS or SELECTORS
        keys = pool.map(look, [f"{selector}._domainkey.{domain}" for selector in selectors])
        policies = pool.map(look, [f"_dmarc.{each}" for each in up_from(domain)])
        spf = look(domain)
        findings = [_spf(spf), _dkim(list(zip(selectors, keys, strict=True))), _dmarc(list(policies))]
    return [asdict(finding) for finding in findings]


def _spf(texts: list[str] | None) -> Finding:
    if texts is None:
        return Finding("spf", "no_answer")
    records = [text for text in texts if text.lower().split(" ")[0] == "v=spf1"]
    if not records:
        return Finding("spf", "missing")
    shown = records[0][:LONGEST_SHOWN]
    if len(records) > 1:
        return Finding("spf", "several", shown)
    terms = records[0].lower().split()
    if "+all" in terms or "all" in terms:
        return Finding("spf", "allows_everyone", shown)
    wanted = settings.EMAIL_SPF.lower().split()
    if any(term.lstrip("+") not in [one.lstrip("+") for one in terms] for term in wanted):
        return Finding("spf", "not_us", shown)
    # Unless EMAIL_SPF says what it should name, it may be for other servers than ours.
    return Finding("spf", "" if wanted else "unproved", shown)


def _dkim(keys: list[tuple[str, list[str] | None]]) -> Finding:
    for selector, texts in keys:
        for text in texts or []:
            tags = tags_of(text)
            if tags.get("p") and tags.get("v", "dkim1").lower() == "dkim1":
                # A key under a guessed selector may belong to any provider that sends for this domain.
                code = "" if settings.EMAIL_DKIM_SELECTORS else "unproved"
                return Finding("dkim", code, f"{selector}._domainkey")
    return Finding("dkim", "no_answer" if all(texts is None for _selector, texts in keys) else "missing")


def _dmarc(policies: list[list[str] | None]) -> Finding:
    for texts in policies:
        for text in texts or []:
            tags = tags_of(text)
            if tags.get("v", "").lower() == "dmarc1":
                is_right = tags.get("p", "").lower() in {"none", "quarantine", "reject"}
                return Finding("dmarc", "" if is_right else "broken", text[:LONGEST_SHOWN])
    return Finding("dmarc", "no_answer" if None in policies else "missing")
