"""What happened on a ticket after a version of it, which an undo of something earlier must not lose."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from django.db.models import Q

from helpdesk.tickets.facts import Absorbed, SplitOff
from helpdesk.tickets.message_facts import LearnerWrote, Replied
from helpdesk.tickets.models import Message, Ticket, TicketEvent

Kind = TicketEvent.Kind
WRITTEN = [Kind.LEARNER_WROTE, Kind.REPLIED, Kind.NOTE_ADDED, Kind.FIRST_REPLY_SENT]
STATUS_KINDS = {Kind.STATUS_CHANGED, Kind.REOPENED, Kind.SNOOZED, Kind.UNSNOOZED}
STATUS_FIELDS = {"status", "resolved_at", "snoozed_until"}  # these decide whether a ticket needs attention


class LaterEvents:
    """The events after a version of the ticket; compares versions, because the clocks of two processes differ.

    Everything except `events` ignores what has been taken back, split off again, or dealt with.
    """

    def __init__(self, ticket: Ticket, version: int) -> None:
        self._ticket, self._version = ticket, version

    @cached_property
    def events(self) -> list[TicketEvent]:
        """All events, oldest first, including those of what was taken back."""
        return list(self._ticket.events.changes_after(self._version))

    @property
    def needing_attention(self) -> list[TicketEvent]:
        """Events that somebody has to deal with: learners' messages, merged requests, e-mails that did not arrive."""
        tests = (self._is_message_of_learner, self._is_merged_request, self._is_failure)
        return [event for event in self.events if any(is_so(event) for is_so in tests)]

    @property
    def is_replied(self) -> bool:
        """Whether the team replied to the learner."""
        return any(isinstance(event.fact, Replied) and self._stands(event.fact.message) for event in self.events)

    @property
    def is_status_changed(self) -> bool:
        """Whether the status was changed, or the ticket snoozed or unsnoozed."""
        return any(event.kind in STATUS_KINDS for event in self.events)

    @property
    def has_continued(self) -> bool:
        """Whether something needs attention, or the team replied."""
        return bool(self.needing_attention) or self.is_replied

    @property
    def is_worked_on(self) -> bool:
        """Whether the ticket has continued, or its status was changed."""
        return self.has_continued or self.is_status_changed

    def without_outdated_status(self, values: dict[str, Any], *, has_changed_status: bool = False) -> dict[str, Any]:
        """The values that an undo may restore: without the status and its times if the ticket was worked on since.

        Pass `has_changed_status` if what is undone changed the status after the version; status changes are ignored
        then.
        """
        is_worked_on = self.has_continued if has_changed_status else self.is_worked_on
        return {name: value for name, value in values.items() if not (is_worked_on and name in STATUS_FIELDS)}

    def _is_message_of_learner(self, event: TicketEvent) -> bool:
        return isinstance(event.fact, LearnerWrote) and self._stands(event.fact.message)

    def _is_merged_request(self, event: TicketEvent) -> bool:
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
        """For each merged request's primary key the event of the merge, or None if it was split off again."""
        found: dict[int | None, TicketEvent | None] = {}
        for event in self.events:
            if isinstance(event.fact, Absorbed | SplitOff):
                found[event.fact.ticket.id] = event if isinstance(event.fact, Absorbed) else None
        return found


def version_of(message: Message) -> int:
    """The ticket's version after this message; 0 if the history has no event for it."""
    events = TicketEvent.objects.filter(ticket=message.ticket_id, kind__in=WRITTEN, facts__message=message.pk)
    return events.order_by("pk").values_list("version", flat=True).first() or 0
