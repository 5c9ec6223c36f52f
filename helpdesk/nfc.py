"""Unicode normalization (NFC) of text from any source, in linear time."""

from __future__ import annotations

import re
import unicodedata

# Combining marks per character, as in Unicode's Stream-Safe Text (UAX #15); no language comes close. Python's
# normalization takes quadratic time for longer runs, and blocks all other threads meanwhile.
MOST_MARKS = 30
# Runs that are neither letters nor digits, which include marks; matched only from their start, so none is read twice.
MANY_SIGNS = re.compile(rf"(?<![^\w\0-\x7f])[^\w\0-\x7f]{{{MOST_MARKS + 1},}}")


def to_nfc(text: str) -> str:
    """The text in NFC, in linear time: only the first MOST_MARKS combining marks of each character are kept."""
    if text.isascii():
        return text
    # NFC may turn one mark into two.
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
