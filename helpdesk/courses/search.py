"""Text that is found whatever its case and accents."""

from __future__ import annotations

from django.contrib.postgres.search import SearchVectorField
from django.db import connection
from django.db.models import Func, TextField

from helpdesk.ui.names import to_nfc


class Fold(Func):
    """Small letters without accents, by the database function `fold`, which trigram indexes are built on."""

    function = "fold"
    output_field = TextField()


class FoldWords(Fold):
    """The same with spaces for punctuation, so that “UI/UX” is two words to the database, and “NF.pdf” too."""

    function = "fold_words"


class Words(Func):
    """The words of a text, each by itself, which a short one is looked for in."""

    function = "to_tsvector"
    template = "%(function)s('simple'::regconfig, %(expressions)s)"
    output_field = SearchVectorField()


def folded_words(text: str) -> list[str]:
    """The words of a text that somebody typed, as `fold` makes them of what is stored; it is asked itself."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT fold(%s)", [to_nfc(text)])
        folded: str = cursor.fetchone()[0]
    return folded.split()
