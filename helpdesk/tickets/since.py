"""What happened on a ticket after a version of it, and still counts: an undo puts none of that away."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from django.db.models import Q

from helpdesk.tickets.facts import Absorbed, LearnerWrote, Replied, SplitOff
from helpdesk.tickets.models import Message, Ticket, TicketEvent

Kind = TicketEvent.Kind
WRITTEN = [Kind.LEARNER_WROTE, Kind.REPLIED, Kind.NOTE_ADDED, Kind.FIRST_REPLY_SENT]
MOVES = {Kind.STATUS_CHANGED, Kind.REOPENED, Kind.SNOOZED, Kind.UNSNOOZED}
STATUS_FIELDS = {"status", "resolved_at", "snoozed_until"}  # that say whether somebody has to see to a ticket


class Since:
    """By the ticket's versions, since clocks of two processes are not one.

    What was taken back, split off again, or seen to since, did not happen.
    """

    def __init__(self, ticket: Ticket, version: int) -> None:
        self._ticket, self._version = ticket, version

    @cached_property
    def events(self) -> list[TicketEvent]:
        """All of them, in their order, also of what was taken back."""
        return list(self._ticket.events.changes_after(self._version))

    @property
    def news(self) -> list[TicketEvent]:
        """What somebody has to see to: what learners wrote, requests that came to it, e-mails that did not arrive."""
        is_news = (self._is_written, self._is_request, self._is_failure)
        return [event for event in self.events if any(ask(event) for ask in is_news)]

    @property
    def is_replied(self) -> bool:
        """Whether the team wrote to the learner."""
        return any(isinstance(event.fact, Replied) and self._stands(event.fact.message) for event in self.events)

    @property
    def is_moved(self) -> bool:
        """Whether its status was changed, or when it is due."""
        return any(event.kind in MOVES for event in self.events)

    @property
    def has_been_taken_up(self) -> bool:
        """Whether something came since that somebody has to see to, or the team wrote to the learner."""
        return bool(self.news) or self.is_replied

    @property
    def is_worked_on(self) -> bool:
        """Whether that is so, or somebody has moved it."""
        return self.has_been_taken_up or self.is_moved

    def allowed(self, values: dict[str, Any], *, has_moved_it: bool = False) -> dict[str, Any]:
        """Those of these values that an undo may give back.

        Not the status, where something came since that has to be seen to, or was answered. With `has_moved_it` what is
        undone changed the status itself after the version, so that changes do not count.
        """
        is_worked_on = self.has_been_taken_up if has_moved_it else self.is_worked_on
        return {name: value for name, value in values.items() if not (is_worked_on and name in STATUS_FIELDS)}

    def _is_written(self, event: TicketEvent) -> bool:
        return isinstance(event.fact, LearnerWrote) and self._stands(event.fact.message)

    def _is_request(self, event: TicketEvent) -> bool:
        return isinstance(event.fact, Absorbed) and self._merges.get(event.fact.ticket.id) == event

    def _is_failure(self, event: TicketEvent) -> bool:
        return event.kind == Kind.SENDING_FAILED and self._ticket.sending_failed_at is not None

    def _stands(self, message: int | None) -> bool:
        return message not in self._taken_back

    @cached_property
    def _taken_back(self) -> set[int | None]:
        facts = [event.fact for event in self.events]
        pks = [fact.message for fact in facts if isinstance(fact, LearnerWrote | Replied) and fact.message]
        taken_back = Message.objects.filter(Q(cancelled_at__isnull=False) | Q(kind=Message.Kind.NOTE), pk__in=pks)
        return set(taken_back.values_list("pk", flat=True)) if pks else set()

    @cached_property
    def _merges(self) -> dict[int | None, TicketEvent | None]:
        """By the key of each request that came to it, when it did; None where it was split off again."""
        found: dict[int | None, TicketEvent | None] = {}
        for event in self.events:
            if isinstance(event.fact, Absorbed | SplitOff):
                found[event.fact.ticket.id] = event if isinstance(event.fact, Absorbed) else None
        return found


def version_of(message: Message) -> int:
    """The version that its ticket had with this message; 0 where the history does not tell."""
    told = TicketEvent.objects.filter(ticket=message.ticket_id, kind__in=WRITTEN, facts__message=message.pk)
    return told.order_by("pk").values_list("version", flat=True).first() or 0
