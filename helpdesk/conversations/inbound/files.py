"""Files of an e-mail, made ready to be kept before anything is locked: a large picture takes seconds."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from helpdesk.conversations import attachments
from helpdesk.conversations.actions.delivery import in_own_language
from helpdesk.conversations.files import CheckedFile, check_file
from helpdesk.conversations.inbound.reading import Reading
from helpdesk.conversations.mail.parsed import MailAttachment
from helpdesk.conversations.models import Attachment
from helpdesk.tickets.actions import ActionRefused
from helpdesk.tickets.models import Ticket

MOST_FILES = 50
MOST_SECONDS = 25.0  # for all; the worker counts as hung after a minute
REPORT_TYPES = ("message/delivery-status", "message/feedback-report", "message/disposition-notification")


@dataclass
class Files:
    """What is kept of an e-mail's files, each with the name by which its HTML shows it, and why others are not."""

    kept: list[tuple[CheckedFile, str]] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)

    def store(self, ticket: Ticket) -> list[Attachment]:
        """Keep them for the ticket."""
        return [attachments.keep(file, ticket, content_id=content_id) for file, content_id in self.kept]

    def note(self) -> str:
        """What of it is not where it would be looked for, for a person; empty where all is."""
        return " ".join(self.refused)


def _files_of(reading: Reading) -> tuple[MailAttachment, ...]:
    """Those that came; before them the whole text, where a message cannot hold it and no file has it."""
    parsed = reading.parsed
    if not reading.words.is_cut or "text cut" in parsed.problems:
        return parsed.attachments
    text = "\n\n".join(filter(None, [parsed.text, parsed.stray_text]))
    return MailAttachment("message.txt", "text/plain", text.encode()), *parsed.attachments


def prepare_files(reading: Reading) -> Files:
    """Look at each file, within a time for all."""
    found, ends_at, left_out = Files(), time.monotonic() + MOST_SECONDS, 0
    with in_own_language():
        for each in _files_of(reading):
            if each.declared_type in REPORT_TYPES:
                continue
            if len(found.kept) >= MOST_FILES or time.monotonic() > ends_at:
                left_out += 1
                continue
            try:
                checked = check_file(each.name, each.data)
            except ActionRefused as refused:
                if each.data:
                    found.refused.append(str(refused))
            else:
                found.kept.append((checked, each.content_id[:150] if each.is_inline else ""))
        if reading.words.is_cut or "text cut" in reading.parsed.problems:
            found.refused.append(_("It is longer than a message may be: all of it is among its files."))
        if left_out:
            found.refused.append(_("%(count)d files are in the whole e-mail alone.") % {"count": left_out})
    return found
