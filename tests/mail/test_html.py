"""HTML of e-mails acts nowhere, fetches nothing, and keeps its words."""

from __future__ import annotations

import pytest

from helpdesk.mail.html.sanitising import sanitise
from helpdesk.mail.html.text import html_to_text


@pytest.mark.parametrize(
    "html",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "<svg onload=alert(1)><script>alert(1)</script></svg>",
        '<a href="javascript:alert(1)">x</a>',
        '<a href=" java\tscript:alert(1)">x</a>',
        '<a href="data:text/html,alert(1)">x</a>',
        '<iframe src="//evil.example/alert(1)"></iframe>',
        '<form action="/alert(1)"><button formaction="javascript:alert(1)">x</button></form>',
        "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
        "<style>@import '//evil.example/alert(1)'</style>",
        '<p style="background:url(//evil.example/alert(1))">x</p>',
        '<base href="//evil.example/alert(1)">',
        '<meta http-equiv="refresh" content="0;url=//evil.example/alert(1)">',
        '<input autofocus onfocus="alert(1)">',
    ],
)
def test_active_content_is_removed(html):
    """Not a word of it is left in a place where it could."""
    clean = sanitise(html).html
    assert "alert" not in clean
    assert "evil" not in clean


@pytest.mark.parametrize(
    ("address", "link"),
    [
        ("https://a.example/x", "https://a.example/x"),
        ("//a.example/x", "https://a.example/x"),
        ("/\\a.example", "https://a.example"),
        ("mailto:a@example.com", "mailto:a@example.com"),
        ("www.a.example/x", "https://www.a.example/x"),
        ("/t/escola/", None),
        ("file:///etc/passwd", None),
        ("cid:x", None),
    ],
)
def test_links_lead_to_other_sites_or_nowhere(address, link):
    """Never to a page of ours by its path."""
    clean = sanitise(f'<a href="{address}">x</a>').html
    assert (f'href="{link}"' in clean) if link else "href" not in clean
    assert "noopener" in clean


def test_remote_pictures_are_not_fetched():
    """Unless a person asks for them; an e-mail's own are shown from where we keep them."""
    html = (
        '<img src="//t.example/p.gif" alt="logo"><img src="https://t.example/q.png" '
        'srcset="//t.example/r 2x"><img src="CID:Um@x">'
    )
    safe = sanitise(html, images={"um@x": "/anexos/1"})
    assert safe.blocked_images == 2
    assert "t.example" not in safe.html
    assert 'alt="logo"' in safe.html
    assert 'src="/anexos/1"' in safe.html
    assert 'src="https://t.example/p.gif"' in sanitise(html, shows_remote=True).html


def test_marks_of_quotations_are_kept():
    """Which were made before."""
    assert sanitise('<div data-quoted="" class="x" id="y">a</div>').html == '<div data-quoted="">a</div>'


def test_html_is_converted_to_text():
    """Text comes in the order of reading, however deep it lies."""
    html = "<ul><li>Um</li><li>Dois</li></ul><table><tr><td>a</td><td>b</td></tr></table><pre>x\n y</pre>"
    assert html_to_text(html).split("\n") == ["- Um", "- Dois", "a b", "x", "y"]
    assert html_to_text("<div>" * 1_000 + "fundo") == "fundo"
    assert html_to_text("") == ""
