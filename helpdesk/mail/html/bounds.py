"""Limits HTML that would keep a parser busy for minutes: its words stay, some of its tags go.

As the HTML standard demands, a parser repeats every unclosed formatting element in each following paragraph, and
searches all open elements at nearly every tag; so 64 kB may grow to gigabytes, or take a minute.
"""

from __future__ import annotations

import re

FEW_TAGS = 150  # with so few nothing can go wrong
MOST_TAGS = 20_000
DEEPEST = 250
MOST_ATTRIBUTES = 200
LONG_ATTRIBUTES = 1_000  # characters; below that, attributes are not counted

NAME = re.compile(r"<(/?)([A-Za-z][^\s/>\"'<]*)")
END = re.compile(r"[\"'>]")
ATTRIBUTES = re.compile(r"""(?:(?>[\s/]+)(?>[^\s=>"'/]+)(?:(?>\s*)=(?>\s*)(?>"[^"]*"|'[^']*'|[^\s"'>]+))?)*[\s/]*""")
# Identical ones are repeated at most three times; without attributes, all of a kind are identical.
FORMATTING = set("b big code em font i nobr s small strike strong tt u".split())
VOID = set("area base br col embed hr img input link meta param source track wbr".split())


def bounded_html(html: str) -> str:
    """The HTML without tags that only make it costly to parse; ordinary HTML stays as it is."""
    if html.count("<") <= FEW_TAGS and len(html) < LONG_ATTRIBUTES * 50:
        return html
    return "".join(_Bounds(html).pieces())


class _Bounds:
    def __init__(self, html: str) -> None:
        self.html = html
        self.tags = 0
        self.depth = 0
        self.open: dict[str, int] = {}

    def pieces(self) -> list[str]:
        found, position = [], 0
        while (start := self.html.find("<", position)) != -1:
            found.append(self.html[position:start])
            match = NAME.match(self.html, start)
            if match is None:
                found.append("<")
                position = start + 1
                continue
            end = self._end_of_tag(match.end())
            found.append(self._tag(match[1] == "/", match[2].lower(), self.html[match.end() : end], end))
            position = min(end + 1, len(self.html))
        found.append(self.html[position:])
        return found

    def _end_of_tag(self, position: int) -> int:
        while match := END.search(self.html, position):
            if match[0] == ">":
                return match.start()
            closing = self.html.find(match[0], match.end())
            if closing == -1:
                break
            position = closing + 1
        return len(self.html)

    def _tag(self, closes: bool, name: str, attributes: str, end: int) -> str:
        whole = f"<{'/' if closes else ''}{name}{attributes}{'>' if end < len(self.html) else ''}"
        self.tags += 1
        if closes:
            if self.open.get(name, 0):
                self.open[name] -= 1
                self.depth -= 1
            return whole if self.tags <= MOST_TAGS else ""
        is_long = len(attributes) > LONG_ATTRIBUTES
        is_odd = (is_long or name in FORMATTING) and not ATTRIBUTES.fullmatch(attributes)
        if is_odd or (is_long and len(attributes.split(None, MOST_ATTRIBUTES + 1)) > MOST_ATTRIBUTES):
            return whole.replace("<", "&lt;")
        if name not in VOID:
            if self.depth >= DEEPEST or self.tags > MOST_TAGS:
                return " "
            self.open[name] = self.open.get(name, 0) + 1
            self.depth += 1
        elif self.tags > MOST_TAGS:
            return " "
        return f"<{name}>" if name in FORMATTING else whole
