"""Parses an e-mail from its bytes, and limits everything that a sender can control. It never raises and loses nothing.

Whatever goes beyond parsing is decided elsewhere, from what is found here: `quotation`, `bounces`, `authentication`,
`attachments`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from helpdesk.mail.automatic import NULL_SENDER, read_automation
from helpdesk.mail.bodies import Content, read_content
from helpdesk.mail.encodings import decode_text
from helpdesk.mail.headers import (
    MOST_VALUES,
    decode_words,
    first_line,
    read_addresses,
    read_date,
    read_ids,
    reply_tokens,
)
from helpdesk.mail.parsed import Address, Automation, MailAttachment, ParsedEmail
from helpdesk.mail.storable import storable, storable_line
from helpdesk.mail.structure import Part, read_structure

LARGEST = 40 * 2**20  # bytes of an e-mail: 25 MB of files, in base64
LONGEST_SUBJECT = 300
MOST_ATTACHMENTS = 200

# Headers that may name the address that a reply was sent to, starting with the one that the last server saw.
RECIPIENTS = (
    "x-original-to delivered-to envelope-to x-envelope-to x-forwarded-to x-gm-original-to original-recipient resent-to "
    "to cc bcc apparently-to"
).split()
SPAM_MARKS = ("X-Spam-Flag", "X-Spam-Status", "X-Spam")
SAYS_YES = re.compile(r"yes\b", re.I)
SENDERS = ("Reply-To", "Return-Path", "Sender")  # used if From names nobody


def parse_email(raw: bytes, *, envelope_from: str = "", envelope_to: str = "") -> ParsedEmail:
    """Parse an e-mail, whatever its bytes; one larger than LARGEST is cut there.

    `envelope_from` and `envelope_to` are what is known of its envelope; `NULL_SENDER` means that no answer is wanted.
    """
    problems = {"e-mail cut"} if len(raw) > LARGEST else set()
    root = read_structure(raw[:LARGEST])
    headers, content = root.headers, read_content(root)
    authors = read_addresses(headers.get("from", ()))
    sender, sender_header = _sender(root, authors)
    subject = _line(root, "subject", LONGEST_SUBJECT)
    return ParsedEmail(
        subject=subject,
        sender=sender,
        sender_header=sender_header,
        reply_to=read_addresses(headers.get("reply-to", ())),
        to=read_addresses(headers.get("to", ())),
        cc=read_addresses(headers.get("cc", ())),
        author_count=len(authors),
        return_path=next((found.email for found in read_addresses(headers.get("return-path", ()))), ""),
        date=read_date((*headers.get("date", ()), *headers.get("received", ())[:3])),
        message_id=next(iter(read_ids(headers.get("message-id", ())[:1])), ""),
        in_reply_to=read_ids(headers.get("in-reply-to", ())),
        references=read_ids(headers.get("references", ())),
        reply_tokens=reply_tokens([envelope_to.encode("utf-8", "replace"), *_values(root, RECIPIENTS)]),
        automation=_automation(root, subject, has_null_sender=envelope_from == NULL_SENDER),
        spam_mark=_spam_mark(root),
        authentication_results=_authentication_results(root),
        failed_recipients=tuple(found.email for found in read_addresses(headers.get("x-failed-recipients", ()))),
        content_type=storable_line(root.content_type, 100),
        report_type=_report_type(root),
        text=content.text,
        html=content.html,
        has_html_alone=content.has_html_alone,
        stray_text=content.stray_text,
        attachments=_bounded(content, problems),
        problems=tuple(sorted(problems | content.problems)),
    )


def _line(root: Part, name: str, longest: int) -> str:
    values = root.headers.get(name, ())
    found = (storable_line(decode_words(value), longest) for value in values[:MOST_VALUES])
    return next(filter(None, found), "")


def _values(root: Part, names: Iterable[str]) -> list[bytes]:
    return [value for name in names for value in root.headers.get(name, ())[:MOST_VALUES]]


def _sender(root: Part, authors: tuple[Address, ...]) -> tuple[Address, str]:
    """The author, and the first header that names one; Sender, which names who sent it for them, comes last."""
    if authors:
        return authors[0], "From"
    for title in SENDERS:
        for found in read_addresses(root.headers.get(title.lower(), ())):
            return found, title
    return Address(_line(root, "from", 150), ""), ""


def _automation(root: Part, subject: str, *, has_null_sender: bool) -> Automation:
    return read_automation(
        root.headers,
        subject=subject,
        report_type=_report_type(root),
        part_types=[part.content_type for part in root.leaves()],
        has_null_sender=has_null_sender,
    )


def _authentication_results(root: Part) -> tuple[str, ...]:
    values = _values(root, ["authentication-results"])
    return tuple(storable(decode_text(value).replace("\n", " "), 4_000) for value in values)


def _spam_mark(root: Part) -> str:
    """The spam header that says yes. Only the topmost of each kind counts: others may come from the sender's side."""
    return next((name for name in SPAM_MARKS if SAYS_YES.match(first_line(root.headers, name.lower(), 200))), "")


def _report_type(root: Part) -> str:
    value = root.parameters("content-type").get_param("report-type", "")
    return storable_line(value, 60).lower() if isinstance(value, str) else ""


def _bounded(content: Content, problems: set[str]) -> tuple[MailAttachment, ...]:
    """All files; those beyond MOST_ATTACHMENTS are joined into one, each preceded by its name."""
    found = content.attachments
    if len(found) <= MOST_ATTACHMENTS:
        return tuple(found)
    problems.add("files joined")
    rest = b"\n".join(each.name.encode() + b"\n" + each.data for each in found[MOST_ATTACHMENTS:])
    return (*found[:MOST_ATTACHMENTS], MailAttachment("more-files.bin", "application/octet-stream", rest))
