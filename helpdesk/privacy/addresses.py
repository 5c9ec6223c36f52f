"""Finding an e-mail address in what people and programs write: whole, however it is capitalised, in URLs and HTML."""

from __future__ import annotations

import re
from functools import lru_cache
from html.entities import html5

from helpdesk.nfc import to_nfc

# Letters and figures before it, and what an address may have between, so that a longer one ends there. Signs that begin
# a word are none of it, as of a list or of Markdown; nor are two dots in a row. An apostrophe is, behind two letters:
# `sant'anna@` is no `anna@`.
LONGER_BEFORE = re.compile(r"(?:[^\W_](?:[_+%-]|\.(?!\.))*|[^\W_]{2}['’])\Z")
# What separates words in a URL: white space, brackets, quotation marks and all signs that are not named above.
APOSTROPHE = r"(?:(?<![^\W_][^\W_])|(?<=%[0-9A-F][0-9A-F]))%(?:25)*27"
SEPARATED = re.compile(
    rf"(?:{APOSTROPHE}|%(?:25)*(?:0[9AD]|2[0-4689ACF]|3[A-F]|40|5[B-E]|60|7[B-E]))[._-]*\Z", re.IGNORECASE
)
READ_BEFORE = 70  # characters: a local part has 64 at most
# A domain that goes on. The last label of one has no hyphen, so that after one a dot has to come; and small letters are
# not followed by a capital, as where the space is lacking before a new sentence, which may begin with a word of one.
SENTENCE = r"(?-i:(?<=[a-z])\.[A-ZÀ-ÖØ-Þ])(?:[^\W_]{2}|(?![\w.-]))"
LONGER_BEHIND = rf"(?:(?={SENTENCE})|(?![^\W_]|\.[^\W_]|-[\w-]*\.[^\W_]|%(?:25)*2[DE][^\W_]))"


def has_address(text: str, address: str) -> bool:
    """Whether the whole address stands there: `ana@x.com` is no part of `mariana@x.com`."""
    text = _as(address, text)
    return _may_have(text, address) and any(_begins(found) for found in _pattern(address).finditer(text))


def replace_address(text: str, address: str, by: str) -> str:
    """The text with `by` wherever the whole address stands; the same text where it does not."""
    if not has_address(text, address):
        return text
    return _pattern(address).sub(lambda found: by if _begins(found) else found[0], _as(address, text))


def _may_have(text: str, address: str) -> bool:
    """Whether it has the letters at all, which is told in a tenth of the time."""
    folded = text.casefold()
    return bool(address) and all(part in folded for part in letters_of(address))


def _begins(found: re.Match[str]) -> bool:
    before = found.string[max(0, found.start() - READ_BEFORE) : found.start()]
    return LONGER_BEFORE.search(before) is None or SEPARATED.search(before) is not None


@lru_cache(maxsize=100)
def letters_of(address: str) -> list[str]:
    """The letters and figures that a text has wherever it has the address, however that is written: of ASCII, small."""
    return re.findall(r"[a-z0-9]+", address.lower())


@lru_cache(maxsize=100)
def _pattern(address: str) -> re.Pattern[str]:
    return re.compile("".join(map(_spelt, to_nfc(address))) + LONGER_BEHIND, re.IGNORECASE)


def _spelt(sign: str) -> str:
    """As it is, or as in a URL, and in one that stands in another, or in HTML."""
    if sign.isascii() and sign.isalnum():
        return sign
    either = sorted({sign, sign.upper()})
    encoded = ["".join(f"%(?:25)*{byte:02X}" for byte in each.encode()) for each in either]
    references = [rf"&(?:amp;)?#(?:0*{ord(each)}|x0*{ord(each):X});" for each in either if len(each) == 1]
    named = [f"&(?:amp;)?{name}" for name, meant in html5.items() if meant in either and name.endswith(";")]
    return f"(?:{'|'.join([re.escape(sign), *encoded, *references, *sorted(named)])})"


def _as(address: str, text: str) -> str:
    """As the address is written; texts of any length are not put in NFC for one that is ASCII."""
    return text if address.isascii() else to_nfc(text)
