"""Finds whole e-mail addresses in text, in any capitalisation, also as encoded in URLs and HTML."""

from __future__ import annotations

import re
from functools import lru_cache
from html.entities import html5

from helpdesk.nfc import to_nfc

# What precedes the address if it is only the end of a longer one: a letter or digit, then characters allowed inside a
# local part. Characters that start a word, as in lists or Markdown, do not count, nor do two dots in a row. An
# apostrophe counts after two letters: `sant'anna@` is not `anna@`.
LONGER_BEFORE = re.compile(r"(?:[^\W_](?:[_+%-]|\.(?!\.))*|[^\W_]{2}['’])\Z")
# Percent-encoded characters that separate words in a URL: white space, brackets, quotation marks, and all ASCII
# punctuation that is not named above.
APOSTROPHE = r"(?:(?<![^\W_][^\W_])|(?<=%[0-9A-F][0-9A-F]))%(?:25)*27"
SEPARATED = re.compile(
    rf"(?:{APOSTROPHE}|%(?:25)*(?:0[9AD]|2[0-4689ACF]|3[A-F]|40|5[B-E]|60|7[B-E]))[._-]*\Z", re.IGNORECASE
)
READ_BEFORE = 70  # characters; a local part has 64 at most
# The address must not be followed by more of a domain. A domain's last label has no hyphen, so a hyphen counts only if
# a dot follows. A small letter, a dot and a capital are a new sentence without a space, even if the capital is alone.
SENTENCE = r"(?-i:(?<=[a-z])\.[A-ZÀ-ÖØ-Þ])(?:[^\W_]{2}|(?![\w.-]))"
LONGER_BEHIND = rf"(?:(?={SENTENCE})|(?![^\W_]|\.[^\W_]|-[\w-]*\.[^\W_]|%(?:25)*2[DE][^\W_]))"


def has_address(text: str, address: str) -> bool:
    """Whether the text contains the whole address: `mariana@x.com` does not contain `ana@x.com`."""
    text = _as(address, text)
    return _may_have(text, address) and any(_begins(found) for found in _pattern(address).finditer(text))


def replace_address(text: str, address: str, by: str) -> str:
    """The text with the whole address replaced by `by` wherever it occurs."""
    if not has_address(text, address):
        return text
    return _pattern(address).sub(lambda found: by if _begins(found) else found[0], _as(address, text))


def _may_have(text: str, address: str) -> bool:
    """A quick check, ten times faster than the pattern: whether the text has the address's letters at all."""
    lowered = text.casefold()
    return bool(address) and all(part in lowered for part in letters_of(address))


def _begins(found: re.Match[str]) -> bool:
    before = found.string[max(0, found.start() - READ_BEFORE) : found.start()]
    return LONGER_BEFORE.search(before) is None or SEPARATED.search(before) is not None


@lru_cache(maxsize=100)
def letters_of(address: str) -> list[str]:
    """The address's runs of ASCII letters and digits, in lower case. Texts with the address have them, even encoded."""
    return re.findall(r"[a-z0-9]+", address.lower())


@lru_cache(maxsize=100)
def _pattern(address: str) -> re.Pattern[str]:
    return re.compile("".join(map(_spelt, to_nfc(address))) + LONGER_BEHIND, re.IGNORECASE)


def _spelt(sign: str) -> str:
    """A pattern for a character as it is, percent-encoded, also more than once (a URL in a URL), or escaped in HTML."""
    if sign.isascii() and sign.isalnum():
        return sign
    either = sorted({sign, sign.upper()})
    encoded = ["".join(f"%(?:25)*{byte:02X}" for byte in each.encode()) for each in either]
    references = [rf"&(?:amp;)?#(?:0*{ord(each)}|x0*{ord(each):X});" for each in either if len(each) == 1]
    named = [f"&(?:amp;)?{name}" for name, meant in html5.items() if meant in either and name.endswith(";")]
    return f"(?:{'|'.join([re.escape(sign), *encoded, *references, *sorted(named)])})"


def _as(address: str, text: str) -> str:
    """The text in NFC, unless the address is ASCII: texts may be long, and then need no normalising."""
    return text if address.isascii() else to_nfc(text)
