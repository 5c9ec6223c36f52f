"""Whom to notify when learners write, or when a message does not reach them.

That is the assignee; if there is none, all who want to hear of new requests.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.db.models import Exists, OuterRef

from helpdesk.conversations.models import InboundEmail, Rating
from helpdesk.teams.models import Membership
from helpdesk.tickets.facts import StatusChanged
from helpdesk.tickets.merged_tickets import chains_of
from helpdesk.tickets.message_facts import LearnerWrote, Rated, SendingFailed
from helpdesk.tickets.models import DONE_STATUSES, Message, Score, Ticket, TicketEvent

Event = TicketEvent.Kind
BAD = Score.BAD.name.lower()


class LearnerUpdates:
    """Of the given events, those in which learners wrote or a message failed, and whom to notify of them."""

    def __init__(self, events: Iterable[TicketEvent]) -> None:
        events = list(events)
        self._roots = _root_tickets(events)
        self.written = _written_back(events)
        self.failed = [event for event in events if _still_failed(event)]
        self._authors = _authors_of(self.failed)
        self._deciders = _deciders_of(self.written)

    def written_to(self, member: Membership, *, wants_new: bool) -> set[int]:
        """The member's tickets on which the learner wrote, or still needs help."""
        return {
            self._ticket_of(event).pk
            for event in self.written
            if member.user_id not in {event.actor_id, self._deciders.get(_written_in(event))}
            and _is_theirs(member, self._ticket_of(event), wants_new=wants_new)
        }

    def failed_for(self, member: Membership, *, wants_new: bool) -> set[int]:
        """Tickets with a failed message that the member wrote, or that is on one of their tickets."""
        return {
            self._ticket_of(event).pk
            for event in self.failed
            if self._authors.get(_message_of(event)) == member.user_id
            or _is_theirs(
                member, self._ticket_of(event), wants_new=wants_new and not self._authors.get(_message_of(event))
            )
        }

    def _ticket_of(self, event: TicketEvent) -> Ticket:
        """The event's ticket, or the one that it was merged into since."""
        return self._roots.get(event.ticket_id, event.ticket)


def _root_tickets(events: Iterable[TicketEvent]) -> dict[int, Ticket]:
    """The tickets that merged ones were merged into, by the primary key of the merged one."""
    chains = chains_of({event.ticket_id for event in events if event.ticket.is_merged})
    found = Ticket.objects.in_bulk({chain[0] for chain in chains}) if chains else {}
    return {chain[-1]: found[chain[0]] for chain in chains}


def _is_theirs(member: Membership, ticket: Ticket, *, wants_new: bool) -> bool:
    if ticket.team_id != member.team_id:
        return False
    return ticket.assignee_id == member.user_id or (ticket.assignee_id is None and wants_new)


def _written_back(events: Sequence[TicketEvent]) -> list[TicketEvent]:
    """Unanswered messages, tickets that learners reopened, and ratings that are bad or have a comment."""
    rated = [event.fact.rating for event in events if isinstance(event.fact, Rated) and event.fact.rating]
    worded = set(Rating.objects.filter(pk__in=rated).exclude(comment="").values_list("pk", flat=True) if rated else [])
    return [event for event in events if _is_message(event) or _is_unsolved(event) or _is_telling(event, worded)]


def _is_message(event: TicketEvent) -> bool:
    return event.kind == Event.LEARNER_WROTE and event.ticket.is_awaiting_reply


def _is_unsolved(event: TicketEvent) -> bool:
    is_reopened = isinstance(event.fact, StatusChanged) and event.fact.old in DONE_STATUSES
    return is_reopened and event.actor_kind == TicketEvent.ActorKind.LEARNER and not event.ticket.is_finished


def _is_telling(event: TicketEvent, worded: set[int]) -> bool:
    return isinstance(event.fact, Rated) and (event.fact.new == BAD or event.fact.rating in worded)


def _still_failed(event: TicketEvent) -> bool:
    """Whether a message failed, and nobody has dealt with it since."""
    return event.kind == Event.SENDING_FAILED and event.ticket.sending_failed_at is not None


def _message_of(event: TicketEvent) -> int | None:
    return event.fact.message if isinstance(event.fact, SendingFailed) else None


def _authors_of(failed: Iterable[TicketEvent]) -> dict[int | None, int | None]:
    """The members who wrote the failed messages, by the message's primary key; automatic messages have none."""
    pks = {pk for event in failed if (pk := _message_of(event))}
    if not pks:
        return {}
    is_member = Membership.objects.filter(team=OuterRef("team"), user=OuterRef("author"), user__is_active=True)
    return dict(Message.objects.filter(Exists(is_member), pk__in=pks).values_list("pk", "author"))


def _written_in(event: TicketEvent) -> int | None:
    return event.fact.message if isinstance(event.fact, LearnerWrote) else None


def _deciders_of(written: Iterable[TicketEvent]) -> dict[int | None, int | None]:
    """Who filed each e-mail, and so knows of it, by the message's primary key."""
    pks = {pk for event in written if (pk := _written_in(event))}
    decided = InboundEmail.objects.filter(message__in=pks, decided_by__isnull=False)
    return dict(decided.values_list("message", "decided_by")) if pks else {}
