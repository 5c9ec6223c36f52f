"""The team's canned replies, as they are offered where a reply is written."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import F, Q
from django.utils import timezone

from helpdesk.conversations.models import CannedReply
from helpdesk.conversations.variables import fill_in
from helpdesk.teams.models import Team
from helpdesk.tickets.actor import Actor
from helpdesk.tickets.models import Ticket

MOST_OFFERED = 200


@dataclass(frozen=True)
class Offer:
    """A canned reply with what could be filled in for a ticket."""

    reply: CannedReply
    text: str


def offers_for(ticket: Ticket, actor: Actor) -> list[Offer]:
    """Those of the ticket's course first, then those of all courses; the most used first."""
    replies = CannedReply.objects.for_team(ticket.team).filter(Q(course=None) | Q(course=ticket.course_id))
    replies = replies.select_related("course").order_by(F("course").asc(nulls_last=True), "-use_count", "name")
    known: dict[str, str] = {}
    return [Offer(reply, fill_in(reply.body, ticket, actor, known)) for reply in replies[:MOST_OFFERED]]


def note_use(team: Team, pks: Iterable[int]) -> None:
    """These were put into a reply that was sent."""
    if found := set(pks):
        CannedReply.objects.for_team(team).filter(pk__in=found).update(use_count=F("use_count") + 1)


def save_canned_reply(reply: CannedReply) -> None:
    """Keep a new or changed one."""
    reply.updated_at = timezone.now()
    reply.save()
