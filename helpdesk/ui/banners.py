"""Notices at the top of every page, for members who can act on them.

A room registers a function in its AppConfig.ready(); pages show the banners it returns with `{% banners %}`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Banner:
    """A sentence, and the address where to act on it; `level` is `warning` or `error`."""

    level: str
    text: str
    link_text: str = ""
    link: str = ""


BannerSource = Callable[[Any], Iterator[Banner]]
_SOURCES: list[BannerSource] = []


def register_banners(source: BannerSource) -> None:
    """Have this called with the membership of the person who views a page."""
    _SOURCES.append(source)


def banners_for(membership: Any) -> list[Banner]:
    """All banners for this member."""
    return [banner for source in _SOURCES for banner in source(membership)]
