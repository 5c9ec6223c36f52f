"""A text beyond the limit is truncated with a notice, and attached in full as a file."""

from types import SimpleNamespace

import pytest

from helpdesk.mail.bodies import LONGEST_STRAY
from helpdesk.mail.files import winmail
from helpdesk.mail.parsed import LONGEST_HTML, LONGEST_TEXT
from helpdesk.mail.parsing import parse_email
from tests.mail.messages import base64_part, mail, multipart

LINE = "Uma linha de texto que alguém escreveu.\n"


def long_text(length: int, last: str) -> str:
    return LINE * (length // len(LINE) + 1) + last


def text_part(text: str, kind: str = "plain") -> str:
    return base64_part(f"text/{kind}; charset=utf-8", text.encode())


def whole_of(parsed, name: str) -> list[str]:
    return [each.data.decode() for each in parsed.attachments if each.name == name]


def test_a_single_long_text():
    parsed = parse_email(mail("", long_text(LONGEST_TEXT, "fim")))
    assert len(parsed.text) == LONGEST_TEXT
    assert "text cut" in parsed.problems
    (whole,) = whole_of(parsed, "message.txt")
    assert whole.endswith("fim")


def test_several_texts_long_together():
    parts = [long_text(LONGEST_TEXT // 2, f"fim da parte {number}") for number in range(4)]
    parsed = parse_email(multipart(*map(text_part, parts)))
    assert len(parsed.text) == LONGEST_TEXT
    assert "text cut" in parsed.problems
    (whole,) = whole_of(parsed, "message.txt")
    assert all(f"fim da parte {number}" in whole for number in range(4))


def test_several_html_parts_long_together():
    parts = [f"<p>{long_text(LONGEST_HTML // 2, f'fim da parte {number}')}</p>" for number in range(3)]
    parsed = parse_email(multipart(*(text_part(part, "html") for part in parts)))
    assert "text cut" in parsed.problems
    for name in ("message.txt", "message.html"):
        (whole,) = whole_of(parsed, name)
        assert all(f"fim da parte {number}" in whole for number in range(3))


def test_text_outside_the_parts():
    outside = long_text(LONGEST_STRAY, "fim de fora")
    raw = multipart("Content-Type: text/plain\n\nOi.") + outside.encode()
    parsed = parse_email(raw)
    assert len(parsed.stray_text) == LONGEST_STRAY
    (whole,) = whole_of(parsed, "more-text.txt")
    assert whole.strip().endswith("fim de fora")


def test_text_that_grows_when_normalized():
    """Characters that NFC takes apart: as many as may be become more than may be."""
    sign = "\U0001d160"
    parsed = parse_email(multipart(text_part(sign * (LONGEST_TEXT - 1) + "fim")))
    assert "text cut" in parsed.problems
    assert whole_of(parsed, "message.txt")[0].endswith("fim")


@pytest.fixture
def outlook(monkeypatch):
    """What the library finds in a winmail.dat."""
    found = SimpleNamespace(body="", htmlbody="", attachments=[], has_body=lambda: True)
    monkeypatch.setattr(winmail, "TNEF", lambda data, do_checksum: found)
    return found


WINMAIL = base64_part("application/ms-tnef", winmail.SIGNATURE + b"x" * 50, "Content-Disposition: attachment\n")


@pytest.mark.parametrize("form", ["body", "htmlbody"])
def test_a_winmail_with_a_long_text_is_kept_as_file(outlook, form):
    setattr(outlook, form, "a" * (LONGEST_HTML + 1))
    parsed = parse_email(multipart(WINMAIL))
    assert "text cut" in parsed.problems
    assert any(each.data.startswith(winmail.SIGNATURE) for each in parsed.attachments)


def test_a_winmail_with_too_many_files_is_kept_as_file(outlook):
    file = SimpleNamespace(name="a.pdf", long_filename=lambda: "a.pdf", data=b"%PDF")
    outlook.attachments = [file] * (winmail.MOST_FILES + 1)
    parsed = parse_email(multipart("Content-Type: text/plain\n\nOi.", WINMAIL))
    assert len(parsed.attachments) == winmail.MOST_FILES + 1


@pytest.mark.parametrize(("text", "is_kept"), [("", True), ("Content-Type: text/plain\n\nOi.", False)])
def test_a_winmail_with_an_unreadable_text_is_kept_as_file_if_there_is_no_other(outlook, text, is_kept):
    outlook.attachments = [SimpleNamespace(name="a.pdf", long_filename=lambda: "a.pdf", data=b"%PDF")]
    parsed = parse_email(multipart(*filter(None, [text, WINMAIL])))
    assert any(each.data.startswith(winmail.SIGNATURE) for each in parsed.attachments) is is_kept
    assert any(each.name == "a.pdf" for each in parsed.attachments)
