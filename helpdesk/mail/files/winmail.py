"""winmail.dat, in which Outlook wraps an e-mail's attachments so that only Outlook can read them."""

from __future__ import annotations

from dataclasses import dataclass, field

from tnefparse import TNEF

from helpdesk.mail.encodings import decode_text
from helpdesk.mail.files.file_names import file_name
from helpdesk.mail.parsed import LONGEST_HTML, LONGEST_TEXT, MailAttachment
from helpdesk.mail.storable import bounded

SIGNATURE = b"\x78\x9f\x3e\x22"
MOST_FILES = 100


@dataclass
class Winmail:
    """The contents; `is_cut` says that there was more than we extract, so the file itself is kept too.

    `has_rich_text` says that it also has RTF, which is not read: mostly a copy of the e-mail's own text.
    """

    text: str = ""
    html: str = ""
    attachments: list[MailAttachment] = field(default_factory=list)
    is_cut: bool = False
    has_rich_text: bool = False


def is_winmail(kind: str, name: str, data: bytes) -> bool:
    """Whether a file is one: by its type or name, and its first bytes."""
    return data.startswith(SIGNATURE) and (kind.endswith("ms-tnef") or name.lower().endswith(".dat"))


def read_winmail(data: bytes) -> Winmail | None:
    """Extract the contents; None if it cannot be read, so that it stays an attachment."""
    try:
        found = TNEF(data, do_checksum=False)
        attachments = [
            MailAttachment(
                file_name(None, _text(each.long_filename() or each.name)) or "attachment.bin",
                "application/octet-stream",
                bytes(each.data or b""),
            )
            for each in found.attachments[:MOST_FILES]
        ]
        text, html = _text(found.body), _text(found.htmlbody)
    except Exception:  # the library raises all kinds of errors
        return None
    if not attachments and not text.strip() and not html.strip():
        return None
    text, is_text_cut = bounded(text, LONGEST_TEXT)
    html, is_html_cut = bounded(html, LONGEST_HTML)
    is_cut = is_text_cut or is_html_cut or len(found.attachments) > MOST_FILES
    return Winmail(text, html, attachments, is_cut, found.has_body() and not (text or html))


def _text(value: object) -> str:
    if isinstance(value, list | tuple):
        value = value[0] if value else ""
    return decode_text(value) if isinstance(value, bytes) else str(value or "")
