"""Makes attachments safe: images are re-encoded, programs refused, and other files offered only as downloads."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from enum import StrEnum

import filetype

from helpdesk.mail.files.file_names import file_name
from helpdesk.mail.files.images import ENDINGS, ImageRefused, ImageTooLarge, rewrite_image
from helpdesk.mail.parsed import LARGEST_FILE, MailAttachment
from helpdesk.mail.storable import storable_line

DOWNLOAD = "application/octet-stream"


class Refusal(StrEnum):
    """Why a file isn't kept."""

    EMPTY = "empty"
    TOO_LARGE = "too_large"
    PROGRAM = "program"
    BOMB = "bomb"  # an image with too many pixels to decode


@dataclass(frozen=True)
class SafeFile:
    """A file that may be stored, or the reason why not; `data` is then empty.

    Only images (`is_image`) are shown inline; all other files are served as downloads with the type given here.
    """

    name: str
    content_type: str
    data: bytes
    content_id: str = ""
    is_image: bool = False
    is_inline: bool = False
    refusal: Refusal | None = None


# Only the first bytes are checked: the contents of an archive are not.
PROGRAMS = (
    b"MZ",
    b"\x7fELF",
    b"\xfe\xed\xfa\xce",
    b"\xfe\xed\xfa\xcf",
    b"\xcf\xfa\xed\xfe",
    b"\xce\xfa\xed\xfe",
    b"\xca\xfe\xba\xbe",
    b"#!",
    b"L\x00\x00\x00\x01\x14\x02\x00",
    b"MSCF",
    b"\x00asm",
    b"dex\n",
)
PROGRAM_ENDINGS = set(
    """
    ade adp apk app appx bat cab chm cmd com cpl deb dll dmg exe gadget hta ins iso isp jar js jse jnlp lib lnk mde
    msc msi msix
    msp mst nsh pif ps1 psm1 py reg rpm scf scr scpt sct sh shb sys url vb vbe vbs vhd vxd wsc wsf wsh xll
    """.split()
)
# Recognized by extension if the bytes are an archive or nothing in particular; these are always downloads.
DOCUMENT_TYPES = {
    "txt": "text/plain",
    "csv": "text/csv",
    "md": "text/plain",
    "log": "text/plain",
    "ics": "text/calendar",
    "vcf": "text/vcard",
    "eml": "message/rfc822",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "odt": "application/vnd.oasis.opendocument.text",
    "ods": "application/vnd.oasis.opendocument.spreadsheet",
    "epub": "application/epub+zip",
}
ARCHIVES = {"application/zip", "application/x-ole-storage"}
# Browsers would execute these if they were ever shown.
ACTIVE = {"text/html", "text/xml", "application/xml", "application/xhtml+xml", "image/svg+xml", "text/javascript"}
MARKUP = re.compile(rb"(?:\xef\xbb\xbf)?\s*(?:<\?xml|<!doctype|<html|<svg|<script|<!--)", re.I)


def make_safe(attachment: MailAttachment) -> SafeFile:
    """Check and clean an e-mail attachment or an upload. Never raises."""
    name = file_name(None, attachment.name) or "attachment.bin"
    content_id = storable_line(attachment.content_id, 150)
    data = attachment.data
    if refusal := _refusal(name, data):
        return SafeFile(name, DOWNLOAD, b"", content_id, refusal=refusal)
    kind = find_type(name, data)
    if kind.startswith("image/") and kind not in ACTIVE:
        return _image(SafeFile(name, DOWNLOAD, data, content_id, is_inline=attachment.is_inline), kind)
    return SafeFile(name, kind if kind not in ACTIVE else DOWNLOAD, data, content_id)


def _refusal(name: str, data: bytes) -> Refusal | None:
    if not data:
        return Refusal.EMPTY
    if len(data) > LARGEST_FILE:
        return Refusal.TOO_LARGE
    # “foto.jpg.exe” has the extension exe, and Windows ignores trailing dots and spaces.
    ending = name.rstrip(". ").rpartition(".")[2].lower()
    if ending in PROGRAM_ENDINGS or data.startswith(PROGRAMS):
        return Refusal.PROGRAM
    return None


def find_type(name: str, data: bytes) -> str:
    """A file's type by its bytes; by its name only for types that nothing executes. The declared type is ignored."""
    if MARKUP.match(data[:1_024]):
        return "image/svg+xml" if b"<svg" in data[:4_096].lower() else "text/html"
    try:
        found = filetype.guess_mime(data[:8_192]) or ""
    except Exception:  # the library's own errors, on truncated data
        found = ""
    known = DOCUMENT_TYPES.get(name.rpartition(".")[2].lower(), "")
    if found and not (found in ARCHIVES and known.startswith("application/")):
        return storable_line(found, 100)
    if known.startswith("text/") and b"\0" in data[:8_192]:
        return DOWNLOAD
    return known or DOWNLOAD


def _image(file: SafeFile, kind: str) -> SafeFile:
    try:
        image = rewrite_image(file.data)
    except ImageTooLarge:
        return SafeFile(file.name, DOWNLOAD, b"", file.content_id, refusal=Refusal.BOMB)
    except ImageRefused:
        # Broken, or in a format that we don't show: it can still be downloaded.
        return replace(file, is_inline=False)
    stem = file.name.rpartition(".")[0] or file.name
    ending = ENDINGS[image.content_type]
    has_ending = file.name.lower().endswith((f".{ending}", ".jpeg" if ending == "jpg" else f".{ending}"))
    name = file.name if has_ending else file_name(None, f"{stem}.{ending}")
    return SafeFile(name, image.content_type, image.data, file.content_id, is_image=True, is_inline=file.is_inline)
