"""Finds the ticket of an e-mail: by the token in its recipient's address, then by the Message-IDs that it refers to.

Its subject never counts. A token was given to one learner, and whoever writes to it may write on that ticket. Everybody
who ever got a copy knows a Message-ID, so that counts only for those who already take part in the ticket.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import QuerySet

from helpdesk.conversations.inbound.reading import Reading
from helpdesk.conversations.models import Dispatch, InboundEmail
from helpdesk.conversations.querysets import DispatchQuerySet
from helpdesk.conversations.sending.dispatches import hash_reply_token, ticket_pk_of
from helpdesk.conversations.sending.ticket_tokens import read_ticket_token
from helpdesk.courses.models import FormerAddress, Learner
from helpdesk.teams.models import Membership
from helpdesk.tickets.models import Message, Ticket


@dataclass(frozen=True)
class Match:
    """A ticket, whether a token led to it, and whether the sender may write on it (`is_fitting`).

    `membership` is the key of a colleague's membership, if the token was given to that colleague.
    """

    ticket: Ticket
    is_by_token: bool
    is_fitting: bool = True
    membership: int | None = None


def find_match(reading: Reading) -> Match | None:
    """The ticket that an e-mail refers to, whether or not its sender may write on it; None if its team has none."""
    if match := _by_token(reading):
        return match
    first: Match | None = None
    for ticket in _by_ids(reading):
        match = Match(ticket, is_by_token=False, is_fitting=takes_part(ticket, reading.sender))
        if match.is_fitting:
            return match
        first = first or match
    return first


def _by_token(reading: Reading) -> Match | None:
    """The ticket of the reply token. A token that was given to a colleague counts for that colleague only."""
    hashes = [hash_reply_token(token) for token in reading.tokens]
    if not hashes:
        return None
    found = _dispatches(reading).filter(reply_token_hash__in=hashes).order_by("-pk").first()
    if found:
        return Match(found.message.ticket, is_by_token=True)
    for token in filter(None, map(read_ticket_token, reading.tokens)):
        if ticket := _tickets(reading).filter(pk=token.ticket).first():
            return Match(ticket, True, token.membership is None, token.membership)
    return None


def _by_ids(reading: Reading) -> list[Ticket]:
    """The tickets of the messages that the e-mail refers to, the closest first."""
    ids = list(reading.parsed.thread_ids)
    if not ids:
        return []
    tickets: dict[str, Ticket] = {}
    for received in (
        InboundEmail.objects.filter(team=reading.email.team_id, email_message_id__in=ids, ticket__isnull=False)
        .select_related("ticket__learner", "ticket__team")
        .defer("raw", "undo")
    ):
        if received.ticket:
            tickets[received.email_message_id] = received.ticket
    bare = [one.strip("<>") for one in ids]
    for sent in _dispatches(reading).filter(provider_id__in=[*ids, *bare]):
        tickets[f"<{sent.provider_id.strip('<>')}>"] = sent.message.ticket
    for sent in _dispatches(reading).filter(email_message_id__in=ids):
        tickets[sent.email_message_id] = sent.message.ticket
    roots = {one: pk for one in ids if (pk := ticket_pk_of(one))}
    by_pk = _tickets(reading).in_bulk(roots.values())
    tickets |= {one: by_pk[pk] for one, pk in roots.items() if pk in by_pk}
    return list(dict.fromkeys(tickets[one] for one in ids if one in tickets))


def _tickets(reading: Reading) -> QuerySet[Ticket]:
    return Ticket.objects.filter(team=reading.email.team_id).select_related("learner", "team")


def _dispatches(reading: Reading) -> DispatchQuerySet:
    return Dispatch.objects.filter(team=reading.email.team_id).select_related(
        "message__ticket__learner", "message__ticket__team"
    )


def takes_part(ticket: Ticket, address: str) -> bool:
    """Whether this is the learner's address, or that of somebody whose message on the ticket the learner can read."""
    if not address:
        return False
    written = ticket.messages.filter(author_email=address, kind=Message.Kind.LEARNER, cancelled_at=None)
    return address == ticket.learner.email or written.exists()


def learner_of(reading: Reading) -> Learner | None:
    """The learner of the team with the sender's address."""
    if not reading.sender:
        return None
    return Learner.objects.filter(team=reading.email.team_id, email=reading.sender).first()


def former_learner_of(reading: Reading) -> Learner | None:
    """The learner who had the sender's address until it was corrected.

    None once the address has ended, that is, belongs to somebody else: then even e-mails that were sent before count as
    theirs, because it is by such an e-mail that people notice whose address it is.
    """
    if not reading.sender:
        return None
    former = FormerAddress.objects.for_team(reading.email.team_id).current().filter(email=reading.sender)
    found = former.filter(learner__erased_at=None).select_related("learner").first()
    return found.learner if found else None


def member_of(reading: Reading) -> Membership | None:
    """The active member of the team with the sender's address, whatever their role, even if they are also a learner."""
    if not reading.sender:
        return None
    members = Membership.objects.filter(team=reading.email.team_id, user__email=reading.sender, user__is_active=True)
    return members.select_related("user").first()


def is_known(reading: Reading) -> bool:
    """Whether the sender's address, real or forged, is that of a learner or member of the team."""
    return learner_of(reading) is not None or member_of(reading) is not None
