"""Checks files before they are stored: safe name, type by content, and whether they are accepted."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from helpdesk.mail.files.attachments import DOWNLOAD, Refusal, make_safe
from helpdesk.mail.parsed import MailAttachment
from helpdesk.tickets.actions import ActionRefused
from helpdesk.ui.isolation import isolated_text

# Types that pages show as pictures: always re-encoded by us, so that nothing else is in them.
SHOWN_TYPES = frozenset({"image/jpeg", "image/png", "image/webp", "image/gif"})


@dataclass(frozen=True)
class CheckedFile:
    """A file ready to be stored."""

    name: str
    content_type: str
    data: bytes


def check_file(name: str, data: bytes) -> CheckedFile:
    """Make a file safe to store, re-encoding pictures. Raises ActionRefused if it is empty, too large or a program."""
    safe = make_safe(MailAttachment(name, DOWNLOAD, data))
    if safe.refusal:
        raise ActionRefused(_refusal(safe.refusal) % {"name": isolated_text(safe.name)})
    # Only files that we encoded ourselves keep a type that pages show.
    is_trusted = safe.is_image or safe.content_type not in SHOWN_TYPES
    return CheckedFile(safe.name, safe.content_type if is_trusted else DOWNLOAD, safe.data)


def _refusal(refusal: Refusal) -> str:
    return {
        Refusal.EMPTY: _("The file “%(name)s” is empty."),
        Refusal.TOO_LARGE: _("A file can have at most 25 MB: “%(name)s” is larger."),
        Refusal.PROGRAM: _("“%(name)s” is a program. Send a picture or a document instead."),
        Refusal.BOMB: _("The picture “%(name)s” is too large to be shown. Send a smaller one."),
    }[refusal]
