"""What everybody who may act on it should see at the head of a page.

A room registers a function in its AppConfig.ready(); pages show what it returns by `{% banners %}`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Banner:
    """A sentence, and where to go to act on it; `level` is `warning` or `error`."""

    level: str
    text: str
    link_text: str = ""
    link: str = ""


BannerSource = Callable[[Any], Iterator[Banner]]
_SOURCES: list[BannerSource] = []


def register_banners(source: BannerSource) -> None:
    """Have this called with the membership of whoever looks at a page."""
    _SOURCES.append(source)


def banners_for(membership: Any) -> list[Banner]:
    """Everything that this member should see now."""
    return [banner for source in _SOURCES for banner in source(membership)]
