"""Queries for dispatches, received e-mails, question requests and guesses."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import TYPE_CHECKING, Self

from django.db import connection
from django.db.models import Q
from django.utils import timezone

from helpdesk.conversations.models.states import DECIDED, UNDECIDED, UNSENT, DispatchState, InboundState
from helpdesk.teams.querysets import TeamQuerySet
from helpdesk.ui.keyset import Order

if TYPE_CHECKING:
    from datetime import datetime

    from helpdesk.conversations.models import Dispatch, InboundEmail, QuestionRequest, ShownGuess
    from helpdesk.tickets.models import Ticket

NOTHING = hashlib.sha256(b"").hexdigest()
NEWEST_FIRST = Order(("created_at", "id"), is_descending=True)
LAST_RECEIVED_FIRST = Order(("received_at", "id"), is_descending=True)
IS_WAITING = Q(state__in=UNDECIDED)
IS_KEPT = Q(size__gt=0) | Q(sha256=NOTHING)
IS_DECIDED = Q(state__in=DECIDED, size__gt=0)


class DispatchQuerySet(TeamQuerySet["Dispatch"]):
    """Messages on their way to learners."""

    def due(self, now: datetime) -> Self:
        """Dispatches to send by now: past their undo time, waiting for a retry, or with an expired lease."""
        return self.filter(next_try_at__lte=now, state__in=UNSENT).order_by("next_try_at", "pk")

    def leased_as(self, dispatch: Dispatch) -> Self:
        """This dispatch, unless its lease has expired and another worker has taken it."""
        return self.filter(pk=dispatch.pk, state=DispatchState.SENDING, leased_until=dispatch.leased_until)


class InboundEmailQuerySet(TeamQuerySet["InboundEmail"]):
    """Received e-mails."""

    def waiting(self) -> Self:
        """E-mails that somebody must decide about."""
        return self.filter(IS_WAITING)

    def to_decide(self) -> Self:
        """Waiting e-mails that are not spam."""
        return self.waiting().filter(is_spam=False)

    def spam(self) -> Self:
        """Waiting e-mails that are spam."""
        return self.waiting().filter(is_spam=True)

    def ignored(self) -> Self:
        """E-mails that a rule or a person ignored."""
        return self.filter(state=InboundState.IGNORED)

    def decided(self) -> Self:
        """E-mails that a rule or a person has decided about, and whose bytes are still stored."""
        return self.filter(IS_DECIDED)

    def kept(self) -> Self:
        """E-mails whose bytes are still stored, or that never had any."""
        return self.filter(IS_KEPT)


class QuestionRequestQuerySet(TeamQuerySet["QuestionRequest"]):
    """Questions that learners were or will be asked."""

    def due(self, now: datetime) -> Self:
        """Requests to decide about by now, longest due first."""
        return self.filter(due_at__lte=now, state=self.model.State.WAITING).order_by("due_at", "pk")

    def sent_about(self, ticket: Ticket) -> Self:
        """Requests sent on this ticket, or on one that is now merged into it."""
        from helpdesk.tickets.merged_tickets import with_merged

        return self.filter(ticket__in=with_merged([ticket.pk]), state=self.model.State.SENT)


# One statement: two people may open a ticket at once, and its question may become known in between.
KEEP_GUESSES = """
    INSERT INTO conversations_shownguess (team_id, ticket_id, topics, shown_at)
    SELECT team_id, id, %(topics)s::varchar[], %(now)s FROM tickets_ticket
    WHERE id = %(ticket)s AND question_known_at IS NULL
    ON CONFLICT (ticket_id) DO UPDATE SET topics = excluded.topics, shown_at = excluded.shown_at
"""


class ShownGuessQuerySet(TeamQuerySet["ShownGuess"]):
    """The guesses last shown for tickets."""

    def keep(self, ticket: Ticket, topics: Sequence[str]) -> None:
        """Save the guesses just shown, unless the ticket's question has become known meanwhile."""
        with connection.cursor() as cursor:
            cursor.execute(KEEP_GUESSES, {"ticket": ticket.pk, "topics": list(topics), "now": timezone.now()})
