"""HTML as plain text."""

from __future__ import annotations

import re

from helpdesk.mail.html.lines import parse_html, read_lines, text_of

TAG = re.compile(r"<[^<>]{0,2000}>")


def html_to_text(html: str) -> str:
    """What is to be read in HTML, however broken it is."""
    if not html.strip():
        return ""
    try:
        return text_of(read_lines(parse_html(html)))
    except Exception:  # the parser's own: better its words with too much around them than none
        return TAG.sub(" ", html).strip()
