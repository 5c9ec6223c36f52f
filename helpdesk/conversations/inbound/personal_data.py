"""Incoming e-mails as personal data; see helpdesk.privacy.register.

Outside a learner's own tickets, only e-mails from the learner, and reports about e-mail to them, are erased with them.
What others wrote to or about the learner belongs to those others: a person sees it before requesting the erasure.
"""

from __future__ import annotations

import time
from typing import Any

from django.db import transaction
from django.db.models import Case, Q, Value, When
from django.utils.translation import gettext

from helpdesk.conversations.inbound.filing_rules import EMPTIED
from helpdesk.conversations.models import InboundEmail, Mailbox, SenderIdentity
from helpdesk.courses.models import Learner
from helpdesk.courses.search import Unaccent
from helpdesk.mail.bounces import read_bounce
from helpdesk.mail.parsed import ParsedEmail
from helpdesk.mail.parsing import parse_email
from helpdesk.privacy.purposes import ANSWERING
from helpdesk.privacy.register import Erasure, Holding, Person, Rows, Subject
from helpdesk.privacy.words import BY_RETENTION, FROM_LEARNER, FROM_SERVERS
from helpdesk.teams.models import Membership

# E-mails without a message become ignored, so that nobody is asked to decide about them; the others keep their state.
STATE_AFTERWARDS = Case(When(message=None, then=Value(InboundEmail.State.IGNORED)), default="state")
MOST_SHOWN = 20  # e-mails
LOOK_SECONDS = 2.0  # for searching e-mails while a page loads
READ_AT_ONCE = 10


def is_of_the_team(person: Person) -> bool:
    """Whether the team itself uses their address, as when a colleague tries out a course."""
    team, email = person.team_id, person.email
    return (
        Membership.objects.filter(team=team, user__email__iexact=email).exists()
        or Mailbox.objects.filter(team=team, address__iexact=email).exists()
        or SenderIdentity.objects.filter(team=team, address__iexact=email).exists()
    )


def _kept(person: Person) -> Rows:
    """The team's e-mails received until `person.until` that have not been emptied."""
    emails = InboundEmail.objects.filter(team=person.team_id, received_at__lte=person.until)
    return emails.exclude(raw=b"", sender_address="", envelope_from="").defer("raw")


def _in_their_tickets(person: Person) -> Rows:
    return _kept(person).filter(ticket__learner=person.learner_id)


def _elsewhere(person: Person) -> Rows:
    """E-mails outside this learner's tickets; none if the team itself uses the address, or all its mail would match.

    If the address has passed to somebody else, e-mails in that learner's tickets belong to them, even those that were
    received before and filed later.
    """
    emails = _kept(person).exclude(ticket__learner=person.learner_id)
    if person.has_ended:
        bearing = Q(email=person.email) | Q(former_addresses__email=person.email)
        others = Learner.objects.filter(bearing, team=person.team_id).exclude(pk=person.learner_id)
        emails = emails.exclude(ticket__learner__in=others)
    return emails if person.email and not is_of_the_team(person) else emails.none()


def _by_address(person: Person) -> Rows:
    """Leave out e-mails in no ticket if the address has passed to somebody else: they may be from either of the two."""
    return _elsewhere(person).exclude(ticket=None) if person.has_ended else _elsewhere(person)


def _from_them(person: Person) -> Rows:
    return _by_address(person).filter(sender_address=person.email)


def _sent_by_them(person: Person) -> Rows:
    """E-mails whose envelope sender is their address, though the header names another sender."""
    return _by_address(person).filter(envelope_from=person.email).exclude(sender_address=person.email)


def _unfiled(person: Person) -> Rows:
    """The other e-mails in no ticket: they may be unread so far, or reports about e-mail to the learner."""
    unfiled = _elsewhere(person).filter(ticket=None)
    return unfiled.exclude(sender_address=person.email).exclude(envelope_from=person.email)


def is_theirs(person: Person, email: InboundEmail) -> bool:
    """Whether an e-mail in no ticket is from their exact address, or a report about e-mail to it.

    E-mails to them belong to whoever wrote those. Names are not compared, because others may have the same.
    """
    raw = bytes(email.raw)
    return _is_theirs(person, raw, parse_email(raw))


def _is_theirs(person: Person, raw: bytes, parsed: ParsedEmail) -> bool:
    if person.email in parsed.failed_recipients or (person.email == parsed.sender.email and not person.has_ended):
        return True
    report = read_bounce(raw, parsed)
    return report is not None and person.email in {each.address for each in report.recipients}


def emails_to_decide_on(person: Person) -> list[InboundEmail]:
    """Others' e-mails in no ticket that show the learner's full name, are addressed to them, or contain their address.

    An erasure keeps them, and they may be about a namesake, so a person has to look at them. Returns the newest
    MOST_SHOWN at most, as many as can be searched within LOOK_SECONDS.
    """
    unfiled = InboundEmail.objects.filter(team=person.team_id, ticket=None).exclude(sender_address=person.email)
    unfiled = unfiled.exclude(envelope_from=person.email).defer("raw", "undo").order_by("-received_at", "-pk")
    found = {email.pk: email for email in _bearing_name(person, unfiled)[:MOST_SHOWN]}
    if not is_of_the_team(person):
        found |= {email.pk: email for email in _bearing_address(person, unfiled.exclude(pk__in=found))}
    return sorted(found.values(), key=lambda email: (email.received_at, email.pk), reverse=True)[:MOST_SHOWN]


def _bearing_name(person: Person, emails: Rows) -> Rows:
    if " " not in person.name:
        return emails.none()
    name = Unaccent(Value(person.name))
    emails = emails.alias(unaccented_sender=Unaccent("sender_name"), unaccented_subject=Unaccent("subject"))
    return emails.filter(Q(unaccented_sender__contains=name) | Q(unaccented_subject__contains=name))


@transaction.atomic
def _bearing_address(person: Person, emails: Rows) -> list[InboundEmail]:
    """In a transaction, because outside one the database would read all rows before returning the first."""
    deadline = time.monotonic() + LOOK_SECONDS
    found: list[InboundEmail] = []
    for email in emails.exclude(raw=b"").iterator(chunk_size=READ_AT_ONCE):
        if time.monotonic() > deadline or len(found) == MOST_SHOWN:
            break
        raw = bytes(email.raw)
        parsed = parse_email(raw)
        if _bears_address(person, parsed) and not _is_theirs(person, raw, parsed):
            found.append(email)
    return found


def _bears_address(person: Person, parsed: ParsedEmail) -> bool:
    if person.email in {each.email for each in (*parsed.reply_to, *parsed.to, *parsed.cc)}:
        return True
    texts = (parsed.subject, parsed.text, parsed.html, parsed.stray_text)
    return any(person.is_addressed_in(text) for text in texts)


def _export(person: Person, email: InboundEmail) -> dict[str, Any]:
    """Their own e-mails as they arrived; of others' e-mails only when they arrived, and their state."""
    head = {"received_at": email.received_at, "state": email.get_state_display()}
    if email.sender_address != person.email:
        return head | {"from": gettext("somebody else")}
    raw = bytes(email.raw)
    return head | {"from": person.email, "subject": email.subject, "raw": raw.decode(errors="replace")}


def _holding(part: str, origin: Any, **how: Any) -> Holding:
    return Holding(
        "conversations.InboundEmail",
        Subject.LEARNER,
        "raw envelope_from sender_name sender_address subject email_message_id signing_domain reason reason_parts "
        "left_out undo",
        ANSWERING,
        BY_RETENTION,
        Erasure.BLANK,
        origin=origin,
        part=part,
        view=_export,
        batch=5,
        values=EMPTIED,
        also={"state": STATE_AFTERWARDS, "size": 0},
        **how,
    )


EMAILS = [
    _holding("", FROM_LEARNER, find=_in_their_tickets),
    _holding("from-them", FROM_LEARNER, find=_from_them, by_address=True),
    _holding("sent-by-them", FROM_LEARNER, find=_sent_by_them, by_address=True),
    _holding("in-no-ticket", FROM_SERVERS, find=_unfiled, by_address=True, matches=is_theirs),
]
