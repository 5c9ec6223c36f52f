"""Bounces: the recipient not reached, whether the failure is permanent, and which message it was."""

from __future__ import annotations

import time

import pytest

from helpdesk.mail.bounces import Kind, read_bounce
from helpdesk.mail.parsing import parse_email
from tests.mail.messages import mail, multipart

DAEMON = (
    "From: Mail Delivery System <MAILER-DAEMON@mx.example>\nTo: ajuda@escola.example\nSubject: "
    "Undelivered Mail Returned to Sender\n"
)
ORIGINAL = (
    "Content-Type: message/rfc822\n\nMessage-ID: <1@escola.example>\nReply-To: "
    "ajuda+0123456789abcdef0123456789abcdef@escola.example\nTo: bia@example.com\nSubject: Aula\n\n"
    "Olá"
)


def report(*fields: str, kind: str = "delivery-status") -> bytes:
    """A report as servers send it."""
    status = f"Content-Type: message/{kind}\n\n" + "\n\n".join(fields) + "\n"
    raw = multipart("Content-Type: text/plain\n\nSorry.", status, ORIGINAL, kind=f"report; report-type={kind}")
    return raw.replace(b"From: Bia Prado <bia@example.com>", b"From: MAILER-DAEMON@mx.example")


def recipient(action: str, status: str, address: str = "bia@example.com", detail: str = "") -> str:
    """The fields about one recipient."""
    return f"Final-Recipient: rfc822; {address}\nAction: {action}\nStatus: {status}\nDiagnostic-Code: smtp; {detail}"


def read(raw: bytes):
    """What it is."""
    return read_bounce(raw, parse_email(raw))


@pytest.mark.parametrize(
    ("action", "status", "kind", "is_permanent", "is_of_address"),
    [
        ("failed", "5.1.1", Kind.FAILED, True, True),
        ("failed", "5.2.2", Kind.FAILED, True, False),  # the mailbox is full
        ("failed", "5.7.1", Kind.FAILED, True, False),  # refused for what it says
        ("failed", "5.1.8", Kind.FAILED, True, False),  # the sender's domain
        ("failed", "4.4.7", Kind.FAILED, False, False),
        ("delayed", "4.4.1", Kind.DELAYED, False, False),
        ("delivered", "2.0.0", Kind.DELIVERED, False, False),
    ],
)
def test_delivery_reports_are_read(action, status, kind, is_permanent, is_of_address):
    """By RFC 3464."""
    found = read(report("Reporting-MTA: dns; mx.example", recipient(action, status)))
    (failure,) = found.recipients
    assert (found.kind, failure.address, failure.status) == (kind, "bia@example.com", status)
    assert (failure.is_permanent, failure.is_of_address) == (is_permanent, is_of_address)
    assert found.message_ids == ("<1@escola.example>",)
    assert found.reply_tokens == ("0123456789abcdef0123456789abcdef",)


def test_each_recipient_is_reported_and_failures_precede_delays():
    """With what the server said; a failure goes before a delay."""
    found = read(
        report(
            "Reporting-MTA: dns; mx.example",
            recipient("failed", "", detail="550 5.1.1 no such user"),
            recipient("delayed", "4.0.0", "joao@example.com"),
        )
    )
    assert [(each.address, each.status, each.detail) for each in found.recipients] == [
        ("bia@example.com", "5.1.1", "smtp; 550 5.1.1 no such user")
    ]


def test_complaints_are_read():
    """By RFC 5965; who says that it is no spam does not complain."""
    fields = "Feedback-Type: abuse\nVersion: 1\nOriginal-Rcpt-To: <bia@example.com>"
    found = read(report(fields, kind="feedback-report"))
    assert (found.kind, [each.address for each in found.recipients]) == (Kind.COMPLAINT, ["bia@example.com"])
    assert read(report(fields.replace("abuse", "not-spam"), kind="feedback-report")) is None


def test_a_report_in_plain_words_is_read():
    """Of servers that keep to no standard."""
    body = (
        "Hi. This is the qmail-send program at mx.example.\nI'm afraid I wasn't able to deliver your "
        "message to the following"
        " addresses.\nThis is a permanent error; I've given up. Sorry it didn't work out.\n\n"
        "<bia@example.com>:\nno such user\n\n"
        "--- Below this line is a copy of the message.\n\nMessage-ID: <1@escola.example>\nSubject: Aula\n\nOla\n"
    )
    found = read(mail(base=DAEMON.replace("Undelivered Mail Returned to Sender", "failure notice"), body=body))
    assert (found.kind, [each.address for each in found.recipients]) == (Kind.FAILED, ["bia@example.com"])
    assert found.message_ids == ("<1@escola.example>",)
    # The same words by a person are a person's.
    assert read(mail(body=body)) is None


def test_a_header_names_the_failed_recipient():
    """Exim and Gmail write it."""
    found = read(mail("X-Failed-Recipients: bia@example.com\n", base=DAEMON))
    assert [(each.address, each.is_permanent) for each in found.recipients] == [("bia@example.com", True)]


@pytest.mark.parametrize(
    "headers",
    ["", "Auto-Submitted: auto-replied\n", "Return-Path: <>\n", "In-Reply-To: <1@escola.example>\n"],
)
def test_emails_of_people_and_automatic_answers_are_no_bounces(headers):
    """Whatever it speaks of."""
    assert read(mail(headers, "bia@example.com não existe mais: 550 user unknown")) is None


@pytest.mark.parametrize(
    ("detail", "is_of_address"),
    [
        ("552 5.2.2 Mailbox full, quota exceeded", False),
        ("554 Message rejected as spam", False),
        ("550 User unknown", True),
    ],
)
def test_the_diagnostic_decides_if_the_status_is_generic(detail, is_of_address):
    """Postfix writes 5.0.0 whenever the other side gave none."""
    (failure,) = read(report("Reporting-MTA: dns; mx.example", recipient("failed", "5.0.0", detail=detail))).recipients
    assert (failure.is_permanent, failure.is_of_address) == (True, is_of_address)


@pytest.mark.parametrize(
    ("said", "is_of_address"),
    [("550 5.1.1 no such user", True), ("552 5.2.2 quota exceeded", False), ("not today", False)],
)
def test_the_text_after_the_address_gives_the_reason(said, is_of_address):
    """Of reports without a part for programs."""
    body = f"A message could not be delivered:\n\n  bia@example.com\n    {said}\n"
    (failure,) = read(mail("X-Failed-Recipients: bia@example.com\n", body, base=DAEMON)).recipients
    assert (failure.is_of_address, said in failure.detail) == (is_of_address, True)


PASSED_ON = multipart(
    "Content-Type: text/plain; charset=utf-8\n\nRecebi isto quando respondi a vocês:",
    "Content-Type: message/delivery-status; name=details.txt\nContent-Disposition: attachment\n\n"
    f"Reporting-MTA: dns; google.com\n\n{recipient('failed', '5.1.1')}\n",
    ORIGINAL,
)
COMPLAINT_PASSED_ON = multipart(
    "Content-Type: text/plain\n\nO que é isto?",
    "Content-Type: message/feedback-report\n\nFeedback-Type: abuse\nOriginal-Rcpt-To: <bia@example.com>\n",
)


@pytest.mark.parametrize("raw", [PASSED_ON, COMPLAINT_PASSED_ON])
def test_a_forwarded_report_is_no_bounce(raw):
    """Gmail and Thunderbird forward it with all its parts."""
    assert read(raw) is None
    assert read(raw.replace(b"From: Bia Prado <bia@example.com>", b"From: MAILER-DAEMON@mx.example")) is not None
    assert read(b"Return-Path: <>\r\n" + raw) is not None


def test_a_person_writing_about_a_bounce_is_no_server():
    """Whatever the subject is."""
    base = "From: Bia <bia@example.com>\nTo: ajuda@escola.example\nSubject: E-mail devolvido, falha na entrega\n"
    body = "The following address failed:\n\n<ajuda@escola.example>: 550 User unknown\n"
    assert read(mail(base=base, body=body)) is None


@pytest.mark.parametrize("filler", [" ", "\xa0"])
def test_an_endless_line_is_read_quickly(filler):
    """What stands above it is read all the same."""
    body = f"Your message to:\n\n  bia@example.com\n\nhas not yet been delivered because {filler * 40_000}\n"
    raw = mail(body=body, base=DAEMON, encoding="latin-1")
    parsed = parse_email(raw)
    started = time.process_time()
    found = read_bounce(raw, parsed)
    assert time.process_time() - started < 5
    assert found
    assert [failure.address for failure in found.recipients] == ["bia@example.com"]
