"""Converts HTML to plain text."""

from __future__ import annotations

import re

from helpdesk.mail.html.lines import parse_html, read_lines, text_of

TAG = re.compile(r"<[^<>]{0,2000}>")


def html_to_text(html: str) -> str:
    """The readable text of HTML, however broken."""
    if not html.strip():
        return ""
    try:
        return text_of(read_lines(parse_html(html)))
    except Exception:  # a parser error: text with leftover markup is better than none
        return TAG.sub(" ", html).strip()
