"""Texts in NFC, whoever wrote them."""

from __future__ import annotations

import re
import unicodedata

# Marks on one letter, as Unicode's Stream-Safe Text has it (UAX #15): no language comes near. Python sorts them in a
# time that grows with the square of their number, and lets no other thread run meanwhile.
MOST_MARKS = 30
# Marks are among what is neither letter nor figure; begun only where such a run does, so that none is read twice.
MANY_SIGNS = re.compile(rf"(?<![^\w\0-\x7f])[^\w\0-\x7f]{{{MOST_MARKS + 1},}}")


def to_nfc(text: str) -> str:
    """The text in NFC, in a time that grows with its length only: of the marks on one letter, the first MOST_MARKS."""
    if text.isascii():
        return text
    # A mark may be two in NFC.
    return _with_few_marks(unicodedata.normalize("NFC", _with_few_marks(text)))


def _with_few_marks(text: str) -> str:
    return MANY_SIGNS.sub(_first_marks, text)


def _first_marks(signs: re.Match[str]) -> str:
    kept, marks = [], 0
    for sign in signs[0]:
        marks = marks + 1 if unicodedata.category(sign)[0] == "M" else 0
        if marks <= MOST_MARKS:
            kept.append(sign)
    return "".join(kept)
