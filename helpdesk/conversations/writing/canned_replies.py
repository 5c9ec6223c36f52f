"""The team's canned replies, filled in for a ticket."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from helpdesk.conversations.models import CannedReply
from helpdesk.conversations.writing.variables import check_variables, fill_in, show_gaps
from helpdesk.teams.locking import lock_team
from helpdesk.teams.models import Team
from helpdesk.tickets.actions import ActionRefused
from helpdesk.tickets.actor import Actor
from helpdesk.tickets.models import Ticket
from helpdesk.ui.cleaning import clean_text

MOST_OFFERED = 200
GIVEN = ["name", "course", "body", "updated_at"]  # fields that an edit changes


@dataclass(frozen=True)
class FilledReply:
    """A canned reply, filled in for a ticket as far as possible."""

    reply: CannedReply
    text: str

    @property
    def preview(self) -> str:
        """The text as shown before it is chosen, with its gaps marked."""
        return show_gaps(self.text)


def filled_replies(ticket: Ticket, actor: Actor) -> list[FilledReply]:
    """Those of the ticket's course, then those for all courses; the most used first."""
    replies = CannedReply.objects.for_team(ticket.team).filter(Q(course=None) | Q(course=ticket.course_id))
    replies = replies.select_related("course").order_by(F("course").asc(nulls_last=True), "-use_count", "name")
    known: dict[str, str] = {}
    return [FilledReply(reply, fill_in(reply.body, ticket, actor, known)) for reply in replies[:MOST_OFFERED]]


def note_use(team: Team, pks: Iterable[int]) -> None:
    """Count that these were used in a reply that was sent."""
    if found := set(pks):
        CannedReply.objects.for_team(team).filter(pk__in=found).update(use_count=F("use_count") + 1)


class NameTaken(ActionRefused):
    """The course, or the team, already has a canned reply with this name."""

    def __init__(self) -> None:
        super().__init__(_("A canned reply with this name already exists."))


@transaction.atomic
def save_canned_reply(reply: CannedReply) -> None:
    """Save a new or changed canned reply. Raises NameTaken; names that differ only in case are the same."""
    lock_team(reply.team_id)  # one at a time sees all names
    others = CannedReply.objects.for_team(reply.team).exclude(pk=reply.pk)
    if others.filter(course=reply.course, name__iexact=reply.name).exists():
        raise NameTaken
    reply.updated_at = timezone.now()
    reply.save(update_fields=GIVEN if reply.pk else None)  # leaves use_count alone, which may change meanwhile


def check_body(text: str) -> str:
    """The cleaned text of a canned reply. Raises ActionRefused if it is empty or has unknown variables."""
    body = clean_text(text)
    if not body:
        raise ActionRefused(_("Write something first."))
    check_variables(body)
    return body
