"""Whether an e-mail comes from whom it says: only what our own mail server found out counts as proof."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from helpdesk.mail.parsed import ParsedEmail


class Reason(StrEnum):
    """Why a sender is believed or not."""

    DMARC = "dmarc"
    DKIM = "dkim"
    SPF = "spf"
    NO_SERVER = "no_server"  # nobody said which server is ours
    NO_RESULT = "no_result"  # our server wrote nothing down
    FOREIGN_RESULT = "foreign_result"  # the topmost result is by another server
    NO_SENDER = "no_sender"  # From names nobody
    SEVERAL_SENDERS = "several_senders"
    REFUSED = "refused"  # DMARC failed
    NOT_ALIGNED = "not_aligned"  # something passed, for another domain
    NOT_PASSED = "not_passed"


@dataclass(frozen=True)
class Verdict:
    """Whether the sender is who From says, and by what; `domain` is the one that was proved."""

    is_trusted: bool
    reason: Reason
    domain: str = ""


@dataclass(frozen=True)
class Result:
    """One method's result, with its properties as `header.d`."""

    method: str
    result: str
    properties: dict[str, str]


MOST_RESULTS = 50
REASONS = {"dkim": Reason.DKIM, "spf": Reason.SPF}  # by the method that proves a domain, in their order
# In Authentication-Results by RFC 8601: comments may stand anywhere, values may be quoted.
QUOTED_OR_COMMENT = re.compile(r"\"(?:[^\"\\]|\\.)*\"|\((?:[^()\\]|\\.|\([^()]*\))*\)")
# A sender chooses the local part of the envelope's address, which servers repeat: with these it could say more.
TRICKS = re.compile(r"[;()\"\s\\]")
METHOD = re.compile(r"\s*([a-z][a-z0-9-]*)(?:/\d+)?\s*=\s*([a-z]+)", re.I)
PROPERTY = re.compile(r"\b(smtp|header|body|policy)\.([a-z0-9-]+)\s*=\s*\"?([^\s;\"]+)", re.I)


def judge_sender(email: ParsedEmail, *, authserv_id: str) -> Verdict:
    """Whether From is believed, by the topmost Authentication-Results alone, and only if `authserv_id` wrote it.

    The headers below it came with the e-mail, and anybody may have written them.
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
    """Whether this server wrote the topmost Authentication-Results, and so may have given the e-mail its marks."""
    server = authserv_id.strip().lower()
    results = email.authentication_results[:1]
    return bool(server) and any(read_results(value)[0] == server for value in results)


def results_for_sender(email: ParsedEmail) -> dict[str, str]:
    """What the topmost Authentication-Results says of SPF, DKIM and DMARC: `pass`, `not_aligned` where that was for
    another domain than From, `fail`; nothing of what it does not name.

    To be shown to those whose e-mail it is, not to believe a sender by: no matter who wrote it.
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
    """The server that wrote an Authentication-Results header, in lower case, and what it found."""
    value = QUOTED_OR_COMMENT.sub(_without_signs, value)
    if "(" in value or ")" in value or value.count('"') % 2:
        return "", []  # it does not say where what is ours ends
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
    """Whether a domain that was proved speaks for another: it is the same, or one lies within the other.

    Nobody can sign as a public suffix such as com.br, so that no list of them is needed for what lies above.
    """
    if "." not in proved or "." not in domain:
        return False
    return proved == domain or domain.endswith(f".{proved}") or proved.endswith(f".{domain}")
