"""Which ticket receives a learner's message: the one it was merged into, or one that continues it."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils import timezone

from helpdesk.conversations.actions.undo_recorder import UndoRecorder
from helpdesk.courses.models import Learner
from helpdesk.tickets.actions import open_ticket
from helpdesk.tickets.actions.unfinished_requests import unfinished_of
from helpdesk.tickets.actor import Actor
from helpdesk.tickets.merged_tickets import root_ticket
from helpdesk.tickets.models import Ticket


def receiving_ticket(ticket: Ticket) -> Ticket:
    """The existing ticket that now stands for this one or continues it; that one may be over too."""
    while True:
        ticket = root_ticket(ticket)
        if not is_over(ticket):
            return ticket
        later = ticket.continuations.order_by("-pk").first()
        if later is None:
            return ticket
        ticket = later


def is_over(ticket: Ticket) -> bool:
    """Whether the ticket was finished too long ago to be reopened, by the team's setting."""
    window = timedelta(days=ticket.team.reopen_within_days)
    return ticket.is_finished and (ticket.resolved_at is None or ticket.resolved_at + window < timezone.now())


def lock_receiving_ticket(ticket: Ticket, actor: Actor, recorder: UndoRecorder) -> Ticket:
    """Lock the ticket that receives the message; if it is over, open a new one that continues it."""
    while True:
        target = receiving_ticket(ticket)
        target.refresh_from_db(from_queryset=Ticket.objects.select_for_update(no_key=True))
        if not target.is_merged:
            break
    if is_over(target):
        return open_for_message(target.learner, actor, recorder, earlier=target)
    if recorder.ticket != target:
        recorder.watch(target)
    return target


def open_for_message(
    learner: Learner,
    actor: Actor,
    recorder: UndoRecorder,
    *,
    earlier: Ticket | None = None,
    is_separate: bool = False,
    asked_at: datetime | None = None,
) -> Ticket:
    """Open a ticket for a message; returns the learner's unfinished ticket in this course if it was merged into that.

    A ticket that `is_separate` is not merged. The course is that of the learner's `earlier` ticket, which the new one
    continues unless it is separate. It counts as requested at `asked_at` (UTC), when the message arrived, or now. Call
    it in the transaction that locked the learner.
    """
    course, producer = (earlier.course, earlier.producer) if earlier else (None, None)
    unfinished = None if is_separate else unfinished_of(learner, course)
    if unfinished:
        recorder.watch(unfinished)
    recorder.opened = opened = open_ticket(
        learner.team,
        actor,
        learner=learner,
        course=course,
        producer=producer,
        requested_at=(None if unfinished else asked_at) or timezone.now(),
        continues=None if is_separate else earlier,
        is_separate=is_separate,
    )
    if opened.merged_into:
        return opened.merged_into
    recorder.watch(opened)
    return opened
