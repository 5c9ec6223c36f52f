"""Text as it is compared, in small letters and without accents, where it is looked at here and not in the database."""

from __future__ import annotations

import unicodedata

# Letters and signs that are more than one with an accent, as the database's `fold` has them; and the accents that many
# type for an apostrophe.
OTHERS = str.maketrans(
    {"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ħ": "h", "ı": "i"}
    | dict.fromkeys("‘’‛ʹʻʼʽˈ′´`", "'")
    | dict.fromkeys("‐‑‒–—―−˗", "-")
)


def fold(text: str) -> str:
    """Small letters without accents, with typed apostrophes and hyphens."""
    plain = text.lower().translate(OTHERS)
    if plain.isascii():
        return plain
    letters = unicodedata.normalize("NFKD", plain)
    return "".join(letter for letter in letters if not unicodedata.combining(letter)).lower().translate(OTHERS)


def fold_with_places(text: str) -> tuple[str, list[int]]:
    """The folded text, and for each letter of it the place of the one that it comes from; then where the text ends."""
    if text.isascii():
        return fold(text), list(range(len(text) + 1))
    letters: list[str] = []
    places: list[int] = []
    for place, letter in enumerate(text):
        folded = fold(letter)
        letters.append(folded)
        places += [place] * len(folded)
    return "".join(letters), [*places, len(text)]
