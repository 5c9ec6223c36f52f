"""Splits HTML into the lines that a reader sees, each with its nodes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from selectolax.lexbor import LexborHTMLParser, LexborNode

from helpdesk.mail.html.bounds import bounded_html
from helpdesk.mail.quotation.attributions import tidy
from helpdesk.mail.quotation.lines import Line

MOST_LINES = 5_000  # lines of preformatted text that are told apart
LONGEST_LINE = 500  # characters of a line that are examined

BLOCKS = set(
    """
    address article aside blockquote body center dd details dialog dir div dl dt fieldset figcaption figure footer
    form h1 h2
    h3 h4 h5 h6 header hr html legend li main menu nav ol p pre section summary table tbody tfoot thead tr ul
    """.split()
)
UNSEEN = {"head", "script", "style", "title", "template", "meta", "link", "svg", "math"}
CELLS = {"td", "th"}
# Elements that only mail programs put around quotations; their first words say who is quoted.
QUOTES = re.compile(
    r"(?:^|\s)(?:x_)*(?:yahoo_quoted(?:_\d+)?|protonmail_quote|tutanota_quote|zmail_extra|OLK_SRC_BODY_SECTION)(?:\s|$)"
)
# Elements around the attribution above a quotation.
INTRODUCTIONS = re.compile(
    r"(?:^|\s)(?:x_)*(?:gmail_attr|moz-cite-prefix|yahoo-quoted-begin|divRplyFwdMsg|ydp\w*yahoo_quoted_header)(?:\s|$)"
)
GMAIL = re.compile(r"(?:^|\s)(?:x_)*gmail_quote(?:_container)?(?:\s|$)")
OUTLOOK_RULE = re.compile(
    r"border-top\s*:\s*solid\s+#(?:E1E1E1|B5C4DF)|border-top-color\s*:\s*rgb\(\s*229\s*,\s*229\s*,\s*229\s*\)", re.I
)
INDENTED = re.compile(r"border\s*:\s*none|webkit-indent-blockquote", re.I)


@dataclass
class HtmlLine:
    """A line and its nodes: texts and images."""

    pieces: list[str] = field(default_factory=list)
    nodes: list[LexborNode] = field(default_factory=list)
    is_cited: bool = False
    is_attribution: bool = False
    has_image: bool = False
    has_words: bool = False

    def add(self, piece: str) -> None:
        """Append text to the line."""
        self.pieces.append(piece)
        self.has_words = self.has_words or bool(piece.strip())

    @property
    def text(self) -> str:
        """The line's text as a reader sees it."""
        return "".join(self.pieces)

    def to_judge(self) -> Line:
        """The line in the form in which quotations are searched for."""
        return Line(tidy(self.text[:LONGEST_LINE]), self.is_cited, self.is_attribution, self.has_image)


def parse_html(html: str) -> LexborHTMLParser:
    """Parse any HTML to a tree."""
    return LexborHTMLParser(bounded_html(html))


def walk(root: LexborNode) -> Iterator[tuple[LexborNode, bool]]:
    """Yield each node when it begins and when it ends; not recursive, so any depth is safe."""
    node: LexborNode | None = root
    while node is not None:
        yield node, True
        below = node.first_child if node.tag not in UNSEEN else None
        if below is not None:
            node = below
            continue
        yield node, False
        while node is not None and node.mem_id != root.mem_id and node.next is None:
            node = node.parent
            if node is not None:
                yield node, False
        node = None if node is None or node.mem_id == root.mem_id else node.next


class _Reader:
    """Collects lines; `quotes` and `introductions` count the open elements of those kinds."""

    def __init__(self) -> None:
        self.lines: list[HtmlLine] = [HtmlLine()]
        self.quotes: list[int] = []
        self.introductions: list[int] = []
        self.awaits_introduction = False
        self.preformatted = 0

    def begin(self, node: LexborNode) -> None:
        tag = node.tag or ""
        if tag == "-text":
            self._text(node)
            return
        if tag in BLOCKS:
            self.end_line()
        if tag == "br":
            self.end_line(even_if_empty=True)
        elif tag == "img":
            self._line().has_image = True
            self.lines[-1].nodes.append(node)
        elif tag == "li":
            self.lines[-1].add("- ")
        elif tag in CELLS and self.lines[-1].has_words:
            self.lines[-1].add("  ")
        elif tag == "pre":
            self.preformatted += 1
        if tag in {"blockquote", "div", "span", "p", "body"}:
            self._mark(node, tag)

    def _mark(self, node: LexborNode, tag: str) -> None:
        attributes = node.attributes
        style = attributes.get("style") or ""
        marks = f"{attributes.get('class') or ''} {attributes.get('id') or ''}"
        if tag == "blockquote":
            if not INDENTED.search(style + marks) or attributes.get("type") == "cite":
                self.quotes.append(node.mem_id)
                self.awaits_introduction = False
        elif QUOTES.search(marks):
            self.quotes.append(node.mem_id)
            self.awaits_introduction = True
        elif INTRODUCTIONS.search(marks) or OUTLOOK_RULE.search(style):
            self.end_line()
            self.introductions.append(node.mem_id)
        elif GMAIL.search(marks):
            self.awaits_introduction = True

    def end(self, node: LexborNode) -> None:
        tag = node.tag or ""
        if tag in BLOCKS:
            self.end_line()
            if tag in {"p", "h1", "h2", "h3"} and not any(self.lines[-1].pieces) and len(self.lines) > 1:
                self.lines.append(HtmlLine())
        if tag == "pre":
            self.preformatted -= 1
        for opened in (self.quotes, self.introductions):
            if opened and opened[-1] == node.mem_id:
                self.end_line()
                opened.pop()

    def end_line(self, *, even_if_empty: bool = False) -> None:
        if self.lines[-1].has_words or self.lines[-1].has_image:
            if self.awaits_introduction and self.lines[-1].is_attribution:
                self.awaits_introduction = False
            self.lines.append(HtmlLine())
        elif even_if_empty:
            self.lines.append(HtmlLine())

    def _line(self) -> HtmlLine:
        line = self.lines[-1]
        line.is_cited = line.is_cited or bool(self.quotes)
        line.is_attribution = line.is_attribution or bool(self.introductions) or self.awaits_introduction
        return line

    def _text(self, node: LexborNode) -> None:
        text = node.text_content or ""
        if not self.preformatted:
            text = re.sub(r"[ \t\n\r\f]+", " ", text)
        if not text.strip() and not self.preformatted:
            self.lines[-1].add(" " if text and self.lines[-1].pieces else "")
            return
        first, *others = text.split("\n", MOST_LINES) if self.preformatted else [text]
        self._line().add(first)
        self.lines[-1].nodes.append(node)
        for other in others:
            self.lines.append(HtmlLine())
            self._line().add(other)
            self.lines[-1].nodes.append(node)


def read_lines(tree: LexborHTMLParser) -> list[HtmlLine]:
    """The lines of a document."""
    reader = _Reader()
    if tree.body is not None:
        for node, begins in walk(tree.body):
            if (node.tag or "") in UNSEEN:
                continue
            if begins:
                reader.begin(node)
            else:
                reader.end(node)
    return reader.lines


def text_of(lines: list[HtmlLine], mark: str = "") -> str:
    """Lines as plain text, with at most one blank line in a row, and quoted lines marked with “>”."""
    words = [re.sub(r"[ \u00a0]+", " ", line.text).strip() for line in lines]
    text = "\n".join(
        f"{mark}{text}" if text and line.is_cited else text for text, line in zip(words, lines, strict=True)
    )
    return re.sub(r"\n{3,}", "\n\n", text).strip()
