"""The lines of a text while quotations are being searched for, and the resulting parts."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Part:
    """A run of lines, all either written by the sender or quoted."""

    text: str
    is_quoted: bool


@dataclass
class Line:
    """A line without its quotation mark, whether it had one, and what its HTML says of it."""

    text: str
    is_cited: bool = False
    is_attribution: bool = False
    has_image: bool = False

    @property
    def is_blank(self) -> bool:
        """Whether it has nothing visible."""
        return not self.text and not self.has_image


@dataclass(frozen=True)
class Separator:
    """What separates own words from a quotation: `end` is the line after it, `is_strong` allows unmarked lines to be
    quoted.

    `has_address`: it names an address. `name`: the person quoted. `is_block`: it is a block of headers, whose values
    are in `text`.
    """

    end: int
    is_strong: bool
    has_address: bool = True
    name: str = ""
    is_block: bool = False
    text: str = ""
