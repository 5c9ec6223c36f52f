"""Renders people's text, which may be Markdown, as HTML for pages and e-mails and as plain text for e-mails."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from functools import cache

from django.utils.html import escape, format_html
from django.utils.safestring import SafeString
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict

from helpdesk.tickets.mentions import Mention
from helpdesk.ui.code_spans import outside_code
from helpdesk.ui.isolation import isolated

# A bare URL, but not one that is a Markdown link already: in ](…), in <…>, or in [link text].
BARE_ADDRESS = re.compile(r"""(?<!\]\()(?<![\w<"'\[/])https?://[^\s<>()\[\]"'`\\]*[^\s<>()\[\]"'`\\.,;:!?*_~]""")
ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])")
IN_WORD = re.compile(r"[\w@]")
GOES_ON = re.compile(r"[-.@]?\w")
ALLOWED = ("http://", "https://", "mailto:")


def mention_html(name: str, *, is_mine: bool) -> SafeString:
    """A person mentioned in a note; `is_mine` if they are the reader."""
    return format_html('<span class="mention{}">@{}</span>', " mention-mine" if is_mine else "", isolated(name))


class _Renderer(RendererHTML):
    def link_open(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        tokens[idx].attrSet("rel", "nofollow noopener noreferrer")
        return self.renderToken(tokens, idx, options, env)

    def fence(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        # The text behind the fence should name a language, but may be words; there is no highlighting, so show it.
        lines = tokens[idx].info.strip() + "\n" if tokens[idx].info.strip() else ""
        return f"<pre><code>{escape(lines + tokens[idx].content)}</code></pre>\n"

    def mention(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        return mention_html(tokens[idx].content, is_mine=tokens[idx].meta["is_mine"])


class _Parser(MarkdownIt):
    def validateLink(self, url: str) -> bool:
        return url.strip().lower().startswith(ALLOWED)


@cache
def _parser() -> MarkdownIt:
    """CommonMark without HTML and without images, because remote pictures would reveal who views them."""
    parser = _Parser("commonmark", {"html": False, "breaks": True}, renderer_cls=_Renderer)
    parser.inline.add_terminator_char("@")
    parser.inline.ruler.push("mention", _take_mention)
    # Lines that define a reference, such as “[Aula 3]: https://…”, would disappear.
    return parser.enable("strikethrough").disable(["image", "reference"])


def _take_mention(state: StateInline, silent: bool) -> bool:
    """Inline rule: words after an “@” are a mention if the caller passed it."""
    before = state.src[state.pos - 1 : state.pos]
    if state.src[state.pos] != "@" or IN_WORD.match(before):
        return False
    for mention in state.env.get("mentions", ()):
        end = state.pos + 1 + len(mention.words)
        if state.src.startswith(mention.words, state.pos + 1) and not GOES_ON.match(state.src, end):
            if not silent:
                token = state.push("mention", "", 0)
                token.content, token.meta = mention.label, {"is_mine": mention.person == state.env["reader"]}
            state.pos = end
            return True
    return False


def render_markdown(text: str, mentions: Collection[Mention] = (), reader: int | None = None) -> SafeString:
    """Render as HTML with only text, lists, quotes, code and links to http, https and mailto.

    `mentions` are highlighted, that of the `reader` most.
    """
    linked = outside_code(text, lambda part: BARE_ADDRESS.sub(r"<\g<0>>", part))
    longest_first = sorted((each for each in mentions if each.words), key=lambda each: -len(each.words))
    # HTML in the text is escaped by the parser
    return SafeString(_parser().render(linked, {"mentions": longest_first, "reader": reader}))


def plain_text(text: str) -> str:
    """The plain-text version for e-mails: as typed, without backslash escapes."""
    return outside_code(text, lambda part: ESCAPED.sub(r"\1", part))
