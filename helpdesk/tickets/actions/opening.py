"""Opens tickets for help requests."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone

from helpdesk.courses.models import Course, Learner, Producer
from helpdesk.teams.models import Team
from helpdesk.tickets.actions.lessons import lesson_before
from helpdesk.tickets.actions.merging import absorb
from helpdesk.tickets.actions.recording import record
from helpdesk.tickets.actions.repeated_requests import absorb_later_requests, precedes_untouched, return_to_inbox
from helpdesk.tickets.actions.unfinished_requests import unfinished_of
from helpdesk.tickets.actor import Actor
from helpdesk.tickets.models import QuestionOrigin, Ticket, TicketEvent
from helpdesk.tickets.ticket_numbers import next_number
from helpdesk.ui.cleaning import clean_text

Kind = TicketEvent.Kind


def open_ticket(
    team: Team,
    actor: Actor,
    *,
    learner: Learner,
    course: Course | None,
    producer: Producer | None,
    requested_at: datetime,
    received_at: datetime | None = None,
    question: str = "",
    is_new_learner: bool = False,
    continues: Ticket | None = None,
    is_separate: bool = False,
) -> Ticket:
    """Create a ticket for a help request, and merge it with the learner's unfinished one in that course, if any.

    Later requests are merged into the earliest, in whatever order they are processed, unless somebody already works on
    a later one. Call in the transaction of `lock_or_create_learner`, so that one learner's requests take turns.
    No unfinished ticket is looked for if the learner was created in this transaction (`is_new_learner`, which saves a
    fifth of the time), or if somebody says that the request is about something else (`is_separate`).
    """
    question = clean_text(question)
    unfinished = None if is_new_learner or is_separate else unfinished_of(learner, course)
    created_at = received_at or timezone.now()
    is_repeated = unfinished is not None and not precedes_untouched((requested_at, created_at), unfinished)
    ticket = Ticket.objects.create(
        team=team,
        number=next_number(team),
        learner=learner,
        course=course,
        producer=producer,
        lesson=None if is_new_learner else lesson_before(learner, course, requested_at),
        merged_into=unfinished if is_repeated else None,
        continues=continues,
        requested_at=requested_at,
        created_at=created_at,
        response_due_at=team.respond_by(requested_at),
        question=question,
        question_origin=QuestionOrigin.TEAM if question else "",
        question_known_at=created_at if question else None,
    )
    record(ticket, actor, Kind.CREATED)
    if unfinished is None:
        return ticket
    if is_repeated:
        absorb(unfinished, ticket, actor, Kind.ASKED_AGAIN)
        return_to_inbox(unfinished, actor)
    else:
        absorb_later_requests(ticket, unfinished, actor)
    return ticket
