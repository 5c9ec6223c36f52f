"""Checks whether an e-mail comes from who it claims: only what our own mail server verified counts as proof."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from helpdesk.mail.parsed import ParsedEmail


class Reason(StrEnum):
    """Why a sender is or isn't trusted."""

    DMARC = "dmarc"
    DKIM = "dkim"
    SPF = "spf"
    NO_SERVER = "no_server"  # it isn't configured which server is ours
    NO_RESULT = "no_result"  # our server added no result
    FOREIGN_RESULT = "foreign_result"  # the topmost result was written by another server
    NO_SENDER = "no_sender"  # From is empty
    SEVERAL_SENDERS = "several_senders"
    REFUSED = "refused"  # DMARC failed
    NOT_ALIGNED = "not_aligned"  # something passed, but for another domain
    NOT_PASSED = "not_passed"


@dataclass(frozen=True)
class Verdict:
    """Whether the sender is who From claims, and what proved it; `domain` is the domain that was authenticated."""

    is_trusted: bool
    reason: Reason
    domain: str = ""


@dataclass(frozen=True)
class Result:
    """One method's result, with its properties such as `header.d`."""

    method: str
    result: str
    properties: dict[str, str]


MOST_RESULTS = 50
REASONS = {"dkim": Reason.DKIM, "spf": Reason.SPF}  # by the method that proves a domain, in their order
# Authentication-Results as in RFC 8601: comments may appear anywhere, values may be quoted.
QUOTED_OR_COMMENT = re.compile(r"\"(?:[^\"\\]|\\.)*\"|\((?:[^()\\]|\\.|\([^()]*\))*\)")
# Servers repeat the envelope address, whose local part the sender chooses: with these characters it could forge
# results.
TRICKS = re.compile(r"[;()\"\s\\]")
METHOD = re.compile(r"\s*([a-z][a-z0-9-]*)(?:/\d+)?\s*=\s*([a-z]+)", re.I)
PROPERTY = re.compile(r"\b(smtp|header|body|policy)\.([a-z0-9-]+)\s*=\s*\"?([^\s;\"]+)", re.I)


def judge_sender(email: ParsedEmail, *, authserv_id: str) -> Verdict:
    """Whether to trust From. Only the topmost Authentication-Results counts, and only if `authserv_id` wrote it.

    The headers below it arrived with the e-mail: anybody may have written them.
    """
    if email.sender_header != "From" or "@" not in email.sender.email:
        return Verdict(False, Reason.NO_SENDER)
    if email.author_count > 1:
        return Verdict(False, Reason.SEVERAL_SENDERS)
    if TRICKS.search(email.return_path):
        return Verdict(False, Reason.NO_SENDER)
    if not authserv_id.strip():
        return Verdict(False, Reason.NO_SERVER)
    if not email.authentication_results:
        return Verdict(False, Reason.NO_RESULT)
    server, results = read_results(email.authentication_results[0])
    if server != authserv_id.strip().lower():
        return Verdict(False, Reason.FOREIGN_RESULT)
    return _judge(results, email.sender.email.rpartition("@")[2])


def is_marked_by(email: ParsedEmail, *, authserv_id: str) -> bool:
    """Whether our server wrote the topmost Authentication-Results, so that its other marks can be trusted as well."""
    server = authserv_id.strip().lower()
    results = email.authentication_results[:1]
    return bool(server) and any(read_results(value)[0] == server for value in results)


def results_for_sender(email: ParsedEmail) -> dict[str, str]:
    """What the topmost Authentication-Results says of SPF, DKIM and DMARC, whoever wrote it.

    A method is `pass`, `fail`, or `not_aligned` where it passed for a domain other than that of From; methods that the
    header does not mention are left out. This is for display only: use `judge_sender` to decide whether to trust a
    sender.
    """
    results = read_results(email.authentication_results[0])[1] if email.authentication_results else []
    domain, found = email.sender.email.rpartition("@")[2], {}
    for method in ("spf", "dkim"):
        passed = {_proved_domain(each) for each in results if each.method == method and each.result == "pass"}
        if any(is_aligned(proved, domain) for proved in passed):
            found[method] = "pass"
        elif any(each.method == method for each in results):
            found[method] = "not_aligned" if passed else "fail"
    verdicts = {each.result for each in results if each.method == "dmarc"} & {"pass", "fail"}
    return found | ({"dmarc": "fail" if "fail" in verdicts else "pass"} if verdicts else {})


def read_results(value: str) -> tuple[str, list[Result]]:
    """Parse an Authentication-Results header: the server that wrote it, in lower case, and its results."""
    value = QUOTED_OR_COMMENT.sub(_without_signs, value)
    if "(" in value or ")" in value or value.count('"') % 2:
        return "", []  # unbalanced: a comment or quoted text of the sender could pass for a result of ours
    server, *clauses = value.split(";")[:MOST_RESULTS]
    results = []
    for clause in clauses:
        if match := METHOD.match(clause):
            properties = {f"{kind}.{name}".lower(): found.lower() for kind, name, found in PROPERTY.findall(clause)}
            results.append(Result(match[1].lower(), match[2].lower(), properties))
    words = server.split()
    return (words[0].lower() if words else ""), results


def _without_signs(match: re.Match[str]) -> str:
    return " " if match[0][0] == "(" else f'"{TRICKS.sub("", match[0]).replace("=", "")}"'


def _judge(results: list[Result], domain: str) -> Verdict:
    dmarc = [each for each in results if each.method == "dmarc"]
    if any(each.result == "fail" for each in dmarc):
        return Verdict(False, Reason.REFUSED)
    if any(each.result == "pass" and each.properties.get("header.from", "") == domain for each in dmarc):
        return Verdict(True, Reason.DMARC, domain)
    passed = [each for method in REASONS for each in results if each.method == method and each.result == "pass"]
    for each in passed:
        if is_aligned(_proved_domain(each), domain):
            return Verdict(True, REASONS[each.method], _proved_domain(each))
    return Verdict(False, Reason.NOT_ALIGNED if passed else Reason.NOT_PASSED)


def _proved_domain(result: Result) -> str:
    names = ("header.d", "header.i") if result.method == "dkim" else ("smtp.mailfrom", "smtp.mail")
    value = next((result.properties[name] for name in names if result.properties.get(name)), "")
    return value.strip("<>").rpartition("@")[2].strip(".")


def is_aligned(proved: str, domain: str) -> bool:
    """Whether the domain that was proved may speak for the other one: they are the same, or one is a subdomain of the
    other.

    No list of public suffixes is needed: nobody can sign as a suffix such as com.br.
    """
    if "." not in proved or "." not in domain:
        return False
    return proved == domain or domain.endswith(f".{proved}") or proved.endswith(f".{domain}")
