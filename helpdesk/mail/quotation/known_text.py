"""What we sent ourselves, so that it is known again where somebody quotes it without any mark.

Lines are broken anew, links and pictures come and go, so words are compared, in their order: a line is ours where it
goes on with the one before, or begins where a message or a line of ours does. What somebody else says in the words of
ours, at another place, is theirs.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Sequence
from urllib.parse import urlsplit

WORD = re.compile(r"\w+")
URL = re.compile(r"(?:https?://|www\.)[^\s<>\"']+", re.I)
BARE_URL = re.compile(rf"(?<![<(\[/]){URL.pattern}", re.I)  # programs put their own into brackets
SIGN = re.compile("[\u2600-\u27bf\u2b00-\u2bff\U0001f300-\U0001faff]")  # by which alone somebody may answer
ITEM = re.compile(r"\s*(?:[-*•·]\s+)?\d{1,2}[.)]\s+")
PICTURE = re.compile(r"\[(?:cid|image|imagem|imagen|image removed by sender)\b[^\]]*\]", re.I)
TAG = re.compile(r"\+[^@\s]{1,64}@")
MOST_WORDS = 60_000  # that are compared with, of all messages
LEAST = 4  # words, with which a line is known again behind something that was left out
SURE = 8  # words, with which it is so, whatever follows
MOST_TOLD = 60  # words of a line before or behind which an answer is looked for


class KnownText:
    """Messages that we sent, the addresses that they came from, and lines that stand in any of them.

    `answers` is what they answered, which may be quoted in turn.
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
            self.words.append("")  # no word goes on from one message to the next

    def names(self, text: str) -> bool:
        """Whether an address of ours stands in a text."""
        lowered = TAG.sub("@", text.lower())
        return any(address in lowered for address in self.addresses)

    def find(self, lines: Sequence[str]) -> list[bool]:
        """Which of these lines are ours, if they are quoted from here on; those without a word as the one before."""
        split = [words_of(line) for line in lines]
        ours, at = [False] * len(lines), -1
        begun: set[int] = set()  # each is quoted once
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
        """Whether somebody wrote into a quotation of ours: behind a line, before it, or instead of it.

        `ours` is what was found of these lines. Answers keep short lines from being found, so where few are, each is
        compared with ours by itself.
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
        """Which lines are one of ours, in the order of ours, with nothing added."""
        same, at = [], 0
        for line, words in zip(lines, split, strict=True):
            end = self._end_of_line(words, at)
            at = max(at, end)
            same.append((end >= 0 or self._may_stand_below(line, words)) and not self._has_more(line))
        return same

    def _end_of_line(self, words: list[str], at: int) -> int:
        """Behind these words, which go on from `at` or are the next line that is the same; -1 where there is none."""
        if self._is_at(words, at):
            return at + len(words)
        starts = self._by_line.get(tuple(words), [])
        next_one = bisect_left(starts, at)
        return starts[next_one] + len(words) if next_one < len(starts) else -1

    def _tells(self, words: list[str]) -> bool:
        """Whether they are, or begin or end with, a line by which a message of ours is known."""
        places = range(min(len(words), MOST_TOLD))
        return any(
            tuple(words[place:]) in self._telling or tuple(words[: place + 1]) in self._telling for place in places
        )

    def _may_stand_below(self, line: str, words: list[str]) -> bool:
        """Whether it is of what stands below any message, or of an address that went on to the next line."""
        return tuple(words) in self._lines or self._is_rest_of_url(line)

    def _has_more(self, line: str) -> bool:
        """Whether a link or an emoji stands there that we did not send, which is no word."""
        return any(sign not in self._signs for sign in SIGN.findall(line)) or not all(
            map(self._is_ours, BARE_URL.findall(line))
        )

    def begins_with(self, line: str) -> bool:
        """Whether one of the messages begins with this line."""
        return any(self._is_at(words_of(line), start) for start in self.starts)

    def _place(self, words: list[str], following: list[str], at: int, begun: set[int]) -> int:
        """Where in our text these words stand, if they go on from `at`; -1 where they are not ours."""
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
        """Whether what comes next is ours as well, or the message ends, or there are words enough."""
        behind = start + len(words)
        if len(words) >= SURE:
            return True
        if self.words[behind : behind + 1] == [""]:
            return len(words) >= LEAST or not following or tuple(following) in self._lines
        return bool(following) and self._is_at(following, behind)

    def _is_ours_without_words(self, lines: Sequence[str], ours: list[bool], place: int) -> bool:
        """A line of nothing but signs and addresses goes with the one before, unless it leads elsewhere.

        A picture may be theirs: we send none within the text.
        """
        line = lines[place]
        is_ours_above = place > 0 and ours[place - 1] and not PICTURE.search(line) and not self._has_more(line)
        return is_ours_above and all(map(self._is_ours, URL.findall(line)))

    def _is_ours(self, url: str) -> bool:
        """Whether an address stood in a message, leads to where we are, or goes round by a server that checks it."""
        if url in self._joined_urls:
            return True
        host, _path = _split_url(url) or ("", "")
        return host in self._own_hosts or any(one in url for one in self._hosts - {host})

    def _is_rest_of_url(self, line: str) -> bool:
        """Whether it may be the rest of an address of ours that was too long for the line above."""
        rest = line.strip(" <>")
        return " " not in rest and any(sign in rest for sign in "/?=&%") and rest in self._joined_urls


def _split_url(url: str) -> tuple[str, str] | None:
    """Its server and path; None for what is no address after all."""
    try:
        parts = urlsplit(url if "://" in url else f"https://{url}")
        return (parts.hostname, parts.path) if parts.hostname else None
    except ValueError:
        return None


def words_of(text: str) -> list[str]:
    """The words of a line as they are compared: without addresses, pictures, signs, capitals and numbers of a list."""
    text = ITEM.sub("", text, count=1)
    if "://" in text or "www." in text:
        text = URL.sub(" ", text)
    if "[" in text:
        text = PICTURE.sub(" ", text)
    return WORD.findall(text.casefold())
