"""Which of an e-mail's text and HTML is read."""

from __future__ import annotations

import pytest

from helpdesk.mail.parsing import parse_email
from tests.mail.messages import PNG, TEXT, base64_part, mail, multipart


def test_all_text_parts_are_read():
    """Both forms are read, and what follows them too."""
    both = 'Content-Type: multipart/alternative; boundary="b"\n\n'
    both += f"--b\n{TEXT}\n--b\nContent-Type: text/html; charset=utf-8\n\n<p>O <b>vídeo</b> não abre.</p>\n--b--"
    parsed = parse_email(multipart(both, "Content-Type: text/plain; charset=utf-8\n\nRodapé da lista"))
    assert parsed.text == "O vídeo não abre.\n\nRodapé da lista"
    assert "<b>vídeo</b>" in parsed.html
    assert "Rodapé" in parsed.html


def test_html_alone_is_read_as_text():
    """What is to be read in it."""
    parsed = parse_email(
        mail("Content-Type: text/html; charset=utf-8\n", "<style>p{}</style><p>Não</p><p>abre &amp; trava")
    )
    assert parsed.text == "Não\n\nabre & trava"


def test_only_pictures_shown_in_the_html_are_inline():
    """The rest is listed."""
    html = 'Content-Type: text/html\n\n<img src="cid:Um@x">'
    parsed = parse_email(
        multipart(
            html,
            base64_part("image/png; name=um.png", PNG, "Content-ID: <um@x>\n"),
            base64_part("image/png; name=dois.png", PNG, "Content-ID: <dois@x>\n"),
            kind="related",
        )
    )
    assert [(each.name, each.is_inline) for each in parsed.attachments] == [("um.png", True), ("dois.png", False)]


REAL = "<p>Bom dia! O vídeo da aula 3 não abre no celular, e a prova é amanhã cedo. Podem me ajudar?</p>"


@pytest.mark.parametrize(
    "stub", ["Seu programa não mostra HTML.", "Please view this e-mail in a browser.", "Bom dia! O"]
)
def test_a_placeholder_text_is_replaced_by_the_html(stub):
    """What it says is there nevertheless."""
    raw = multipart(f"Content-Type: text/plain\n\n{stub}", f"Content-Type: text/html\n\n{REAL}", kind="alternative")
    parsed = parse_email(raw)
    assert parsed.text == "Bom dia! O vídeo da aula 3 não abre no celular, e a prova é amanhã cedo. Podem me ajudar?"
    assert parsed.has_html_alone
    assert stub in parsed.stray_text + parsed.text


def test_a_text_that_differs_from_the_html_comes_first():
    """Who knows which of them somebody wrote."""
    raw = multipart(
        "Content-Type: text/plain\n\nSegue a foto.", f"Content-Type: text/html\n\n{REAL}", kind="alternative"
    )
    text = parse_email(raw).text
    assert text.startswith("Segue a foto.\n\nBom dia!")


def test_a_text_that_matches_the_html_is_used():
    """Nearly every e-mail has the text in both forms."""
    raw = multipart(
        "Content-Type: text/plain\n\n*Oi!* Abriu.", "Content-Type: text/html\n\n<b>Oi!</b> Abriu.", kind="alternative"
    )
    parsed = parse_email(raw)
    assert parsed.text == "*Oi!* Abriu."
    assert not parsed.has_html_alone
