"""What people write, as HTML and as plain text."""

import re
import time
from collections import Counter
from html import unescape

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from helpdesk.conversations.writing.markdown import plain_text, render_markdown

LINK = '<a href="{0}" rel="nofollow noopener noreferrer">{1}</a>'


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("a\nb", "<p>a<br />\nb</p>"),
        ("**a** ~~b~~ `c`", "<p><strong>a</strong> <s>b</s> <code>c</code></p>"),
        ("[a](https://e.com)", f"<p>{LINK.format('https://e.com', 'a')}</p>"),
        ("Veja https://e.com/x_y_z.", f"<p>Veja {LINK.format('https://e.com/x_y_z', 'https://e.com/x_y_z')}.</p>"),
        ("(https://e.com)", f"<p>({LINK.format('https://e.com', 'https://e.com')})</p>"),
        ("`https://e.com`", "<p><code>https://e.com</code></p>"),
        ("<b>x</b>", "<p>&lt;b&gt;x&lt;/b&gt;</p>"),
        ("[a](javascript:alert(1))", "<p>[a](javascript:alert(1))</p>"),
        ("[a](data:text/html,x)", "<p>[a](data:text/html,x)</p>"),
        ("[a](/relative)", "<p>[a](/relative)</p>"),
    ],
)
def test_text_is_rendered_as_html(text, html):
    assert render_markdown(text).strip() == html


WORDS = st.text("ab1", min_size=1, max_size=3)
SIGNS = st.sampled_from(
    ["[", "]", ":", "(", ")", "<", ">", "`", "```", "*", "_", "~~", "#", "-", "|", "!", " ", "\n", "\n\n"]
)


LIST_NUMBERS = re.compile(r"^[\s>*-]*(?:\d+[.)](?:\s+[\s>*-]*|$))+", re.MULTILINE)  # which the list itself shows


@given(st.lists(WORDS | SIGNS, max_size=30).map("".join))
@example("[Aula 3]: https://e.com/a\n[Aula 4]: https://e.com/b")
@example("```Oi\na\n```")
@example("a\n\n[b]: c 'd'")
@example("1)")
@example("> - 1) 1)\n1) a 1")
def test_no_typed_word_is_lost(text):
    shown = unescape(re.sub(r"</?(?!a\b)[a-z]+[^>]*>", " ", render_markdown(text)))  # an address may stand in its link
    assert Counter(re.findall(r"[^\W_]+", LIST_NUMBERS.sub("", text))) <= Counter(re.findall(r"[^\W_]+", shown)), shown


def test_pictures_are_not_rendered():
    assert "<img" not in render_markdown("![x](https://e.com/pixel.png)")


def test_plain_text_is_unescaped():
    assert plain_text("\\*um\\* `\\*`") == "*um* `\\*`"


@pytest.mark.parametrize("part", ["`", "[", "*a ", "> ", "https://", "`a", "```\n", "\\", "![a](", "{a", "_a*"])
def test_hostile_text_is_rendered_quickly(part):
    began = time.monotonic()
    render_markdown(part * (20_000 // len(part)))
    assert time.monotonic() - began < 5
