"""Whether an e-mail's sender is shown by a DKIM signature, where no mail server of ours has looked.

The domain that signed has to speak for From, as its DMARC policy wants it. An e-mail is hostile input, and the library
takes quadratic time for some: what is handed to it is bounded first.
"""

from __future__ import annotations

import logging
import re
import time
from collections.abc import Callable
from dataclasses import dataclass

import dkim
from dkim.util import InvalidTagValueList, parse_tag_value

from helpdesk.conversations.dns_records import Lookup, lookup_until, tags_of, up_from
from helpdesk.mail.authentication import is_aligned
from helpdesk.mail.headers import read_addresses
from helpdesk.mail.parsed import ParsedEmail

logger = logging.getLogger(__name__)

BUDGET = 3.0  # seconds for all lookups of an e-mail together
MOST_HEAD = 64 * 2**10  # bytes of all headers
MOST_SIGNATURE = 4_000  # bytes
MOST_SIGNATURES = 3  # of the sender's domain that are looked at
LONGEST_KEY = 1_500  # characters: of RSA with 8,192 bits
END_OF_HEAD = re.compile(rb"\r?\n\r?\n")
WHITESPACE = re.compile(rb"[\t ]+")
# With a second one of these on top, what people see would not be what was signed.
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
    """The domain whose signature shows that From is true; empty where nothing shows it, or the DNS did not answer.

    Never raises. Asks the DNS, for BUDGET seconds at most, so that it is to be called outside of transactions.
    """
    if parsed.sender_header != "From" or parsed.author_count != 1:
        return ""
    end = END_OF_HEAD.search(raw, 0, MOST_HEAD)
    if end is None or b"dkim-signature" not in raw[: end.start()].lower():
        return ""
    try:
        return _signing_domain(raw, parsed, lookup or lookup_until(time.monotonic() + BUDGET))
    except Exception as error:  # the library's own, of many kinds
        logger.info("A signature could not be checked: %s", type(error).__name__)
        return ""


def _signing_domain(raw: bytes, parsed: ParsedEmail, lookup: Lookup) -> str:
    signed = dkim.DKIM(raw)
    names = [name.lower() for name, _value in signed.headers]
    if any(names.count(name) > 1 for name in SEEN):
        return ""
    author = read_addresses(value for name, value in signed.headers if name.lower() == b"from")
    if [each.email for each in author] != [parsed.sender.email]:
        return ""  # we and the library do not read the same
    sender, body = parsed.sender.email.rpartition("@")[2], signed.body
    for signature in _candidates(signed, sender)[:MOST_SIGNATURES]:
        signed.body = _without_last_lines(_relaxed(body) if signature.is_relaxed else body)
        if _is_good(signed, signature, lookup) and _suits_policy(signature.domain, sender, lookup):
            return signature.domain
    return ""


@dataclass(frozen=True)
class Signature:
    """One of an e-mail's, by its place among them; `is_relaxed` where spaces at the ends of lines do not count."""

    place: int
    domain: str
    is_relaxed: bool


def _candidates(signed: dkim.DKIM, sender: str) -> list[Signature]:
    """The signatures that cover the whole e-mail, by a domain that may speak for the sender."""
    values = [value for name, value in signed.headers if name.lower() == b"dkim-signature"]
    found = []
    for place, value in enumerate(values):
        fields = _fields(value)
        domain = fields.get(b"d", b"").decode("ascii", "replace").lower()
        names = [name.strip().lower() for name in fields.get(b"h", b"").split(b":")]
        # A body's beginning says nothing of its rest, SHA-1 of nothing; and the library asks not for From.
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
    """The body in relaxed form as far as spaces go, in linear time, which the library's own takes longer than."""
    return WHITESPACE.sub(b" ", body).replace(b" \r\n", b"\r\n")


def _without_last_lines(body: bytes) -> bytes:
    """Without the empty lines at its end, which count nowhere, and which the library takes off one by one."""
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
            # Whoever is still trying (t=y) asks to be taken as if they had not signed.
            if tags.get("p") and len(text) <= LONGEST_KEY and "y" not in tags.get("t", "").lower().split(":"):
                return text.encode()
        return None

    return key


def _suits_policy(domain: str, sender: str, lookup: Lookup) -> bool:
    """Whether the sender's DMARC policy, if there is one, takes this domain for them."""
    for name in up_from(sender):
        texts = lookup(f"_dmarc.{name}")
        if texts is None:
            return False
        for tags in map(tags_of, texts):
            if tags.get("v", "").lower() == "dmarc1":
                return tags.get("adkim", "r").lower() != "s" or domain == sender
    return True
