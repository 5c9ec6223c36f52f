"""Reads of what is on its way to learners, and of what comes in."""

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
    """Messages on their way."""

    def due(self, now: datetime) -> Self:
        """What is to be sent by now: what nobody undid, what waited, and what somebody has had in hand for too long."""
        return self.filter(next_try_at__lte=now, state__in=UNSENT).order_by("next_try_at", "pk")

    def leased_as(self, dispatch: Dispatch) -> Self:
        """This one, unless its lease ran out and somebody else has it in hand."""
        return self.filter(pk=dispatch.pk, state=DispatchState.SENDING, leased_until=dispatch.leased_until)


class InboundEmailQuerySet(TeamQuerySet["InboundEmail"]):
    """E-mails that came in."""

    def waiting(self) -> Self:
        """Those that somebody has to decide about."""
        return self.filter(IS_WAITING)

    def to_decide(self) -> Self:
        """Waiting, and not spam."""
        return self.waiting().filter(is_spam=False)

    def spam(self) -> Self:
        """Waiting, and spam."""
        return self.waiting().filter(is_spam=True)

    def ignored(self) -> Self:
        """Those that a rule or somebody ignored."""
        return self.filter(state=InboundState.IGNORED)

    def decided(self) -> Self:
        """Those that a rule or somebody has decided about, and whose bytes are still there."""
        return self.filter(IS_DECIDED)

    def kept(self) -> Self:
        """Those whose bytes are still there, or of which there never were any."""
        return self.filter(IS_KEPT)


class QuestionRequestQuerySet(TeamQuerySet["QuestionRequest"]):
    """What learners are asked, or are to be."""

    def due(self, now: datetime) -> Self:
        """What is to be decided by now, the longest due first."""
        return self.filter(due_at__lte=now, state=self.model.State.WAITING).order_by("due_at", "pk")

    def sent_about(self, ticket: Ticket) -> Self:
        """What was sent on this ticket, or on one that is merged into it now."""
        from helpdesk.tickets.merged_tickets import with_merged

        return self.filter(ticket__in=with_merged([ticket.pk]), state=self.model.State.SENT)


# In one statement: two may look at a ticket at once, and its learner may tell what it is about in between.
KEEP_GUESSES = """
    INSERT INTO conversations_shownguess (team_id, ticket_id, topics, shown_at)
    SELECT team_id, id, %(topics)s::varchar[], %(now)s FROM tickets_ticket
    WHERE id = %(ticket)s AND question_known_at IS NULL
    ON CONFLICT (ticket_id) DO UPDATE SET topics = excluded.topics, shown_at = excluded.shown_at
"""


class ShownGuessQuerySet(TeamQuerySet["ShownGuess"]):
    """What was shown last of tickets as what they are probably about."""

    def keep(self, ticket: Ticket, topics: Sequence[str]) -> None:
        """Keep what was shown now, unless it has become known meanwhile what the ticket is about."""
        with connection.cursor() as cursor:
            cursor.execute(KEEP_GUESSES, {"ticket": ticket.pk, "topics": list(topics), "now": timezone.now()})
