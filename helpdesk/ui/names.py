"""Names that people and programs give: cleaned in one way wherever they come in, set apart where they go out."""

from __future__ import annotations

import html
import re
import unicodedata
from typing import Any

from django import forms
from django.core.management import CommandError
from django.core.validators import ProhibitNullCharactersValidator
from django.utils.html import conditional_escape, format_html, strip_tags
from django.utils.safestring import SafeString

# Letters and symbols by their category, which show nothing all the same.
BLANKS = "\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0"
# Joiners belong between letters of scripts that join, and between emoji; elsewhere nobody sees them.
STRAY_JOINER = re.compile("(?<![\u0590-\U0010ffff])[\u200c\u200d]|[\u200c\u200d](?![\u0590-\U0010ffff])")
# Parts of an emoji: joiners, and the letters that say which flag it is.
KEPT_FORMATS = {"\u200c", "\u200d", *map(chr, range(0xE0020, 0xE0080))}
RIGHT_TO_LEFT = {"R", "AL", "AN", "RLE", "RLO", "RLI", "LRE", "LRO", "LRI", "FSI", "PDF", "PDI"}


def clean_name(text: str) -> str:
    """One line in NFC, without what nobody sees; empty where nothing is left to be seen."""
    if text.isascii() and text.isprintable():
        return " ".join(text.split())
    spaced = "".join(" " if unicodedata.category(letter) == "Cc" else letter for letter in text.replace("\0", ""))
    kept = "".join(letter for letter in spaced if unicodedata.category(letter) != "Cf" or letter in KEPT_FORMATS)
    name = unicodedata.normalize("NFC", " ".join(STRAY_JOINER.sub("", kept).split()))
    return name if any(map(_is_visible, name)) else ""


def clean_key(text: str) -> str:
    """A name that something is known by, as a tag's or an e-mail address: clean, and in lower case."""
    return unicodedata.normalize("NFC", clean_name(text).lower())


def name_argument(text: str, argument: str) -> str:
    """A name that is an argument of a command. Raises CommandError with the argument's name."""
    name = clean_name(text)
    if not 1 <= len(name) <= 100 or "\0" in text:
        raise CommandError(f"{argument} must have 1 to 100 characters, some of which can be seen.")
    return name


def clean_text(text: str) -> str:
    """A longer text that somebody wrote: in NFC, with one kind of line ending, and nothing around it."""
    return unicodedata.normalize("NFC", text.replace("\r\n", "\n")).strip()


class NameField(forms.CharField):
    """A name that somebody types; where it has to be there, it has to be seen."""

    def to_python(self, value: Any) -> str:
        """The name, clean."""
        text = super().to_python(value) or ""
        ProhibitNullCharactersValidator()(text)
        return clean_name(text)


class KeyField(NameField):
    """A name that something is known by, likewise."""

    def to_python(self, value: Any) -> str:
        """The name, clean and in lower case."""
        return clean_key(super().to_python(value))


def _is_visible(letter: str) -> bool:
    return unicodedata.category(letter)[0] in "LNPS" and letter not in BLANKS


def isolated(text: Any) -> SafeString:
    """A name as HTML: what runs from right to left is set apart, so that it turns nothing beside it."""
    return format_html("<bdi>{}</bdi>", text) if _turns(str(text)) else conditional_escape(str(text))


def isolated_text(text: Any) -> str:
    """The same in plain text, between the marks that Unicode has for it."""
    return f"\u2068{text}\u2069" if _turns(str(text)) else str(text)


def plain(sentence: str) -> str:
    """The text of a sentence that pages show with markup."""
    return html.unescape(strip_tags(sentence))


def _turns(text: str) -> bool:
    return not text.isascii() and any(unicodedata.bidirectional(letter) in RIGHT_TO_LEFT for letter in text)
