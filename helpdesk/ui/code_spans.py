"""What Markdown takes for code, which is left as it was typed."""

from __future__ import annotations

import re
from collections.abc import Callable

# Fenced blocks and spans of code; the alternatives begin with the longest fence, and none is read twice.
CODE = re.compile(r"(?ms)^ {0,3}(`{3,}|~{3,})[^\n]*\n.*?(?:^ {0,3}\1|\Z)|(?<!`)(`{1,9})(?!`)[^`]+(?<!`)\2(?!`)")


def outside_code(text: str, change: Callable[[str], str]) -> str:
    """The text with all of it changed that Markdown does not take for code."""
    parts, position = [], 0
    for code in CODE.finditer(text):
        parts += [change(text[position : code.start()]), code[0]]
        position = code.end()
    return "".join([*parts, change(text[position:])])
