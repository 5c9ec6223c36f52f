"""A parsed e-mail: every text is bounded, in NFC, and can be stored in PostgreSQL."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

LONGEST_TEXT, LONGEST_HTML = 256 * 1024, 512 * 1024  # characters; the full text of a longer one is attached as a file
LARGEST_FILE = 25 * 2**20  # bytes


@dataclass(frozen=True)
class Address:
    """A person's name, which may be empty, and e-mail address, in lower case."""

    name: str
    email: str


@dataclass(frozen=True)
class MailAttachment:
    """A file as it arrived; `helpdesk.mail.files.attachments` makes it safe to serve."""

    name: str
    declared_type: str
    data: bytes
    content_id: str = ""
    is_inline: bool = False  # shown within the HTML


@dataclass(frozen=True)
class Automation:
    """The marks of an automatic e-mail; each is empty if it is missing."""

    auto_submitted: str = ""
    precedence: str = ""
    other: str = ""  # another header that only programs set, or the kind of message, such as a receipt
    has_null_sender: bool = False

    @property
    def reason(self) -> str:
        """The mark that shows that no person wrote it; empty if a person may have."""
        marks = {
            "Auto-Submitted": self.auto_submitted,
            "Precedence": self.precedence,
            self.other: self.other,
            "Return-Path": "<>" if self.has_null_sender else "",
        }
        return next((f"{name}: {mark}" if name != mark else name for name, mark in marks.items() if mark), "")


@dataclass(frozen=True)
class ParsedEmail:
    """The result of `parsing.parse_email`."""

    subject: str = ""
    sender: Address = Address("", "")
    sender_header: str = ""  # the header that named the sender: From, Reply-To or Return-Path
    reply_to: tuple[Address, ...] = ()
    to: tuple[Address, ...] = ()
    cc: tuple[Address, ...] = ()
    author_count: int = 0  # addresses in From; with more than one, the author cannot be verified
    return_path: str = ""
    date: datetime | None = None
    message_id: str = ""  # in angle brackets, like all IDs here
    in_reply_to: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    reply_tokens: tuple[str, ...] = ()
    automation: Automation = Automation()
    spam_mark: str = ""  # the header in which a mail server declared it spam
    authentication_results: tuple[str, ...] = ()  # the topmost first
    failed_recipients: tuple[str, ...] = ()  # X-Failed-Recipients
    content_type: str = "text/plain"
    report_type: str = ""  # of multipart/report
    text: str = ""
    html: str = ""
    has_html_alone: bool = False  # some of the text exists only as HTML
    stray_text: str = ""  # text outside the parts, which mail programs do not show
    attachments: tuple[MailAttachment, ...] = ()
    problems: tuple[str, ...] = ()  # what had to be repaired or cut

    @property
    def thread_ids(self) -> tuple[str, ...]:
        """The IDs of messages that it may answer, the closest first."""
        return tuple(dict.fromkeys((*self.in_reply_to, *reversed(self.references))))
