"""Which ticket takes what a learner writes: the one that stands for theirs now, or another that goes on with it."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from helpdesk.conversations.actions.effects import Effects
from helpdesk.courses.models import Course, Learner, Producer
from helpdesk.tickets.actions import ActionRefused, open_ticket
from helpdesk.tickets.actions.repeated_requests import unfinished_of
from helpdesk.tickets.actor import Actor
from helpdesk.tickets.merged_tickets import root_ticket
from helpdesk.tickets.models import Ticket


class LearnerErased(ActionRefused):
    """Nothing of theirs is taken in any more."""

    def __init__(self) -> None:
        super().__init__(_("This learner has been erased."))


def lock_present_learner(pk: int) -> Learner:
    """The learner, locked by their key: an erasure that held them has changed their address. Raises LearnerErased."""
    learner = Learner.objects.select_for_update(no_key=True).get(pk=pk)
    if learner.erased_at:
        raise LearnerErased
    return learner


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
        return open_another(target, actor, effects, continues=target)
    if effects.ticket != target:
        effects.watch(target)
    return target


def open_another(
    ticket: Ticket,
    actor: Actor,
    effects: Effects,
    *,
    continues: Ticket | None = None,
    is_separate: bool = False,
    asked_at: datetime | None = None,
) -> Ticket:
    """A ticket of the same learner and course, or the one that they still wait for there; see `open_for_message`."""
    return open_for_message(
        ticket.learner,
        actor,
        effects,
        course=ticket.course,
        producer=ticket.producer,
        continues=continues,
        is_separate=is_separate,
        asked_at=asked_at,
    )


def open_for_message(
    learner: Learner,
    actor: Actor,
    effects: Effects,
    *,
    course: Course | None = None,
    producer: Producer | None = None,
    continues: Ticket | None = None,
    is_separate: bool = False,
    asked_at: datetime | None = None,
) -> Ticket:
    """A ticket, or the one that the learner waits for in this course already, unless it is to be separate.

    It was asked for now, or at `asked_at` (UTC), since when its learner has waited for somebody to open it. To be
    called in the transaction in which the learner was locked.
    """
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
        continues=continues,
        is_separate=is_separate,
    )
    if opened.merged_into:
        return opened.merged_into
    effects.watch(opened)
    return opened
