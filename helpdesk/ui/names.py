"""Names that people and programs give: cleaned in one way wherever they come in, set apart where they go out."""

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

LONGEST_RAW = 2_000  # characters of a name as it is given: several times what any name may have


def clean_name(text: str) -> str:
    """One line in NFC, without what nobody sees; empty where nothing is left to be seen.

    It may come from anybody, before its length is checked: of more than LONGEST_RAW characters only those are read.
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
    """By which somebody is greeted: the first word of their name behind any title, as it is written.

    One in capitals or small letters alone is written as names are. Empty where there is no name, or an address in its
    place: nobody has us send their link to others.
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
    """A name that something is known by, as a tag's or an e-mail address: clean, and in lower case."""
    return clean_name(text[:LONGEST_RAW].lower())


def is_address(text: str) -> bool:
    """Whether a clean text can be an e-mail address, as Eduzz has them: far more than forms take for one."""
    name, at, host = text.rpartition("@")
    return bool(name and at and host) and len(text) <= 254 and not any(map(str.isspace, text))


# The local part as it is (RFC 5322), or between quotation marks; of others, mail programs make another address.
MAILABLE = re.compile(
    r"(?:[a-z0-9!#$%&'*+/=?^_`{|}~.-]+|\"(?:[^\"\\]|\\.)*\")@(?:[\w-]+(?:\.[\w-]+)*|\[[\w.:]+\])", re.I
)


NOBODYS_DOMAIN = ".invalid"


def is_nobodys(address: str) -> bool:
    """Whether nobody can have this address: its domain is reserved (RFC 2606), as that of test calls is."""
    return address.endswith(NOBODYS_DOMAIN)


def is_mailable(address: str) -> bool:
    """Whether a mail server can be given this address as it stands; of what events name, that is not so of all.

    Whether anybody reads it is for the server to say.
    """
    name, _at, host = address.rpartition("@")
    try:
        host.encode("idna")
    except UnicodeError:
        return False
    return is_address(address) and name.isascii() and MAILABLE.fullmatch(address) is not None


def validate_mailable(address: str) -> None:
    """Refuse of what Django takes for an address what no mail server can be given. Raises ValidationError.

    What Django refuses it says itself.
    """
    try:
        validate_email(address)
    except ValidationError:
        return
    if not is_mailable(address):
        raise ValidationError(validate_email.message, code=validate_email.code)


# Letters of other scripts, figures and signs that look like a Latin letter, small or as a capital.
LOOK_ALIKES = str.maketrans(
    "авсԁеһніјӏкмоԛрѕтԝхуѵɑɡαβεηικμνορτυχζıłøđl1|0",
    "abcdehhijikmoqpstwxyvagabehikmnoptyxziiodiiio",
)
SMALL_SIGNS = re.compile(r"[\s\-‐-―−.,;:·'’‘´`\"“”_()]+")


def likeness(name: str) -> str:
    """What names have in common that are hard to tell apart: by case, accents, spaces, small signs, letters alike."""
    plain = name if name.isascii() else _without_marks(unicodedata.normalize("NFKD", name))
    return SMALL_SIGNS.sub("", plain.casefold().translate(LOOK_ALIKES)) or name


def _without_marks(text: str) -> str:
    return "".join(letter for letter in text if not unicodedata.combining(letter))


def name_argument(text: str, argument: str) -> str:
    """A name that is an argument of a command. Raises CommandError with the argument's name."""
    name = clean_name(text)
    if not 1 <= len(name) <= 100 or "\0" in text:
        raise CommandError(f"{argument} must have 1 to 100 characters, some of which can be seen.")
    return name


def clean_text(text: str) -> str:
    """A longer text that somebody wrote: in NFC, with one kind of line ending, nothing around it, nothing that shows
    nothing or turns what follows.

    Empty where nothing is to be seen.
    """
    text = text.strip()
    return to_nfc(without_nothing(text.replace("\r\n", "\n"))).strip() if clean_name(text) else ""


class NameField(forms.CharField):
    """A name that somebody types; one that is not empty is seen, whether it has to be there or not."""

    is_empty_unseen: ClassVar[bool] = False

    def to_python(self, value: Any) -> str:
        """The name, clean. Raises ValidationError for one of which nothing is to be seen."""
        text = super().to_python(value) or ""
        ProhibitNullCharactersValidator()(text)
        name = clean_name(text)
        if text.strip() and not name and not self.is_empty_unseen:
            raise ValidationError(self.error_messages["required"], code="required")
        return name


class KeyField(NameField):
    """A name that something is known by, likewise."""

    def to_python(self, value: Any) -> str:
        """The name, clean and in lower case."""
        return clean_key(super().to_python(value))


class SearchField(NameField):
    """What somebody looks for: what shows nothing looks for nothing."""

    is_empty_unseen = True


class AddressField(forms.EmailField):
    """An address that somebody types: clean, in lower case, no longer than it may be, and such that e-mails bear it."""

    default_validators = [*forms.EmailField.default_validators, validate_mailable]

    def to_python(self, value: Any) -> str:
        """The address, cleaned and in lower case; empty where none was entered."""
        return clean_key(super().to_python(value) or "")


def _is_visible(letter: str) -> bool:
    """Letters, numbers, punctuation and symbols are, and emoji that are newer than Python's own table."""
    category = unicodedata.category(letter)
    return category[0] in "LNPS" or category == "Cn"


def isolated(text: Any) -> SafeString:
    """A name as HTML: what runs from right to left is set apart, so that it turns nothing beside it."""
    shown = escaped(str(text))
    return SafeString(f"<bdi>{shown}</bdi>") if _turns(shown) else shown


def escaped(text: str) -> SafeString:
    """The text as HTML, as `conditional_escape` has it, which looks for lazy texts first: a third of its time."""
    return text if isinstance(text, SafeString) else SafeString(html.escape(text))


def isolated_text(text: Any) -> str:
    """The same in plain text, between the marks that Unicode has for it."""
    return f"\u2068{text}\u2069" if _turns(str(text)) else str(text)


def plain(sentence: str) -> str:
    """The text of a sentence that pages show with markup."""
    return html.unescape(strip_tags(sentence))


def _turns(text: str) -> bool:
    return not text.isascii() and any(unicodedata.bidirectional(letter) in RIGHT_TO_LEFT for letter in text)
