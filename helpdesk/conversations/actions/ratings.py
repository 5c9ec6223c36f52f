"""The learner's rating of how their ticket was resolved."""

from __future__ import annotations

from django.utils.translation import gettext as _

from helpdesk.conversations.models import Rating
from helpdesk.teams.models import User
from helpdesk.tickets.actions import ActionRefused
from helpdesk.tickets.actions.recording import action, record, save_change
from helpdesk.tickets.actor import Actor
from helpdesk.tickets.message_facts import Rated
from helpdesk.tickets.models import DONE_STATUSES, Score, Ticket, TicketEvent
from helpdesk.ui.cleaning import clean_text

LONGEST = 2_000  # characters


@action
def rate_ticket(ticket: Ticket, actor: Actor, score: int, comment: str = "") -> None:
    """Rate how the ticket was resolved; rating the same resolution again changes the rating. Raises ActionRefused."""
    comment = clean_text(comment)
    if score not in Score.values:
        raise ActionRefused(_("Choose one of the three faces."))
    if len(comment) > LONGEST:
        raise ActionRefused(_("A comment can have at most 2,000 characters."))
    if not ticket.is_finished or ticket.resolved_at is None:
        raise ActionRefused(_("This request is not resolved yet, so there is nothing to rate."))
    rating = rating_of(ticket)
    if rating and (rating.score, rating.comment) == (score, comment):
        return
    old = Score(rating.score).name.lower() if rating else ""
    if rating is None:
        rating = Rating(
            team_id=ticket.team_id, ticket=ticket, resolved_at=ticket.resolved_at, resolved_by=_resolver_of(ticket)
        )
    rating.score, rating.comment = score, comment
    rating.save()
    save_change(ticket)
    new = Score(score).name.lower()
    record(ticket, actor, TicketEvent.Kind.RATED, Rated(old if old != new else "", new, rating.pk))


def _resolver_of(ticket: Ticket) -> User | None:
    """The member who last finished the ticket; None if it was nobody on the team."""
    changes = ticket.events.filter(kind=TicketEvent.Kind.STATUS_CHANGED, facts__new__in=DONE_STATUSES)
    event = changes.select_related("actor").order_by("-created_at", "-pk").first()
    return event.actor if event else None


def rating_of(ticket: Ticket) -> Rating | None:
    """The rating of the ticket's current resolution; None if there is none, or the ticket is not resolved."""
    if ticket.resolved_at is None:
        return None
    return Rating.objects.filter(ticket=ticket, resolved_at=ticket.resolved_at).first()
