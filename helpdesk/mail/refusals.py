"""Judges refusals by mail servers: whether the recipient's address no longer exists. Nothing else judges them.

We stop writing to an address that counts as gone, so only a clear answer is believed. An e-mail that is refused for
its content, its sender, its size, or a full mailbox says nothing about the address.

- Enhanced status codes: RFC 3463, with 5.1.10 from RFC 7505. They follow the reply code directly (RFC 2034), so only
  the first one is read; anything else that looks like one may be a host's address.
- x.y.0 is "other or undefined". Servers write 5.0.0 if they were given no status; the other side's answer is beside it
  (Diagnostic-Code, RFC 3464).
- 5.1.7 and 5.1.8 concern the sender's address; 5.2.x a mailbox that exists.
- 5.2.1 is "mailbox disabled", permanent only if it will never be enabled again. Gmail uses it for closed or abandoned
  accounts, and says so in words (for too much e-mail at once it answers 4.2.1). Exchange Online uses 5.2.1 for some
  e-mail that arrives over IPv6, and others use it for full or suspended mailboxes. So the words must confirm it.
- 5.4.1 is "no answer from host". Exchange Online adds "Recipient address rejected: Access denied" if its directory has
  no such recipient (Microsoft, "Fix NDR error code 550 5.4.1 in Exchange Online"). Its 5.5.0 "mailbox unavailable" may
  also mean a full or blocked mailbox, so it proves nothing.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

STATUS = re.compile(r"(?<![\w.])[245]\.\d{1,3}\.\d{1,3}(?!\w|\.\d)")
CODE = re.compile(r"(?<![\w.])([45])\d\d(?![\w.])")
# No such mailbox, no such system, invalid address, moved, and a domain that accepts no mail.
GONE = {"5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10"}
MAILBOX_DISABLED = "5.2.1"
NOT_IN_DIRECTORY = re.compile(r"5\.4\.1\b.{0,200}recipient address rejected: access denied", re.I | re.S)
DISABLED = re.compile(
    r"(?:user|recipient|mailbox|account|address)\b(?:[^.;]|\.(?=\S)){0,60}?\b(?:is |has been |was )?"
    r"(?:disabled|inactive|deactivated|closed|deleted|no longer (?:active|in use))\b"
    r"|\b(?:disabled|inactive|deactivated) (?:user|recipient|mailbox|account|address)"
    r"|(?:usu[aá]ri[oa]|conta|caixa(?: postal| de (?:e-?mail|correio))?|endere[cç]o)\b(?:[^.;]|\.(?=\S)){0,60}?"
    r"\b(?:desativad|desabilitad|inativ|encerrad|exclu[ií]d)[oa]\b",
    re.I,
)
FOR_NOW = re.compile(
    r"temporar|suspend|suspens|quota|cota\b|full\b|chei[ao]\b|too (?:quickly|many|much)|\brate\b", re.I
)
NO_SUCH_ADDRESS = re.compile(
    r"no such (?:user|recipient|mailbox|address|account)|no mailbox (?:here )?by that name"
    r"|unknown (?:local )?(?:user|recipient|mailbox)|(?:doesn't|does not) have an? \S+ account"
    r"|(?:user|recipient|mailbox|account|address)(?: \S+)? (?:is )?"
    r"(?:unknown|(?:was )?not found|couldn['’]t be found|does(?: not|n['’]t) exist)"
    r"|usu[aá]rio (?:desconhecido|inexistente|n[aã]o encontrado)|n[aã]o foi poss[ií]vel localizar o endere[cç]o",
    re.I,
)
SENDER = re.compile(r"\bsender|\bremetente|mail from\b", re.I)

# The event field by which each provider calls a bounce permanent. In order: docs.aws.amazon.com/ses (bounce object),
# developers.brevo.com (transactional webhooks), developers.mailersend.com (webhooks), documentation.mailgun.com
# (events), dev.mailjet.com (event API), docs.mailtrap.io (webhooks), mailchimp.com/developer (Transactional, webhooks),
# postmarkapp.com/developer (bounce API), resend.com/docs (webhooks), docs.sendgrid.com (event webhook),
# support.sparkpost.com (bounce classification codes: invalid recipient, no recipient).
PERMANENT: dict[str, tuple[str, set[Any]]] = {
    "Amazon SES": ("bounce.bounceType", {"Permanent"}),
    "Brevo": ("event", {"hard_bounce", "invalid_email"}),
    "MailerSend": ("data.type", {"hard_bounced"}),
    "Mailgun": ("event-data.severity", {"permanent"}),
    "Mailjet": ("hard_bounce", {True}),
    "Mailtrap": ("event", {"bounce"}),
    "Mandrill": ("event", {"hard_bounce"}),
    "Postmark": ("Type", {"HardBounce", "BadEmailAddress"}),
    "Resend": ("data.bounce.type", {"Permanent"}),
    "SendGrid": ("type", {"bounce"}),
    "SparkPost": ("msys.*.bounce_class", {"10", "30"}),
}

# Providers that do not pass on the server's answer: which of their own reasons concern the address. As django-anymail
# reads them (webhooks/mailjet.py: `error`; webhooks/resend.py: the message, the only detail that Resend gives of a
# bounce). Mailjet also calls a full mailbox or a relay's refusal a hard bounce.
OF_ADDRESS: dict[str, tuple[str, re.Pattern[str]]] = {
    "Mailjet": ("error", re.compile(r"user unknown|mailbox inactive|invalid domain|no mail host|typofix")),
    "Resend": ("data.bounce.message", re.compile(r"hard bounce message")),
}


@dataclass(frozen=True)
class Refusal:
    """`status` looks like 5.1.1, or is empty; a refusal is permanent unless it says that a later attempt may work."""

    status: str
    is_permanent: bool
    is_no_such_address: bool


def read_refusal(*said: str) -> Refusal:
    """Combine what servers said, the most reliable text first: the first specific status counts."""
    text = " ".join(said)
    found = [match[0] for match in map(STATUS.search, said) if match]
    exact = next((each for each in found if not each.endswith(".0.0")), "")
    status = exact or next(iter(found), "")
    code = CODE.search(text)
    is_permanent = (exact or (code[1] if code else status) or "5").startswith("5")
    return Refusal(status, is_permanent, is_permanent and _is_gone(status, text))


def _is_gone(status: str, text: str) -> bool:
    if NOT_IN_DIRECTORY.search(text):
        return True
    if status == MAILBOX_DISABLED:
        words = " ".join(text.replace(f"-{status}", " ").split())  # the status is repeated in each line of an answer
        says_so = DISABLED.search(words) or NO_SUCH_ADDRESS.search(words)
        return bool(says_so) and not (FOR_NOW.search(words) or SENDER.search(words))
    if status and not status.endswith(".0"):
        return status in GONE
    return bool(NO_SUCH_ADDRESS.search(text)) and not SENDER.search(text)


def is_no_such_address(*said: str) -> bool:
    """Whether they say that the address can never receive mail."""
    return read_refusal(*said).is_no_such_address


def is_gone_by_event(provider: str, event: Mapping[str, Any], answer: str) -> bool:
    """Whether a provider's bounce event means that the address no longer exists.

    Only events that the provider calls permanent count. If the event quotes the server's answer, that decides;
    otherwise the provider's own classification does. Unknown providers are not trusted.
    """
    path, permanent = PERMANENT.get(provider, ("", set()))
    is_permanent = _value(event, path) in permanent
    if path and not is_permanent:
        return False
    return is_no_such_address(answer) if answer.strip() else is_permanent and _is_of_address(provider, event)


def _is_of_address(provider: str, event: Mapping[str, Any]) -> bool:
    """Whether the event's own reason is about the address, or it gives none."""
    path, of_address = OF_ADDRESS.get(provider, ("", None))
    reason = _value(event, path)
    return of_address is None or not isinstance(reason, str) or bool(of_address.search(reason))


def _value(event: Any, path: str) -> Any:
    """The value at a path of keys; * stands for the only key."""
    for key in path.split("."):
        if not isinstance(event, Mapping):
            return None
        event = next(iter(event.values()), None) if key == "*" else event.get(key)
    return event if isinstance(event, str | bool) else None
