"""Text that is found whatever its case and accents."""

from __future__ import annotations

import unicodedata

from django.db.models import Func, TextField


class Fold(Func):
    """Small letters without accents, by the database function `fold`, which trigram indexes are built on."""

    function = "fold"
    output_field = TextField()


def folded(text: str) -> str:
    """What `fold` makes of a text that somebody typed."""
    letters = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in letters if not unicodedata.combining(letter))
