"""Decides whether a learner is asked: the same decision for sending first replies and for simulating them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from django.db.models import DateTimeField, Exists, ExpressionWrapper, F, OuterRef, Q, Subquery, Value

from helpdesk.conversations.models import Dispatch, FirstReply, PageAttempt, QuestionRequest, SuppressedAddress
from helpdesk.tickets.models import Message, Ticket, TicketEvent
from helpdesk.tickets.querysets import TicketQuerySet
from helpdesk.ui.cleaning import clean_key
from helpdesk.ui.email_addresses import is_mailable, is_nobodys

Kind, Reason = Message.Kind, QuestionRequest.Reason

TOO_OLD = timedelta(days=1)  # by then the learner has given up waiting, or found another way
CONVERSATION = timedelta(days=14)  # if somebody wrote within this time, the conversation is still going on
DAY = timedelta(days=1)
MOST_A_DAY = 2  # automatic e-mails of a team to one address per day


@dataclass(frozen=True)
class Situation:
    """The facts at one moment that the decision depends on."""

    at: datetime
    requested_at: datetime
    address: str
    is_opened_by_hand: bool
    is_merged: bool
    is_question_known: bool
    is_answered: bool
    is_finished: bool
    has_learner_written: bool
    is_in_conversation: bool
    is_suppressed: bool
    was_asked: bool = False
    automatic_today: int = 0
    is_switched_on: bool = True
    is_complete: bool = True  # whether all variables of the text could be filled in

    def with_facts(self, **facts: Any) -> Situation:
        """A copy of this situation with further facts filled in."""
        return replace(self, **facts)


Rule = Callable[[Situation], bool]
# The first that applies is the reason shown: lasting facts first, then what people did, then obstacles.
RULES: dict[QuestionRequest.Reason, Rule] = {
    Reason.TEST_CALL: lambda now: is_nobodys(now.address),
    Reason.MERGED: lambda now: now.is_merged,
    Reason.FINISHED: lambda now: now.is_finished,
    Reason.BY_HAND: lambda now: now.is_opened_by_hand,
    Reason.QUESTION_KNOWN: lambda now: now.is_question_known,
    Reason.ANSWERED: lambda now: now.is_answered,
    Reason.LEARNER_WROTE: lambda now: now.has_learner_written,
    Reason.ALREADY_ASKED: lambda now: now.was_asked,
    Reason.IN_CONVERSATION: lambda now: now.is_in_conversation,
    Reason.NO_ADDRESS: lambda now: not is_mailable(now.address),
    Reason.SUPPRESSED: lambda now: now.is_suppressed,
    Reason.DAILY_LIMIT: lambda now: now.automatic_today >= MOST_A_DAY,
    Reason.TOO_LATE: lambda now: now.at - now.requested_at > TOO_OLD,
    Reason.SWITCHED_OFF: lambda now: not now.is_switched_on,
    Reason.INCOMPLETE: lambda now: not now.is_complete,
}
# Rules that also apply if a person asks; people may know that somebody has answered or that the request is old.
STOPS_PEOPLE = [
    Reason.TEST_CALL,
    Reason.MERGED,
    Reason.FINISHED,
    Reason.QUESTION_KNOWN,
    Reason.NO_ADDRESS,
    Reason.SUPPRESSED,
    Reason.DAILY_LIMIT,
    Reason.INCOMPLETE,
]
# Rules that may come to apply after the decision, while the mail server defers the e-mail.
STOPS_LATE = [
    Reason.MERGED,
    Reason.FINISHED,
    Reason.QUESTION_KNOWN,
    Reason.ANSWERED,
    Reason.LEARNER_WROTE,
    Reason.IN_CONVERSATION,
    Reason.SWITCHED_OFF,
]


def reason_not_to_ask(situation: Situation, *, by_person: bool = False) -> QuestionRequest.Reason | None:
    """The first rule against asking the learner; None if they are to be asked."""
    rules = STOPS_PEOPLE if by_person else RULES
    return next((reason for reason in rules if RULES[reason](situation)), None)


def is_open_question(ticket: Ticket) -> bool:
    """Whether none of the rules in STOPS_PEOPLE applies that the ticket's own row answers: pages offer to ask then.

    The other rules need queries, so they are checked only when somebody asks.
    """
    return not (ticket.is_merged or ticket.is_finished or ticket.is_question_known)


def reason_to_withdraw(situation: Situation, *, by_person: bool) -> QuestionRequest.Reason | None:
    """The first rule that now stands against sending a question that was decided on before."""
    rules = [reason for reason in STOPS_LATE if not by_person or reason in STOPS_PEOPLE]
    return next((reason for reason in rules if RULES[reason](situation)), None)


def situation_now(ticket: Ticket, at: datetime, **more: Any) -> Situation:
    """The situation of one ticket, including the automatic e-mails that its learner was sent."""
    ((_ticket, situation),) = situations(Ticket.objects.filter(pk=ticket.pk), Value(at, DateTimeField()))
    today = automatic_since(situation.address, ticket.team_id, at - DAY)
    was_asked = QuestionRequest.objects.sent_about(ticket).exists()
    return situation.with_facts(automatic_today=today, was_asked=was_asked, **more)


def situations_when_due(tickets: TicketQuerySet, delay: timedelta) -> Iterator[tuple[Ticket, Situation]]:
    """Each ticket's situation when it would have been asked, as if no other had been; in one query."""
    return situations(tickets, ExpressionWrapper(F("created_at") + Value(delay), DateTimeField()))


def situations(tickets: TicketQuerySet, at: Any) -> Iterator[tuple[Ticket, Situation]]:
    """Each ticket with its situation at `at`, a datetime expression; automatic e-mails are left out."""
    for ticket in _with_facts(tickets.annotate(decided=at)).select_related("learner", "course", "lesson__course"):
        facts: Any = ticket
        yield (
            ticket,
            Situation(
                at=facts.decided,
                requested_at=ticket.requested_at,
                address=clean_key(ticket.learner.email),
                is_opened_by_hand=facts.opened_by == TicketEvent.ActorKind.PERSON,
                is_merged=ticket.is_merged,
                is_question_known=_was(ticket.question_known_at, facts.decided),
                is_answered=_was(ticket.first_responded_at, facts.decided) or facts.replied,
                is_finished=_was(ticket.resolved_at, facts.decided),
                has_learner_written=facts.learner_wrote,
                is_in_conversation=facts.in_conversation,
                is_suppressed=facts.suppressed,
            ),
        )


def _was(moment: datetime | None, at: datetime) -> bool:
    return moment is not None and moment <= at


def _with_facts(tickets: TicketQuerySet) -> TicketQuerySet:
    at = OuterRef("decided")
    written = Message.objects.filter(cancelled_at=None, created_at__lte=at)
    here = written.filter(ticket=OuterRef("pk"))
    elsewhere = written.filter(
        ~Q(ticket=OuterRef("pk")),
        Q(ticket__resolved_at=None) | Q(ticket__resolved_at__gt=at),
        ticket__learner=OuterRef("learner"),
        ticket__merged_into=None,
        kind__in=[Kind.REPLY, Kind.LEARNER],
        created_at__gt=ExpressionWrapper(at - Value(CONVERSATION), DateTimeField()),
    )
    opened = TicketEvent.objects.filter(ticket=OuterRef("pk"), kind=TicketEvent.Kind.CREATED)
    suppressed = SuppressedAddress.objects.filter(team=OuterRef("team"), address=OuterRef("learner__email"))
    return tickets.annotate(
        # Not EXISTS: for some hundreds of tickets PostgreSQL would read the whole event table.
        opened_by=Subquery(opened.values("actor_kind")[:1]),
        replied=Exists(here.filter(kind=Kind.REPLY)),
        learner_wrote=Exists(here.filter(kind=Kind.LEARNER)),
        in_conversation=Exists(elsewhere),
        suppressed=Exists(suppressed.filter(created_at__lte=at)),
    )


def automatic_since(address: str, team_id: int, since: datetime) -> int:
    """How many automatic e-mails, including new links, this team has sent the address since then.

    Either kind is counted up to MOST_A_DAY.
    """
    sent = Dispatch.objects.filter(recipient=address, created_at__gt=since, team=team_id)
    links = PageAttempt.objects.filter(kind=PageAttempt.Kind.LINK_REQUESTED, created_at__gt=since)
    links = links.filter(link__ticket__learner__email=address, link__ticket__team=team_id)
    automatic = sent.filter(message__kind=Kind.AUTOMATIC, message__cancelled_at=None)
    return automatic[:MOST_A_DAY].count() + links[:MOST_A_DAY].count()


def first_reply_of(replies: Iterable[FirstReply], course_id: int | None) -> FirstReply | None:
    """The first reply for this course, enabled or not; if there is none, that for all courses."""
    by_course = {reply.course_id: reply for reply in replies}
    return by_course.get(course_id) or by_course.get(None)
