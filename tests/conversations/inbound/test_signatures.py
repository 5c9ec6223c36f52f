"""A sender not verified by a mail server of ours is trusted only by an aligned DKIM signature."""

import base64
import time

import dkim
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from django.db import connection

from helpdesk.conversations.inbound import filing, signatures
from helpdesk.conversations.inbound.filing import file_waiting
from helpdesk.conversations.inbound.signatures import signing_domain
from helpdesk.conversations.inbound.storing import Envelope, store_email
from helpdesk.conversations.models import InboundEmail
from helpdesk.mail.parsing import parse_email
from helpdesk.tickets.models import Message
from tests.conversations.inbound.emails import TEAM_ADDRESS, mailbox_of, write_email
from tests.factories import LearnerFactory

NAME = "s1._domainkey.example.com"


def new_key(bits=2048):
    """A private key as it signs, and what the DNS says of it."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=bits)
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption()
    )
    public = key.public_key().public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    return private, f"v=DKIM1; k=rsa; p={base64.b64encode(public).decode()}"


PRIVATE, PUBLIC = new_key()
RECORDS = {NAME: [PUBLIC], "_dmarc.example.com": ["v=DMARC1; p=reject"]}


def crlf(raw):
    return raw.replace(b"\n", b"\r\n")


def signed(raw=None, *, domain="example.com", private=PRIVATE, selector="s1", **how):
    raw = crlf(write_email()) if raw is None else raw
    return dkim.sign(raw, selector.encode(), domain.encode(), private, **how) + raw


def proved(raw, records=RECORDS, parsed=None):
    return signing_domain(raw, parsed or parse_email(raw), lambda name: records.get(name, []))


@pytest.mark.parametrize("canonical", [(b"relaxed", b"relaxed"), (b"simple", b"simple"), (b"relaxed", b"simple")])
def test_a_signature_of_the_senders_domain_is_proof(canonical):
    assert proved(signed(canonicalize=canonical)) == "example.com"


def test_a_signature_of_the_parent_domain_is_proof():
    raw = crlf(write_email(sender="Bia <bia@alunos.example.com>"))
    assert proved(signed(raw)) == "example.com"


def test_trailing_whitespace_is_ignored_with_relaxed_canonicalization():
    raw = signed(crlf(write_email("Não  abre.  \n\n \nBia\t\n")), canonicalize=(b"relaxed", b"relaxed"))
    altered = raw.replace(b"  ", b" \t ").rstrip() + b"   \r\n\r\n \r\n"
    assert altered != raw
    assert proved(altered) == "example.com"


@pytest.mark.parametrize("kind", [b"simple", b"relaxed"])
@pytest.mark.parametrize(
    "body", [b"", b"\r\n", b"a", b"a\r\n", b"a\r\n\r\n\r\n", b"a \r\n \r\n", b"a\r\r\n", b"a\n\n", b"a "]
)
def test_any_end_of_a_body_is_verified_as_it_was_signed(kind, body):
    raw = b"From: Bia <bia@example.com>\r\nSubject: Aula\r\n\r\n" + body
    assert proved(signed(raw, canonicalize=(b"relaxed", kind))) == "example.com"


@pytest.mark.parametrize(
    "raw",
    [
        crlf(write_email()),
        signed().replace(b"abre", b"fecha"),
        signed(domain="evil.example"),
        signed(private=new_key()[0]),
        signed(length=True) + b"And more.\r\n",
        signed(length=True),
        signed(include_headers=[b"subject", b"to", b"from"]).replace(b"h=subject : to : from", b"h=subject : to"),
        b"From: Other <other@example.com>\r\n" + signed(),
        b"Subject: Another\r\n" + signed(),
        b"Content-Type: text/html\r\n" + signed(),
        signed(crlf(write_email(sender="Bia <bia@example.com>, Ana <ana@example.com>"))),
        b"DKIM-Signature: v=1; d=example.com\r\n" + crlf(write_email()),
        b"DKIM-Signature: " + b" " * 5_000 + signed()[15:],
        b"\x00" + signed(),
        b"",
    ],
    ids=range(15),
)
def test_anything_less_is_no_proof(raw):
    assert proved(raw) == ""


def test_a_broken_signature_does_not_hide_a_valid_one_below_it():
    foreign = signed(domain="list.example")
    broken = b"DKIM-Signature: v=1; a=rsa-sha256; d=example.com; s=s1; h=from; bh=AAAA; b=AAAA\r\n"
    assert proved(broken + foreign.split(b"From:")[0] + signed()) == "example.com"


@pytest.mark.parametrize(
    "records",
    [
        {NAME: [PUBLIC.replace("k=rsa;", "k=rsa; t=y;")]},
        {NAME: [PUBLIC.replace("k=rsa;", "k=ed25519;")]},
        {NAME: ["v=DKIM1; p="]},
        {NAME: ["v=DKIM1; p=" + "A" * 4_000]},
        {NAME: ["v=DKIM1; p=é"]},
        {NAME: [PUBLIC.replace("DKIM1", "DKIM2")]},
        {},
    ],
    ids=range(7),
)
def test_an_invalid_key_proves_nothing(records):
    assert proved(signed(), records) == ""


def test_a_short_key_proves_nothing():
    private, public = new_key(1024)
    assert proved(signed(private=private), {NAME: [public]}) == "example.com"
    weak = rsa_of_512_bits()
    assert proved(signed(private=weak[0]), {NAME: [weak[1]]}) == ""


def rsa_of_512_bits():
    """Made by hand: cryptography refuses to make one so short."""
    p = 0xF2F9D5B3A1A3DB0D7F86B7D4F19F3B1F6D1A6C2B5E0B7B1D9D3A4C5E6F708193
    return _key_of(_next_prime(p), _next_prime(p ^ (0x35 << 200)))


def _next_prime(number):
    number |= 1
    while pow(2, number - 1, number) != 1 or pow(3, number - 1, number) != 1:
        number += 2
    return number


def _integer(value):
    data = value.to_bytes((value.bit_length() + 8) // 8, "big")
    return b"\x02" + _length(len(data)) + data


def _length(count):
    return bytes([count]) if count < 128 else b"\x82" + count.to_bytes(2, "big")


def _sequence(*parts):
    data = b"".join(parts)
    return b"\x30" + _length(len(data)) + data


def _key_of(p, q):
    n, e = p * q, 65537
    d = pow(e, -1, (p - 1) * (q - 1))
    numbers = [0, n, e, d, p, q, d % (p - 1), d % (q - 1), pow(q, -1, p)]
    der = base64.encodebytes(_sequence(*map(_integer, numbers)))
    algorithm = bytes.fromhex("300d06092a864886f70d0101010500")
    bits = b"\x00" + _sequence(_integer(n), _integer(e))
    public = _sequence(algorithm, b"\x03" + _length(len(bits)) + bits)
    private = b"-----BEGIN RSA PRIVATE KEY-----\n" + der + b"-----END RSA PRIVATE KEY-----\n"
    return private, f"v=DKIM1; p={base64.b64encode(public).decode()}"


def test_a_strict_alignment_policy_is_respected():
    strict = {NAME: [PUBLIC], "_dmarc.example.com": ["v=DMARC1; p=none; adkim=s"]}
    assert proved(signed(), strict) == "example.com"
    below = signed(crlf(write_email(sender="Bia <bia@alunos.example.com>")))
    assert proved(below, strict) == ""


@pytest.mark.parametrize("silent", [NAME, "_dmarc.example.com"])
def test_without_a_dns_answer_nothing_is_proved(silent):
    raw = signed()
    records = {**RECORDS, silent: None}
    assert proved(raw, records) == ""


def test_lookups_end_when_the_time_is_over(monkeypatch):
    """Also where the resolver would hang for each."""
    given = []

    def resolve(name, kind, *, lifetime, search):
        given.append(lifetime)
        raise OSError

    monkeypatch.setattr("dns.resolver.resolve", resolve)
    raw = signed()
    assert signing_domain(raw, parse_email(raw)) == ""
    assert given
    assert max(given) <= signatures.BUDGET
    monkeypatch.setattr(signatures, "BUDGET", -1)
    given.clear()
    assert signing_domain(raw, parse_email(raw)) == ""
    assert given == []


@pytest.mark.parametrize(
    "body",
    [b" " * 2_000_000 + b"x", b"a \r\n" * 500_000, b"\r\n" * 1_000_000, (b" " * 999 + b"x") * 2_000],
    ids=["spaces", "lines", "empty lines", "runs"],
)
def test_bodies_are_verified_quickly(body):
    """What the library does with spaces takes the square of them."""
    raw = signed().partition(b"\r\n\r\n")[0] + b"\r\n\r\n" + body
    raw = raw.replace(b"c=relaxed/simple", b"c=relaxed/relaxed")
    parsed = parse_email(raw)
    began = time.process_time()
    assert proved(raw, parsed=parsed) == ""
    assert time.process_time() - began < 30  # of the processor; hours else


def test_heads_are_verified_quickly():
    fields = b"DKIM-Signature: v=1; a=rsa-sha256; d=example.com; s=s1; h=from; b" + b" \r\n " * 900 + b"; bh=A; b=A\r\n"
    folded = b"X-Long: a\r\n" + b" b\r\n" * 50_000
    for head in (fields * 10, folded):
        raw = head + crlf(write_email())
        parsed = parse_email(raw)
        began = time.process_time()
        assert proved(raw, parsed=parsed) == ""
        assert time.process_time() - began < 30


def receive_directly(mailbox, raw):
    """From the server of the sender, and filed by a worker."""
    store_email(mailbox, raw, envelope=Envelope("", TEAM_ADDRESS, by_relay=False))
    while file_waiting():
        pass
    return InboundEmail.objects.latest("pk")


@pytest.fixture
def dns_of_example(monkeypatch):
    monkeypatch.setattr(signatures, "lookup_until", lambda deadline: lambda name: RECORDS.get(name, []))


@pytest.mark.django_db
def test_an_email_sent_directly_to_our_server_is_verified_by_its_signature(team, dns_of_example):
    LearnerFactory(team=team, email="mariana@example.com")
    found = receive_directly(mailbox_of(team), signed())
    assert found.signing_domain == "example.com"
    assert found.message.trust == Message.Trust.DOMAIN


@pytest.mark.django_db
def test_an_unsigned_email_is_filed_as_unverified(team, dns_of_example):
    """Nor by the results that it brought with it."""
    LearnerFactory(team=team, email="mariana@example.com")
    found = receive_directly(mailbox_of(team), crlf(write_email(is_proved=True)))
    assert (found.state, found.signing_domain) == ("filed", "")
    assert found.message.trust == Message.Trust.UNVERIFIED


@pytest.mark.django_db
def test_the_result_of_our_own_server_takes_precedence_over_the_signature(team, dns_of_example):
    """It knows more: where it says that DMARC failed, that is so."""
    LearnerFactory(team=team, email="mariana@example.com")
    refused = b"Authentication-Results: mx.escola.example; dmarc=fail header.from=example.com\r\n"
    store_email(mailbox_of(team), refused + signed(), envelope=Envelope("", TEAM_ADDRESS, by_relay=True))
    assert file_waiting()
    found = InboundEmail.objects.get()
    assert (found.signing_domain, Message.objects.get().trust) == ("", Message.Trust.UNVERIFIED)


@pytest.mark.django_db
def test_signatures_count_in_a_mailbox_without_a_trusted_server(team, dns_of_example):
    LearnerFactory(team=team, email="mariana@example.com")
    mailbox = mailbox_of(team, "imap")
    mailbox.authserv_id = ""
    mailbox.save()
    receive_directly(mailbox, signed())
    assert Message.objects.get().trust == Message.Trust.DOMAIN


@pytest.mark.django_db(transaction=True)
def test_the_dns_is_queried_before_anything_is_locked(team, monkeypatch):
    asked = []

    def look(raw, parsed):
        asked.append(connection.in_atomic_block)
        return ""

    monkeypatch.setattr(filing, "signing_domain", look)
    mailbox = mailbox_of(team)
    receive_directly(mailbox, signed())
    assert asked == []  # nor is it for strangers, whose name servers may hang
    LearnerFactory(team=team, email="mariana@example.com")
    receive_directly(mailbox, signed(crlf(write_email("De novo."))))
    assert asked == [False]
