"""What an e-mail says, once read: every text bounded, in NFC, and storable in PostgreSQL."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

LONGEST_TEXT, LONGEST_HTML = 256 * 1024, 512 * 1024  # characters; a longer one is a file as well


@dataclass(frozen=True)
class Address:
    """A person's name, empty where none is given, and e-mail address in lower case."""

    name: str
    email: str


@dataclass(frozen=True)
class MailAttachment:
    """A file as it came; `helpdesk.mail.files.attachments` makes of it what may be served."""

    name: str
    declared_type: str
    data: bytes
    content_id: str = ""
    is_inline: bool = False  # the HTML shows it in its place


@dataclass(frozen=True)
class Automation:
    """The marks by which programs say that no person wrote; each is empty where it is not there."""

    auto_submitted: str = ""
    precedence: str = ""
    other: str = ""  # the name of another header that only programs write, or of what it is instead of a message
    has_null_sender: bool = False

    @property
    def reason(self) -> str:
        """By which mark it is known that no person wrote; empty where one may have."""
        marks = {
            "Auto-Submitted": self.auto_submitted,
            "Precedence": self.precedence,
            self.other: self.other,
            "Return-Path": "<>" if self.has_null_sender else "",
        }
        return next((f"{name}: {mark}" if name != mark else name for name, mark in marks.items() if mark), "")


@dataclass(frozen=True)
class ParsedEmail:
    """An e-mail as `parsing.parse_email` reads it."""

    subject: str = ""
    sender: Address = Address("", "")
    sender_header: str = ""  # which one named the sender: From, Reply-To or Return-Path
    reply_to: tuple[Address, ...] = ()
    to: tuple[Address, ...] = ()
    cc: tuple[Address, ...] = ()
    author_count: int = 0  # addresses in From: more than one, and nobody vouches for whom wrote
    return_path: str = ""
    date: datetime | None = None
    message_id: str = ""  # with its angle brackets, as all ids here
    in_reply_to: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    reply_tokens: tuple[str, ...] = ()
    automation: Automation = Automation()
    spam_mark: str = ""  # the header by which a mail server on the way says that it is spam
    authentication_results: tuple[str, ...] = ()  # the topmost first
    failed_recipients: tuple[str, ...] = ()  # X-Failed-Recipients
    content_type: str = "text/plain"
    report_type: str = ""  # of multipart/report
    text: str = ""
    html: str = ""
    has_html_alone: bool = False  # of some of the text there is no other form
    stray_text: str = ""  # what stood outside the parts, where mail programs show nothing
    attachments: tuple[MailAttachment, ...] = ()
    problems: tuple[str, ...] = ()  # what had to be repaired or cut

    @property
    def thread_ids(self) -> tuple[str, ...]:
        """The messages that it may answer, the nearest first."""
        return tuple(dict.fromkeys((*self.in_reply_to, *reversed(self.references))))
