"""Parts of pages of which there are few kinds: a template renders each kind once, with places that texts go into.

That takes a hundredth of the time of rendering it anew, however long the part is.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Mapping
from functools import lru_cache
from typing import Any

from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from helpdesk.ui.names import escaped

# What stands in for a text or a number while the template renders. Both can be part of an address; neither is escaped.
TEXT, NUMBER = "place-{}-ecalp", 2_000_000_000
PLACE = re.compile(r"place-(\d+)-ecalp|20000000(\d\d)(?!\d)")

INDENT = re.compile(r"\s*\n\s*")  # which no browser shows, but which is a tenth of a page

Text = str | int
More = Callable[[dict[str, Any]], dict[str, Any]]


def render_cached(
    template: str, kind: Mapping[str, Hashable], texts: Mapping[str, Text], more: More | None = None
) -> SafeString:
    """The template with all of these in its context, and what `more` makes of them when a kind is rendered.

    What the template decides by has to be in `kind`, in words of which there are few: of the texts it sees stand-ins,
    which are as true as any text and which no filter can read. They are escaped where they are not safe already.
    """
    numbers = tuple(name for name, text in texts.items() if isinstance(text, int))
    pieces, places = _pieces_of(template, get_language(), tuple(kind.items()), tuple(texts), numbers, more)
    values = [escaped(text if isinstance(text, str) else str(text)) for text in texts.values()]
    rendered = pieces.copy()
    for at, place in places:
        rendered[at] = values[place]
    return mark_safe("".join(rendered))  # noqa: S308 - the template's own, and texts that are escaped


@lru_cache(maxsize=2000)
def _pieces_of(
    template: str,
    language: str | None,
    kind: tuple[tuple[str, Hashable], ...],
    names: tuple[str, ...],
    numbers: tuple[str, ...],
    more: More | None,
) -> tuple[list[str], list[tuple[int, int]]]:
    """What the template renders, in pieces, and which of them are which text, by the order of both."""
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
