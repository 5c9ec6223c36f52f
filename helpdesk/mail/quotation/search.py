"""Searches for quotations, line by line from the top."""

from __future__ import annotations

from collections.abc import Sequence

from helpdesk.mail.quotation.attributions import may_begin, may_end, may_go_on, read_attribution
from helpdesk.mail.quotation.header_blocks import read_block
from helpdesk.mail.quotation.known_text import KnownText, words_of
from helpdesk.mail.quotation.lines import Line, Separator
from helpdesk.mail.quotation.separators import (
    is_bare_marker,
    is_forward_marker,
    is_original_marker,
    is_rule,
    label_of,
)
from helpdesk.mail.quotation.unmarked import Region, quoted_below, says_below

LONGEST_LINE = 500  # characters of a line that are examined
MOST_TRIES = 400  # attempts to read a separator; more of them would only be an attempt to slow us down
MOST_LINES_OF_ATTRIBUTION = 5
MOST_LINES_ABOVE = 40  # in which somebody may say that their answers are below
FEWEST_WORDS = 12  # words of ours that are enough without an introduction
MOST_SEARCHES = 10  # of everything below a separator


class Search:
    """The lines of one text; only those before `within` are examined. `quoted` is the result.

    With `marks_alone`, only lines that are marked as quoted count.
    """

    def __init__(
        self, lines: Sequence[Line], within: int, *, is_forward: bool, known: KnownText | None, marks_alone: bool
    ) -> None:
        self.lines = lines
        self.within = within
        self.is_forward = is_forward
        self.known = known
        self.marks_alone = marks_alone
        self.tries = 0
        self.searches = 0
        self.quoted = [False] * len(lines)
        self._next_cited = [len(lines)] * (len(lines) + 1)
        for place in range(len(lines) - 1, -1, -1):
            self._next_cited[place] = place if lines[place].is_cited else self._next_cited[place + 1]

    def run(self) -> list[bool]:
        """Find which lines are quoted."""
        place: int | None = 0
        while place is not None and place < self.within:
            line = self.lines[place]
            if line.is_blank:
                place += 1
            elif is_forward_marker(line.text):
                break
            elif line.is_cited:
                place = self._cited(place, is_introduced=self._attributed_within(place) is not None)
            else:
                separator = self._separator(place)
                place = self._separated(place, separator) if separator else place + 1
        if self.known is not None and not any(self.quoted) and not self.marks_alone:
            self._mark_ours(self.known)
        return self.quoted

    def _mark_ours(self, known: KnownText) -> None:
        """Mark our message at the end of the text, where nothing, or nothing that we recognize, introduces it."""
        texts = [line.text for line in self.lines[: self.within]]
        words = [len(words_of(text)) for text in texts]
        ours = known.find(texts)
        begin = end = max(
            (place for place, line in enumerate(self.lines[: self.within], 1) if not line.is_blank), default=0
        )
        while begin and (ours[begin - 1] or self.lines[begin - 1].is_blank):
            begin -= 1
        begin = self._skip_blank(begin)
        if sum(words[begin:end]) < FEWEST_WORDS or not known.begins_with(texts[begin]):
            return
        above = next((at for at in range(begin - 1, -1, -1) if not self.lines[at].is_blank), None)
        is_introduced = above is not None and may_end(texts[above]) and known.names(texts[above])
        self._mark(above if above is not None and is_introduced else begin, end)

    def _mark(self, begin: int, end: int) -> None:
        self.quoted[begin:end] = [True] * (end - begin)

    def _cited(self, place: int, *, is_introduced: bool, begin: int | None = None) -> int | None:
        """Continue after marked lines; if introduced, they are quoted from `begin` on. None: stop searching."""
        end = self._end_of_cited(place)
        if not is_introduced:
            return end
        if end < len(self.lines) and self._is_answered_between(end):
            return None
        begin = place if begin is None else begin
        if not self._is_answered_within(place, end, self.lines[max(0, begin - MOST_LINES_ABOVE) : begin]):
            self._mark(begin, end)
        return end

    def _separated(self, place: int, separator: Separator) -> int | None:
        """Continue after a separator and what it introduces. None: stop searching."""
        behind = self._skip_blank(separator.end)
        cited = self._next_cited[min(behind, len(self.lines))]
        if cited < len(self.lines) and cited == behind:
            return self._cited(cited, is_introduced=True, begin=place)
        if not separator.is_strong or self.marks_alone:
            return separator.end
        if cited < len(self.lines) and not separator.is_block:
            introduced = self._introduction_of(behind, cited)
            if introduced is None and self._attributed_within(cited) is None:
                # The sender wrote between the separator and the marked lines.
                self._mark(place, separator.end)
                return self._cited(cited, is_introduced=True)
        return self._unmarked(place, separator, cited)

    def _unmarked(self, place: int, separator: Separator, cited: int) -> int | None:
        """Continue after a separator that no marked lines follow. None: stop searching."""
        self.searches += 1
        if self.searches > MOST_SEARCHES:
            return separator.end
        # Within a quotation, nothing was pasted or announced by the sender.
        is_within = any(self.quoted[:place])
        above = [] if is_within else [line.text for line in self.lines[:place]]
        stop = len(self.lines) if self.known is None else self._next_separator(separator.end)
        region = Region(
            self.lines[place : separator.end], self.lines[separator.end : stop], separator, above, is_within
        )
        found = quoted_below(region, self.known)
        if found is None or (cited < len(self.lines) and self._is_pasted(separator, cited)):
            return separator.end
        self._mark(place, separator.end)
        for at, is_quoted in enumerate(found, separator.end):
            self.quoted[at] = is_quoted
        end = separator.end + len(found)
        while end > separator.end and not self.quoted[end - 1]:
            end -= 1
        return end

    def _next_separator(self, place: int) -> int:
        found = (at for at in range(place, self.within) if not self.lines[at].is_blank and self._is_strong(at))
        return next(found, len(self.lines))

    def _is_strong(self, place: int) -> bool:
        separator = self._separator(place)
        return separator is not None and separator.is_strong

    def _is_pasted(self, separator: Separator, cited: int) -> bool:
        """Whether marked lines with their own introduction follow: programs that mark would have marked everything.

        If that introduction names an address that the separator names too, it is an older message within the quotation.
        """
        if self._attributed_within(cited) is not None:
            return False
        begin = self._introduction_of(separator.end, cited)
        if begin is None:
            return False
        words = " ".join(line.text for line in self.lines[begin:cited]).replace("<", " ").replace(">", " ").split()
        addresses = [word.strip("()[],;:\"'").lower() for word in words if "@" in word]
        return not any(address in separator.text.lower() for address in addresses)

    def _skip_blank(self, place: int) -> int:
        while place < len(self.lines) and self.lines[place].is_blank:
            place += 1
        return place

    def _end_of_cited(self, place: int) -> int:
        """Where the lines that are marked as quoted end, including blank lines between them."""
        end = place
        while place < len(self.lines) and (self.lines[place].is_cited or self.lines[place].is_blank):
            place += 1
            end = place if self.lines[place - 1].is_cited else end
        return end

    def _attributed_within(self, place: int) -> Separator | None:
        """The attribution, if it is itself marked as quoted, as on some phones."""
        return self._separator(self._skip_blank(place))

    def _is_answered_between(self, place: int) -> bool:
        """Whether own words follow, then marked lines without an introduction: the sender answers point by point."""
        own = self._skip_blank(place)
        following = self._next_cited[own]
        if following >= len(self.lines) or following == own:
            return False
        return self._introduction_of(own, following) is None and self._attributed_within(following) is None

    def _introduction_of(self, first: int, cited: int) -> int | None:
        """Where the introduction right above the marked lines begins, from line `first` on; None if there is none."""
        for begin in range(max(first, cited - MOST_LINES_OF_ATTRIBUTION - 2), cited):
            separator = None if self.lines[begin].is_blank else self._separator(begin)
            if separator and self._skip_blank(separator.end) == cited:
                return begin
        return None

    def _is_answered_within(self, place: int, end: int, above: Sequence[Line]) -> bool:
        """Whether the sender wrote between the marked lines: phones mark those answers as well.

        If none of our text is recognized, we believe what the lines above announce.
        """
        is_announced = says_below([line.text for line in above])
        if self.known is None:
            return is_announced
        separator = self._attributed_within(place)
        begin = separator.end if separator else place
        older = next((at for at in range(begin, end) if self._separator(at)), end)
        texts = [line.text for line in self.lines[begin:older]]
        ours = self.known.find(texts)
        return self.known.is_answered(texts, ours) or (is_announced and not any(ours))

    def _separator(self, place: int) -> Separator | None:
        """The separator that starts on this line; None if the line is the sender's own."""
        if place >= self.within:
            return None
        line = self.lines[place]
        if line.is_attribution and not self.is_forward:
            end = place
            while end < len(self.lines) and self.lines[end].is_attribution:
                end += 1
            text = " ".join(each.text for each in self.lines[place:end])
            return Separator(end, is_strong=True, is_block=label_of(line.text)[0] != "", text=text)
        if is_original_marker(line.text):
            return self._block(place + 1, "marker") or Separator(place + 1, is_strong=True, is_block=True)
        block = self._block(place + 1, "rule") if is_rule(line.text) else None
        if is_bare_marker(line.text):
            block = self._block(place + 1, "marker")
        block = block or self._block(place)
        if block:
            return None if self.is_forward else block
        return self._attribution(place)

    def _block(self, place: int, above: str = "") -> Separator | None:
        place = self._skip_blank(place)
        if place >= self.within or not label_of(self.lines[place].text)[0] or self.tries > MOST_TRIES:
            return None
        self.tries += 1
        return read_block(self.lines, place, above)

    def _attribution(self, place: int) -> Separator | None:
        lines = self.lines
        if not may_begin(lines[place].text):
            return None
        joined = ""
        for end in range(place, min(place + MOST_LINES_OF_ATTRIBUTION, len(lines))):
            line = lines[end]
            if line.is_blank or line.is_cited != lines[place].is_cited or len(joined) > LONGEST_LINE:
                return None
            # A sentence that ends here is the sender's own.
            if joined and not line.text.startswith("<") and not may_go_on(joined):
                return None
            joined = f"{joined} {line.text}" if joined else line.text
            if not may_end(line.text):
                continue
            self.tries += 1
            found = read_attribution(joined) if self.tries <= MOST_TRIES else None
            if found:
                has_gap = end + 1 < len(lines) and lines[end + 1].is_blank
                is_strong = found.is_strong and (has_gap or not found.needs_gap)
                return Separator(end + 1, is_strong, found.has_address, found.name, text=joined)
        return None
