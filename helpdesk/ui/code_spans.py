"""Leaves Markdown code as it was typed."""

from __future__ import annotations

import re
from collections.abc import Callable

# Fenced blocks and code spans; alternatives start with the longest fence, so nothing is matched twice.
CODE = re.compile(r"(?ms)^ {0,3}(`{3,}|~{3,})[^\n]*\n.*?(?:^ {0,3}\1|\Z)|(?<!`)(`{1,9})(?!`)[^`]+(?<!`)\2(?!`)")


def outside_code(text: str, change: Callable[[str], str]) -> str:
    """Apply `change` to the parts of a text that Markdown doesn't treat as code."""
    parts, position = [], 0
    for code in CODE.finditer(text):
        parts += [change(text[position : code.start()]), code[0]]
        position = code.end()
    return "".join([*parts, change(text[position:])])
