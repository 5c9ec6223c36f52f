"""Tells images that carry content from decoration in an e-mail's HTML."""

from __future__ import annotations

import re
from io import BytesIO

from PIL import Image
from selectolax.lexbor import LexborNode

from helpdesk.mail.html.quotation import judge_html
from helpdesk.mail.quotation.known_text import KnownText

ICON = 64  # pixels; an image with both sides no larger is an icon
MOST_LEVELS = 40
# Containers for what mail programs add below the text.
SIGNATURE = re.compile(r"signature|assinatura|firma_", re.I)


def content_pictures(html: str, subject: str = "", known: KnownText | None = None) -> set[str]:
    """The Content-IDs, in lower case, of images that the writer inserted: neither quoted nor in a signature."""
    found = set()
    for line, is_quoted in judge_html(html, subject, known):
        if is_quoted or not line.has_image:
            continue
        for node in line.nodes:
            source = (node.attributes.get("src") or "").strip() if node.tag == "img" else ""
            if source.lower().startswith("cid:") and not _is_in_signature(node):
                found.add(source[4:].lower())
    return found


def _is_in_signature(node: LexborNode) -> bool:
    above = node.parent
    for _ in range(MOST_LEVELS):
        if above is None:
            return False
        marks = above.attributes
        if SIGNATURE.search(" ".join(marks.get(name) or "" for name in ("class", "id", "data-smartmail"))):
            return True
        above = above.parent
    return False


def is_icon(data: bytes) -> bool:
    """Whether an image, as we re-encoded it, is too small to show anything."""
    try:
        with Image.open(BytesIO(data)) as image:
            return max(image.size) <= ICON
    except OSError:
        return False
