"""Parts that a room shows on pages of a room below it, which includes nothing of rooms above.

A room registers a template in its AppConfig.ready(); the page has a named place for such parts:
`{% registered_parts "account" %}`.
"""

from __future__ import annotations

from collections import defaultdict

_PARTS: defaultdict[str, list[str]] = defaultdict(list)


def register_part(place: str, template: str) -> None:
    """Have this template rendered at the place, with the page's context, after those registered there before."""
    _PARTS[place].append(template)


def parts_at(place: str) -> tuple[str, ...]:
    """The names of the templates registered for this place."""
    return tuple(_PARTS[place])
