"""Puts the findings about a sending domain into words, with the records to enter if something is missing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import ip_address
from types import MappingProxyType
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from helpdesk.conversations.models import SenderIdentity

# Problems that remain although the test e-mail passed.
WRONG_ALL_THE_SAME = {("spf", "several"), ("spf", "allows_everyone"), ("dmarc", "missing"), ("dmarc", "broken")}


@dataclass(frozen=True)
class DnsLine:
    """SPF, DKIM or DMARC: whether it is right, a sentence, the record found, and which record to enter where.

    If `is_unproved`, it may be right.
    """

    name: str
    is_right: bool
    sentence: str
    found: str = ""
    enter_at: str = ""
    enter: str = ""
    is_unproved: bool = False


def lines_for(identity: SenderIdentity) -> list[DnsLine]:
    """A line for each finding about the team's sender, in the current language."""
    unproved = [{"name": name, "code": "unproved", "found": ""} for name in identity.test_results]
    domain = identity.address.rpartition("@")[2]
    return lines_of(domain, identity.dns_findings or unproved, identity.test_results)


def lines_of(
    domain: str, findings: list[dict[str, Any]], test_results: Mapping[str, str] = MappingProxyType({})
) -> list[DnsLine]:
    """A line for each finding of `check_domain`, taking a returned test e-mail's results into account."""
    lines = []
    for finding in findings:
        name, code, found = finding["name"], finding["code"], finding["found"]
        result = test_results.get(name, "")
        if result in {"fail", "not_aligned"} or (result == "pass" and (name, code) not in WRONG_ALL_THE_SAME):
            lines.append(DnsLine(name.upper(), result == "pass", _tested(result), found))
            continue
        at, enter = _what_to_enter(name, code, domain)
        is_unproved = code == "unproved"
        lines.append(DnsLine(name.upper(), not code, _sentence(name, code), found, at, enter, is_unproved))
    return lines


def _tested(result: str) -> str:
    return {
        "pass": _("The test e-mail passed this check for your domain."),
        "fail": _("The test e-mail failed this check. Your e-mail provider shows the records to add."),
        "not_aligned": _("The test e-mail passed this check for another domain, which doesn’t count for yours."),
    }[result]


def _sentence(name: str, code: str) -> str:
    common = {
        "no_answer": _("The name server did not answer in time. Check again later."),
        "": {
            "spf": _("It says which servers may send for your domain."),
            "dkim": _("It holds the key that verifies our signature."),
            "dmarc": _("It says what happens to forged e-mail."),
        }[name],
    }
    of_name = {
        ("spf", "unproved"): _("Found. Only a test e-mail shows whether it includes our mail server."),
        ("dkim", "unproved"): _("Key found. Only a test e-mail shows whether it matches our signature."),
        ("dmarc", "unproved"): _("The test e-mail has no result for this check. Check the domain."),
        ("spf", "missing"): _("Missing, so many providers treat your e-mail as spam."),
        ("spf", "several"): _("There is more than one, so none is valid. Merge them into one."),
        ("spf", "allows_everyone"): _("It allows anyone to send for your domain. End it with ~all."),
        ("spf", "not_us"): _("It doesn’t include our mail server. Add this to it."),
        ("dkim", "missing"): _("We found no key. Your e-mail provider shows the record to enter."),
        ("dmarc", "missing"): _("Missing. Gmail and others require it from anyone who writes to many people."),
        ("dmarc", "broken"): _("It has no valid policy (p=)."),
    }
    return common.get(code) or of_name[name, code]


def _term_of(host: str) -> str:
    """The SPF term for a mail server; empty if it is not reachable from the Internet."""
    try:
        ip = ip_address(host)
    except ValueError:
        return f"a:{host}" if "." in host else ""
    return f"ip{ip.version}:{ip}" if ip.is_global else ""


def _what_to_enter(name: str, code: str, domain: str) -> tuple[str, str]:
    host = "" if settings.ANYMAIL_PROVIDER else settings.EMAIL_HOST or ""
    ours = settings.EMAIL_SPF or _term_of(host)
    if (name, code) == ("spf", "missing") and ours:
        return domain, f"v=spf1 {ours} ~all"
    if (name, code) == ("spf", "not_us"):
        return domain, ours
    if name == "dmarc" and code in {"missing", "broken"}:
        return f"_dmarc.{domain}", "v=DMARC1; p=none"
    return "", ""
