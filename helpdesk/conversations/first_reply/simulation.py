"""Simulates a first reply on the real tickets of the last days, by the same decision that sends it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import NamedTuple

from django.db.models import Count
from django.utils import timezone

from helpdesk.conversations.first_reply.decision import DAY, reason_not_to_ask, situations_when_due
from helpdesk.conversations.first_reply.texts import filled_in
from helpdesk.conversations.models import FirstReply, QuestionRequest
from helpdesk.conversations.writing.variables import unresolved_in
from helpdesk.tickets.models import Ticket
from helpdesk.tickets.querysets import TicketQuerySet

DAYS = 7
MOST = 1_000  # newest requests to simulate
SHOWN = 5  # tickets shown per outcome


@dataclass
class Outcome:
    """The number of requests with this outcome, and the newest of them."""

    count: int = 0
    tickets: list[Ticket] = field(default_factory=list)

    def add(self, ticket: Ticket) -> None:
        """Count a ticket, which must be newer than those before."""
        self.count += 1
        self.tickets = [ticket, *self.tickets][:SHOWN]


@dataclass
class Simulation:
    """The outcomes; if there were more than MOST requests, those of the newest MOST only."""

    requests: int = 0
    sent: Outcome = field(default_factory=Outcome)
    not_sent: dict[QuestionRequest.Reason, Outcome] = field(default_factory=lambda: defaultdict(Outcome))
    is_cut: bool = False

    @property
    def reasons(self) -> list[tuple[QuestionRequest.Reason, Outcome]]:
        """Why nothing was sent, most frequent reasons first."""
        return sorted(self.not_sent.items(), key=lambda item: -item[1].count)


def simulate(reply: FirstReply) -> Simulation:
    """What this first reply, saved or not, would have done in the last DAYS, as the only automatic e-mail."""
    now, delay = timezone.now(), timedelta(minutes=reply.delay_minutes)
    # By requested_at, which has an index; tickets that arrived late are decided by the same rules.
    tickets = tickets_of(reply).filter(requested_at__gt=now - timedelta(days=DAYS), created_at__lte=now - delay)
    newest = tickets.newest_first()[: MOST + 1].values_list("pk", flat=True)
    found = list(newest)
    simulation = Simulation(is_cut=len(found) > MOST)
    sent_at: dict[str, list[datetime]] = defaultdict(list)
    for ticket, situation in sorted(
        situations_when_due(Ticket.objects.filter(pk__in=found[:MOST]), delay),
        key=lambda pair: (pair[1].at, pair[0].pk),
    ):
        before = sent_at[situation.address]
        today = sum(at > situation.at - DAY for at in before)
        is_complete = not unresolved_in(filled_in(reply.body, ticket))
        reason = reason_not_to_ask(situation.with_facts(automatic_today=today, is_complete=is_complete))
        simulation.requests += 1
        (simulation.not_sent[reason] if reason else simulation.sent).add(ticket)
        if not reason:
            before.append(situation.at)
    return simulation


class Lately(NamedTuple):
    """How often a first reply was sent, and answered, in the last DAYS."""

    sent: int
    answered: int


def lately(replies: Iterable[FirstReply]) -> dict[int, Lately]:
    """The recent numbers of each first reply by its key; those that sent nothing are left out."""
    since = timezone.now() - timedelta(days=DAYS)
    requests = QuestionRequest.objects.filter(first_reply__in=list(replies), created_at__gt=since)
    sent = requests.filter(state=QuestionRequest.State.SENT)
    counts = sent.values_list("first_reply").annotate(Count("pk"), Count("answered_at")).order_by()
    return {pk: Lately(*figures) for pk, *figures in counts}


def tickets_of(reply: FirstReply) -> TicketQuerySet:
    """The tickets that it applies to: those of its course, or of all courses that have no first reply of their own."""
    tickets = Ticket.objects.for_team(reply.team)
    if reply.course_id:
        return tickets.filter(course=reply.course_id)
    own = FirstReply.objects.for_team(reply.team).filter(course__isnull=False).exclude(pk=reply.pk)
    return tickets.exclude(course__in=own.values("course"))


def newest_tickets(reply: FirstReply, most: int = SHOWN) -> list[Ticket]:
    """The newest tickets that its text can be previewed on."""
    tickets = tickets_of(reply).unmerged().select_related("learner", "course", "lesson__course")
    return list(tickets.newest_first()[:most])
