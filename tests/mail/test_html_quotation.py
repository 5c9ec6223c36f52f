"""Quotations in HTML are collapsed as in text."""

from __future__ import annotations

import time

import pytest

from helpdesk.mail.html.quotation import MARK, collapse_html
from tests.mail.words import single_spaced

GMAIL = (
    '<div dir="ltr">Consegui.</div><br><div class="gmail_quote"><div dir="ltr" '
    'class="gmail_attr">Em ter., 3 de mar. de 2026 às'
    ' 08:15, Zé &lt;<a href="mailto:oi@ze.example">oi@ze.example</a>&gt; '
    'escreveu:<br></div><blockquote class="gmail_quote">'
    "<p>Conseguiu?</p></blockquote></div>"
)


@pytest.mark.parametrize(
    ("html", "written"),
    [
        (GMAIL, "Consegui."),
        (
            GMAIL.replace("Em ter., 3 de mar. de 2026 às", "Kedd, 2026. márc. 3., dátum:").replace("escreveu", "xyz"),
            "Consegui.",
        ),
        (
            '<p>Consegui.</p><div style="border:none;border-top:solid #E1E1E1 1.0pt"><p><b>De:</b> '
            "Zé<br><b>Enviada em:</b> 3 de março"
            " de 2026<br><b>Para:</b> Bia<br></p></div><p>Conseguiu?</p>",
            "Consegui.",
        ),
        ('<div>Consegui.<hr><div id="divRplyFwdMsg">Fra: Zé<br>Til: Bia</div><div>Conseguiu?</div></div>', "Consegui."),
        (
            (
                '<p>Consegui.</p><blockquote type="cite"><div>On 3 Mar 2026, at 08:15, Zé wrote:</div><div>Did '
                "it?</div></blockquote>"
            ),
            "Consegui.",
        ),
        ("<p>O professor disse:</p><blockquote>Sexta.</blockquote><p>Vale?</p>", "O professor disse: Sexta. Vale?"),
        ('<img src="cid:a"><div class="yahoo_quoted"><div>Em terça:</div><p>Conseguiu?</p></div>', ""),
        ('<div class="yahoo_quoted"><div>Em terça:</div><p>Conseguiu?</p></div>', "Em terça: Conseguiu?"),
        (
            (
                '<div class="moz-cite-prefix">Em 3/3, '
                "Zé:</div><blockquote>Um?</blockquote><p>Sim.</p><blockquote>Dois?</blockquote>"
            ),
            None,
        ),
        (
            "<pre>Consegui.\n\nEm 03/03/2026 08:15, Zé escreveu:\n> Conseguiu?</pre>",
            "Consegui. Em 03/03/2026 08:15, Zé escreveu: > Conseguiu?",
        ),
    ],
)
def test_quoted_html_is_collapsed(html, written):
    """By what mail programs leave in it, in any language, and by its words."""
    found = collapse_html(html)
    if written is None:
        assert MARK not in found.html
    else:
        assert single_spaced(found.written) == written


def test_html_only_gets_marks():
    """Nothing is removed, each quoted element is marked, and marks by the sender do not count."""
    found = collapse_html(f"<p data-quoted>Meu.</p>{GMAIL}")
    assert "<p>Meu.</p>" in found.html
    assert found.html.count("data-quoted") == 1
    assert "Conseguiu?" in found.html.partition("data-quoted")[2]
    bare = collapse_html("Consegui.<br>Em 03/03/2026 08:15, Zé &lt;a@b.example&gt; escreveu:<br>Conseguiu?")
    assert '<span data-quoted="">Conseguiu?</span>' in bare.html


@pytest.mark.parametrize(
    "html",
    [
        "<div>" * 60_000,
        "<p>" + "".join(f"<b id={n}>" for n in range(4_000)) + "</p>" + "<p>x</p>" * 4_000,
        "<blockquote>a" * 9_000,
    ],
)
def test_hostile_html_is_processed_quickly(html):
    """However deep, and however often formatting would be repeated."""
    started = time.process_time()
    found = collapse_html(html)
    assert time.process_time() - started < 5
    assert len(found.html) < 40 * len(html)
