"""A text as lines to be judged, and as what becomes of them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Part:
    """A run of lines that somebody wrote or quoted."""

    text: str
    is_quoted: bool


@dataclass
class Line:
    """A line to be judged: its words without the quotation mark, whether it had one, and what its HTML says of it."""

    text: str
    is_cited: bool = False
    is_attribution: bool = False
    has_image: bool = False

    @property
    def is_blank(self) -> bool:
        """Whether there is nothing to be seen."""
        return not self.text and not self.has_image


@dataclass(frozen=True)
class Separator:
    """What stands between: the line behind it, and whether what follows may be quoted even where nothing marks it.

    `has_address` is whether it names one, `name` whose words follow, and `is_block` whether it is made of headers,
    which are there in `text`.
    """

    end: int
    is_strong: bool
    has_address: bool = True
    name: str = ""
    is_block: bool = False
    text: str = ""
