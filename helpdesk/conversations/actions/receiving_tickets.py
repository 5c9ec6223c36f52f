"""Which ticket takes what a learner writes: the one that stands for theirs now, or another that goes on with it."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils import timezone

from helpdesk.conversations.actions.effects import Effects
from helpdesk.courses.models import Learner
from helpdesk.tickets.actions import open_ticket
from helpdesk.tickets.actions.unfinished_requests import unfinished_of
from helpdesk.tickets.actor import Actor
from helpdesk.tickets.merged_tickets import root_ticket
from helpdesk.tickets.models import Ticket


def receiving_ticket(ticket: Ticket) -> Ticket:
    """The ticket that what this one's learner writes comes to now, as far as there is one already."""
    while True:
        ticket = root_ticket(ticket)
        if not is_over(ticket):
            return ticket
        later = ticket.continuations.order_by("-pk").first()
        if later is None:
            return ticket
        ticket = later


def is_over(ticket: Ticket) -> bool:
    """Whether it has been finished for longer than the team reopens tickets."""
    window = timedelta(days=ticket.team.reopen_within_days)
    return ticket.is_finished and (ticket.resolved_at is None or ticket.resolved_at + window < timezone.now())


def lock_receiving_ticket(ticket: Ticket, actor: Actor, effects: Effects) -> Ticket:
    """The ticket that takes the message, locked; opened, where there is none any more."""
    while True:
        target = receiving_ticket(ticket)
        target.refresh_from_db(from_queryset=Ticket.objects.select_for_update(no_key=True))
        if not target.is_merged:
            break
    if is_over(target):
        return open_for_message(target.learner, actor, effects, earlier=target)
    if effects.ticket != target:
        effects.watch(target)
    return target


def open_for_message(
    learner: Learner,
    actor: Actor,
    effects: Effects,
    *,
    earlier: Ticket | None = None,
    is_separate: bool = False,
    asked_at: datetime | None = None,
) -> Ticket:
    """A ticket, or the one that the learner waits for in this course already, unless it is to be separate.

    It is of the course of an `earlier` ticket of theirs, which it goes on with unless it is separate. It was asked for
    now, or at `asked_at` (UTC), since when its learner has waited for somebody to open it. To be called in the
    transaction in which the learner was locked.
    """
    course, producer = (earlier.course, earlier.producer) if earlier else (None, None)
    standing = None if is_separate else unfinished_of(learner, course)
    if standing:
        effects.watch(standing)
    effects.opened = opened = open_ticket(
        learner.team,
        actor,
        learner=learner,
        course=course,
        producer=producer,
        requested_at=(None if standing else asked_at) or timezone.now(),
        continues=None if is_separate else earlier,
        is_separate=is_separate,
    )
    if opened.merged_into:
        return opened.merged_into
    effects.watch(opened)
    return opened
