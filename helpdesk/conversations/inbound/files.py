"""Files of an e-mail, made ready to be kept before anything is locked: a large picture takes seconds."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from helpdesk.conversations import attachments
from helpdesk.conversations.actions.delivery import in_own_language
from helpdesk.conversations.files import CheckedFile, check_file
from helpdesk.conversations.inbound.reading import Reading
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
        """Why files are missing, for a person; empty where none is."""
        return " ".join(self.refused)


def prepare_files(reading: Reading) -> Files:
    """Look at each file, within a time for all."""
    found, ends_at, left_out = Files(), time.monotonic() + MOST_SECONDS, 0
    with in_own_language():
        for each in reading.parsed.attachments:
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
        if left_out:
            found.refused.append(_("%(count)d files are in the whole e-mail alone.") % {"count": left_out})
    return found
