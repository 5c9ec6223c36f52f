"""Replies as people write them, in `replies.json`: none of their own lines is collapsed, and quotations are found.

Each has what is `written` in it, or `is_whole`, where nothing may be collapsed. Words in braces stand for `texts`, of
which `first reply` and `reply` are ours. Where `is_sent_known` we know what we sent, as we do once a ticket is found.
"""

import json
import re
from pathlib import Path

import pytest

from helpdesk.mail.html.quotation import MARK, collapse_html
from helpdesk.mail.quotation.known_text import KnownText
from helpdesk.mail.quotation.splitting import split_text

CASES = json.loads(Path(__file__).with_name("replies.json").read_text())
TEXTS = CASES["texts"]
OURS = KnownText(
    [TEXTS["reply"], TEXTS["first reply"]],
    ["ajuda@escola.example"],
    ["Toda a conversa, e onde escrever:", "Ver toda a conversa, ou escrever nela"],
)


def filled(text: str) -> str:
    return re.sub(r"\{([\w ]+)\}", lambda found: TEXTS[found[1]], text)


def simple(text: str) -> str:
    return " ".join(text.split())


@pytest.mark.parametrize("case", CASES["replies"], ids=lambda case: case["name"])
def test_written_and_quoted_text_are_separated(case):
    known = OURS if case.get("is_sent_known") else None
    if "html" in case:
        found = collapse_html(filled(case["html"]), known=known)
        written, has_quotation = found.written, MARK in found.html
    else:
        text = filled(case["text"])
        parts = split_text(text, known=known)
        assert "".join(part.text for part in parts) == text
        written = "".join(part.text for part in parts if not part.is_quoted)
        has_quotation = any(part.is_quoted for part in parts)
    if case.get("is_whole"):
        assert not has_quotation
    else:
        assert simple(written) == case["written"]


@pytest.mark.parametrize("case", [each for each in CASES["replies"] if "text" in each], ids=lambda case: case["name"])
def test_line_ends_do_not_matter(case):
    known = OURS if case.get("is_sent_known") else None
    text = filled(case["text"])
    both = [split_text(each, known=known) for each in (text, text.replace("\n", "\r\n"))]
    one, other = (simple("".join(part.text for part in parts if not part.is_quoted)) for parts in both)
    assert one == other
