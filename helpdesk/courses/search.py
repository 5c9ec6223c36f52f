"""Text that is found whatever its case and accents."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from django.contrib.postgres.search import SearchVectorField
from django.db import connection
from django.db.models import Func, Q, QuerySet, TextField

from helpdesk.nfc import to_nfc
from helpdesk.privacy.addresses import letters_of


class Unaccent(Func):
    """Small letters without accents, by the database function `fold`, which trigram indexes are built on."""

    function = "fold"
    output_field = TextField()


class UnaccentWords(Unaccent):
    """The same with spaces for punctuation, so that “UI/UX” is two words to the database, and “NF.pdf” too."""

    function = "fold_words"


class Words(Func):
    """The words of a text, each by itself, which a short one is looked for in."""

    function = "to_tsvector"
    template = "%(function)s('simple'::regconfig, %(expressions)s)"
    output_field = SearchVectorField()


APOSTROPHES = "'´`"  # the typed one, and the accents that many type for it; `fold` makes the first of all others

# What stands around a word that is pasted out of a sentence, and is no part of what it names.
AROUND = "\"'“”„‘’‚«»‹›()[]{}<>,;"
MARKUP = re.compile(r"</?[a-z][a-z0-9]*/?>")  # which is looked for as it is typed: “<b>” is not any “b”


def unaccented_words(text: str) -> list[str]:
    """The words of a text that somebody typed, as `fold` makes them of what is stored; it is asked itself."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT fold(%s)", [to_nfc(text)])
        unaccented: str = cursor.fetchone()[0]
    return unaccented.split()


def search_words(text: str) -> list[str]:
    """The same without quotation marks, brackets and commas around them, nor dots at their end."""
    return [strip_signs(word) for word in unaccented_words(text)]


def strip_signs(word: str) -> str:
    """A word without what stands around it, unless it is all signs, or markup."""
    if MARKUP.fullmatch(word):
        return word
    return word.lstrip(AROUND).rstrip(f"{AROUND}.…") or word


def contains_all(field: str, words: Iterable[str]) -> Q:
    """That an unaccented text has all of these words in any place, each with whichever apostrophe."""
    return Q(*(_has(field, word) for word in words))


def bearing_address(rows: QuerySet[Any], field: str, address: str) -> QuerySet[Any]:
    """Those whose text may have the address: all parts of it, with any signs between, as in a URL or in HTML."""
    found: QuerySet[Any] = rows.alias(unaccented=Unaccent(field)).filter(
        contains_all("unaccented", letters_of(address))
    )
    return found


def _has(field: str, word: str) -> Q:
    spelt = {word.translate({ord(sign): other for sign in APOSTROPHES}) for other in APOSTROPHES}
    return Q(*(Q((f"{field}__contains", each)) for each in sorted(spelt)), _connector=Q.OR)
