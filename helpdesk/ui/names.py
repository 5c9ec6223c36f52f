"""Cleans names from people and programs in one way, and isolates right-to-left names in output."""

from __future__ import annotations

import html
import re
import unicodedata
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.core.management import CommandError
from django.core.validators import ProhibitNullCharactersValidator, validate_email
from django.utils.html import strip_tags
from django.utils.safestring import SafeString

from helpdesk.nfc import to_nfc
from helpdesk.ui.invisible import without_invisible, without_nothing

RIGHT_TO_LEFT = {"R", "AL", "AN", "RLE", "RLO", "RLI", "LRE", "LRO", "LRI", "FSI", "PDF", "PDI"}

LONGEST_RAW = 2_000  # characters read of a raw name: several times what any name may have


def clean_name(text: str) -> str:
    """One line in NFC, without invisible characters; empty if nothing visible is left.

    The input is untrusted and its length unchecked: only the first LONGEST_RAW characters are read.
    """
    text = text[:LONGEST_RAW]
    if text.isascii() and text.isprintable():
        return " ".join(text.split())
    name = to_nfc(" ".join(without_invisible(text).split()))
    return name if any(map(_is_visible, name)) else ""


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


def clean_key(text: str) -> str:
    """Clean and in lower case, for something identified by its name, such as a tag or an e-mail address."""
    return clean_name(text[:LONGEST_RAW].lower())


def is_address(text: str) -> bool:
    """Whether a clean text can be an e-mail address, as Eduzz sends them: much more than forms accept."""
    name, at, host = text.rpartition("@")
    return bool(name and at and host) and len(text) <= 254 and not any(map(str.isspace, text))


# The local part as it is (RFC 5322), or quoted; mail programs would change others to another address.
MAILABLE = re.compile(
    r"(?:[a-z0-9!#$%&'*+/=?^_`{|}~.-]+|\"(?:[^\"\\]|\\.)*\")@(?:[\w-]+(?:\.[\w-]+)*|\[[\w.:]+\])", re.I
)


NOBODYS_DOMAIN = ".invalid"


def is_nobodys(address: str) -> bool:
    """Whether the address is in a domain reserved for examples (RFC 2606), such as that of test calls."""
    return address.endswith(NOBODYS_DOMAIN)


def is_mailable(address: str) -> bool:
    """Whether a mail server accepts this address as it is; some in events are not valid.

    Whether the mailbox exists is for that server to say.
    """
    name, _at, host = address.rpartition("@")
    try:
        host.encode("idna")
    except UnicodeError:
        return False
    return is_address(address) and name.isascii() and MAILABLE.fullmatch(address) is not None


def validate_mailable(address: str) -> None:
    """Raise ValidationError for addresses that Django accepts but no mail server would.

    Those that Django refuses are left to its own validator.
    """
    try:
        validate_email(address)
    except ValidationError:
        return
    if not is_mailable(address):
        raise ValidationError(validate_email.message, code=validate_email.code)


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


def name_argument(text: str, argument: str) -> str:
    """Clean a name given to a command. Raises CommandError with the argument's name."""
    name = clean_name(text)
    if not 1 <= len(name) <= 100 or "\0" in text:
        raise CommandError(f"{argument} must have 1 to 100 characters, some of which can be seen.")
    return name


def clean_text(text: str) -> str:
    """Clean a longer text: NFC, uniform line endings, no surrounding white space, no invisible characters.

    That includes characters that change the writing direction. Empty if nothing is visible.
    """
    text = text.strip()
    return to_nfc(without_nothing(text.replace("\r\n", "\n"))).strip() if clean_name(text) else ""


class NameField(forms.CharField):
    """A field for a name; input without anything visible is refused, even if the field is optional."""

    is_empty_unseen: ClassVar[bool] = False

    def to_python(self, value: Any) -> str:
        """The cleaned name. Raises ValidationError if nothing of it is visible."""
        text = super().to_python(value) or ""
        ProhibitNullCharactersValidator()(text)
        name = clean_name(text)
        if text.strip() and not name and not self.is_empty_unseen:
            raise ValidationError(self.error_messages["required"], code="required")
        return name


class KeyField(NameField):
    """A field for a name that identifies something, such as a tag."""

    def to_python(self, value: Any) -> str:
        """The name, cleaned and in lower case."""
        return clean_key(super().to_python(value))


class SearchField(NameField):
    """A search field: invisible input counts as empty."""

    is_empty_unseen = True


class AddressField(forms.EmailField):
    """A field for an e-mail address: cleaned, in lower case, and accepted by mail servers."""

    default_validators = [*forms.EmailField.default_validators, validate_mailable]

    def to_python(self, value: Any) -> str:
        """The address, cleaned and in lower case; empty if there is none."""
        return clean_key(super().to_python(value) or "")


def _is_visible(letter: str) -> bool:
    """Whether it is a letter, number, punctuation or symbol, or an emoji newer than Python's Unicode tables."""
    category = unicodedata.category(letter)
    return category[0] in "LNPS" or category == "Cn"


def isolated(text: Any) -> SafeString:
    """A name as HTML; right-to-left text is isolated, so that it doesn't reorder what is next to it."""
    shown = escaped(str(text))
    return SafeString(f"<bdi>{shown}</bdi>") if _turns(shown) else shown


def escaped(text: str) -> SafeString:
    """Escape a text like `conditional_escape`, in a third of the time: it doesn't check for lazy texts."""
    return text if isinstance(text, SafeString) else SafeString(html.escape(text))


def isolated_text(text: Any) -> str:
    """The same for plain text, with Unicode's isolation marks."""
    return f"\u2068{text}\u2069" if _turns(str(text)) else str(text)


def plain(sentence: str) -> str:
    """The plain text of a sentence with markup."""
    return html.unescape(strip_tags(sentence))


def _turns(text: str) -> bool:
    return not text.isascii() and any(unicodedata.bidirectional(letter) in RIGHT_TO_LEFT for letter in text)
