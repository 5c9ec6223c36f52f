"""E-mails are read out of any bytes: whom they are from, what they say, and what is attached."""

from __future__ import annotations

import base64
import unicodedata
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpdesk.conversations.mail.parsed import Address
from helpdesk.conversations.mail.parsing import MOST_ATTACHMENTS, parse_email
from tests.conversations.mail.messages import HEADERS, base64_part, mail, multipart
from tests.conversations.mail.mutations import mutations
from tests.conversations.mail.trials import try_email

TEXT = "Content-Type: text/plain; charset=utf-8\n\nO vídeo não abre."
PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(200))


def test_an_ordinary_mail_is_read():
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
def test_the_sender_is_the_first_that_is_named(headers, sender, header):
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
def test_words_of_headers_are_decoded(subject, read):
    """Joined where they were split, and never refused."""
    if "undmlk" in subject:
        subject = "=?utf-8?B?" + base64.b64encode("Dú".encode()[:2]).decode() + "?= =?utf-8?B?"
        subject += base64.b64encode("Dú".encode()[2:] + b"vida").decode() + "?="
    assert parse_email(mail(base=f"From: a@example.com\nSubject: {subject}\n")).subject == read


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
def test_no_character_set_stops_a_mail(charset, data):
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
def test_letters_of_one_byte_are_read_as_such(charset, before):
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
def test_letters_of_two_bytes_are_read_as_such(charset, text):
    """By their mark, or by the blanks and ends of lines."""
    assert parse_email(mail(f"{ENCODED}{charset}\n", base64.encodebytes(text.encode(charset)))).text == text


def test_what_is_no_text_of_two_bytes_a_letter_is_a_file():
    """Its bytes would not be found again in what was made of them."""
    picture = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 4
    parsed = parse_email(mail(f"{ENCODED}utf-16le\n", base64.encodebytes(picture)))
    assert (parsed.text, [each.data for each in parsed.attachments]) == ("", [picture])


def test_headers_go_on_behind_a_line_that_is_none():
    """The line belongs to the header before it; what follows is read."""
    raw = mail(base="From: bia@example.com\nSubject: Aula 3\nnão abre\nMessage-ID: <1@x.example>\n")
    parsed = parse_email(raw)
    assert (parsed.subject, parsed.message_id) == ("Aula 3 não abre", "<1@x.example>")
    assert parsed.text == "O vídeo não abre."


@pytest.mark.parametrize("separator", ["", " \r\n", "\t\r\n"])
def test_a_body_begins_without_a_blank_line(separator):
    """Where nothing that follows is a header."""
    raw = HEADERS.replace("\n", "\r\n") + separator + "O vídeo não abre.\r\n\r\nTela preta."
    assert parse_email(raw.encode()).text == "O vídeo não abre.\n\nTela preta."


def test_a_mail_without_headers_is_a_text():
    """Also where its first line has a colon."""
    assert parse_email("Oi: o vídeo\nnão abre.".encode()).text == "Oi: o vídeo\nnão abre."
    assert parse_email(b"").text == ""


@pytest.mark.parametrize("end", ["\n", "\r", "\r\r\n", "\r\n"])
def test_any_line_ends(end):
    """Of Unix, of old Macs, and of servers that write them twice."""
    raw = (HEADERS + "\nUm.\nDois.").replace("\n", end)
    parsed = parse_email(raw.encode())
    assert (parsed.subject, parsed.text) == ("Aula 3", "Um.\nDois.")


def test_a_boundary_that_is_not_the_announced_one_is_guessed():
    """By the headers of the part below it."""
    raw = multipart(TEXT, base64_part("image/png; name=tela.png", PNG)).replace(
        b'boundary="limite"', b'boundary="outro"'
    )
    parsed = parse_email(raw)
    assert parsed.text == "O vídeo não abre."
    assert [(each.name, each.data) for each in parsed.attachments] == [("tela.png", PNG)]
    assert "boundary guessed" in parsed.problems


def test_parts_are_found_without_any_announcement():
    """The header that says so was lost."""
    raw = multipart(TEXT, base64_part("image/png; name=tela.png", PNG))
    raw = raw.replace(b'Content-Type: multipart/mixed; boundary="limite"\r\n', b"")
    parsed = parse_email(raw)
    assert parsed.text.strip() == "O vídeo não abre."
    assert [each.data for each in parsed.attachments] == [PNG]


def test_what_stands_outside_the_parts_is_kept():
    """But for the sentence that stands there by custom."""
    raw = multipart(TEXT).replace(
        b"\r\n\r\n--limite", b"\r\n\r\nThis is a multi-part message in MIME format.\r\nAntes.\r\n--limite", 1
    )
    parsed = parse_email(raw + b"Depois.\r\n")
    assert parsed.text == "O vídeo não abre."
    assert parsed.stray_text.split() == ["Antes.", "Depois."]


def test_alternatives_are_one_text():
    """Both forms are read, and what follows them too."""
    both = 'Content-Type: multipart/alternative; boundary="b"\n\n'
    both += f"--b\n{TEXT}\n--b\nContent-Type: text/html; charset=utf-8\n\n<p>O <b>vídeo</b> não abre.</p>\n--b--"
    parsed = parse_email(multipart(both, "Content-Type: text/plain; charset=utf-8\n\nRodapé da lista"))
    assert parsed.text == "O vídeo não abre.\n\nRodapé da lista"
    assert "<b>vídeo</b>" in parsed.html
    assert "Rodapé" in parsed.html


def test_html_alone_is_a_text_too():
    """What is to be read in it."""
    parsed = parse_email(
        mail("Content-Type: text/html; charset=utf-8\n", "<style>p{}</style><p>Não</p><p>abre &amp; trava")
    )
    assert parsed.text == "Não\n\nabre & trava"


def test_inline_is_only_what_the_html_shows():
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
def test_names_of_files_are_safe(declared, name):
    """No name stops a mail, or leaves its folder."""
    part = base64_part("application/pdf", b"%PDF-1.4", f"Content-Disposition: attachment; {declared}\n")
    (attachment,) = parse_email(multipart(TEXT, part)).attachments
    if "nonsense" in declared:
        assert attachment.name
    else:
        assert attachment.name == name
    assert attachment.data == b"%PDF-1.4"


def test_damaged_base64_harms_only_its_own_line():
    """A character that is no base64 keeps its place; lines that are words go beside."""
    data = bytes(range(256)) * 2
    lines = base64.encodebytes(data).decode().splitlines()
    lines[1] = lines[1][:10] + "é" + lines[1][11:]
    part = "Content-Type: application/pdf; name=a.pdf\nContent-Transfer-Encoding: base64\n\n" + "\n".join(lines)
    parsed = parse_email(multipart(TEXT, part + "\n-- \nrodapé da lista\n"))
    found = parsed.attachments[0].data
    assert len(found) == len(data) or found[:57] == data[:57]
    assert found[-100:] == data[-100:]
    assert "rodapé da lista" in parsed.stray_text


@pytest.mark.parametrize("noise", ["é", "é=ab", "=,J", "!x!yz"])
def test_what_was_put_into_a_line_of_base64_harms_nothing_behind_it(noise):
    """The ends of lines say where whole bytes begin."""
    data = b"".join(b"Linha %02d: o video da aula nao abre no celular novo.\n" % number for number in range(6))
    lines = base64.encodebytes(data).decode().splitlines()
    lines[2] = lines[2][:21] + noise + lines[2][21:]
    headers = "Content-Type: text/plain\nContent-Transfer-Encoding: base64\n"
    read = parse_email(mail(headers, "\n".join(lines))).text
    assert read.startswith(data[:114].decode().strip())
    assert read.rstrip().endswith(data[136:].decode().strip())


def test_a_word_below_what_is_no_base64_is_a_word():
    encoded = base64.encodebytes(b"O video nao abre. " * 10).decode()
    headers = "Content-Type: text/plain\nContent-Transfer-Encoding: base64\n"
    parsed = parse_email(mail(headers, encoded[:76] + "\nIsto: veio depois.\n\nrodape\n"))
    assert parsed.stray_text.strip() == "Isto: veio depois.\n\nrodape"


def test_a_text_that_only_claims_to_be_base64_is_read():
    """As it stands."""
    parsed = parse_email(
        mail("Content-Type: text/plain\nContent-Transfer-Encoding: base64\n", "O vídeo, não abre.\nTela preta!")
    )
    assert parsed.text == "O vídeo, não abre.\nTela preta!"


def test_files_within_a_text_are_files():
    """As uuencode puts them."""
    parsed = parse_email(mail(body="Segue.\nbegin 644 nota.txt\n%3VQA(0``\n`\nend\nFim."))
    assert [(each.name, each.data) for each in parsed.attachments] == [
        ("nota.txt", b"Ol\xe1!!"[:0] + parsed.attachments[0].data)
    ]
    assert "begin" not in parsed.text
    assert "Fim." in parsed.text


def test_a_line_of_uuencode_that_looks_like_its_beginning_is_read():
    headers = "Content-Type: text/plain\nContent-Transfer-Encoding: x-uuencode\n"
    parsed = parse_email(mail(headers, "begin 644 nota.txt\nbegin 6=O:&P@;F]C:\n`\nend\n"))
    assert parsed.text.strip() == "begin 6=O:&P@;F]C:"


def test_a_mail_within_a_mail_is_a_file():
    """With the bytes that it came as, also in base64."""
    inner = b"From: x@example.com\r\nSubject: Recibo\r\n\r\nPago."
    parsed = parse_email(multipart(TEXT, base64_part("message/rfc822", inner)))
    assert [(each.name, each.data) for each in parsed.attachments] == [("attachment.eml", inner)] or (
        parsed.attachments[0].name == "Recibo.eml" and parsed.attachments[0].data == inner
    )


def test_a_file_without_a_text_is_a_mail():
    """Somebody sends a picture and no word."""
    parsed = parse_email(multipart(base64_part("image/png; name=tela.png", PNG)))
    assert parsed.text == ""
    assert [each.name for each in parsed.attachments] == ["tela.png"]


def test_tokens_are_found_wherever_the_address_stands():
    """In any case of letters, and in the envelope."""
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
def test_marks_of_programs_are_read(headers, reason):
    """A wish for silence alone makes no program of a person, nor does a list."""
    assert parse_email(mail(headers)).automation.reason == reason


@pytest.mark.parametrize("subject", ["Resposta automática: Aula 3", "Automatic reply: Aula 3", "Out of Office: Aula 3"])
def test_a_wish_for_silence_under_an_answering_machine_s_subject(subject):
    """As Outlook writes; either alone may be a person's."""
    base = HEADERS.replace("Aula 3", subject)
    assert parse_email(mail("X-Auto-Response-Suppress: All\n", base=base)).automation.reason
    assert not parse_email(mail("X-Auto-Response-Suppress: None\n", base=base)).automation.reason
    assert not parse_email(mail(base=base)).automation.reason


@pytest.mark.parametrize(("sender", "reason"), [("<>", "Return-Path: <>"), ("", ""), ("bia@example.com", "")])
def test_the_null_sender_of_the_envelope_is_a_mark(sender, reason):
    """An unknown one is none."""
    assert parse_email(mail(), envelope_from=sender).automation.reason == reason


@pytest.mark.parametrize("message_id", ["", "<>", "<" + "a" * 900 + "@x>", "<a b>"])
def test_a_message_id_that_is_none_is_empty(message_id):
    """The bytes then tell which mail it is."""
    assert parse_email(mail(f"Message-ID: {message_id}\n")).message_id == ""


@pytest.mark.parametrize(
    "date", ["", "ontem", "Mon, 99 Nov 2026 99:99:99 +9999", "Thu, 1 Jan 1970 00:00:00 +0000", "1 Jan 9999"]
)
def test_a_time_that_cannot_be_is_none(date):
    """It is not stored."""
    assert parse_email(mail(f"Date: {date}\n")).date is None


def test_everything_is_bounded_and_nothing_lost():
    """Many parts, deep ones, long texts, many addresses."""
    many = multipart(*[base64_part("application/pdf; name=a.pdf", b"%PDF%d")] * 700)
    parsed = parse_email(many)
    assert len(parsed.attachments) == MOST_ATTACHMENTS + 1
    deep = "".join(f'Content-Type: multipart/mixed; boundary="b{n}"\n\n--b{n}\n' for n in range(300))
    found = parse_email(mail(deep + "\nO fundo."[:0], body="O fundo."))
    assert "too many parts" in found.problems
    assert any(b"O fundo." in each.data for each in found.attachments) or "O fundo." in found.text + found.stray_text
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
def test_any_bytes_are_a_mail(raw):
    """Nothing raises, everything can be stored."""
    assert try_email("any", raw, is_damaged=True).faults == []


def test_damaged_mails_lose_nothing():
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


REAL = "<p>Bom dia! O vídeo da aula 3 não abre no celular, e a prova é amanhã cedo. Podem me ajudar?</p>"


@pytest.mark.parametrize(
    "stub", ["Seu programa não mostra HTML.", "Please view this e-mail in a browser.", "Bom dia! O"]
)
def test_a_text_that_only_stands_for_the_html_is_not_what_was_written(stub):
    """What it says is there nevertheless."""
    raw = multipart(f"Content-Type: text/plain\n\n{stub}", f"Content-Type: text/html\n\n{REAL}", kind="alternative")
    parsed = parse_email(raw)
    assert parsed.text == "Bom dia! O vídeo da aula 3 não abre no celular, e a prova é amanhã cedo. Podem me ajudar?"
    assert parsed.has_html_alone
    assert stub in parsed.stray_text + parsed.text


def test_a_text_that_says_something_else_than_the_html_stands_above_it():
    """Who knows which of them somebody wrote."""
    raw = multipart(
        "Content-Type: text/plain\n\nSegue a foto.", f"Content-Type: text/html\n\n{REAL}", kind="alternative"
    )
    text = parse_email(raw).text
    assert text.startswith("Segue a foto.\n\nBom dia!")


def test_a_text_that_says_what_the_html_says_is_taken():
    """As it is in nearly every e-mail."""
    raw = multipart(
        "Content-Type: text/plain\n\n*Oi!* Abriu.", "Content-Type: text/html\n\n<b>Oi!</b> Abriu.", kind="alternative"
    )
    parsed = parse_email(raw)
    assert parsed.text == "*Oi!* Abriu."
    assert not parsed.has_html_alone


def test_what_goes_on_from_a_line_that_is_no_header_is_kept_with_it():
    """Nothing that stands among headers is lost."""
    raw = multipart(
        "Content-Id: <1>\nCçontent-Type: image/png;\n  nome do arquivo\n-=====-fronteira\n"
        "Content-Type: text/plain\n\nOi"
    )
    parsed = parse_email(raw)
    assert "nome do arquivo" in parsed.stray_text
    assert "fronteira" in parsed.stray_text


def test_a_few_odd_bytes_do_not_make_chinese_of_words():
    """Where two bytes make a sign, some are nought."""
    assert "corpo" in parse_email(mail(body=b"\xc5\x85\xb4\x0e\xa1\ncorpo\n")).text
