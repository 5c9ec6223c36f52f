"""Reads of tickets, in the words of the product."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Func, IntegerField, OuterRef, Q, QuerySet
from django.db.models.functions import Now
from django.utils import timezone

from helpdesk.courses.search import Unaccent, unaccented_words
from helpdesk.teams.querysets import TeamQuerySet
from helpdesk.teams.roles import Permission
from helpdesk.tickets.facts import EventKind
from helpdesk.tickets.models.inbox_order import INBOX_ORDER
from helpdesk.tickets.models.ticket_indexes import IS_DONE, IS_UNFINISHED
from helpdesk.ui.keyset import Order

if TYPE_CHECKING:
    from helpdesk.teams.models import Membership, User
    from helpdesk.tickets.models import Message, SavedView, Tag, Ticket, TicketEvent

NEWEST_FIRST = Order(("requested_at", "id"), is_descending=True)
# Told of something that the ticket had done, not of a change that somebody made of it: it stops nobody's work.
NO_CHANGES = [EventKind.MESSAGE_SENT, EventKind.FIRST_REPLY_SENT]
MANY = 100  # uses of a tag, beyond which none is more used than another


class CountOf(Func):
    """How many rows a query of keys has for a row of the outer one; where it is sliced, counted no further."""

    function, output_field = "cardinality", IntegerField()

    def __init__(self, keys: QuerySet[Any, Any]) -> None:
        super().__init__(ArraySubquery(keys))


class TicketQuerySet(TeamQuerySet["Ticket"]):
    """Reads of tickets, by the words of the domain."""

    def unmerged(self) -> Self:
        """The tickets that are merged into no other."""
        return self.filter(merged_into__isnull=True)

    def unfinished(self) -> Self:
        """Neither resolved nor closed, and merged into no other."""
        return self.filter(IS_UNFINISHED)

    def not_snoozed(self) -> Self:
        """Also those whose snooze has ended.

        By the database's clock: of a time that is a parameter, the plan that it keeps for all values knows nothing.
        """
        return self.filter(Q(snoozed_until__isnull=True) | Q(snoozed_until__lte=Now()))

    def snoozed(self) -> Self:
        return self.filter(snoozed_until__gt=Now())

    def to_do(self) -> Self:
        """Neither finished nor snoozed; also those that wait for somebody else."""
        return self.unfinished().not_snoozed()

    def overdue(self) -> Self:
        """Unfinished ones that nobody answered by the time that the team means to keep, `response_due_at`."""
        return self.unfinished().filter(_is_past_due())

    def on_time(self) -> Self:
        """Unfinished ones that were answered, or that the team still has time to answer."""
        return self.unfinished().exclude(_is_past_due())

    def done(self) -> Self:
        """Resolved or closed, and merged into no other."""
        return self.filter(IS_DONE)

    def assigned_to(self, user_pk: int | None) -> Self:
        """Tickets assigned to the user with this key; with None, unassigned tickets."""
        return self.filter(assignee=user_pk)

    def in_inbox_order(self) -> Self:
        """The most urgent first, and among those the one waiting longest."""
        return INBOX_ORDER.sort(self)

    def newest_first(self) -> Self:
        """The newest first, by when help was requested."""
        return NEWEST_FIRST.sort(self)

    def latest_pk(self) -> int:
        """The highest key, 0 without tickets; those that come later have higher ones."""
        return self.order_by("-pk").values_list("pk", flat=True).first() or 0

    def with_row_relations(self) -> Self:
        """With what a row shows beside courses and people, which have their labels; in a constant number of queries."""
        return self.select_related("learner").prefetch_related("tags")


def _is_past_due() -> Q:
    return Q(first_responded_at__isnull=True, response_due_at__lt=timezone.now())


class MessageQuerySet(TeamQuerySet["Message"]):
    """Queries on messages: notes, replies, and what learners wrote."""

    def shown_to(self, reader_pk: int | None) -> Self:
        """What was not taken back, without notes of others that still can be."""
        return self.filter(cancelled_at=None).exclude(self._is_held_note() & ~Q(author=reader_pk))

    def settled(self) -> Self:
        """Messages that stay: neither taken back, nor notes that can still be."""
        return self.filter(cancelled_at=None).exclude(self._is_held_note())

    def _is_held_note(self) -> Q:
        return Q(kind=self.model.Kind.NOTE, send_at__gt=timezone.now())


class SavedViewQuerySet(TeamQuerySet["SavedView"]):
    """Queries on saved views, by who may see or change them."""

    def shown_to(self, membership: Membership) -> Self:
        """The person's own and those that the team shares, by name."""
        own_or_shared = Q(owner=membership.user_id) | Q(is_shared=True)
        return self.filter(own_or_shared, team=membership.team_id).order_by("name", "pk")

    def changeable_by(self, membership: Membership) -> Self:
        """The person's own, and to managers the shared ones too."""
        whose = Q(owner=membership.user_id)
        if membership.can(Permission.TEAM_MANAGE):
            whose |= Q(is_shared=True)
        return self.filter(whose, team=membership.team_id)


class TagQuerySet(TeamQuerySet["Tag"]):
    """Queries on a team's tags, with how much each is used."""

    def most_used(self) -> Self:
        """The most used first, by `uses`, counted no further than MANY: it costs little however much is tagged."""
        its_tickets = self.model.tickets.through.objects.filter(tag=OuterRef("pk")).values("pk")[:MANY]
        return self.annotate(uses=CountOf(its_tickets)).order_by("-uses", "name")

    def same_but_for_accents(self, text: str) -> Self:
        """Those whose name is this text, whatever the case and accents of either."""
        return self.alias(unaccented=Unaccent("name")).filter(unaccented=" ".join(unaccented_words(text)))

    def containing(self, text: str) -> Self:
        """Those of which all words of the text are parts, whatever their case and accents."""
        words = [Q(unaccented__contains=word) for word in unaccented_words(text)]
        return self.alias(unaccented=Unaccent("name")).filter(*words)


class TicketEventQuerySet(TeamQuerySet["TicketEvent"]):
    """Queries on the events of tickets' histories."""

    def changes_after(self, version: int, *, exclude_actor: User | None = None) -> Self:
        """What was changed of a ticket after this version of it, in order, without what `exclude_actor` changed."""
        changes = self.filter(version__gt=version).exclude(kind__in=NO_CHANGES).order_by("version", "pk")
        return changes.exclude(actor=exclude_actor) if exclude_actor else changes
