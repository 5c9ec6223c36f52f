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


def unaccent(text: str) -> str:
    """Small letters without accents, with typed apostrophes and hyphens."""
    plain = text.lower().translate(OTHERS)
    if plain.isascii():
        return plain
    letters = unicodedata.normalize("NFKD", plain)
    return "".join(letter for letter in letters if not unicodedata.combining(letter)).lower().translate(OTHERS)


def unaccent_with_places(text: str) -> tuple[str, list[int]]:
    """The text without accents, and the place in the text of each of its letters; then where the text ends."""
    if text.isascii():
        return unaccent(text), list(range(len(text) + 1))
    letters: list[str] = []
    places: list[int] = []
    for place, letter in enumerate(text):
        plain = unaccent(letter)
        letters.append(plain)
        places += [place] * len(plain)
    return "".join(letters), [*places, len(text)]
