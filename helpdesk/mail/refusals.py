"""What a refusal says of the address that it is about: the one place where answers of mail servers are judged.

An address that is taken for gone is written to no more, so only what says so is believed. Refused for what it says,
for who sent it, for its size, or since the mailbox is full, an e-mail is not refused for its address.

- Enhanced status codes: RFC 3463, with 5.1.10 by RFC 7505. They stand right behind the code of an answer (RFC 2034), so
  the first is read alone; what else looks like one may be the address of a host.
- x.y.0 is "other or undefined". Servers put 5.0.0 where they were told no status, and what the other side said stands
  beside it (Diagnostic-Code, RFC 3464).
- 5.1.7 and 5.1.8 are of the sender's address; 5.2.x of a mailbox that is there.
- 5.2.1 is "mailbox disabled", permanent where it will never be enabled again. Gmail means an account that was closed or
  left by it, and says so; when somebody gets too much at once, it puts that off by 4.2.1. Exchange Online answers 5.2.1
  to what comes by IPv6 unasked, and others to a full or a suspended mailbox. So the words have to say it as well.
- 5.4.1 is "no answer from host". Exchange Online answers it with "Recipient address rejected: Access denied" where its
  directory has no such recipient (Microsoft, "Fix NDR error code 550 5.4.1 in Exchange Online"). Its 5.5.0 "mailbox
  unavailable" is a full or blocked one, too, and says nothing.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

STATUS = re.compile(r"(?<![\w.])[245]\.\d{1,3}\.\d{1,3}(?!\w|\.\d)")
CODE = re.compile(r"(?<![\w.])([45])\d\d(?![\w.])")
# No such mailbox, no such system, no address at all, moved, and a domain that takes no e-mail.
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

# By which field of a provider's event a bounce is called permanent. In order: docs.aws.amazon.com/ses (bounce object),
# developers.brevo.com (transactional webhooks), developers.mailersend.com (webhooks), documentation.mailgun.com
# (events), dev.mailjet.com (event API), docs.mailtrap.io (webhooks), mailchimp.com/developer (Transactional,
# webhooks), postmarkapp.com/developer (bounce API), resend.com/docs (webhooks), docs.sendgrid.com (event webhook),
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

# Which permanent ones are of the address, by the event's own reason, of those who do not pass on what the server said.
# As django-anymail reads them (webhooks/mailjet.py: `error`; webhooks/resend.py: the message, which is all that it
# knows of a bounce). Mailjet calls hard also what a full mailbox or a relay refused.
OF_ADDRESS: dict[str, tuple[str, re.Pattern[str]]] = {
    "Mailjet": ("error", re.compile(r"user unknown|mailbox inactive|invalid domain|no mail host|typofix")),
    "Resend": ("data.bounce.message", re.compile(r"hard bounce message")),
}


@dataclass(frozen=True)
class Refusal:
    """`status` is as 5.1.1, empty where none is given; permanent is what does not say that it may work later."""

    status: str
    is_permanent: bool
    is_no_such_address: bool


def read_refusal(*said: str) -> Refusal:
    """What servers said, whoever is to be believed first: the first status that is not generic counts."""
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
        words = " ".join(text.replace(f"-{status}", " ").split())  # the status stands in each line of an answer
        says_so = DISABLED.search(words) or NO_SUCH_ADDRESS.search(words)
        return bool(says_so) and not (FOR_NOW.search(words) or SENDER.search(words))
    if status and not status.endswith(".0"):
        return status in GONE
    return bool(NO_SUCH_ADDRESS.search(text)) and not SENDER.search(text)


def is_no_such_address(*said: str) -> bool:
    """Whether they say that nothing will ever arrive there."""
    return read_refusal(*said).is_no_such_address


def is_gone_by_event(provider: str, event: Mapping[str, Any], answer: str) -> bool:
    """Whether a provider's event about a bounce is about an address that is gone.

    What it calls anything but permanent is not. Else the server's answer decides, if the event has it. Without one the
    provider's word does, and of a provider that is not known nothing.
    """
    path, permanent = PERMANENT.get(provider, ("", set()))
    is_permanent = _value(event, path) in permanent
    if path and not is_permanent:
        return False
    return is_no_such_address(answer) if answer.strip() else is_permanent and _is_of_address(provider, event)


def _is_of_address(provider: str, event: Mapping[str, Any]) -> bool:
    """Whether the event's own reason is of the address, or it has none."""
    path, of_address = OF_ADDRESS.get(provider, ("", None))
    reason = _value(event, path)
    return of_address is None or not isinstance(reason, str) or bool(of_address.search(reason))


def _value(event: Any, path: str) -> Any:
    """What stands at a path of keys, where * is the only one that there is."""
    for key in path.split("."):
        if not isinstance(event, Mapping):
            return None
        event = next(iter(event.values()), None) if key == "*" else event.get(key)
    return event if isinstance(event, str | bool) else None
