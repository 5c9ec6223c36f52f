"""Bytes are read as text, whatever character set or transfer encoding they claim to have."""

from __future__ import annotations

import base64

import pytest

from helpdesk.mail.parsing import parse_email
from tests.mail.messages import TEXT, base64_part, mail, multipart


@pytest.mark.parametrize(
    ("charset", "data"),
    [
        ("utf-8", "não, já".encode()),
        ("us-ascii", "não, já".encode()),
        ("iso-8859-1", "não, já".encode()),  # UTF-8 by another name
        ("utf-8", "não, já".encode("cp1252")),
        ("utf-16", "não, já".encode()),
        ("utf-16", "não, já".encode("utf-16")),
        ("cp-850", "não, já".encode("cp850")),
        ("x-nonsense", "não, já".encode("cp1252")),
        ("hex", "não, já".encode()),
        ("", "não, já".encode("cp1252")),
    ],
)
def test_no_character_set_prevents_reading(charset, data):
    """Named wrongly, by an alias, or not at all."""
    parsed = parse_email(mail(f"Content-Type: text/plain; charset={charset}\nContent-Transfer-Encoding: 8bit\n", data))
    assert parsed.text == "não, já"


ENCODED = "Content-Transfer-Encoding: base64\nContent-Type: text/plain; charset="


@pytest.mark.parametrize(
    ("charset", "before"),
    [
        ("utf-8", b"\xff\xfe"),
        ("x-nonsense", b"\xff\xfe" + b"?=\xff\xfe" * 500),
        ("utf-16le", b"T\0e\0s\0t\0e\0 \0o\0k\0\n" * 8),
    ],
)
def test_single_byte_text_is_not_read_as_utf_16(charset, before):
    """A mark, or a character set of two bytes a sign, would make Chinese of them."""
    data = before + b"O video da aula tres nao abre, nem no celular. Diz que falta a rede.\n" * 30
    parsed = parse_email(mail(f"{ENCODED}{charset}\n", base64.encodebytes(data)))
    assert "O video da aula tres" in parsed.text


@pytest.mark.parametrize(
    ("charset", "text"),
    [
        ("utf-16", "你好"),
        ("utf-16", "视频打不开，请帮忙看一下。"),
        ("utf-16-le", "视频打不开，请帮忙看一下。\n谢谢。"),
        ("utf-16-be", "视频打不开，请帮忙看一下。\n谢谢。"),
        ("utf-16-be", "O vídeo da aula três\nnão abre"),
    ],
)
def test_utf_16_text_is_read(charset, text):
    """By their mark, or by the blanks and ends of lines."""
    assert parse_email(mail(f"{ENCODED}{charset}\n", base64.encodebytes(text.encode(charset)))).text == text


def test_data_that_is_no_utf_16_text_is_a_file():
    """Its bytes would not be found again in what was made of them."""
    picture = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 4
    parsed = parse_email(mail(f"{ENCODED}utf-16le\n", base64.encodebytes(picture)))
    assert (parsed.text, [each.data for each in parsed.attachments]) == ("", [picture])


def test_a_binary_file_declared_as_text_is_a_file():
    """However few of its bytes are in no text."""
    picture = b"GIF87a" + "Não há nada aqui que não seja texto. ".encode("cp1252") * 20
    parsed = parse_email(multipart(TEXT, base64_part("text/plain", picture)))
    assert (parsed.text, [each.data for each in parsed.attachments]) == ("O vídeo não abre.", [picture])


def test_damaged_base64_affects_only_its_own_line():
    """A character that is no base64 keeps its place; lines that are words go beside."""
    data = bytes(range(256)) * 2
    lines = base64.encodebytes(data).decode().splitlines()
    lines[1] = lines[1][:10] + "é" + lines[1][11:]
    part = "Content-Type: application/pdf; name=a.pdf\nContent-Transfer-Encoding: base64\n\n" + "\n".join(lines)
    parsed = parse_email(multipart(TEXT, part + "\n-- \nrodapé da lista\n"))
    found = parsed.attachments[0].data
    assert found[:57] == data[:57]
    assert found[-100:] == data[-100:]
    assert "rodapé da lista" in parsed.stray_text


@pytest.mark.parametrize("noise", ["é", "é=ab", "=,J", "!x!yz"])
def test_noise_within_a_base64_line_does_not_affect_what_follows(noise):
    """The ends of lines say where whole bytes begin."""
    data = b"".join(b"Linha %02d: o video da aula nao abre no celular novo.\n" % number for number in range(6))
    lines = base64.encodebytes(data).decode().splitlines()
    lines[2] = lines[2][:21] + noise + lines[2][21:]
    headers = "Content-Type: text/plain\nContent-Transfer-Encoding: base64\n"
    read = parse_email(mail(headers, "\n".join(lines))).text
    assert read.startswith(data[:114].decode().strip())
    assert read.rstrip().endswith(data[136:].decode().strip())


def test_a_word_below_invalid_base64_is_read():
    encoded = base64.encodebytes(b"O video nao abre. " * 10).decode()
    headers = "Content-Type: text/plain\nContent-Transfer-Encoding: base64\n"
    parsed = parse_email(mail(headers, encoded[:76] + "\nIsto: veio depois.\n\nrodape\n"))
    assert parsed.stray_text.strip() == "Isto: veio depois.\n\nrodape"


def test_plain_text_declared_as_base64_is_read():
    """The text is taken as it stands."""
    parsed = parse_email(
        mail("Content-Type: text/plain\nContent-Transfer-Encoding: base64\n", "O vídeo, não abre.\nTela preta!")
    )
    assert parsed.text == "O vídeo, não abre.\nTela preta!"


def test_uuencoded_files_in_a_text_are_attachments():
    """The program uuencode puts them there."""
    parsed = parse_email(mail(body="Segue.\nbegin 644 nota.txt\n%3VQA(0``\n`\nend\nFim."))
    assert [(each.name, each.data) for each in parsed.attachments] == [
        ("nota.txt", b"Ol\xe1!!"[:0] + parsed.attachments[0].data)
    ]
    assert "begin" not in parsed.text
    assert "Fim." in parsed.text


def test_a_uuencoded_line_that_looks_like_a_header_is_read():
    headers = "Content-Type: text/plain\nContent-Transfer-Encoding: x-uuencode\n"
    parsed = parse_email(mail(headers, "begin 644 nota.txt\nbegin 6=O:&P@;F]C:\n`\nend\n"))
    assert parsed.text.strip() == "begin 6=O:&P@;F]C:"


def test_a_few_odd_bytes_do_not_make_a_text_utf_16():
    """Where two bytes make a sign, some are nought."""
    assert "corpo" in parse_email(mail(body=b"\xc5\x85\xb4\x0e\xa1\ncorpo\n")).text
