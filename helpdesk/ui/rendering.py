"""Caches rendered parts of pages: a template renders each kind of part once, with placeholders for its texts.

Filling in the texts takes a hundredth of the time of rendering, however long the part is.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Mapping
from functools import lru_cache
from typing import Any

from django.template import Context
from django.template.loader import get_template, render_to_string
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from helpdesk.ui.isolation import escaped

# Placeholders for texts and numbers. Both may be part of an address, and escaping doesn't change them.
TEXT, NUMBER = "place-{}-ecalp", 2_000_000_000
PLACE = re.compile(r"place-(\d+)-ecalp|20000000(\d\d)(?!\d)")

INDENT = re.compile(r"\s*\n\s*")  # invisible in browsers, but a tenth of a page

Text = str | int
More = Callable[[dict[str, Any]], dict[str, Any]]


def render_cached(
    template: str, kind: Mapping[str, Hashable], texts: Mapping[str, Text], more: More | None = None
) -> SafeString:
    """Render a template with all these values in its context, plus what `more` adds when a kind is first rendered.

    Whatever the template decides by must be in `kind`, with few different values. In place of texts it sees
    placeholders, which are always true and which no filter can use. Texts are escaped unless they are safe.
    """
    numbers = tuple(name for name, text in texts.items() if isinstance(text, int))
    pieces, places = _pieces_of(template, get_language(), tuple(kind.items()), tuple(texts), numbers, more)
    values = [escaped(text if isinstance(text, str) else str(text)) for text in texts.values()]
    rendered = pieces.copy()
    for at, place in places:
        rendered[at] = values[place]
    return mark_safe("".join(rendered))  # noqa: S308 - the template's own, and escaped texts


@lru_cache(maxsize=2000)
def _pieces_of(
    template: str,
    language: str | None,
    kind: tuple[tuple[str, Hashable], ...],
    names: tuple[str, ...],
    numbers: tuple[str, ...],
    more: More | None,
) -> tuple[list[str], list[tuple[int, int]]]:
    """The rendered template cut into pieces, and which pieces are placeholders for which text, by index."""
    stand_ins = {name: NUMBER + at if name in numbers else TEXT.format(at) for at, name in enumerate(names)}
    context: dict[str, Any] = dict(kind) | stand_ins
    rendered = INDENT.sub("\n", render_to_string(template, context | (more(context) if more else {})))
    pieces: list[str] = []
    places: list[tuple[int, int]] = []
    end = 0
    for place in PLACE.finditer(rendered):
        pieces += [rendered[end : place.start()], place[0]]
        places.append((len(pieces) - 1, int(place[1] or place[2])))
        end = place.end()
    return [*pieces, rendered[end:]], places


def render_part(context: Context, template: str) -> SafeString:
    """Render a part, to be shown in several places."""
    part: SafeString = get_template(template).template.render(context)  # type: ignore[attr-defined] # Django's own engine
    return part
