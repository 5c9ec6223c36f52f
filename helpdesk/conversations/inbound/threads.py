"""To which ticket an e-mail belongs: by the token of the address that it answers, then by the messages that it names.

Never by its subject. A token was given to one learner; whoever writes to it may write on that ticket. The name of a
message is known to whoever was ever sent a copy, so that it counts only for those who take part in the ticket already.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import QuerySet

from helpdesk.conversations.dispatches import hash_reply_token, ticket_pk_of
from helpdesk.conversations.inbound.reading import Reading
from helpdesk.conversations.models import Dispatch, InboundEmail
from helpdesk.conversations.querysets import DispatchQuerySet
from helpdesk.conversations.ticket_tokens import read_ticket_token
from helpdesk.courses.models import FormerAddress, Learner
from helpdesk.teams.models import Membership
from helpdesk.tickets.models import Message, Ticket


@dataclass(frozen=True)
class Match:
    """A ticket, and whether the token led there. `is_fitting` is whether its sender may write on it.

    `membership` is the key of the colleague's whom the token was given to.
    """

    ticket: Ticket
    is_by_token: bool
    is_fitting: bool = True
    membership: int | None = None


def find_match(reading: Reading) -> Match | None:
    """The ticket that an e-mail names, fitting or not; None where it names none of its team."""
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
    """The tickets that the named messages are of, the nearest first."""
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
    """Whether this is the learner's address, or one that wrote on the ticket before, and not for the team alone."""
    if not address:
        return False
    written = ticket.messages.filter(author_email=address, kind=Message.Kind.LEARNER, cancelled_at=None)
    return address == ticket.learner.email or written.exists()


def learner_of(reading: Reading) -> Learner | None:
    """The learner of the team whose address it is from."""
    if not reading.sender:
        return None
    return Learner.objects.filter(team=reading.email.team_id, email=reading.sender).first()


def former_learner_of(reading: Reading) -> Learner | None:
    """The learner whose address it was until that was corrected. Once that has ended it is somebody else's, what they
    wrote before too: by that very e-mail people see whose it is.
    """
    if not reading.sender:
        return None
    former = FormerAddress.objects.for_team(reading.email.team_id).current().filter(email=reading.sender)
    found = former.filter(learner__erased_at=None).select_related("learner").first()
    return found.learner if found else None


def member_of(reading: Reading) -> Membership | None:
    """The member of the team whose address it is from, whatever their role, and whether or not they are a learner."""
    if not reading.sender:
        return None
    members = Membership.objects.filter(team=reading.email.team_id, user__email=reading.sender, user__is_active=True)
    return members.select_related("user").first()


def is_known(reading: Reading) -> bool:
    """Whether it bears the address of a learner or a member of the team, true or not."""
    return learner_of(reading) is not None or member_of(reading) is not None
