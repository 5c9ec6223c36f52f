"""E-mails are read out of any bytes: whom they are from, what they say, and what is attached."""

from __future__ import annotations

import base64
import unicodedata
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpdesk.mail.parsed import Address
from helpdesk.mail.parsing import MOST_ATTACHMENTS, parse_email
from tests.mail.messages import HEADERS, PNG, TEXT, base64_part, mail, multipart
from tests.mail.mutations import mutations
from tests.mail.trials import try_email


def test_an_ordinary_email_is_read():
    """Every field of a reply as Gmail sends it."""
    parsed = parse_email(
        mail(
            "Cc: =?utf-8?q?Jo=C3=A3o?= <joao@example.com>\nDate: Mon, 23 Nov 2026 10:00:00 -0300\n"
            "Message-ID: <1@mail.example>\nIn-Reply-To: <b@escola.example>\n"
            "References: <a@escola.example>\n <b@escola.example>\nContent-Type: text/plain; charset=utf-8\n"
        )
    )
    assert parsed.sender == Address("Bia Prado", "bia@example.com")
    assert (parsed.sender_header, parsed.author_count) == ("From", 1)
    assert parsed.to == (Address("", "ajuda@escola.example"),)
    assert parsed.cc == (Address("João", "joao@example.com"),)
    assert parsed.subject == "Aula 3"
    assert parsed.date == datetime(2026, 11, 23, 13, tzinfo=UTC)
    assert parsed.message_id == "<1@mail.example>"
    assert parsed.thread_ids == ("<b@escola.example>", "<a@escola.example>")
    assert parsed.text == "O vídeo não abre."
    assert not parsed.problems


@pytest.mark.parametrize(
    ("headers", "sender", "header"),
    [
        ("From: Bia <BIA@Example.com>\n", Address("Bia", "bia@example.com"), "From"),
        ('From: "Prado, Bia" <bia@example.com>\n', Address("Prado, Bia", "bia@example.com"), "From"),
        ("From: bia@example.com (Bia Prado)\n", Address("Bia Prado", "bia@example.com"), "From"),
        ("From: =?iso-8859-1?Q?Jos=E9?= <ze@example.com>\n", Address("José", "ze@example.com"), "From"),
        ("From: nobody\nReply-To: <bia@example.com>\n", Address("", "bia@example.com"), "Reply-To"),
        ("Return-Path: <bia@example.com>\nSubject: x\n", Address("", "bia@example.com"), "Return-Path"),
        ("From: " + "(" * 5000 + "\nReturn-Path: <>\n", Address("", ""), ""),
    ],
)
def test_the_sender_is_the_first_address_found(headers, sender, header):
    """From, else Reply-To, else Return-Path."""
    parsed = parse_email(mail(base=headers))
    assert (parsed.sender.email, parsed.sender_header) == (sender.email, header)
    assert parsed.sender.name == sender.name or not sender.email


@pytest.mark.parametrize(
    ("subject", "read"),
    [
        ("=?utf-8?B?RMO6dmlk?= =?utf-8?B?YQ==?=", "Dúvida"),
        ("=?utf-8?B?RMM=?= =?utf-8?B?undmlkYQ==?=", "Dúvida"),  # split within a letter
        ("=?UTF-8?Q?D=C3?=\n =?UTF-8?Q?=BAvida?=", "Dúvida"),
        ("=?iso-8859-1?q?D=FAvida_3?=", "Dúvida 3"),
        ("=?x-unknown?q?D=FAvida?=", "Dúvida"),
        ("=?utf-8?B?RMO6dmlkYQ", "=?utf-8?B?RMO6dmlkYQ"),
        ("D\x00úvida", "Dúvida"),
        ("", ""),
    ],
)
def test_headers_are_decoded(subject, read):
    """Joined where they were split, and never refused."""
    if "undmlk" in subject:
        subject = "=?utf-8?B?" + base64.b64encode("Dú".encode()[:2]).decode() + "?= =?utf-8?B?"
        subject += base64.b64encode("Dú".encode()[2:] + b"vida").decode() + "?="
    assert parse_email(mail(base=f"From: a@example.com\nSubject: {subject}\n")).subject == read


@pytest.mark.parametrize(
    ("declared", "name"),
    [
        ('filename="../../etc/passwd"', "passwd"),
        ('filename="C:\\\\Temp\\\\nota.pdf"', "nota.pdf"),
        ("filename*=utf-8''comprova%C3%A7%C3%A3o.pdf", "comprovação.pdf"),
        ("filename*0=compro; filename*1=vante.pdf", "comprovante.pdf"),
        ('filename="=?utf-8?q?comprova=C3=A7=C3=A3o.pdf?="', "comprovação.pdf"),
        ("filename*=nonsense'%FF%FE", "attachment.pdf"),
        ('filename="con.pdf"', "_con.pdf"),
        (f'filename="{"a" * 500}.pdf"', "a" * 116 + ".pdf"),
        ('filename="a\u202efdp.exe"', "afdp.exe"),
    ],
)
def test_file_names_are_made_safe(declared, name):
    """No name stops a mail, or leaves its folder."""
    part = base64_part("application/pdf", b"%PDF-1.4", f"Content-Disposition: attachment; {declared}\n")
    (attachment,) = parse_email(multipart(TEXT, part)).attachments
    if "nonsense" in declared:
        assert attachment.name
    else:
        assert attachment.name == name
    assert attachment.data == b"%PDF-1.4"


def test_reply_tokens_are_found_in_any_address():
    """In upper or lower case, and in the envelope."""
    token = "0123456789abcdef0123456789abcdef"
    raw = mail(f"Delivered-To: ajuda+{token.upper()}@escola.example\n")
    assert parse_email(raw).reply_tokens == (token,)
    assert parse_email(mail(), envelope_to=f"ajuda+{token}@escola.example").reply_tokens == (token,)
    assert parse_email(mail("Cc: bia+lista@example.com\n")).reply_tokens == ()


@pytest.mark.parametrize(
    ("headers", "reason"),
    [
        ("Auto-Submitted: auto-replied\n", "Auto-Submitted: auto-replied"),
        ("Auto-Submitted: no\n", ""),
        ("Precedence: bulk\n", "Precedence: bulk"),
        ("List-Id: <aulas.example>\n", ""),
        ("Precedence: list\n", ""),
        ("Precedence: list\nAuto-Submitted: auto-replied\n", "Auto-Submitted: auto-replied"),
        ("Precedence: list\nReturn-Path: <>\n", "Return-Path: <>"),
        ("X-Autoreply: yes\n", "X-Autoreply"),
        ("Return-Path: <>\n", "Return-Path: <>"),
        ("X-Auto-Response-Suppress: All\n", ""),
        ("Content-Type: multipart/report; report-type=disposition-notification\n", "Disposition-Notification"),
        ("Content-Type: text/vnd.google.email-reaction+json\n", "Email-Reaction"),
    ],
)
def test_emails_of_programs_are_recognized(headers, reason):
    """A wish for silence alone makes no program of a person, nor does a list."""
    assert parse_email(mail(headers)).automation.reason == reason


@pytest.mark.parametrize("subject", ["Resposta automática: Aula 3", "Automatic reply: Aula 3", "Out of Office: Aula 3"])
def test_a_request_for_silence_with_an_automatic_subject_is_recognized(subject):
    """Outlook writes both; either alone may be a person's."""
    base = HEADERS.replace("Aula 3", subject)
    assert parse_email(mail("X-Auto-Response-Suppress: All\n", base=base)).automation.reason
    assert not parse_email(mail("X-Auto-Response-Suppress: None\n", base=base)).automation.reason
    assert not parse_email(mail(base=base)).automation.reason


@pytest.mark.parametrize(("sender", "reason"), [("<>", "Return-Path: <>"), ("", ""), ("bia@example.com", "")])
def test_an_empty_envelope_sender_marks_a_program(sender, reason):
    """An unknown sender is None."""
    assert parse_email(mail(), envelope_from=sender).automation.reason == reason


@pytest.mark.parametrize("message_id", ["", "<>", "<" + "a" * 900 + "@x>", "<a b>"])
def test_an_invalid_message_id_is_empty(message_id):
    """The bytes then tell which mail it is."""
    assert parse_email(mail(f"Message-ID: {message_id}\n")).message_id == ""


@pytest.mark.parametrize(
    "date", ["", "ontem", "Mon, 99 Nov 2026 99:99:99 +9999", "Thu, 1 Jan 1970 00:00:00 +0000", "1 Jan 9999"]
)
def test_an_impossible_date_is_none(date):
    """It is not stored."""
    assert parse_email(mail(f"Date: {date}\n")).date is None


def test_everything_is_bounded_and_nothing_is_lost():
    """Many parts, deep ones, long texts, many addresses."""
    many = multipart(*[base64_part("application/pdf; name=a.pdf", b"%PDF%d")] * 700)
    parsed = parse_email(many)
    assert len(parsed.attachments) == MOST_ATTACHMENTS + 1
    deep = "".join(f'Content-Type: multipart/mixed; boundary="b{n}"\n\n--b{n}\n' for n in range(300))
    found = parse_email(mail(deep + "\nO fundo."[:0], body="O fundo."))
    assert "too many parts" in found.problems
    assert [b"O fundo." in each.data for each in found.attachments] == [True]
    long = parse_email(mail(body="palavra " * 50_000))
    assert "text cut" in long.problems
    assert len(long.attachments[0].data) == 400_000
    assert len(parse_email(mail("Cc: " + ", ".join(f"a{n}@example.com" for n in range(5_000)) + "\n")).cc) <= 200


def test_texts_can_be_stored():
    """No NUL, no half characters, in NFC."""
    parsed = parse_email(
        mail(
            "Content-Type: text/plain; charset=utf-8\n",
            b"a\0b \xed\xa0\x80 " + unicodedata.normalize("NFD", "é" * 10).encode(),
        )
    )
    assert parsed.text.startswith("ab ")
    assert parsed.text.endswith(" " + "é" * 10)
    parsed.text.encode()


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=2_000))
def test_any_bytes_can_be_parsed(raw):
    """Nothing raises, everything can be stored."""
    assert try_email("any", raw, is_damaged=True).faults == []


def test_damaged_emails_lose_nothing():
    """Of these tests' own, in a thousand ways; 10,000 of the public ones are a matter of `tests.read_mail`."""
    originals = [
        mail(),
        multipart(TEXT, base64_part("image/png; name=tela.png", PNG)),
        multipart(TEXT, "Content-Type: text/html\n\n<p>Tela <b>preta</b></p>", kind="alternative"),
        multipart(TEXT, "Content-Type: message/rfc822\n\nSubject: Recibo\n\nPago.", boundary="=_b"),
    ]
    trials = [try_email(name, raw, is_damaged=True) for _, name, raw in mutations(originals, 1_000, seed=7)]
    assert [trial for trial in trials if trial.faults] == []
    assert [(trial.name, trial.lost) for trial in trials if trial.lost] == []
    assert sum(trial.milliseconds for trial in trials) / len(trials) < 50
