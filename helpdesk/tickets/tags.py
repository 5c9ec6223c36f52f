"""Reads the tags of many tickets, with one query that is composed only once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from django.db.models import F, QuerySet

from helpdesk.tickets.models import Tag, Ticket
from helpdesk.ui.composed import KEYS, ComposedQuery


def read_tags(tickets: Sequence[Ticket]) -> None:
    """Read the tickets' tags, as `prefetch_related("tags")` does."""
    of_ticket: dict[int, list[Tag]] = defaultdict(list)
    for tag in _TAGS.objects(tickets=[ticket.pk for ticket in tickets]) if tickets else []:
        of_ticket[tag.of_ticket].append(tag)  # type: ignore[attr-defined] # it is annotated
    for ticket in tickets:
        known = Tag.objects.all()
        known._result_cache = of_ticket[ticket.pk]
        ticket._prefetched_objects_cache = {"tags": known}  # type: ignore[attr-defined] # as of 5.2


def _tags_of(tickets: list[int] = KEYS) -> QuerySet[Tag]:
    return Tag.objects.filter(tickets__pk__any_of=tickets).annotate(of_ticket=F("tickets__pk")).order_by("name")


_TAGS = ComposedQuery(_tags_of)
