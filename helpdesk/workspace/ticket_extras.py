"""Which related rows a ticket has, in one query: most tickets have few, and the rest need not be read."""

from __future__ import annotations

from typing import NamedTuple

from django.db.models import Count, Exists, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce, Greatest

from helpdesk.conversations.learner_page.learner_links import valid_links, valid_links_of
from helpdesk.conversations.models import Draft, QuestionRequest, SuppressedAddress
from helpdesk.teams.models import User
from helpdesk.tickets.models import Message, Ticket, TicketEvent
from helpdesk.tickets.timeline_windows import SHOWN
from helpdesk.ui.cleaning import clean_key
from helpdesk.ui.composed import TEXT, ComposedQuery

FEW = SHOWN // 2  # events or messages: with no more than this of either, the whole timeline is shown


class TicketExtras(NamedTuple):
    """What a ticket has, for one reader: `last_shown` is the primary key of the newest message that they see, or 0.

    If its timeline `is_long`, it may have to be shown in parts.
    """

    last_shown: int
    link_count: int
    has_links_elsewhere: bool
    has_drafts: bool
    has_question_requests: bool
    has_continuations: bool
    is_suppressed: bool
    is_long: bool


def extras_of(ticket: Ticket, reader: User) -> TicketExtras:
    """Read the extras. `has_drafts` is about the reader's own; `is_suppressed` is about the learner's address."""
    address = clean_key(ticket.learner.email)
    (found,) = _EXTRAS.rows(team=ticket.team_id, ticket=ticket.pk, reader=reader.pk, address=address)
    extras = TicketExtras(*found)
    may_be_led_to = ticket.request_count > 1 or ticket.continues_id is not None
    if not (extras.has_links_elsewhere and may_be_led_to):
        return extras
    return extras._replace(link_count=valid_links_of(ticket).count())


def _extras(team: int, ticket: int, reader: int, address: str = TEXT) -> QuerySet[Ticket, tuple[int, ...]]:
    of_ticket = {"ticket": OuterRef("pk")}
    shown = Message.objects.filter(**of_ticket).shown_to(reader).order_by("-pk").values("pk")[:1]
    links = valid_links().filter(team=team, **of_ticket).order_by().values("ticket")
    return Ticket.objects.filter(pk=ticket).values_list(
        Coalesce(Subquery(shown), 0),
        Coalesce(Subquery(links.annotate(count=Count("pk")).values("count")), 0),
        Exists(valid_links().filter(team=team, ticket__learner=OuterRef("learner")).exclude(ticket=OuterRef("pk"))),
        Exists(Draft.objects.filter(user=reader, **of_ticket)),
        Exists(QuestionRequest.objects.filter(**of_ticket)),
        Exists(Ticket.objects.filter(continues=OuterRef("pk"))),
        Exists(SuppressedAddress.objects.filter(team=team, address=address)),
        Greatest(
            Exists(TicketEvent.objects.filter(**of_ticket)[FEW:]), Exists(Message.objects.filter(**of_ticket)[FEW:])
        ),
    )


_EXTRAS = ComposedQuery(_extras)
