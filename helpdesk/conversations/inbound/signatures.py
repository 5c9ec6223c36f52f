"""Verifies an e-mail's sender by DKIM signature, if no mail server of ours has done so.

The signing domain must be allowed to speak for From under its DMARC policy. E-mails are hostile input, and the library
takes quadratic time for some of them, so what it gets is limited first.
"""

from __future__ import annotations

import logging
import re
import time
from collections.abc import Callable
from dataclasses import dataclass

import dkim
from dkim.util import InvalidTagValueList, parse_tag_value

from helpdesk.mail.authentication import is_aligned
from helpdesk.mail.headers import read_addresses
from helpdesk.mail.parsed import ParsedEmail
from helpdesk.operations.outgoing.dns_records import Lookup, lookup_until, tags_of, up_from

logger = logging.getLogger(__name__)

BUDGET = 3.0  # seconds for all lookups of an e-mail together
MOST_HEAD = 64 * 2**10  # bytes of all headers
MOST_SIGNATURE = 4_000  # bytes
MOST_SIGNATURES = 3  # of the sender's domain that are checked
LONGEST_KEY = 1_500  # characters; enough for 8,192-bit RSA
END_OF_HEAD = re.compile(rb"\r?\n\r?\n")
WHITESPACE = re.compile(rb"[\t ]+")
# If an e-mail has one of these headers twice, people may see another one than was signed.
SEEN = (
    b"from",
    b"sender",
    b"reply-to",
    b"to",
    b"cc",
    b"subject",
    b"date",
    b"message-id",
    b"in-reply-to",
    b"references",
    b"mime-version",
    b"content-type",
    b"content-transfer-encoding",
)


def signing_domain(raw: bytes, parsed: ParsedEmail, lookup: Lookup | None = None) -> str:
    """The domain whose signature proves From; empty if nothing proves it, or the DNS did not answer.

    Never raises. It queries the DNS for BUDGET seconds at most, so call it outside transactions.
    """
    if parsed.sender_header != "From" or parsed.author_count != 1:
        return ""
    end = END_OF_HEAD.search(raw, 0, MOST_HEAD)
    if end is None or b"dkim-signature" not in raw[: end.start()].lower():
        return ""
    try:
        return _signing_domain(raw, parsed, lookup or lookup_until(time.monotonic() + BUDGET))
    except Exception as error:  # the library raises many kinds
        logger.info("A signature could not be checked: %s", type(error).__name__)
        return ""


def _signing_domain(raw: bytes, parsed: ParsedEmail, lookup: Lookup) -> str:
    signed = dkim.DKIM(raw)
    names = [name.lower() for name, _value in signed.headers]
    if any(names.count(name) > 1 for name in SEEN):
        return ""
    author = read_addresses(value for name, value in signed.headers if name.lower() == b"from")
    if [each.email for each in author] != [parsed.sender.email]:
        return ""  # the library reads From differently than we do
    sender, body = parsed.sender.email.rpartition("@")[2], signed.body
    for signature in _candidates(signed, sender)[:MOST_SIGNATURES]:
        signed.body = _without_last_lines(_relaxed(body) if signature.is_relaxed else body)
        if _is_good(signed, signature, lookup) and _suits_policy(signature.domain, sender, lookup):
            return signature.domain
    return ""


@dataclass(frozen=True)
class Signature:
    """A signature by its index in the e-mail; `is_relaxed` if it ignores differences in the body's whitespace."""

    place: int
    domain: str
    is_relaxed: bool


def _candidates(signed: dkim.DKIM, sender: str) -> list[Signature]:
    """The signatures over the whole e-mail, by domains that may speak for the sender."""
    values = [value for name, value in signed.headers if name.lower() == b"dkim-signature"]
    found = []
    for place, value in enumerate(values):
        fields = _fields(value)
        domain = fields.get(b"d", b"").decode("ascii", "replace").lower()
        names = [name.strip().lower() for name in fields.get(b"h", b"").split(b":")]
        # Signing only the body's beginning (l=) or with SHA-1 proves nothing; the library doesn't require From in h=.
        is_whole = b"l" not in fields and fields.get(b"a") == b"rsa-sha256" and b"from" in names
        if is_whole and is_aligned(domain, sender):
            found.append(Signature(place, domain, fields.get(b"c", b"").partition(b"/")[2] == b"relaxed"))
    return found


def _fields(value: bytes) -> dict[bytes, bytes]:
    if len(value) > MOST_SIGNATURE:
        return {}
    try:
        return dict(parse_tag_value(value))
    except InvalidTagValueList:
        return {}


def _relaxed(body: bytes) -> bytes:
    """Reduce spaces as the relaxed form requires, in linear time; the library's own function takes longer."""
    return WHITESPACE.sub(b" ", body).replace(b" \r\n", b"\r\n")


def _without_last_lines(body: bytes) -> bytes:
    """Remove empty lines at the end, which never count; the library would remove them one by one."""
    bare = body.rstrip(b"\r\n")
    lines = (len(body) - len(bare)) // 2
    return bare + b"\r\n" if lines and body.endswith(bare[-1:] + b"\r\n" * lines) else body


def _is_good(signed: dkim.DKIM, signature: Signature, lookup: Lookup) -> bool:
    try:
        return bool(signed.verify(signature.place, dnsfunc=_key_by(lookup)))
    except dkim.DKIMException as error:
        logger.info("A signature does not hold: %s", type(error).__name__)
        return False


def _key_by(lookup: Lookup) -> Callable[..., bytes | None]:
    def key(name: bytes, timeout: float = 0) -> bytes | None:
        for text in lookup(name.decode("ascii").rstrip(".")) or []:
            tags = tags_of(text)
            # A domain in test mode (t=y) asks to be treated as if it had not signed.
            if tags.get("p") and len(text) <= LONGEST_KEY and "y" not in tags.get("t", "").lower().split(":"):
                return text.encode()
        return None

    return key


def _suits_policy(domain: str, sender: str, lookup: Lookup) -> bool:
    """Whether the sender's DMARC policy, if any, accepts this signing domain; False if the DNS did not answer."""
    for name in up_from(sender):
        texts = lookup(f"_dmarc.{name}")
        if texts is None:
            return False
        for tags in map(tags_of, texts):
            if tags.get("v", "").lower() == "dmarc1":
                return tags.get("adkim", "r").lower() != "s" or domain == sender
    return True
