"""The HTML of a row. A list has many, so the template draws each kind of row once, with places that texts go into."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from django.template.loader import render_to_string
from django.utils.html import format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from helpdesk.inbox.rows import Row
from helpdesk.ui.names import escaped, isolated

MARK = "\x1f"  # stands around the name of a place in what the template draws


class Kind(NamedTuple):
    """What decides which parts a row has, and in which language."""

    language: str | None
    can_change: bool
    is_oob: bool
    is_finished: bool
    is_handled: bool
    is_overdue: bool
    is_asked_again: bool
    has_badges: bool
    has_state: bool
    is_assigned: bool
    is_mine: bool


class _Places:
    """A row whose every text is a place for it."""

    def __getitem__(self, name: str) -> SafeString:
        return mark_safe(f"{MARK}{name}{MARK}")  # noqa: S308 - what stands in the template


@lru_cache(maxsize=1000)
def _parts_of(kind: Kind) -> list[str]:
    """The HTML with the names of the places at every odd place."""
    return render_to_string("inbox/_row.html", kind._asdict() | {"row": _Places()}).split(MARK)


def draw(row: Row, *, inbox: str, in_query: str, person: int, can_change: bool, is_oob: bool = False) -> SafeString:
    """The row in the inbox at this address, for a person by their key; `in_query` names the list to its tickets."""
    kind = Kind(
        get_language(),
        can_change,
        is_oob,
        row.is_finished,
        row.is_handled,
        row.is_overdue,
        bool(row.again),
        bool(row.badges),
        bool(row.state),
        row.assignee is not None,
        row.assignee_id == person,
    )
    texts = _texts_of(row) | {"inbox": inbox, "in_query": in_query}
    parts = _parts_of(kind)
    drawn = [escaped(texts[part]) if place % 2 else part for place, part in enumerate(parts)]
    return mark_safe("".join(drawn))  # noqa: S308 - the template's own, and texts that are escaped


def _texts_of(row: Row) -> dict[str, str]:
    texts = {
        "key": str(row.key),
        "path": row.path,
        "choice": row.choice,
        "number": row.number,
        "name": row.learner.name,
        "learner": row.learner.shown,
        "sign": row.sign,
        "sign_css": row.sign_css,
        "state": row.state,
        "course": row.course,
        "again": row.again,
        "asked_again": row.asked_again,
        "what": row.what,
        "waited": row.waited,
    }
    if row.badges:
        badges = ((badge.tone, isolated(badge.text)) for badge in row.badges)
        texts["badges"] = format_html_join("", '<span class="badge {}">{}</span>', badges)
    if row.assignee:
        texts |= {
            "assignee": row.assignee.shown,
            "assignee_name": row.assignee.name,
            "assignee_initials": row.assignee.initials,
            "assignee_hue": row.assignee.hue,
        }
    return texts
