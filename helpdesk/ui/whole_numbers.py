"""Reads whole numbers from addresses and forms that a page made, where anything else is ignored without an error."""

from __future__ import annotations

BIGINT = 2**63 - 1  # the largest number of PostgreSQL's type for primary keys


def whole_number(text: str, most: int = BIGINT) -> int | None:
    """The number that the digits 0 to 9 make; None if it has another character, or is larger than `most`.

    Never looks at more digits than `most` has, because Python refuses or takes long to read thousands.
    """
    if not (text.isascii() and text.isdecimal() and len(text) <= len(str(most))):
        return None
    number = int(text)
    return number if number <= most else None
