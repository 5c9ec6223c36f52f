"""Recognizes what we sent ourselves in quotations that are not marked as such.

Mail programs rewrap lines and change links and images, so we compare words in order: a line is ours if it continues the
line before, or starts where one of our messages or lines does. The same words in any other place are the sender's own.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Sequence
from urllib.parse import urlsplit

WORD = re.compile(r"\w+")
URL = re.compile(r"(?:https?://|www\.)[^\s<>\"']+", re.I)
BARE_URL = re.compile(rf"(?<![<(\[/]){URL.pattern}", re.I)  # programs put their own in brackets
SIGN = re.compile("[\u2600-\u27bf\u2b00-\u2bff\U0001f300-\U0001faff]")  # somebody may answer with just one of these
ITEM = re.compile(r"\s*(?:[-*•·]\s+)?\d{1,2}[.)]\s+")
PICTURE = re.compile(r"\[(?:cid|image|imagem|imagen|image removed by sender)\b[^\]]*\]", re.I)
TAG = re.compile(r"\+[^@\s]{1,64}@")
MOST_WORDS = 60_000  # compared with, in all messages together
LEAST = 4  # words needed to recognize a line again after an omission
SURE = 8  # words that are enough, whatever follows
MOST_TOLD = 60  # words of a line before or after which an answer is looked for


class KnownText:
    """Messages that we sent, our addresses, and lines that all of our messages may contain.

    `answers` is what our messages replied to, which may be quoted below them.
    """

    def __init__(
        self,
        texts: Iterable[str],
        addresses: Iterable[str] = (),
        lines: Iterable[str] = (),
        answers: KnownText | None = None,
    ) -> None:
        self.answers = answers
        self._lines = {tuple(words_of(line)) for line in lines}
        self.addresses = {address.lower() for address in addresses if address}
        self.words: list[str] = []
        self.starts: list[int] = []
        self._line_starts: list[int] = []
        self._by_line: dict[tuple[str, ...], list[int]] = defaultdict(list)
        self._telling: set[tuple[str, ...]] = set()  # lines that are more than a greeting or a name
        self._urls: list[str] = []
        self._signs: set[str] = set()
        for text in texts:
            if len(self.words) < MOST_WORDS:
                self._add(text)
        parts = [found for url in self._urls if (found := _split_url(url))]
        self._hosts = {host for host, _path in parts}
        self._own_hosts = {host for host, path in parts if not path.strip("/")}
        self._joined_urls = " ".join(self._urls)
        self._by_first: dict[str, list[int]] = defaultdict(list)
        for start in self._line_starts:
            self._by_first[self.words[start]].append(start)

    def _add(self, text: str) -> None:
        start = len(self.words)
        for line in text.splitlines():
            self._urls += URL.findall(line)
            self._signs.update(SIGN.findall(line))
            if words := words_of(line):
                self._line_starts.append(len(self.words))
                self._by_line[tuple(words)].append(len(self.words))
                if len(words) >= LEAST or ITEM.match(line) or line.rstrip(" *_").endswith(("?", ":")):
                    self._telling.add(tuple(words))
                self.words += words
        if len(self.words) > start:
            self.starts.append(start)
            self.words.append("")  # no match runs on from one message to the next

    def names(self, text: str) -> bool:
        """Whether the text contains one of our addresses."""
        lowered = TAG.sub("@", text.lower())
        return any(address in lowered for address in self.addresses)

    def find(self, lines: Sequence[str]) -> list[bool]:
        """Which of these lines are ours, if the quotation starts here; a line without words counts as the one above."""
        split = [words_of(line) for line in lines]
        ours, at = [False] * len(lines), -1
        begun: set[int] = set()  # each message is quoted only once
        for place, words in enumerate(split):
            if not words:
                ours[place] = self._is_ours_without_words(lines, ours, place)
                continue
            following = next((more for more in split[place + 1 : place + 8] if more), [])
            found = self._place(words, following, at, begun)
            if found >= 0:
                ours[place], at = not self._has_more(lines[place]), found + len(words)
            elif self._may_stand_below(lines[place], words):
                ours[place] = place > 0 and ours[place - 1]
        return ours

    def is_answered(self, lines: Sequence[str], ours: Sequence[bool]) -> bool:
        """Whether somebody wrote into a quotation of our message: after a line, before it, or in place of it.

        `ours` is what `find` returned for these lines. Answers keep short lines from being found, so if few were found,
        each line is compared with ours separately.
        """
        said = [place for place, line in enumerate(lines) if words_of(line) or self._has_more(line)]
        found = [ours[place] for place in said]
        if all(found) or sum(found) * 2 >= len(found):
            return not all(found)
        split = [words_of(lines[place]) for place in said]
        same = self._same_lines([lines[place] for place in said], split)
        if all(is_same or is_ours for is_same, is_ours in zip(same, found, strict=True)):
            return False
        is_surely_ours = any(is_ours and len(words) >= LEAST for is_ours, words in zip(found, split, strict=True))
        return is_surely_ours or sum(same) * 2 > len(same) or any(map(self._tells, split))

    def _same_lines(self, lines: Sequence[str], split: Sequence[list[str]]) -> list[bool]:
        """Which lines equal one of ours, in our order, with nothing added."""
        same, at = [], 0
        for line, words in zip(lines, split, strict=True):
            end = self._end_of_line(words, at)
            at = max(at, end)
            same.append((end >= 0 or self._may_stand_below(line, words)) and not self._has_more(line))
        return same

    def _end_of_line(self, words: list[str], at: int) -> int:
        """Where these words end in our text: they continue at `at`, or are the next equal line; -1 if neither."""
        if self._is_at(words, at):
            return at + len(words)
        starts = self._by_line.get(tuple(words), [])
        next_one = bisect_left(starts, at)
        return starts[next_one] + len(words) if next_one < len(starts) else -1

    def _tells(self, words: list[str]) -> bool:
        """Whether they are, start with, or end with a line that is distinctive of our messages."""
        places = range(min(len(words), MOST_TOLD))
        return any(
            tuple(words[place:]) in self._telling or tuple(words[: place + 1]) in self._telling for place in places
        )

    def _may_stand_below(self, line: str, words: list[str]) -> bool:
        """Whether it is a line that any message may end with, or the rest of an address that was wrapped."""
        return tuple(words) in self._lines or self._is_rest_of_url(line)

    def _has_more(self, line: str) -> bool:
        """Whether it contains a link or an emoji that we did not send; `words_of` ignores both."""
        return any(sign not in self._signs for sign in SIGN.findall(line)) or not all(
            map(self._is_ours, BARE_URL.findall(line))
        )

    def begins_with(self, line: str) -> bool:
        """Whether one of our messages begins with this line."""
        return any(self._is_at(words_of(line), start) for start in self.starts)

    def _place(self, words: list[str], following: list[str], at: int, begun: set[int]) -> int:
        """Where these words are in our text, if they continue at `at` or start a message or line; -1 if they are not
        ours.
        """
        if at >= 0 and self._is_at(words, at):
            return at
        starts = [start for start in self.starts if start not in begun and self._is_at(words, start)]
        starts.sort(key=lambda start: not self._is_at(following, start + len(words)))
        for start in starts[:1]:
            if self._is_sure(words, following, start):
                begun.add(start)
                return start
        if len(words) < LEAST:
            return -1
        lines = self._by_first.get(words[0], [])
        end = next((start for start in self.starts if start > at), len(self.words)) if at >= 0 else len(self.words)
        for start in lines[bisect_left(lines, max(at, 0)) :][:20]:
            if start >= end:
                break
            if self._is_at(words, start) and self._is_sure(words, following, start):
                return start
        return -1

    def _is_at(self, words: list[str], start: int) -> bool:
        return self.words[start : start + len(words)] == words

    def _is_sure(self, words: list[str], following: list[str], start: int) -> bool:
        """Whether the match is certain: what follows is ours too, the message ends, or there are enough words."""
        behind = start + len(words)
        if len(words) >= SURE:
            return True
        if self.words[behind : behind + 1] == [""]:
            return len(words) >= LEAST or not following or tuple(following) in self._lines
        return bool(following) and self._is_at(following, behind)

    def _is_ours_without_words(self, lines: Sequence[str], ours: list[bool], place: int) -> bool:
        """Whether a line of only signs and addresses is ours: the line above is, and its links lead to addresses of
        ours.

        Images are not ours: we never send any within the text.
        """
        line = lines[place]
        is_ours_above = place > 0 and ours[place - 1] and not PICTURE.search(line) and not self._has_more(line)
        return is_ours_above and all(map(self._is_ours, URL.findall(line)))

    def _is_ours(self, url: str) -> bool:
        """Whether the link was in one of our messages, leads to our site, or to one of ours through a link checker."""
        if url in self._joined_urls:
            return True
        host, _path = _split_url(url) or ("", "")
        return host in self._own_hosts or any(one in url for one in self._hosts - {host})

    def _is_rest_of_url(self, line: str) -> bool:
        """Whether it may be the rest of one of our links that was too long for the line above."""
        rest = line.strip(" <>")
        return " " not in rest and any(sign in rest for sign in "/?=&%") and rest in self._joined_urls


def _split_url(url: str) -> tuple[str, str] | None:
    """An address's host and path; None if it is not an address."""
    try:
        parts = urlsplit(url if "://" in url else f"https://{url}")
        return (parts.hostname, parts.path) if parts.hostname else None
    except ValueError:
        return None


def words_of(text: str) -> list[str]:
    """The words of a line for comparison: case-folded, without addresses, images, signs and list numbers."""
    text = ITEM.sub("", text, count=1)
    if "://" in text or "www." in text:
        text = URL.sub(" ", text)
    if "[" in text:
        text = PICTURE.sub(" ", text)
    return WORD.findall(text.casefold())
