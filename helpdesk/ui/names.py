"""What a person is greeted by, and which names are hard to tell apart."""

from __future__ import annotations

import re
import unicodedata

from helpdesk.ui.cleaning import clean_name

TITLE = re.compile(r"(?:dra?|sra?|srta|profa?|profª|eng|mrs?|ms)(?:\.\s*|\s+|$)", re.IGNORECASE)
LIKE_AN_ADDRESS = re.compile(r"://|@|\w\.\w{2,}")
WORD = re.compile(r"[^\W\d_]+")


def first_name(text: str) -> str:
    """The name for a greeting: the first word after any title, as it is written.

    A name in capitals or lower case only is capitalized. Empty if there is no name, or an address in its place, so that
    nobody can make us send their link to others.
    """
    name = clean_name(text)
    while found := TITLE.match(name):
        name = name[found.end() :]
    word = name.partition(" ")[0]
    if LIKE_AN_ADDRESS.search(word):
        return ""
    is_shouted = word.isupper() and len(word) > 2  # two capitals are initials
    return WORD.sub(lambda part: part[0].capitalize(), word) if is_shouted or word.islower() else word


# Letters, digits and signs that look like a Latin letter, upper or lower case.
LOOK_ALIKES = str.maketrans(
    "авсԁеһніјӏкмоԛрѕтԝхуѵɑɡαβεηικμνορτυχζıłøđl1|0",
    "abcdehhijikmoqpstwxyvagabehikmnoptyxziiodiiio",
)
SMALL_SIGNS = re.compile(r"[\s\-‐-―−.,;:·'’‘´`\"“”_()]+")


def likeness(name: str) -> str:
    """Equal for names that are hard to tell apart: they differ in case, accents, spaces, punctuation or look-alikes."""
    plain = name if name.isascii() else _without_marks(unicodedata.normalize("NFKD", name))
    return SMALL_SIGNS.sub("", plain.casefold().translate(LOOK_ALIKES)) or name


def _without_marks(text: str) -> str:
    return "".join(letter for letter in text if not unicodedata.combining(letter))
