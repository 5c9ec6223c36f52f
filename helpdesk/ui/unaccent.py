"""Lower-cases text and removes accents for comparison in Python, like the database does."""

from __future__ import annotations

import unicodedata

# Characters that become several, or are more than an accented letter, as in the database's `fold`; and accents often
# typed instead of an apostrophe.
OTHERS = str.maketrans(
    {"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ħ": "h", "ı": "i"}
    | dict.fromkeys("‘’‛ʹʻʼʽˈ′´`", "'")
    | dict.fromkeys("‐‑‒–—―−˗", "-")
)


def unaccent(text: str) -> str:
    """The text in lower case, without accents, and with uniform apostrophes and hyphens."""
    plain = text.lower().translate(OTHERS)
    if plain.isascii():
        return plain
    letters = unicodedata.normalize("NFKD", plain)
    return "".join(letter for letter in letters if not unicodedata.combining(letter)).lower().translate(OTHERS)


def unaccent_with_places(text: str) -> tuple[str, list[int]]:
    """The text without accents, and for each of its characters the position in the original text; the last is the
    text's length.
    """
    if text.isascii():
        return unaccent(text), list(range(len(text) + 1))
    letters: list[str] = []
    places: list[int] = []
    for place, letter in enumerate(text):
        plain = unaccent(letter)
        letters.append(plain)
        places += [place] * len(plain)
    return "".join(letters), [*places, len(text)]
