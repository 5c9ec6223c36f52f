"""Prepares the files of an e-mail for storing. A large picture takes seconds, so do it before anything is locked."""

from __future__ import annotations

import hashlib
import time
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from helpdesk.conversations.files import attachments
from helpdesk.conversations.files.checking import CheckedFile, check_file
from helpdesk.conversations.inbound.reading import Reading
from helpdesk.conversations.installation_language import in_installation_language
from helpdesk.conversations.learner_page.link_redaction import without_tokens
from helpdesk.conversations.models import Attachment
from helpdesk.mail.html.pictures import content_pictures, is_icon
from helpdesk.mail.html.quotation import LONGEST_HTML
from helpdesk.mail.parsed import MailAttachment
from helpdesk.tickets.actions import ActionRefused
from helpdesk.tickets.models import Ticket

MOST_FILES = 50
MOST_SECONDS = 25.0  # for all files together; a worker counts as hung after a minute
REPORT_TYPES = ("message/delivery-status", "message/feedback-report", "message/disposition-notification")


@dataclass
class Files:
    """The files of an e-mail that are kept, each with its Content-ID if it is inline, and why others are refused.

    `looks` are the Content-IDs of pictures that are only decoration.
    """

    kept: list[tuple[CheckedFile, str]] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    looks: set[str] = field(default_factory=set)

    def take(self, found: MailAttachment, content: set[str]) -> None:
        """Keep a file, unless it is refused; `content` are the Content-IDs of pictures that are not decoration."""
        try:
            checked = check_file(found.name, found.data)
        except ActionRefused as refused:
            if found.data:
                self.refused.append(str(refused))
            return
        content_id = found.content_id[:150] if found.is_inline else ""
        self.kept.append((checked, content_id))
        if content_id and (content_id.lower() not in content or is_icon(checked.data)):
            self.looks.add(content_id)

    def store(self, ticket: Ticket) -> list[Attachment]:
        """Store the files for the ticket. An inline picture that the ticket already has counts as decoration."""
        hashes = {hashlib.sha256(file.data).hexdigest() for file, content_id in self.kept if content_id}
        inline = Attachment.objects.filter(ticket=ticket, sha256__in=hashes).exclude(content_id="")
        before = set(inline.values_list("sha256", flat=True)) if hashes else set()
        return [
            attachments.keep(
                file,
                ticket,
                content_id=content_id,
                is_decoration=bool(content_id)
                and (content_id in self.looks or hashlib.sha256(file.data).hexdigest() in before),
            )
            for file, content_id in self.kept
        ]

    def note(self) -> str:
        """Tells a person which files are missing, and why; empty if none is."""
        return " ".join(self.refused)


def _files_of(reading: Reading) -> tuple[MailAttachment, ...]:
    """The attachments; before them the whole text as a file, if it is too long for a message and not yet attached."""
    parsed = reading.parsed
    if not reading.words.is_cut or "text cut" in parsed.problems:
        return parsed.attachments
    text = "\n\n".join(filter(None, [parsed.text, parsed.stray_text]))
    return MailAttachment("message.txt", "text/plain", without_tokens(text).encode()), *parsed.attachments


def _content_pictures(reading: Reading) -> set[str]:
    """The Content-IDs of inline pictures that are not decoration; of all, if the HTML is too long to examine."""
    parsed = reading.parsed
    inline = {each.content_id[:150].lower() for each in parsed.attachments if each.is_inline}
    if not inline or len(parsed.html) > LONGEST_HTML:
        return inline
    return {name[:150] for name in content_pictures(parsed.html, parsed.subject, reading.known)}


def prepare_files(reading: Reading) -> Files:
    """Check each file, within MOST_SECONDS for all."""
    found, ends_at, left_out = Files(), time.monotonic() + MOST_SECONDS, 0
    content = _content_pictures(reading)
    with in_installation_language():
        for each in _files_of(reading):
            if each.declared_type in REPORT_TYPES:
                continue
            if len(found.kept) >= MOST_FILES or time.monotonic() > ends_at:
                left_out += 1
                continue
            found.take(each, content)
        if reading.words.is_cut or "text cut" in reading.parsed.problems:
            found.refused.append(_("It is too long for a message. The full text is attached as a file."))
        if left_out:
            found.refused.append(_("%(count)d files are only in the full e-mail.") % {"count": left_out})
    return found
