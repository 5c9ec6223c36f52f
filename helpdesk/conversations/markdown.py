"""What people write is plain text that may be Markdown: as HTML for pages and e-mails, and as the text of an e-mail."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from django.utils.safestring import SafeString
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict

from helpdesk.conversations.variables import outside_code

# An address by itself; not one that Markdown takes for a link already: in ](…), in <…>, or in [its own words].
BARE_ADDRESS = re.compile(r"""(?<!\]\()(?<![\w<"'\[/])https?://[^\s<>()\[\]"'`\\]*[^\s<>()\[\]"'`\\.,;:!?*_~]""")
ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])")
ALLOWED = ("http://", "https://", "mailto:")


class _Renderer(RendererHTML):
    def link_open(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        tokens[idx].attrSet("rel", "nofollow noopener noreferrer")
        return self.renderToken(tokens, idx, options, env)


class _Parser(MarkdownIt):
    def validateLink(self, url: str) -> bool:
        return url.strip().lower().startswith(ALLOWED)


@cache
def _parser() -> MarkdownIt:
    """CommonMark without HTML, and without images: a picture from elsewhere would tell who looks at it."""
    parser = _Parser("commonmark", {"html": False, "breaks": True}, renderer_cls=_Renderer)
    return parser.enable("strikethrough").disable("image")


def render_markdown(text: str) -> SafeString:
    """As HTML that holds nothing but text, lists, quotes, code and links to http, https and mailto."""
    linked = outside_code(text, lambda part: BARE_ADDRESS.sub(r"<\g<0>>", part))
    return SafeString(_parser().render(linked))  # HTML in the text is escaped by the parser


def plain_text(text: str) -> str:
    """As the plain half of an e-mail: what was typed, but for the signs that only protect others."""
    return outside_code(text, lambda part: ESCAPED.sub(r"\1", part))
