"""The parts of an e-mail are found, however they are announced."""

from __future__ import annotations

import pytest

from helpdesk.mail.parsing import parse_email
from tests.mail.messages import HEADERS, PNG, TEXT, base64_part, mail, multipart


def test_headers_continue_after_an_invalid_line():
    """The line belongs to the header before it; what follows is read."""
    raw = mail(base="From: bia@example.com\nSubject: Aula 3\nnão abre\nMessage-ID: <1@x.example>\n")
    parsed = parse_email(raw)
    assert (parsed.subject, parsed.message_id) == ("Aula 3 não abre", "<1@x.example>")
    assert parsed.text == "O vídeo não abre."


@pytest.mark.parametrize("separator", ["", " \r\n", "\t\r\n"])
def test_a_body_may_begin_without_a_blank_line(separator):
    """Where nothing that follows is a header."""
    raw = HEADERS.replace("\n", "\r\n") + separator + "O vídeo não abre.\r\n\r\nTela preta."
    assert parse_email(raw.encode()).text == "O vídeo não abre.\n\nTela preta."


def test_an_email_without_headers_is_a_text():
    """Also where its first line has a colon."""
    assert parse_email("Oi: o vídeo\nnão abre.".encode()).text == "Oi: o vídeo\nnão abre."
    assert parse_email(b"").text == ""


@pytest.mark.parametrize("end", ["\n", "\r", "\r\r\n", "\r\n"])
def test_all_line_endings_are_accepted(end):
    """Of Unix, of old Macs, and of servers that write them twice."""
    raw = (HEADERS + "\nUm.\nDois.").replace("\n", end)
    parsed = parse_email(raw.encode())
    assert (parsed.subject, parsed.text) == ("Aula 3", "Um.\nDois.")


def test_a_wrong_boundary_is_guessed():
    """By the headers of the part below it."""
    raw = multipart(TEXT, base64_part("image/png; name=tela.png", PNG)).replace(
        b'boundary="limite"', b'boundary="outro"'
    )
    parsed = parse_email(raw)
    assert parsed.text == "O vídeo não abre."
    assert [(each.name, each.data) for each in parsed.attachments] == [("tela.png", PNG)]
    assert "boundary guessed" in parsed.problems


def test_parts_are_found_without_a_declaration():
    """The header that says so was lost."""
    raw = multipart(TEXT, base64_part("image/png; name=tela.png", PNG))
    raw = raw.replace(b'Content-Type: multipart/mixed; boundary="limite"\r\n', b"")
    parsed = parse_email(raw)
    assert parsed.text.strip() == "O vídeo não abre."
    assert [each.data for each in parsed.attachments] == [PNG]


def test_text_outside_the_parts_is_kept():
    """But for the sentence that stands there by custom."""
    raw = multipart(TEXT).replace(
        b"\r\n\r\n--limite", b"\r\n\r\nThis is a multi-part message in MIME format.\r\nAntes.\r\n--limite", 1
    )
    parsed = parse_email(raw + b"Depois.\r\n")
    assert parsed.text == "O vídeo não abre."
    assert parsed.stray_text.split() == ["Antes.", "Depois."]


def test_an_attached_email_is_a_file():
    """With the bytes that it came as, also in base64."""
    inner = b"From: x@example.com\r\nSubject: Recibo\r\n\r\nPago."
    parsed = parse_email(multipart(TEXT, base64_part("message/rfc822", inner)))
    assert [(each.name, each.data) for each in parsed.attachments] == [("Recibo.eml", inner)]


def test_an_email_may_consist_of_a_file():
    """Somebody sends a picture and no word."""
    parsed = parse_email(multipart(base64_part("image/png; name=tela.png", PNG)))
    assert parsed.text == ""
    assert [each.name for each in parsed.attachments] == ["tela.png"]


def test_continuation_lines_of_an_invalid_header_are_kept():
    """Nothing that stands among headers is lost."""
    raw = multipart(
        "Content-Id: <1>\nCçontent-Type: image/png;\n  nome do arquivo\n-=====-fronteira\n"
        "Content-Type: text/plain\n\nOi"
    )
    parsed = parse_email(raw)
    assert "nome do arquivo" in parsed.stray_text
    assert "fronteira" in parsed.stray_text
