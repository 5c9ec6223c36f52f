"""Merging tickets of one learner, and splitting them again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from itertools import pairwise
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from helpdesk.tickets.actions.recording import lock_together, record, save_change
from helpdesk.tickets.actions.responsibility import release_if_unworkable
from helpdesk.tickets.actor import Actor
from helpdesk.tickets.facts import Absorbed, MergedInto, SplitOff, TicketReference, UnmergedFrom
from helpdesk.tickets.merged_tickets import merged_tickets_of
from helpdesk.tickets.models import Ticket, TicketEvent
from helpdesk.ui.refusals import ActionRefused

Kind = TicketEvent.Kind
NO_QUESTION = {"question": "", "topic": "", "question_origin": "", "question_known_at": None, "question_from_id": None}
QUESTION_ATTRIBUTES = tuple(NO_QUESTION)  # what a change of the question alters of a ticket
WAITING_FIELDS = ("awaiting_reply_since", "sending_failed_at")  # since when it waits for somebody to see to it


@transaction.atomic
def merge_ticket(ticket: Ticket, actor: Actor, into: Ticket) -> None:
    """Merge a ticket, and those merged into it, into another of the same learner."""
    lock_together(ticket, into)
    if ticket.merged_into_id == into.pk:
        return
    if ticket.pk == into.pk:
        raise ActionRefused(_("A ticket cannot be merged into itself."))
    if ticket.team_id != into.team_id or ticket.learner_id != into.learner_id:
        raise ActionRefused(_("Only tickets from the same learner can be merged."))
    if into.is_merged or ticket.is_merged:
        raise ActionRefused(_("This request is merged into another; change that one, or split this one off first."))
    if into.is_finished and not ticket.is_finished:
        raise ActionRefused(_("An unfinished ticket cannot be merged into a finished one; reopen that one first."))
    ticket.merged_into = into
    save_change(ticket, "merged_into")
    record(ticket, actor, Kind.MERGED, MergedInto(TicketReference.to(into)))
    absorb(into, ticket, actor, Kind.MERGED)


@transaction.atomic
def unmerge_ticket(ticket: Ticket, actor: Actor) -> None:
    """Undo a merge: the ticket, with what was merged into it, stands for itself again."""
    if ticket.merged_into_id is None:
        return
    targets = []
    above = ticket.merged_into
    while above is not None:
        targets.append(above)
        above = above.merged_into
    lock_together(ticket, *targets)
    target = targets[0]
    if ticket.merged_into_id != target.pk:
        return
    chain = [ticket, *targets]
    merged_at = _merge_times(chain[:-1]) if any(getattr(ticket, name) for name in WAITING_FIELDS) else {}
    ticket.merged_into = None
    for name in WAITING_FIELDS:
        if _waits(ticket, name) and _is_seen_to(name, chain, merged_at):
            setattr(ticket, name, None)
    save_change(ticket, "merged_into", *WAITING_FIELDS)
    for below, other in pairwise(chain):
        other.request_count -= ticket.request_count
        waits = {name: getattr(ticket, name) for name in WAITING_FIELDS if getattr(ticket, name)}
        inherited = [name for name, since in waits.items() if getattr(other, name) == since]
        others = merged_tickets_of(other) if inherited or other.question_from_id else []
        for name in inherited:
            setattr(other, name, None)
        if other.question_from_id:
            drop_inherited_question(other)
            inherit_question(other, others)
        if inherited:  # it had none before: what was merged earlier had been seen to by then
            times = _merge_times(others)
            for request in others:
                if times[request.pk] >= merged_at[below.pk]:
                    _inherit_waits(other, request, inherited)
        save_change(other, "request_count", *WAITING_FIELDS, *QUESTION_ATTRIBUTES)
    record(ticket, actor, Kind.UNMERGED, UnmergedFrom(TicketReference.to(target)))
    record(target, actor, Kind.UNMERGED, SplitOff(TicketReference.to(ticket)))
    release_if_unworkable(ticket, actor)


def split_off_again(ticket: Ticket, actor: Actor, before: Mapping[str, Any], _after: Mapping[str, Any]) -> None:
    """Undo a merge: the ticket stands for itself again."""
    if before["merged_into_id"] is None:
        unmerge_ticket(ticket, actor)


def merge_again(ticket: Ticket, actor: Actor, before: Mapping[str, Any], _after: Mapping[str, Any]) -> None:
    """Undo a split: the ticket is merged as it was before."""
    if before["merged_into_id"] is None:
        return
    into = Ticket.objects.filter(pk=before["merged_into_id"]).first()
    if into is None:
        raise ActionRefused(_("The ticket that it was merged into is gone."))
    if seen_to := [name for name in WAITING_FIELDS if name in before]:  # when it was split off, and so it is still
        for name in seen_to:
            setattr(ticket, name, None)
        ticket.save(update_fields=seen_to)
    merge_ticket(ticket, actor, into)


def absorb(target: Ticket, ticket: Ticket, actor: Actor, kind: TicketEvent.Kind) -> None:
    """Count a merged ticket's requests in, and record it; its question becomes that of the target, where that has none.

    So do the learner who waits for an answer, and an e-mail that did not get there: somebody has to see to them.
    """
    target.request_count += ticket.request_count
    inherit_question(target, [ticket])
    _inherit_waits(target, ticket)
    save_change(target, "request_count", *WAITING_FIELDS, *QUESTION_ATTRIBUTES)
    record(target, actor, kind, Absorbed(TicketReference.to(ticket)))


def _waits(ticket: Ticket, name: str) -> bool:
    return ticket.is_awaiting_reply if name == "awaiting_reply_since" else getattr(ticket, name) is not None


def _inherit_waits(target: Ticket, ticket: Ticket, names: Iterable[str] = WAITING_FIELDS) -> None:
    for name in names:
        if getattr(target, name) is None and _waits(ticket, name):
            setattr(target, name, getattr(ticket, name))


def _is_seen_to(name: str, chain: Sequence[Ticket], merged_at: Mapping[int, datetime]) -> bool:
    """Whether what the first of these waits for was seen to where it was merged into, each of these into the next.

    The other ticket then has no stamp any more, or a later one from after the merge. One of its own from before the
    merge was never replaced by an inherited one.
    """
    own = getattr(chain[0], name)
    stamps = [(getattr(above, name), merged_at[below.pk]) for below, above in pairwise(chain)]
    return any(stamp is None or (stamp > own and stamp > since) for stamp, since in stamps)


def _merge_times(tickets: Sequence[Ticket]) -> dict[int, datetime]:
    """By key, when each of these was merged into the one that it is merged into now; some were as they were made."""
    merges = TicketEvent.objects.filter(ticket__in=tickets, kind=Kind.MERGED, facts__has_key="into").order_by("pk")
    return {ticket.pk: ticket.created_at for ticket in tickets} | dict(merges.values_list("ticket", "created_at"))


def inherit_question(target: Ticket, requests: Iterable[Ticket]) -> None:
    """Show the question of the first of these requests that has one, where the target has none."""
    for request in requests:
        if request.is_question_known and not target.is_question_known:
            target.question_from_id = request.question_from_id or request.pk
            target.question, target.topic = request.question, request.topic
            target.question_origin, target.question_known_at = request.question_origin, request.question_known_at


def drop_inherited_question(ticket: Ticket) -> None:
    """Leave the ticket with the question of its own request, or none."""
    if ticket.question_from_id:
        for name, value in NO_QUESTION.items():
            setattr(ticket, name, value)
