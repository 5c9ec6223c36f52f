"""Text search that ignores case and accents."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from django.contrib.postgres.search import SearchVectorField
from django.db import connection
from django.db.models import Func, Q, QuerySet, TextField

from helpdesk.nfc import to_nfc
from helpdesk.privacy.email_address_search import letters_of


class Unaccent(Func):
    """Lower case without accents, by the database function `fold`, which trigram indexes use."""

    function = "fold"
    output_field = TextField()


class UnaccentWords(Unaccent):
    """Lower case without accents, and spaces for punctuation, so that “UI/UX” and “NF.pdf” are two words each."""

    function = "fold_words"


class Words(Func):
    """The separate words of a text, used to search for short ones."""

    function = "to_tsvector"
    template = "%(function)s('simple'::regconfig, %(expressions)s)"
    output_field = SearchVectorField()


SHORTEST_INDEXED = 3  # characters of a word that trigram indexes can find
APOSTROPHES = "'´`"  # the apostrophe, and accents that many type instead; `fold` replaces all other kinds by the first

# Signs around a word that was pasted from a sentence, and that are not part of it.
AROUND = "\"'“”„‘’‚«»‹›()[]{}<>,;"
MARKUP = re.compile(r"</?[a-z][a-z0-9]*/?>")  # searched for as typed: “<b>” should not match every “b”


def unaccented_words(text: str) -> list[str]:
    """The words of a typed text, normalized by `fold` in the database, as stored texts are."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT fold(%s)", [to_nfc(text)])
        unaccented: str = cursor.fetchone()[0]
    return unaccented.split()


def search_words(text: str) -> list[str]:
    """The unaccented words of a typed text, without quotation marks, brackets and commas around them and final dots."""
    return [strip_signs(word) for word in unaccented_words(text)]


def strip_signs(word: str) -> str:
    """A word without the signs around it, unless it is markup or has nothing else."""
    if MARKUP.fullmatch(word):
        return word
    return word.lstrip(AROUND).rstrip(f"{AROUND}.…") or word


def contains_all(field: str, words: Iterable[str]) -> Q:
    """Whether an unaccented text contains all these words, anywhere and with any kind of apostrophe."""
    return Q(*(_has(field, word) for word in words))


def bearing_address(rows: QuerySet[Any], field: str, address: str) -> QuerySet[Any]:
    """Rows whose text may contain the address: all its parts, with any signs in between, as in a URL or in HTML."""
    found: QuerySet[Any] = rows.alias(unaccented=Unaccent(field)).filter(
        contains_all("unaccented", letters_of(address))
    )
    return found


def _has(field: str, word: str) -> Q:
    spelt = {word.translate({ord(sign): other for sign in APOSTROPHES}) for other in APOSTROPHES}
    return Q(*(Q((f"{field}__contains", each)) for each in sorted(spelt)), _connector=Q.OR)
