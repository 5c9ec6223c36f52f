"""Marks quotations in HTML; nothing is removed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import groupby

from selectolax.lexbor import LexborHTMLParser, LexborNode

from helpdesk.mail.html.lines import HtmlLine, parse_html, read_lines, text_of, walk
from helpdesk.mail.quotation.glued_lines import MOST_LINES, MOST_TRIES, SHORTEST, pieces_of
from helpdesk.mail.quotation.known_text import KnownText
from helpdesk.mail.quotation.lines import Part
from helpdesk.mail.quotation.splitting import LONGEST, find_quoted, lines_within

MARK = "data-quoted"
LONGEST_HTML = 256 * 1024  # characters; in a longer one nothing is collapsed


@dataclass(frozen=True)
class CollapsedHtml:
    """The document with MARK on every quoted element, and what the sender wrote as plain text."""

    html: str
    written: str


def collapse_html(html: str, subject: str = "", known: KnownText | None = None) -> CollapsedHtml:
    """Mark quotations; `known` is what we sent. Marks that the e-mail already contains are not trusted."""
    if len(html) > LONGEST_HTML:
        return CollapsedHtml(html.replace(MARK, ""), "")
    tree = parse_html(html)
    for node in tree.css(f"[{MARK}]"):
        del node.attrs[MARK]
    lines, quoted = _judge(tree, subject, known)
    written = text_of([line for line, is_quoted in zip(lines, quoted, strict=True) if not is_quoted])
    if not any(quoted) or tree.body is None:
        return CollapsedHtml(tree.body.inner_html or "" if tree.body else html, written)
    _mark(tree, lines, quoted)
    return CollapsedHtml(tree.body.inner_html or "", written)


def split_html(html: str, subject: str = "", known: KnownText | None = None) -> tuple[Part, ...]:
    """The document's parts in order, as plain text; quoted lines are marked as they are in plain text.

    Empty if the document is too long to analyse.
    """
    if len(html) > LONGEST_HTML:
        return ()
    lines, quoted = _judge(parse_html(html), subject, known)
    groups = groupby(zip(lines, quoted, strict=True), key=lambda pair: pair[1])
    parts = [Part(text_of([line for line, _ in group], mark="> ") + "\n\n", is_quoted) for is_quoted, group in groups]
    return tuple(part for part in parts if part.text.strip())


def judge_html(html: str, subject: str = "", known: KnownText | None = None) -> list[tuple[HtmlLine, bool]]:
    """The document's lines and whether each is quoted; empty if the document is too long to analyse."""
    return [] if len(html) > LONGEST_HTML else list(zip(*_judge(parse_html(html), subject, known), strict=True))


def _judge(tree: LexborHTMLParser, subject: str, known: KnownText | None) -> tuple[list[HtmlLine], list[bool]]:
    """The lines, and for each whether it is quoted."""
    lines = _unglue(read_lines(tree))
    within = lines_within(len(line.text) for line in lines)
    return lines, find_quoted([line.to_judge() for line in lines], subject, within, known)


def _unglue(lines: list[HtmlLine]) -> list[HtmlLine]:
    """Split lines that contain both own words and an attribution; each part keeps all nodes of the original line."""
    found: list[HtmlLine] = []
    tries = length = 0
    for place, line in enumerate(lines):
        length += len(line.text)
        if length > LONGEST or tries > MOST_TRIES or line.is_attribution or len(line.text) < SHORTEST:
            found.append(line)
            continue
        pieces, tried = pieces_of(line.text, [each.text for each in lines[place + 1 : place + 1 + MOST_LINES]])
        tries += tried
        if len(pieces) < 2:
            found.append(line)
            continue
        found += [replace(line, pieces=[piece], has_image=line.has_image and not at) for at, piece in enumerate(pieces)]
    return found


def _mark(tree: LexborHTMLParser, lines: list[HtmlLine], quoted: list[bool]) -> None:
    """Mark the topmost nodes that are entirely quoted; a text node is wrapped in an element that carries the mark."""
    is_quoted: dict[int, bool] = {}
    for line, is_line_quoted in zip(lines, quoted, strict=True):
        for node in line.nodes:
            # Preformatted text is one node spanning many lines.
            is_quoted[node.mem_id] = is_quoted.get(node.mem_id, True) and is_line_quoted
    whole = _wholly_quoted(tree.body, is_quoted)
    nodes = [node for node, begins in walk(tree.body) if begins and node.mem_id in whole] if tree.body else []
    # Collected first, because marking moves nodes.
    for node in [node for node in nodes if node.parent is None or node.parent.mem_id not in whole]:
        _mark_node(tree, node)


def _wholly_quoted(body: LexborNode | None, is_quoted: dict[int, bool]) -> set[int]:
    """Nodes in the body that have visible content, all of it quoted."""
    whole: set[int] = set()
    counts = [[0, 0]]
    for node, begins in walk(body) if body else ():
        if begins:
            counts.append([0, 0])
            continue
        seen, marked = counts.pop()
        if node.mem_id in is_quoted:
            seen, marked = seen + 1, marked + is_quoted[node.mem_id]
        counts[-1][0] += seen
        counts[-1][1] += marked
        if seen and seen == marked and node.tag != "body":
            whole.add(node.mem_id)
    return whole


def _mark_node(tree: LexborHTMLParser, node: LexborNode) -> None:
    rule = node.prev
    while rule is not None and rule.tag == "-text" and not (rule.text_content or "").strip():
        rule = rule.prev
    if rule is not None and rule.tag == "hr":
        rule.attrs[MARK] = ""
    if node.tag == "-text":
        span = tree.create_node("span")
        span.attrs[MARK] = ""
        node.insert_before(span, move=True)
        placed = node.prev
        if placed is not None:
            placed.insert_child(node, move=True)
    else:
        node.attrs[MARK] = ""
