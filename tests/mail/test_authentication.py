"""Who wrote an e-mail is believed for what our own server found out, and for nothing else."""

from __future__ import annotations

import pytest

from helpdesk.mail.authentication import Reason, is_aligned, judge_sender, results_for_sender
from helpdesk.mail.parsing import parse_email
from tests.mail.messages import mail

OURS = "mx.escola.example"


def judge(*results: str, headers: str = "", authserv_id: str = OURS, sender: str = "Bia <bia@example.com>"):
    """The verdict on a mail with these results, the topmost first."""
    lines = "".join(f"Authentication-Results: {result}\n" for result in results)
    raw = mail(base=f"{lines}{headers}From: {sender}\nSubject: Aula\n")
    return judge_sender(parse_email(raw), authserv_id=authserv_id)


@pytest.mark.parametrize(
    ("result", "is_trusted", "reason"),
    [
        ("dkim=pass header.d=example.com", True, Reason.DKIM),
        ("dkim=pass (2048-bit key; unprotected) header.i=@example.com header.b=abc", True, Reason.DKIM),
        ("spf=pass (sender is permitted) smtp.mailfrom=bounce@news.example.com", True, Reason.SPF),
        ("spf=pass smtp.mailfrom=example.com; dmarc=pass header.from=example.com", True, Reason.DMARC),
        ("dkim=pass header.d=evil.example; spf=pass smtp.mailfrom=x@evil.example", False, Reason.NOT_ALIGNED),
        ("spf=pass smtp.helo=example.com", False, Reason.NOT_ALIGNED),
        ("dkim=fail header.d=example.com; spf=softfail smtp.mailfrom=example.com", False, Reason.NOT_PASSED),
        ("dkim=pass header.d=example.com; dmarc=fail header.from=example.com", False, Reason.REFUSED),
        ("dmarc=pass header.from=evil.example", False, Reason.NOT_PASSED),
        ("none", False, Reason.NOT_PASSED),
        ('spf=pass smtp.mailfrom="x;dkim=pass header.d=example.com"@evil.example', False, Reason.NOT_ALIGNED),
        ("spf=pass (of x) dkim=pass header.d=example.com", False, Reason.NOT_ALIGNED),
        ("dkim=pass header.d=com", False, Reason.NOT_ALIGNED),
    ],
)
def test_only_an_aligned_pass_is_proof(result, is_trusted, reason):
    """And what a sender puts into its own address proves nothing."""
    verdict = judge(f"{OURS}; {result}")
    assert (verdict.is_trusted, verdict.reason) == (is_trusted, reason)


def test_results_of_other_servers_prove_nothing():
    """Nor do ours below another's: they came with the mail."""
    good = "dkim=pass header.d=example.com"
    assert judge(f"other.example; {good}", f"{OURS}; {good}").reason == Reason.FOREIGN_RESULT
    assert judge(f"{OURS}; dkim=none", f"{OURS}; {good}").is_trusted is False
    assert judge().reason == Reason.NO_RESULT
    assert judge(f"{OURS}; {good}", authserv_id="").reason == Reason.NO_SERVER
    assert judge(f"{OURS} 1; {good}").is_trusted


def test_an_invalid_sender_is_not_trusted():
    """Several, none, or one by another header."""
    good = f"{OURS}; dkim=pass header.d=example.com"
    assert judge(good, sender="a@example.com, b@example.com").reason == Reason.SEVERAL_SENDERS
    assert judge(good, sender="nobody", headers="Reply-To: bia@example.com\n").reason == Reason.NO_SENDER


def test_related_domains_are_aligned():
    """Domains are aligned that are equal, or one within the other."""
    assert is_aligned("escola.com.br", "mail.escola.com.br")
    assert is_aligned("mail.escola.com.br", "escola.com.br")
    assert not is_aligned("escola.com.br", "outraescola.com.br")
    assert not is_aligned("", "escola.com.br")


@pytest.mark.parametrize(
    ("result", "found"),
    [
        ("spf=pass smtp.mailfrom=x@bounce.example.com; dkim=pass header.d=example.com; dmarc=pass", "pass pass pass"),
        ("spf=pass smtp.mailfrom=x@mail.example; dkim=pass header.d=mail.example; dmarc=fail",
         "not_aligned not_aligned fail"),
        ("spf=softfail smtp.mailfrom=x@example.com; dkim=none; dmarc=none", "fail fail -"),
        ("dkim=fail header.d=example.com; dkim=pass header.d=example.com", "- pass -"),
        ("none", "- - -"),
    ],
)  # fmt: skip
def test_results_for_our_own_email_are_read(result, found):
    raw = mail(base=f"Authentication-Results: any.example; {result}\nFrom: bia@example.com\nSubject: Aula\n")
    results = results_for_sender(parse_email(raw))
    assert " ".join(results.get(name, "-") for name in ("spf", "dkim", "dmarc")) == found


def test_without_a_servers_results_there_are_none():
    assert results_for_sender(parse_email(mail(base="From: bia@example.com\nSubject: Aula\n"))) == {}
