"""Queries on tickets, and on what belongs to them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Func, IntegerField, OuterRef, Q, QuerySet
from django.db.models.functions import Now
from django.utils import timezone

from helpdesk.courses.search import Unaccent, unaccented_words
from helpdesk.teams.querysets import TeamQuerySet
from helpdesk.tickets.facts import EventKind
from helpdesk.tickets.models.inbox_order import INBOX_ORDER
from helpdesk.tickets.models.ticket_indexes import IS_DONE, IS_UNFINISHED
from helpdesk.ui.keyset import Order

if TYPE_CHECKING:
    from helpdesk.teams.models import User
    from helpdesk.tickets.models import Message, Tag, Ticket, TicketEvent

NEWEST_FIRST = Order(("requested_at", "id"), is_descending=True)
# Consequences of earlier changes, which do not conflict with anybody's work.
NO_CHANGES = [EventKind.MESSAGE_SENT, EventKind.FIRST_REPLY_SENT]
MANY = 100  # uses of a tag that are counted; tags with more count as equally used


class CountOf(Func):
    """The number of rows of a correlated query of keys; counts no further than its slice."""

    function, output_field = "cardinality", IntegerField()

    def __init__(self, keys: QuerySet[Any, Any]) -> None:
        super().__init__(ArraySubquery(keys))


class TicketQuerySet(TeamQuerySet["Ticket"]):
    """Queries on tickets, in the terms of the domain."""

    def unmerged(self) -> Self:
        """Tickets that are not merged into another."""
        return self.filter(merged_into__isnull=True)

    def unfinished(self) -> Self:
        """Tickets that are neither resolved, closed nor merged into another."""
        return self.filter(IS_UNFINISHED)

    def not_snoozed(self) -> Self:
        """Tickets that are not snoozed, or whose snooze has ended.

        Compares with the database's clock: a generic plan, made for any parameter, could not estimate a time.
        """
        return self.filter(Q(snoozed_until__isnull=True) | Q(snoozed_until__lte=Now()))

    def snoozed(self) -> Self:
        return self.filter(snoozed_until__gt=Now())

    def to_do(self) -> Self:
        """Neither finished nor snoozed; includes those that wait for somebody else."""
        return self.unfinished().not_snoozed()

    def overdue(self) -> Self:
        """Unfinished tickets without a response by `response_due_at`."""
        return self.unfinished().filter(_is_past_due())

    def on_time(self) -> Self:
        """Unfinished tickets that had a response, or are not due yet."""
        return self.unfinished().exclude(_is_past_due())

    def done(self) -> Self:
        """Resolved and closed tickets that are not merged into another."""
        return self.filter(IS_DONE)

    def assigned_to(self, user_pk: int | None) -> Self:
        """Tickets assigned to the user with this primary key; with None, unassigned tickets."""
        return self.filter(assignee=user_pk)

    def in_inbox_order(self) -> Self:
        """The most urgent first, and among equals the one waiting longest."""
        return INBOX_ORDER.sort(self)

    def newest_first(self) -> Self:
        """The newest request first."""
        return NEWEST_FIRST.sort(self)

    def latest_pk(self) -> int:
        """The highest primary key, 0 without tickets; later tickets have higher ones."""
        return self.order_by("-pk").values_list("pk", flat=True).first() or 0

    def with_row_relations(self) -> Self:
        """With the relations that rows of a list show; courses and people are not read, because rows have labels."""
        return self.select_related("learner").prefetch_related("tags")


def _is_past_due() -> Q:
    return Q(first_responded_at__isnull=True, response_due_at__lt=timezone.now())


# What `MessageQuerySet.settled` selects, for statements in raw SQL.
IS_SETTLED_SQL = "cancelled_at IS NULL AND (kind <> 'note' OR send_at IS NULL OR send_at <= now())"


class MessageQuerySet(TeamQuerySet["Message"]):
    """Queries on messages: notes, replies, and what learners wrote."""

    def shown_to(self, reader_pk: int | None) -> Self:
        """Messages that were not taken back, without other people's notes that still can be."""
        return self.filter(cancelled_at=None).exclude(self._is_held_note() & ~Q(author=reader_pk))

    def settled(self) -> Self:
        """Messages that were not taken back, without notes that still can be."""
        return self.filter(cancelled_at=None).exclude(self._is_held_note())

    def sent(self) -> Self:
        """Messages that were neither taken back nor still can be: what learners may see of replies."""
        return self.filter(Q(send_at=None) | Q(send_at__lte=timezone.now()), cancelled_at=None)

    def _is_held_note(self) -> Q:
        return Q(kind=self.model.Kind.NOTE, send_at__gt=timezone.now())


class TagQuerySet(TeamQuerySet["Tag"]):
    """Queries on a team's tags, with how much each is used."""

    def most_used(self) -> Self:
        """The most used first, annotated with `uses`; these are counted up to MANY, which keeps the query fast."""
        its_tickets = self.model.tickets.through.objects.filter(tag=OuterRef("pk")).values("pk")[:MANY]
        return self.annotate(uses=CountOf(its_tickets)).order_by("-uses", "name")

    def same_but_for_accents(self, text: str) -> Self:
        """Tags whose name equals this text, ignoring case and accents."""
        return self.alias(unaccented=Unaccent("name")).filter(unaccented=" ".join(unaccented_words(text)))

    def containing(self, text: str) -> Self:
        """Tags whose name contains all words of the text, ignoring case and accents."""
        words = [Q(unaccented__contains=word) for word in unaccented_words(text)]
        return self.alias(unaccented=Unaccent("name")).filter(*words)


class TicketEventQuerySet(TeamQuerySet["TicketEvent"]):
    """Queries on the events of tickets' histories."""

    def changes_after(self, version: int, *, exclude_actor: User | None = None) -> Self:
        """Changes after this version of the ticket, oldest first, without those that `exclude_actor` made."""
        changes = self.filter(version__gt=version).exclude(kind__in=NO_CHANGES).order_by("version", "pk")
        return changes.exclude(actor=exclude_actor) if exclude_actor else changes
