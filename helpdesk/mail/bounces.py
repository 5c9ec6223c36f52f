"""Reads mail servers' reports on e-mail that we sent: it failed, is late, or was reported as spam.

Headers and machine-readable parts come first. Words are only searched where a program certainly wrote them, because
that search would take some people's mail for bounces.
"""

from __future__ import annotations

import email
import logging
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from flufl.bounce import all_failures

from helpdesk.mail.encodings import decode_text
from helpdesk.mail.header_splitting import split_headers
from helpdesk.mail.headers import first_line, read_addresses, read_ids, reply_tokens
from helpdesk.mail.parsed import ParsedEmail
from helpdesk.mail.refusals import is_no_such_address, read_refusal
from helpdesk.ui.cleaning import clean_key
from helpdesk.ui.email_addresses import is_address

logging.getLogger("flufl.bounce").disabled = True  # it logs what it raises, and it raises on ordinary mail

READ_BY_WORDS = 64 * 1024  # bytes
# Text beyond the length of any line that mail servers write, which would be slow to search.
BEYOND_LINE = re.compile(rb"(?<=[^\r\n]{1000})[^\r\n]+")
MOST_RECIPIENTS = 100

DAEMONS = re.compile(
    r"(?:mailer-?daemon|postmaster|mail-?daemon|mail(?:er)?\.?delivery|bounces?|no-?reply-?bounce"
    r"|mail delivery (?:sub)?system|microsoftexchange[0-9a-f]{32})\b",
    re.I,
)
FAILURE_SUBJECTS = re.compile(
    r"undeliver|(?:un)?returned mail|returned to sender|deliver(?:y|ed).{0,30}(?:status|fail|delay|notif|error"
    r"|problem|not)"
    r"|fail(?:ure|ed).{0,20}(?:notice|deliver|mail)|mail.{0,20}(?:system error|delivery|fail|delay)"
    r"|could not send|unzustellbar"
    r"|rückmeldung|zustell|não (?:foi )?(?:pôde ser )?entregue|não entregue|devolvid[ao]|falha (?:na"
    r"|de) entrega|não entregável"
    r"|falha no envio|correo devuelto|no se (?:ha )?pudo entregar|non remis|échec de la remise|mancata consegna"
    r"|user unknown"
    r"|message status|non-?delivery|could not be delivered|automatically rejected|warning: (?:could|message)"
    r"|delayed mail|nondeliverable|aviso de (?:entrega|falha)",
    re.I,
)
ORIGINAL_ID = re.compile(r"(?im)^[>\s]*message-id:\s*(<[^<>\s]{3,498}>)")
REPORTS = {"delivery-status", "feedback-report"}  # report types of RFC 3464 and RFC 5965
LONGEST_SAID = 1_000  # characters after an address in which to look for the reason


class Kind(StrEnum):
    """What a report says happened to an e-mail."""

    FAILED = "failed"
    DELAYED = "delayed"
    DELIVERED = "delivered"
    COMPLAINT = "complaint"


@dataclass(frozen=True)
class Failure:
    """A recipient that failed; `status`, such as 5.1.1, and `detail` are empty if unknown."""

    address: str
    is_permanent: bool
    status: str = ""
    detail: str = ""

    @property
    def is_of_address(self) -> bool:
        """Whether the address can never receive mail, so that nothing more should be sent to it."""
        return self.is_permanent and is_no_such_address(self.status, self.detail)


@dataclass(frozen=True)
class Report:
    """A report: the recipients it names and which of our messages it is about, as far as known."""

    kind: Kind
    recipients: tuple[Failure, ...]
    message_ids: tuple[str, ...]
    reply_tokens: tuple[str, ...]


def read_bounce(raw: bytes, parsed: ParsedEmail) -> Report | None:
    """Read an e-mail as a bounce; None if a person or an autoresponder wrote it.

    A person may forward a bounce with all its parts: that is a message to us, not a bounce.
    """
    if not is_machine_like(parsed):
        return None
    found = _complaint(parsed) or _status_report(parsed) or _by_header(parsed) or _by_words(raw, parsed)
    if found is None:
        return None
    kind, failures = found
    once = {failure.address: failure for failure in reversed(failures)}
    ids, tokens = _original(parsed)
    return Report(kind, tuple(reversed(once.values()))[:MOST_RECIPIENTS], ids, tokens)


def is_machine_like(parsed: ParsedEmail) -> bool:
    """Whether a mail server may have sent this: it is a report, has no sender, or comes from a daemon."""
    is_report = parsed.content_type == "multipart/report" and parsed.report_type in REPORTS
    return is_report or parsed.automation.has_null_sender or is_of_daemon(parsed)


def is_of_daemon(parsed: ParsedEmail) -> bool:
    """Whether the sender's name or address is one that mail servers use."""
    return bool(DAEMONS.search(f"{parsed.sender.email} {parsed.sender.name}"))


Found = tuple[Kind, list[Failure]]


def _complaint(parsed: ParsedEmail) -> Found | None:
    """Read an RFC 5965 complaint."""
    for each in parsed.attachments:
        if each.declared_type != "message/feedback-report":
            continue
        fields = next(_groups(each.data), {})
        if first_line(fields, "feedback-type").lower() not in {"abuse", "fraud", "opt-out", "virus", "other", ""}:
            continue
        addresses = [found.email for found in read_addresses(fields.get("original-rcpt-to", ()))]
        for original in _attached_mails(parsed):
            addresses += [
                found.email for found in read_addresses(split_headers(original, is_whole=True).headers.get("to", ()))
            ]
        return Kind.COMPLAINT, [Failure(address, is_permanent=True) for address in addresses]
    return None


def _status_report(parsed: ParsedEmail) -> Found | None:
    """Read an RFC 3464 report: the worst status of all recipients. A recipient that was merely relayed is left out."""
    failures: dict[Kind, list[Failure]] = {Kind.FAILED: [], Kind.DELAYED: [], Kind.DELIVERED: []}
    for each in parsed.attachments:
        if not each.declared_type.endswith("delivery-status"):
            continue
        for fields in _groups(each.data):
            action = first_line(fields, "action").lower().split()[:1]
            kind = Kind(action[0]) if action and action[0] in failures else None
            address = _recipient(fields)
            if kind and address:
                failures[kind].append(_failure(fields, address, kind))
    return next(((kind, found) for kind, found in failures.items() if found), None)


def _failure(fields: Mapping[str, Sequence[bytes]], address: str, kind: Kind) -> Failure:
    detail = first_line(fields, "diagnostic-code")
    refusal = read_refusal(first_line(fields, "status"), detail)
    return Failure(address, kind == Kind.FAILED and refusal.is_permanent, refusal.status, detail)


def _groups(data: bytes) -> Iterator[dict[str, list[bytes]]]:
    """The header blocks of a machine-readable part."""
    for block in re.split(rb"\r*\n[ \t]*\r*\n", data[: 1024 * 1024])[: MOST_RECIPIENTS * 2]:
        headers = split_headers(block.strip() + b"\n\n").headers
        if headers:
            yield headers


def _recipient(fields: Mapping[str, Sequence[bytes]]) -> str:
    for name in ("original-recipient", "final-recipient", "x-actual-recipient"):
        address = clean_key(first_line(fields, name).partition(";")[2]).strip("<> ")
        if is_address(address):
            return address
    return ""


def _attached_mails(parsed: ParsedEmail) -> Iterator[bytes]:
    """Attached e-mails, or only their headers."""
    for each in parsed.attachments:
        if each.declared_type in {"message/rfc822", "text/rfc822-headers", "message/global", "message/rfc822-headers"}:
            yield each.data


def _by_header(parsed: ParsedEmail) -> Found | None:
    if not parsed.failed_recipients:
        return None
    return Kind.FAILED, [_failure_in_words(address, parsed) for address in parsed.failed_recipients]


def _failure_in_words(address: str, parsed: ParsedEmail) -> Failure:
    """The reason as text: what follows the address, or else the beginning of the message."""
    text = parsed.text[:READ_BY_WORDS]
    at = max(0, text.lower().find(address))
    detail = " ".join(text[at : at + LONGEST_SAID].split())
    refusal = read_refusal(detail)
    return Failure(address, refusal.is_permanent, refusal.status, detail)


def _by_words(raw: bytes, parsed: ParsedEmail) -> Found | None:
    if not (is_of_daemon(parsed) or parsed.report_type in REPORTS or FAILURE_SUBJECTS.search(parsed.subject)):
        return None  # autoresponders have no sender either
    try:
        temporary, permanent = all_failures(email.message_from_bytes(BEYOND_LINE.sub(b"", raw[:READ_BY_WORDS])))
    except Exception:  # it raises all kinds of errors on unexpected mail
        return None
    late = [Failure(address, is_permanent=False) for address in _clean(temporary)]
    failed = [_failure_in_words(address, parsed) for address in _clean(permanent)]
    if failed:
        return Kind.FAILED, failed
    return (Kind.DELAYED, late) if late else None


def _clean(addresses: Iterable[bytes | str]) -> list[str]:
    found = [clean_key(decode_text(each) if isinstance(each, bytes) else str(each)) for each in addresses]
    return sorted(filter(is_address, found))


def _original(parsed: ParsedEmail) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The IDs of our messages that it may be about, and the tokens of their reply addresses."""
    ids: list[str] = []
    tokens: list[str] = list(parsed.reply_tokens)
    for original in _attached_mails(parsed):
        headers = split_headers(original, is_whole=True).headers
        ids += read_ids(headers.get("message-id", ())[:1])
        tokens += reply_tokens([value for name in ("reply-to", "return-path") for value in headers.get(name, ())])
    for each in parsed.attachments:
        if each.declared_type in {"message/feedback-report", "message/delivery-status"}:
            ids += [found for fields in _groups(each.data) for found in read_ids(fields.get("original-message-id", ()))]
    ids += ORIGINAL_ID.findall(f"{parsed.text}\n{parsed.stray_text}")[:10]
    ids += [*parsed.in_reply_to, *parsed.references]
    return tuple(dict.fromkeys(ids)), tuple(dict.fromkeys(tokens))
