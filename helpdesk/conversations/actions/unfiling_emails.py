"""Removing an e-mail's message from its ticket, and undoing what it changed there."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.utils import timezone

from helpdesk.conversations.actions.awaiting import first_unanswered
from helpdesk.conversations.actions.learned_question import is_proved, learn_question_again
from helpdesk.conversations.actions.undo_recorder import state_with_question
from helpdesk.conversations.models import QuestionRequest
from helpdesk.tickets.actions import unmerge_ticket
from helpdesk.tickets.actions.inheritance import QUESTION_ATTRIBUTES, inherit_question
from helpdesk.tickets.actions.question_undo import restore_question
from helpdesk.tickets.actions.recording import action, record, save_change
from helpdesk.tickets.actions.status import set_status
from helpdesk.tickets.actor import Actor
from helpdesk.tickets.later_events import LaterEvents, version_of
from helpdesk.tickets.merged_tickets import merged_tickets_of, with_merged
from helpdesk.tickets.message_facts import EmailTakenOut
from helpdesk.tickets.models import Message, Status, Ticket, TicketEvent
from helpdesk.tickets.undo import FIELDS, restorable, restore

ASKED = set(QUESTION_ATTRIBUTES)


def unfile_message(message: Message, actor: Actor, noted: dict[str, Any]) -> None:
    """Hide the message and delete its text and files, all of which the e-mail's bytes still contain.

    What it changed is undone, except for what has changed since. Call it in a transaction. Raises ActionRefused.
    """
    ticket = Ticket.objects.get(pk=message.ticket_id)
    opened = _opened_by(message, noted)
    if opened and opened.merged_into_id == ticket.pk:
        unmerge_ticket(opened, actor)
    _unfile(ticket, actor, message, noted)
    if opened and not opened.is_merged:
        _close_if_empty(opened, actor)


def _opened_by(message: Message, noted: dict[str, Any]) -> Ticket | None:
    """The ticket that was opened for the message, if any; older versions stored only `was` if a person opened it."""
    if "was" in noted and "before" not in noted and message.kind == Message.Kind.LEARNER:
        return Ticket.objects.get(pk=message.ticket_id)
    opened = noted.get("opened")
    return Ticket.objects.filter(pk=opened).first() if opened else None


@action
def _unfile(ticket: Ticket, actor: Actor, message: Message, noted: dict[str, Any]) -> None:
    message.cancelled_at, message.body, message.quoted = timezone.now(), "", ""
    message.save(update_fields=["cancelled_at", "body", "quoted"])
    message.attachments.all().delete()
    save_change(ticket)
    before, after = noted.get("before", {}), noted.get("after", {})
    later = LaterEvents(ticket, noted.get("version") or version_of(message))
    unchanged = later.without_outdated_status(restorable(before, after, state_with_question(ticket)))
    record(ticket, actor, TicketEvent.Kind.EMAIL_TAKEN_OUT, EmailTakenOut(message.pk, message.kind))
    if ticket.awaiting_reply_since == message.created_at:
        _wait_for_others(ticket, message, unchanged.pop("awaiting_reply_since", None))
    _have_requests_unanswered(ticket, message)
    if asked := {name: FIELDS[name].to_python(unchanged.pop(name)) for name in ASKED & unchanged.keys()}:
        restore_question(ticket, actor, asked, after)
        _learn_from_others(ticket)
    if unchanged:
        restore(ticket, actor, unchanged, after)


def _wait_for_others(ticket: Ticket, message: Message, before: str | None) -> None:
    """Recompute since when the learner waits: for a reply to a later message, or to what they waited for `before`."""
    waits_since = first_unanswered(ticket, message.created_at)
    if waits_since is None and before:
        waits_since = first_unanswered(ticket, FIELDS["awaiting_reply_since"].to_python(before))
    ticket.awaiting_reply_since = waits_since
    save_change(ticket, "awaiting_reply_since")


def _have_requests_unanswered(ticket: Ticket, message: Message) -> None:
    """Recompute when each question to the learner was answered: by their first proved message after it."""
    learner = Q(ticket__in=with_merged([ticket.pk]), kind=Message.Kind.LEARNER, cancelled_at=None)
    left = [other for other in Message.objects.filter(learner).order_by("created_at", "pk") if is_proved(other)]
    for request in QuestionRequest.objects.sent_about(ticket).filter(answered_at__gte=message.created_at):
        later = (other.created_at for other in left if not request.decided_at or other.created_at >= request.decided_at)
        request.answered_at = next(later, None)
        request.save(update_fields=["answered_at"])


def _learn_from_others(ticket: Ticket) -> None:
    """Learn the question from the remaining messages, else from a request that was merged into the ticket since."""
    learn_question_again(ticket)
    if not ticket.is_question_known:
        inherit_question(ticket, merged_tickets_of(ticket))
        if ticket.is_question_known:
            save_change(ticket, *QUESTION_ATTRIBUTES)


@action
def _close_if_empty(ticket: Ticket, actor: Actor) -> None:
    """Close the ticket that was opened for the message, unless it has other messages or merged requests.

    It does not count as resolved: the learner is not asked for a rating, and no report counts it.
    """
    if ticket.is_finished or ticket.request_count > 1 or ticket.messages.filter(cancelled_at=None).exists():
        return
    set_status(ticket, actor, Status.CLOSED)
    ticket.resolved_at = None
    ticket.save(update_fields=["resolved_at"])
